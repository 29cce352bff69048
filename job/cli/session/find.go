package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/state"
)

// A selection is the messages of the state that arguments name, in the state's
// order.
type selection struct {
	Entries []state.Entry
	// by counts the messages that each argument names.
	by map[string]int
}

// Find reads the state for what the arguments name: an address, a block, or an
// identity as identity writes it. Without an argument it is everything.
func (s *Session) Find(ctx context.Context, names []string) (selection, error) {
	found := selection{by: map[string]int{}}
	for _, name := range names {
		found.by[name] = 0
	}
	for entry, err := range s.DB.Messages(ctx) {
		if err != nil {
			return found, fmt.Errorf("look through the state: %w", err)
		}
		matched := len(names) == 0
		for _, key := range []string{entry.Address, job.Block(entry.Address), Identity(entry.ID)} {
			if _, wanted := found.by[key]; wanted {
				if !matched {
					found.by[key]++
				}
				matched = true
			}
		}
		if matched {
			found.Entries = append(found.Entries, entry)
		}
	}
	return found, nil
}

// Missing is the error for an argument that names nothing, or nil.
func (f *selection) Missing(names []string) error {
	for _, name := range names {
		if f.by[name] == 0 {
			return exit.With(exit.Failure, fmt.Errorf("the state has no message %s: `notifyaudit state list` lists them", name))
		}
	}
	return nil
}

// Identity names a message where an address doesn't: dingtalk/group/KEY. What is
// no longer in the manifest may share its last address with another message.
func Identity(id job.MessageID) string {
	return id.Provider + "/" + string(id.Kind) + "/" + id.ProcessQueryKey
}

func (s *Session) OpenToChange(ctx context.Context, create bool, wait time.Duration) error {
	if create {
		if err := s.OpenData(); err != nil {
			return err
		}
	}
	db, err := state.OpenSQLite(ctx, s.Manifest.DataDir, s.Manifest.Backend.Path, state.Options{Create: create && s.Manifest.Backend.Create})
	if errors.Is(err, state.ErrNoState) && !create {
		return exit.With(exit.Failure, ErrNoState)
	}
	if err != nil {
		return err
	}
	s.DB = db
	lock, err := db.Lock(ctx, s.holder(), wait)
	if err != nil {
		return err
	}
	s.locks, s.locked = append(s.locks, lock), true
	return nil
}

// ErrNoState is told by commands that need one.
var ErrNoState = errors.New("there is no state yet: `notifyaudit apply` makes one")
