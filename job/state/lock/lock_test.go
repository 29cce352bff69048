//go:build unix

package lock

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func take(ctx context.Context, beside, user string) (*Credential, error) {
	return TakeCredential(ctx, beside, user, "c0ffee", "the holder", 0)
}

func TestCredential(t *testing.T) {
	beside, user := t.TempDir(), filepath.Join(t.TempDir(), "a", "cache")
	first, err := take(t.Context(), beside, user)
	must(t, err)
	for name, folders := range map[string][2]string{
		"both": {beside, user}, "the user's other state": {t.TempDir(), user}, "no user's folder": {beside, ""}, "no state": {"", user},
	} {
		_, err = take(t.Context(), folders[0], folders[1])
		held, ok := errors.AsType[*HeldError](err)
		if !ok || held.Holder != "the holder" || held.What != "the credential c0ffee" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	other, err := TakeCredential(t.Context(), beside, user, "decaf", "another", 0)
	must(t, err)
	must(t, errors.Join(first.Unshared(), other.Release(), first.Release(), first.Release()))
	again, err := take(t.Context(), beside, user)
	must(t, err)
	must(t, again.Release())

	for path, want := range map[string]fs.FileMode{
		filepath.Dir(user): 0o700, user: 0o700, filepath.Join(user, ".credential-c0ffee.lock"): 0o600,
		filepath.Join(beside, ".credential-c0ffee.lock"): 0o600,
	} {
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
	}
	if _, err := TakeCredential(t.Context(), beside, user, "../x", "me", 0); err == nil {
		t.Error("a fingerprint led out of the folder")
	}
}

// Another user can't stand in the way: what isn't this user's alone is refused,
// with what to do about it.
func TestSquattedFolder(t *testing.T) {
	user := filepath.Join(t.TempDir(), "cache")
	must(t, os.Mkdir(user, 0o700))
	must(t, os.Chmod(user, 0o777)) //nolint:gosec // the point
	_, err := take(t.Context(), "", user)
	if err == nil || !strings.Contains(err.Error(), "chmod 700") || !strings.Contains(err.Error(), user) {
		t.Errorf("a folder open to all: %v", err)
	}
	must(t, os.Chmod(user, 0o700))
	victim := filepath.Join(t.TempDir(), "victim")
	must(t, os.WriteFile(victim, []byte("somebody else's"), 0o600))
	for name, link := range map[string]func(string, string) error{"symlink": os.Symlink, "hard link": os.Link} {
		path := filepath.Join(user, ".credential-c0ffee.lock")
		must(t, link(victim, path))
		if _, err := take(t.Context(), "", user); err == nil || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("a %s: %v", name, err)
		}
		must(t, os.Remove(path))
	}
	text, err := os.ReadFile(victim)
	must(t, err)
	if string(text) != "somebody else's" {
		t.Errorf("the victim holds %q", text)
	}
}

// Where the user has no folder, or none that can be made, the state's is enough.
func TestNoUserFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	for _, user := range []string{"", filepath.Join(file, "below")} {
		beside := t.TempDir()
		c, err := take(t.Context(), beside, user)
		must(t, err)
		if c.Unshared() == nil {
			t.Errorf("%q was used", user)
		}
		if _, err := take(t.Context(), beside, user); !errors.Is(err, ErrHeld) {
			t.Errorf("taken twice: %v", err)
		}
		must(t, c.Release())
	}
}

func TestUserFolder(t *testing.T) {
	nobody := func() (string, error) { return "", errors.New("no such user") }
	listed := func() (string, error) { return "/home/listed", nil }
	for _, c := range []struct {
		environ map[string]string
		home    func() (string, error)
		want    string
	}{
		{map[string]string{"XDG_CACHE_HOME": "/cache", "HOME": "/home/u"}, nobody, "/cache/notifyaudit"},
		{map[string]string{"XDG_CACHE_HOME": "cache", "HOME": "/home/u"}, nobody, "/home/u/.cache/notifyaudit"},
		{map[string]string{"HOME": "/home/u", "TMPDIR": "/tmp/x"}, listed, "/home/u/.cache/notifyaudit"},
		{map[string]string{"TMPDIR": "/tmp/x"}, listed, "/home/listed/.cache/notifyaudit"},
		{map[string]string{"HOME": "."}, listed, "/home/listed/.cache/notifyaudit"},
		{nil, nobody, ""},
	} {
		if got := UserFolder(c.environ, c.home); got != c.want {
			t.Errorf("%v: got %q, want %q", c.environ, got, c.want)
		}
	}
}

