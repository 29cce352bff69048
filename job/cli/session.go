package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/manifest"
	"notifyaudit/job/simulator/scenario"
	"notifyaudit/job/state"
	"notifyaudit/job/state/lock"
)

// sessionOptions are what a session works with.
type sessionOptions struct {
	reporter reporter
	log      *slog.Logger
	now      func() time.Time
	// simulator says that the embedded API answers, as the scenario has it: nil for
	// the one beside the manifest, if there is one.
	simulator bool
	scenario  *scenario.Scenario
	// version of the program, as reports and saved plans name it.
	version string
	// environ is the environment.
	environ map[string]string
}

// A session is one command at work on one manifest.
type session struct {
	sessionOptions
	manifest *manifest.Manifest
	// data is the folder below which state and reports are written.
	data *os.Root
	// db is the state; nil when it was opened to look at and there is none.
	db *state.DB
	// locked says that the state is this session's alone to change.
	locked bool
	locks  []interface{ Release() error }
	// credentials are those of locks that are an API's.
	credentials []*lock.Credential
	// cut are the addresses, by message, of those whose own would name somebody who
	// was erased, as they stand in the manifest.
	cut map[job.MessageID]string
}

// newSession begins one.
func newSession(o sessionOptions) *session { return &session{sessionOptions: o} }

// openData makes the data folder and opens it.
func (s *session) openData() error {
	dir := s.manifest.DataDir
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

// openToWrite opens the state, makes it where there is none yet, and takes its
// lock and those of the credentials. The state is the caller's alone until
// close.
func (s *session) openToWrite(ctx context.Context, wait time.Duration) error {
	if err := s.openData(); err != nil {
		return err
	}
	db, err := state.OpenSQLite(ctx, s.manifest.DataDir, s.manifest.Backend.Path, state.Options{Create: s.manifest.Backend.Create, LockTimeout: wait, Simulated: s.simulator})
	if err != nil {
		return err
	}
	s.db = db
	if err := s.sameWorld(); err != nil {
		return err
	}
	if err := s.lock(ctx, wait); err != nil {
		return err
	}
	s.locked = true
	return nil
}

// lock takes the state, and the credentials as far as this host goes.
func (s *session) lock(ctx context.Context, wait time.Duration) error {
	holder := s.holder()
	held, err := s.db.Lock(ctx, holder, wait)
	if err != nil {
		return err
	}
	s.locks = append(s.locks, held)
	return s.lockCredentials(ctx, holder, wait)
}

// lockCredentials takes the credentials alone. The simulator is in this process,
// so nobody shares its rate.
func (s *session) lockCredentials(ctx context.Context, holder string, wait time.Duration) error {
	if s.simulator {
		return nil
	}
	beside := filepath.Dir(filepath.Join(s.manifest.DataDir, s.manifest.Backend.Path))
	if _, err := os.Stat(beside); err != nil {
		beside = ""
	}
	user := lock.UserFolder(s.environ, homeFolder)
	taken := map[string]bool{}
	for _, p := range s.manifest.Providers {
		if taken[p.Credential()] {
			continue
		}
		taken[p.Credential()] = true
		held, err := lock.TakeCredential(ctx, beside, user, p.Credential(), holder, wait)
		if err != nil {
			return err
		}
		if err := held.Unshared(); err != nil {
			s.log.Info("other states of this user don't see this run's credential", "provider", p.Name, "error", err)
		}
		s.locks, s.credentials = append(s.locks, held), append(s.credentials, held)
	}
	return nil
}

// homeFolder is this user's, as the system's list of users has it.
func homeFolder() (string, error) {
	u, err := user.Current()
	if err != nil {
		return "", err
	}
	return u.HomeDir, nil
}

// rest waits until the calls of the credentials' last runs count no more.
func (s *session) rest(ctx context.Context) error {
	for _, held := range s.credentials {
		if err := held.Rest(ctx); err != nil {
			return err
		}
	}
	return nil
}

// holder is what others are told about this process while it holds a lock.
func (s *session) holder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "this host"
	}
	return lock.Holder(host, os.Getpid(), s.now())
}

// openToRead opens the state to look at it. Where there is none s.db stays nil.
func (s *session) openToRead(ctx context.Context) error {
	if err := s.readable(); err != nil {
		return err
	}
	db, err := state.OpenSQLite(ctx, s.manifest.DataDir, s.manifest.Backend.Path, state.Options{ReadOnly: true})
	if errors.Is(err, state.ErrNoState) {
		return nil
	}
	if err != nil {
		return err
	}
	s.db = db
	return nil
}

// readable refuses a state that is somebody else's: its mode keeps others out, and
// the database would say no more than that it can't open it.
func (s *session) readable() error {
	path := filepath.Join(s.manifest.DataDir, s.manifest.Backend.Path)
	f, err := atomicfile.Open(path)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrPermission) {
		return nil // whatever else it is, the state says it better
	}
	return exit.With(exit.Failure, fmt.Errorf("the state %s can't be read by this user: it holds who has read what, so only its owner may; run this as the user that runs apply", path))
}

// sameWorld refuses to mix readings that the simulator made up with real ones.
func (s *session) sameWorld() error {
	switch {
	case s.db == nil || s.db.Simulated() == s.simulator:
		return nil
	case s.simulator:
		return exit.With(exit.Failure, fmt.Errorf("%s has real readings, and the simulator would add made-up ones: leave --simulator out, or name another folder with --data-dir", s.db.Path()))
	default:
		return exit.With(exit.Failure, fmt.Errorf("%s has readings that the simulator made up: remove it, or name another folder with --data-dir; to go on with it, add --simulator", s.db.Path()))
	}
}

// close gives back what the session holds.
func (s *session) close() {
	for _, held := range s.locks {
		_ = held.Release()
	}
	if s.db != nil {
		if err := s.db.Close(); err != nil {
			s.log.Warn("the state did not close cleanly", "error", err)
		}
	}
	if s.data != nil {
		_ = s.data.Close()
	}
}

// spent is what each quota group has spent this month by the state's count.
func (s *session) spent(ctx context.Context, now time.Time) (map[string]int, error) {
	spent := map[string]int{}
	if s.db == nil {
		return spent, nil
	}
	for _, p := range s.manifest.Providers {
		calls, err := s.db.Spent(ctx, p.Limit.QuotaGroup, job.QuotaMonth(now))
		if err != nil {
			return nil, fmt.Errorf("look up the month's calls: %w", err)
		}
		spent[p.Limit.QuotaGroup] = calls
	}
	return spent, nil
}
