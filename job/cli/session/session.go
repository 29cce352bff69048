// Package session does what is done with a manifest and a state: it opens and
// locks them, plans, asks, gathers what reports are made of and writes them. It
// prints nothing and knows no flag: what there is to say goes to a Reporter or
// comes back as a result.
package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/audit/snapshot"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/disk"
	"notifyaudit/job/manifest"
	"notifyaudit/job/simulator/scenario"
	"notifyaudit/job/state"
	"notifyaudit/job/state/lock"
	"notifyaudit/job/state/sqlite"
)

// Options are what a session works with.
type Options struct {
	Reporter Reporter
	Log      *slog.Logger
	Now      func() time.Time
	// Simulator says that the embedded API answers, as the scenario has it: nil for
	// the one beside the manifest, if there is one.
	Simulator bool
	Scenario  *scenario.Scenario
	// Version of the program, as reports and saved plans name it.
	Version string
	// Environ is the environment.
	Environ map[string]string
	// OnRun is told of the run that all that follows is about.
	OnRun func(id string)
}

// A Session is one command at work on one manifest.
type Session struct {
	Options
	Manifest *manifest.Manifest
	// data is the folder below which state and reports are written.
	data *os.Root
	// DB is the state; nil when it was opened to look at and there is none.
	DB *state.DB
	// locked says that the state is this session's alone to change.
	locked bool
	locks  locks
	// results are those of the latest Input.
	results *snapshot.Snapshot
}

// New begins one.
func New(o Options) *Session { return &Session{Options: o} }

// OpenData makes the data folder and opens it.
func (s *Session) OpenData() error {
	dir := s.Manifest.DataDir
	if err := disk.MkdirAll(dir); err != nil {
		return fmt.Errorf("make the data folder: %w; name another one with --data-dir", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("open the data folder: %w; name another one with --data-dir", err)
	}
	s.data = root
	return nil
}

// OpenOptions say how a state is opened to be written.
type OpenOptions struct {
	// Wait is how long to wait for another holder of a lock.
	Wait time.Duration
	// Existing makes no state: the error is state.ErrNoState where there is none.
	Existing bool
}

// OpenToWrite opens the state, makes it where there is none yet, and takes its lock
// and those of the credentials. The state is the caller's alone until Close.
func (s *Session) OpenToWrite(ctx context.Context, o OpenOptions) error {
	if err := s.OpenData(); err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, s.Manifest.DataDir, s.Manifest.Backend.Path, sqlite.Options{Create: s.Manifest.Backend.Create && !o.Existing, LockTimeout: o.Wait, Simulated: s.Simulator})
	if err != nil {
		return err
	}
	s.DB = db
	if err := s.SameWorld(); err != nil {
		return err
	}
	if err := s.locks.takeState(ctx, s.DB, holder(s.Now()), o.Wait); err != nil {
		return err
	}
	s.locked = true
	return s.lockCredentials(ctx, o.Wait)
}

// lockCredentials takes the credentials. The simulator is in this process, so
// nobody shares its rate.
func (s *Session) lockCredentials(ctx context.Context, wait time.Duration) error {
	if s.Simulator {
		return nil
	}
	beside := filepath.Dir(filepath.Join(s.Manifest.DataDir, s.Manifest.Backend.Path))
	if _, err := os.Stat(beside); err != nil {
		beside = ""
	}
	return s.locks.takeCredentials(ctx, s.Manifest.Providers, credentialLocks{
		beside: beside, user: lock.UserFolder(s.Environ, homeFolder), holder: holder(s.Now()), wait: wait, log: s.Log,
	})
}

// Rest waits until the calls of the credentials' last runs count no more.
func (s *Session) Rest(ctx context.Context) error { return s.locks.rest(ctx) }

// ErrNoState is told by commands that need one.
var ErrNoState = errors.New("there is no state yet: `notifyaudit apply` makes one")

