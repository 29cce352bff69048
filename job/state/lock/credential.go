package lock

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"notifyaudit/job/disk"
)

// A Credential is the lock of an API credential: two states that share one would
// share its rate too. It remembers when the credential's last run ended, since the
// vendor counts calls of the last second against the rate of the next run.
type Credential struct {
	locks []*Lock
	// rested is when the calls of the last holder are old enough.
	rested time.Time
	used   bool
	// unshared is why the user's folder isn't used.
	unshared error
}

// rest is how long a call counts against the rate.
const rest = time.Second

// TakeCredential takes a credential by its fingerprint in two folders: beside the
// state, which must be there, and in the user's folder (see [UserFolder]), which is
// made if it is missing. One of them may be empty. Errors and waiting are [File]'s.
//
// The second folder is what all states of this user on this host share. Where it
// can't be made, as in a container with a read-only file system, the first one
// alone is used; see [Credential.Unshared].
func TakeCredential(ctx context.Context, beside, user, fingerprint, holder string, timeout time.Duration) (*Credential, error) {
	name := ".credential-" + fingerprint + ".lock"
	if !filepath.IsLocal(name) || strings.ContainsAny(name, `/\`) {
		return nil, fmt.Errorf("lock the credential: %q is not a fingerprint", fingerprint)
	}
	c := &Credential{}
	what := "the credential " + fingerprint
	if beside != "" {
		root, err := os.OpenRoot(beside)
		if err == nil {
			err = errors.Join(c.take(ctx, root, name, what, holder, timeout), root.Close())
		}
		if err != nil {
			return nil, errors.Join(credentialError(err), c.Release())
		}
	}
	root, err := openUserFolder(user)
	if err == nil {
		err = errors.Join(c.take(ctx, root, name, what, holder, timeout), root.Close())
	}
	if unusable(err) {
		c.unshared, err = err, nil
	}
	if err != nil {
		return nil, errors.Join(credentialError(err), c.Release())
	}
	return c, nil
}

func credentialError(err error) error {
	if errors.Is(err, ErrHeld) {
		return err
	}
	return fmt.Errorf("lock the credential: %w", err)
}

// UserFolder is the folder for what this user's processes on this host share: in
// the user's cache folder, as the environment or else the user's entry in the
// system's list of users says; empty where neither does. It doesn't depend on
// TMPDIR, nobody else can make it first, and no cleaner of temporary files empties
// it.
func UserFolder(environ map[string]string, home func() (string, error)) string {
	if cache := environ["XDG_CACHE_HOME"]; filepath.IsAbs(cache) {
		return filepath.Join(cache, "notifyaudit")
	}
	folder := environ["HOME"]
	if !filepath.IsAbs(folder) {
		var err error
		if folder, err = home(); err != nil || !filepath.IsAbs(folder) {
			return ""
		}
	}
	return filepath.Join(folder, ".cache", "notifyaudit")
}

var errNoUserFolder = errors.New("this user has no home folder")

// openUserFolder opens the user's folder, and makes it where it is missing. It
// refuses one that others may write to: they could hold the lock and never release it.
func openUserFolder(path string) (*os.Root, error) {
	if path == "" {
		return nil, errNoUserFolder
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, disk.Advise(err, path)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, disk.Advise(err, path)
	}
	info, err := root.Stat(".")
	if err == nil && (!owned(info) || info.Mode().Perm()&0o022 != 0) {
		err = fmt.Errorf("others may write to %s: make it yours alone (chmod 700), or remove it and run again", path)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return root, nil
}

// unusable reports whether a folder can't be made or written to by this user.
func unusable(err error) bool {
	return errors.Is(err, errNoUserFolder) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) ||
		errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENOTDIR)
}

func (c *Credential) take(ctx context.Context, root *os.Root, name, what, holder string, timeout time.Duration) error {
	l, err := File(ctx, root, name, what, holder, timeout)
	if err != nil {
		return err
	}
	c.locks = append(c.locks, l)
	if until := restedAt(l.last, time.Now()); until.After(c.rested) {
		c.rested = until
	}
	return nil
}

// ended begins the line that a holder leaves behind.
const ended = "ended "

// restedAt is when the calls of the last holder, who left the line behind, are old
// enough. A holder that was killed left its signature: it may have called until
// now. So may one that ended in the future, before the clock was set back.
func restedAt(line string, now time.Time) time.Time {
	if line == "" {
		return time.Time{}
	}
	text, found := strings.CutPrefix(line, ended)
	at, err := time.Parse(time.RFC3339Nano, text)
	if !found || err != nil || at.After(now) {
		at = now
	}
	return at.Add(rest)
}

// Rest waits until the calls of the last run are a second old, or until ctx ends.
// It must be called before the first call: what is released without it made none.
func (c *Credential) Rest(ctx context.Context) error {
	c.used = true
	timer := time.NewTimer(time.Until(c.rested))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// Unshared is why the lock is in the folder of the state only, where the user's
// other states don't see it; nil when it is in the user's folder too.
func (c *Credential) Unshared() error { return c.unshared }

// Release gives the credential back. Releasing it again does nothing.
func (c *Credential) Release() error {
	line := ""
	switch {
	case c.used:
		line = ended + time.Now().UTC().Format(time.RFC3339Nano)
	case !c.rested.IsZero():
		line = ended + c.rested.Add(-rest).UTC().Format(time.RFC3339Nano)
	}
	var failures []error
	for _, l := range c.locks {
		failures = append(failures, l.release(line))
	}
	c.locks = nil
	return errors.Join(failures...)
}
