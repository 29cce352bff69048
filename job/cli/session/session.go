// Package session works with a manifest and a state: it opens and locks the state,
// plans, asks, collects the input of reports and writes them. It prints nothing and
// knows no flag: what there is to say goes to a Reporter or is a result.
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
	"notifyaudit/job/cli/archive"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/backend"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/publish"
	"notifyaudit/job/manifest"
	"notifyaudit/job/simulator/scenario"
	"notifyaudit/job/state"
	"notifyaudit/job/state/lock"
)

// Options are what a session works with.
type Options struct {
	Reporter Reporter
	Log      *slog.Logger
	Now      func() time.Time
	// Simulator asks the embedded API instead of the network. Scenario is what that
	// answers; nil is the scenario file beside the manifest, if there is one.
	Simulator bool
	Scenario  *scenario.Scenario
	// Version of the program, for reports and saved plans.
	Version string
	// Environ is the environment.
	Environ map[string]string
	// OnRun is called with the id of the run that all that follows is about.
	OnRun func(id string)
}

// A Session is one command that works with one manifest. It is not safe for concurrent
// use.
type Session struct {
	Options
	Manifest *manifest.Manifest
	// data is the folder of the state and the reports.
	data *os.Root
	// DB is the state. It is nil before it is opened, and after OpenToRead if there is
	// none.
	DB *state.DB
	// New means that nothing was ever recorded in the state before OpenToWrite, or that
	// OpenToChange made its file.
	New bool
	// part is what the process has of a run that several carry out; nil for a run of its
	// own.
	part *part
	// Locked means that the session holds the lock of the state.
	Locked bool
	locks  locks
	// results are those of the latest Input.
	results *snapshot.Snapshot
}

// New returns a session without a manifest and a state.
func New(o Options) *Session { return &Session{Options: o} }

// Archive returns the archive of the session's state.
func (s *Session) Archive() archive.Archive { return archive.Archive{DB: s.DB, Now: s.Now} }

// Reports returns the reports of the session. The data folder has to be open.
func (s *Session) Reports() *publish.Reports {
	return &publish.Reports{Manifest: s.Manifest, Data: s.data, DB: s.DB, Reporter: s.Reporter, Log: s.Log, Now: s.Now, Locked: s.Locked}
}

// OpenData makes the data folder and opens it.
func (s *Session) OpenData() error {
	dir := s.Manifest.DataDir
	if err := os.MkdirAll(dir, 0o700); err != nil {
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

// OpenToWrite opens the state, makes it where there is none yet and the manifest lets
// it, and takes its lock and those of the credentials. The state is the caller's alone until Close.
func (s *Session) OpenToWrite(ctx context.Context, o OpenOptions) error {
	if err := open(ctx, s, o); err != nil {
		return err
	}
	if err := s.locks.takeState(ctx, s.DB, holder(s.Now()), o.Wait); err != nil {
		return err
	}
	s.Locked = true
	if err := claim(ctx, s); err != nil {
		return err
	}
	return s.lockCredentials(ctx, o.Wait)
}

// open opens the state to write it, without its lock.
func open(ctx context.Context, s *Session, o OpenOptions) error {
	if err := s.OpenData(); err != nil {
		return err
	}
	create := !o.Existing && s.Manifest.Backend.Create
	db, err := backend.Open(ctx, s.Manifest, state.OpenOptions{Create: create, LockTimeout: o.Wait, Simulated: s.Simulator})
	if errors.Is(err, state.ErrNoState) && !o.Existing {
		return exit.With(exit.Config, err) // the manifest forbids to make one
	}
	if err != nil {
		return err
	}
	s.DB = db
	return s.SameAudit(ctx)
}

// lockCredentials locks the credentials. The simulator is part of this process, so
// its rate is not shared.
func (s *Session) lockCredentials(ctx context.Context, wait time.Duration) error {
	if s.Simulator {
		return nil
	}
	beside := s.Manifest.DataDir
	if path := s.Manifest.Backend.Path; path != "" {
		beside = filepath.Dir(filepath.Join(beside, path))
	}
	if _, err := os.Stat(beside); err != nil {
		beside = ""
	}
	return s.locks.takeCredentials(ctx, own(s), credentialLocks{
		beside: beside, user: lock.UserFolder(s.Environ, homeFolder), holder: holder(s.Now()), wait: wait, log: s.Log,
	})
}

// Rest waits until the calls of the credentials' last runs no longer count.
func (s *Session) Rest(ctx context.Context) error { return s.locks.rest(ctx) }

// ErrNoState is the error of commands that need a state.
var ErrNoState = errors.New("there is no state yet: `notifyaudit apply` makes one")

// OpenToChange opens the state and takes its lock, but not those of the credentials,
// since nothing is asked. If there is no state it makes one if create is true; else the
// error is ErrNoState.
func (s *Session) OpenToChange(ctx context.Context, create bool, wait time.Duration) error {
	if create {
		if err := s.OpenData(); err != nil {
			return err
		}
	}
	s.New = create && backend.Absent(s.Manifest)
	db, err := backend.Open(ctx, s.Manifest, state.OpenOptions{Create: create, LockTimeout: wait})
	if errors.Is(err, state.ErrNoState) && !create {
		return exit.With(exit.Failure, ErrNoState)
	}
	if err != nil {
		return err
	}
	s.DB = db
	err = s.locks.takeState(ctx, db, holder(s.Now()), wait)
	s.Locked = err == nil
	return err
}

// Undo removes the file of a state that was made for what failed with err.
func Undo(s *Session, err error) error {
	if s.New {
		return errors.Join(err, backend.Remove(s.Manifest))
	}
	return err
}

// OpenForDoctor opens the state, if there is one, to count calls, and takes the locks:
// a run that is in progress uses the whole rate.
func (s *Session) OpenForDoctor(ctx context.Context, wait time.Duration) error {
	if err := s.OpenToChange(ctx, false, wait); err != nil && !errors.Is(err, ErrNoState) {
		return err
	}
	return s.lockCredentials(ctx, wait)
}

// Pay adds calls to the state's count of the month, if there is a state.
func (s *Session) Pay(ctx context.Context, p *job.Provider, cost job.Cost) error {
	if s.DB == nil {
		return nil
	}
	// The calls were made: they count also after the end of ctx.
	return s.DB.Spend(context.WithoutCancel(ctx), job.Spend{
		QuotaGroup: p.Limit.QuotaGroup, Calls: cost.Metered, At: s.Now(),
	})
}

// OpenToRead opens the state to look at it as it is at one instant. Where there is
// none DB stays nil.
func (s *Session) OpenToRead(ctx context.Context) error {
	if path := s.Manifest.Backend.Path; path != "" {
		if err := readable(filepath.Join(s.Manifest.DataDir, path)); err != nil {
			return err
		}
	}
	db, err := backend.Open(ctx, s.Manifest, state.OpenOptions{ReadOnly: true})
	if errors.Is(err, state.ErrNoState) {
		return nil
	}
	if err != nil {
		return err
	}
	s.DB = db
	return nil
}

// Close releases all that the session holds.
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
	if s.Manifest != nil {
		s.Manifest.Close()
	}
}

// Spent returns the state's count of this month's calls by quota group; empty without a
// state.
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

// readable is an error for a state that belongs to another user. The error of the
// database would only say that it can't open the file.
func readable(path string) error {
	f, err := atomicfile.Open(path)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrPermission) {
		return nil // the state reports other errors better
	}
	return exit.With(exit.Failure, fmt.Errorf("the state %s can't be read by this user: it holds who has read what, so only its owner may; run this as the user that runs apply", path))
}