// OpenToChange opens the state and takes its lock; the credentials are left alone,
// since nothing is asked. Where there is no state it makes one if create says so,
// else the error is ErrNoState.
func (s *Session) OpenToChange(ctx context.Context, create bool, wait time.Duration) error {
	if create {
		if err := s.OpenData(); err != nil {
			return err
		}
	}
	db, err := sqlite.Open(ctx, s.Manifest.DataDir, s.Manifest.Backend.Path, sqlite.Options{Create: create && s.Manifest.Backend.Create, LockTimeout: wait})
	if errors.Is(err, state.ErrNoState) && !create {
		return exit.With(exit.Failure, ErrNoState)
	}
	if err != nil {
		return err
	}
	s.DB = db
	err = s.locks.takeState(ctx, db, holder(s.Now()), wait)
	s.locked = err == nil
	return err
}

// OpenForDoctor opens the state, if there is one, for its account of the calls,
// and takes the locks: a run that is going on has the whole rate.
func (s *Session) OpenForDoctor(ctx context.Context, wait time.Duration) error {
	if err := s.OpenToChange(ctx, false, wait); err != nil && !errors.Is(err, ErrNoState) {
		return err
	}
	return s.lockCredentials(ctx, wait)
}

// Pay puts calls on the state's account, if there is a state.
func (s *Session) Pay(ctx context.Context, p *job.Provider, cost job.Cost) error {
	if s.DB == nil {
		return nil
	}
	// They were made: they count even when the time is up.
	return s.DB.Spend(context.WithoutCancel(ctx), job.Spend{
		QuotaGroup: p.Limit.QuotaGroup, Calls: cost.Metered, At: s.Now(),
	})
}

// OpenToRead opens the state to look at it as it is at one instant. Where there is
// none DB stays nil.
func (s *Session) OpenToRead(ctx context.Context) error {
	if err := readable(filepath.Join(s.Manifest.DataDir, s.Manifest.Backend.Path)); err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, s.Manifest.DataDir, s.Manifest.Backend.Path, sqlite.Options{ReadOnly: true})
	if errors.Is(err, state.ErrNoState) {
		return nil
	}
	if err != nil {
		return err
	}
	s.DB = db
	return nil
}

// SameWorld refuses to mix readings that the simulator made up with real ones.
func (s *Session) SameWorld() error {
	switch {
	case s.DB == nil || s.DB.Simulated() == s.Simulator:
		return nil
	case s.Simulator:
		return exit.With(exit.Failure, fmt.Errorf("%s has real readings, and the simulator would add made-up ones: leave --simulator out, or name another folder with --data-dir", s.DB.Path()))
	default:
		return exit.With(exit.Failure, fmt.Errorf("%s has readings that the simulator made up: remove it, or name another folder with --data-dir; to go on with it, add --simulator", s.DB.Path()))
	}
}

// Close gives back what the session holds.
func (s *Session) Close() {
	_ = s.results.Close()
	s.locks.release()
	if s.DB != nil {
		if err := s.DB.Close(); err != nil {
			s.Log.Warn("the state did not close cleanly", "error", err)
		}
	}
	if s.data != nil {
		_ = s.data.Close()
	}
}

// Spent is what each quota group has spent this month by the state's count.
func (s *Session) Spent(ctx context.Context, now time.Time) (map[string]int, error) {
	spent := map[string]int{}
	if s.DB == nil {
		return spent, nil
	}
	for _, p := range s.Manifest.Providers {
		calls, err := s.DB.Spent(ctx, p.Limit.QuotaGroup, job.QuotaMonth(now))
		if err != nil {
			return nil, fmt.Errorf("look up the month's calls: %w", err)
		}
		spent[p.Limit.QuotaGroup] = calls
	}
	return spent, nil
}

// readable refuses a state that is somebody else's: its mode keeps others out, and
// the database would say no more than that it can't open it.
func readable(path string) error {
	f, err := atomicfile.Open(path)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrPermission) {
		return nil // whatever else it is, the state says it better
	}
	return exit.With(exit.Failure, fmt.Errorf("the state %s can't be read by this user: it holds who has read what, so only its owner may; run this as the user that runs apply", path))
}
