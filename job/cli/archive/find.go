// Package archive answers what the state remembers of messages and people, by the names
// that a user gives, and says how messages move to other names.
package archive

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/state"
)

// An Archive finds what a state remembers of messages.
type Archive struct {
	DB  *state.DB
	Now func() time.Time
}

// A Selection has the messages of the state that arguments name.
type Selection struct {
	Entries []state.Entry
	// by counts the messages by the argument that names them.
	by map[string]int
}

// Find returns the messages that names name, in the state's order. A name is an address,
// a block or an identity; without names it returns all messages.
func (a Archive) Find(ctx context.Context, names []string) (Selection, error) {
	found := Selection{by: map[string]int{}}
	for _, name := range names {
		found.by[name] = 0
	}
	for entry, err := range a.DB.Messages(ctx) {
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

// Sort puts entries into the order of the manifest's messages; those that left it come
// last, in the state's order.
func Sort(entries []state.Entry, messages iter.Seq2[job.Message, error]) error {
	place := make(map[job.MessageID]int, len(entries))
	for _, entry := range entries {
		place[entry.ID] = math.MaxInt
	}
	at := 0
	for m, err := range messages {
		if err != nil {
			return fmt.Errorf("read the messages: %w", err)
		}
		if _, wanted := place[m.ID]; wanted {
			place[m.ID] = at
		}
		at++
	}
	slices.SortStableFunc(entries, func(a, b state.Entry) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return nil
}

// Missing is an error for a name that names nothing, or nil.
func (f *Selection) Missing(names []string) error {
	for _, name := range names {
		if f.by[name] == 0 {
			return exit.With(exit.Failure, fmt.Errorf("the state has no message %s: `notifyaudit state list` lists them", name))
		}
	}
	return nil
}

// Identity names a message without its address, such as dingtalk/group/KEY. The last
// address of a message that is no longer in the manifest may be that of another
// message now.
func Identity(id job.MessageID) string {
	return id.Provider + "/" + string(id.Kind) + "/" + id.ProcessQueryKey
}