// A run begins to call when the calls of the last one are a second old, wherever
// that one left its note.
func TestRest(t *testing.T) {
	for name, c := range map[string]struct {
		// end ends the first run; then pause passes.
		end   func(t *testing.T, c *Credential)
		pause time.Duration
		want  time.Duration
	}{
		"at once":         {release, 0, time.Second},
		"a little later":  {release, 300 * time.Millisecond, 700 * time.Millisecond},
		"much later":      {release, time.Minute, 0},
		"after no call":   {func(t *testing.T, c *Credential) { t.Helper(); must(t, c.Release()) }, 0, 0},
		"after a kill":    {killed, 10 * time.Second, time.Second},
		"the clock moved": {ahead, 0, time.Second},
	} {
		for place, use := range map[string]func(beside, user string) (string, string){
			"same state":         func(beside, user string) (string, string) { return beside, user },
			"the user's folder":  func(_, user string) (string, string) { return t.TempDir(), user },
			"the state's folder": func(beside, _ string) (string, string) { return beside, t.TempDir() },
		} {
			t.Run(name+", "+place, func(t *testing.T) {
				beside, user := t.TempDir(), t.TempDir()
				must(t, os.Chmod(user, 0o700))
				synctest.Test(t, func(t *testing.T) {
					first, err := take(t.Context(), beside, user)
					must(t, err)
					c.end(t, first)
					time.Sleep(c.pause)
					beside, user := use(beside, user)
					second, err := take(t.Context(), beside, user)
					must(t, err)
					began := time.Now()
					must(t, second.Rest(t.Context()))
					if waited := time.Since(began); waited != c.want {
						t.Errorf("waited %s, want %s", waited, c.want)
					}
					must(t, second.Release())
				})
			})
		}
	}
}

// A run that made no call passes on what it found.
func TestRestIsInherited(t *testing.T) {
	beside := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		first, err := take(t.Context(), beside, "")
		must(t, err)
		release(t, first)
		idle, err := take(t.Context(), beside, "")
		must(t, err)
		time.Sleep(200 * time.Millisecond)
		must(t, idle.Release())
		second, err := take(t.Context(), beside, "")
		must(t, err)
		began := time.Now()
		must(t, second.Rest(t.Context()))
		if waited := time.Since(began); waited != 800*time.Millisecond {
			t.Errorf("waited %s", waited)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		cause := errors.New("the end")
		cancel(cause)
		second.rested = time.Now().Add(time.Hour)
		if err := second.Rest(ctx); !errors.Is(err, cause) {
			t.Errorf("got %v", err)
		}
		must(t, second.Release())
	})
}

func release(t *testing.T, c *Credential) {
	t.Helper()
	must(t, c.Rest(t.Context()))
	must(t, c.Release())
}

// killed ends a holder as the kernel does: the lock is free and signed.
func killed(t *testing.T, c *Credential) {
	t.Helper()
	must(t, c.Rest(t.Context()))
	for _, l := range c.locks {
		must(t, l.file.Close())
	}
}

// ahead ends a holder whose clock was an hour ahead.
func ahead(t *testing.T, c *Credential) {
	t.Helper()
	for _, l := range c.locks {
		must(t, l.release(ended+time.Now().Add(time.Hour).Format(time.RFC3339Nano)))
	}
}

// The line is another process's bytes: it is shown bounded, and without what a
// terminal would obey.
func TestLineIsCleaned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	must(t, os.WriteFile(path, []byte("a\x1b[31mb\x00c"+strings.Repeat("d", 1000)+"\nsecond"), 0o600))
	file, err := os.Open(path)
	must(t, err)
	defer func() { _ = file.Close() }()
	if got := read(file); !strings.HasPrefix(got, "a[31mbcddd") || len(got) > maxLine {
		t.Errorf("got %q", got)
	}
}

// A lock file that somebody deleted is no lock any more: the next one makes
// another, and who waits for the old one gets that.
func TestDeletedFile(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	must(t, err)
	defer func() { _ = root.Close() }()
	first, err := File(t.Context(), root, "x.lock", "x", "first", 0)
	must(t, err)
	must(t, root.Remove("x.lock"))
	second, err := File(t.Context(), root, "x.lock", "x", "second", 0)
	must(t, err)
	_, err = File(t.Context(), root, "x.lock", "x", "third", 150*time.Millisecond)
	held, ok := errors.AsType[*HeldError](err)
	if !ok || held.Holder != "second" || held.Waited != 150*time.Millisecond {
		t.Errorf("got %v", err)
	}
	must(t, errors.Join(first.Release(), second.Release()))
	if err := syscall.Access(filepath.Join(root.Name(), "x.lock"), 0); err != nil {
		t.Error("the file was deleted")
	}
}
