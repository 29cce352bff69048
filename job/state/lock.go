package state

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// A Lock keeps others out until it is released or its process ends.
type Lock struct {
	file  *os.File
	db    *DB // nil for a credential
	epoch int64
}

// Lock takes the state for recording. It waits up to timeout for another holder
// to end; then, and at once when timeout is 0, it fails with a [*LockedError]
// that says who holds it. holder is what others are told about this process: a
// line such as [Holder] makes. A scrub that is pending is finished, if it can be;
// see [DB.Scrub].
//
// The kernel drops the lock with its process, so a killed holder blocks nobody;
// one that is only stopped still holds it. Should it be taken from a holder all
// the same, because somebody deleted the file beside the state, that holder's
// calls fail with [ErrFenced] from then on.
func (db *DB) Lock(ctx context.Context, holder string, timeout time.Duration) (*Lock, error) {
	doing := "lock the state " + db.Path()
	if db.readOnly {
		return nil, db.fault(doing, ErrReadOnly)
	}
	file, err := hold(ctx, db.place.root, db.place.name+".lock", "the state "+db.Path(), holder, timeout)
	if err != nil {
		return nil, err
	}
	if err := db.place.still(db.file); err != nil {
		return nil, errors.Join(err, letGo(file))
	}
	lock := &Lock{file: file, db: db}
	err = db.change(ctx, doing, func(t *tx) error {
		err := t.row(ctx, `UPDATE meta SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch`).Scan(&lock.epoch)
		return errors.Join(err, db.learn(ctx, t))
	})
	if err != nil {
		return nil, errors.Join(err, letGo(file))
	}
	db.epoch.Store(lock.epoch)
	db.held.Store(lock)
	// What a purge left to do is no reason not to record: it stays to be done.
	_, _ = db.Scrub(ctx)
	return lock, nil
}

// LockCredential takes a credential, by its fingerprint, for this user on this
// host: two states that share it would share its rate too. tempDir is the
// host's folder for temporary files, as from [os.TempDir]; the lock is a file in
// a folder there that only this user can enter. Errors and waiting are
// [DB.Lock]'s.
func LockCredential(ctx context.Context, tempDir, fingerprint, holder string, timeout time.Duration) (*Lock, error) {
	name := "credential-" + fingerprint + ".lock"
	if !filepath.IsLocal(name) || strings.ContainsAny(name, `/\`) {
		return nil, fmt.Errorf("lock the credential: %q is no fingerprint", fingerprint)
	}
	folder, err := privateFolder(tempDir)
	if err != nil {
		return nil, explain("lock the credential", fileReason(err), err, filepath.Join(tempDir, name))
	}
	file, err := hold(ctx, folder, name, "the credential "+fingerprint, holder, timeout)
	if err = errors.Join(err, folder.Close()); err != nil {
		return nil, err
	}
	return &Lock{file: file}, nil
}

// Holder describes a process to those who wait for it.
func Holder(host string, pid int, since time.Time) string {
	return fmt.Sprintf("pid %d on %s since %s", pid, host, since.UTC().Format(time.RFC3339))
}

// Release gives the lock back. Releasing it again does nothing.
func (l *Lock) Release() error {
	if l.db != nil {
		l.db.epoch.CompareAndSwap(l.epoch, 0)
		l.db.held.CompareAndSwap(l, nil)
	}
	if err := letGo(l.file); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("release the lock: %w", err)
	}
	return nil
}

// privateFolder opens this user's folder in dir. In a folder that everybody can
// write to, somebody else may have made it first, or a link in its place.
func privateFolder(dir string) (*os.Root, error) {
	parent, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = parent.Close() }() // nothing was written through it
	name := fmt.Sprintf("notifyaudit-%d", os.Geteuid())
	if err := parent.Mkdir(name, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	seen, err := parent.Lstat(name)
	if err != nil {
		return nil, err
	}
	folder, err := parent.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	info, err := folder.Stat(".")
	if err == nil && (!os.SameFile(seen, info) || !ours(info) || info.Mode().Perm() != 0o700) {
		err = fmt.Errorf("%s is not this user's own folder of mode 0700: remove it", filepath.Join(dir, name))
	}
	if err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	return folder, nil
}

// How often a waiting process tries again. The kernel could wake it, but not
// when the context ends.
const lockPoll = 100 * time.Millisecond

// hold opens a lock file, waits for it up to timeout, and signs it. The file is
// never deleted: whoever opened it before would hold a lock that nobody sees.
func hold(ctx context.Context, root *os.Root, name, what, holder string, timeout time.Duration) (*os.File, error) {
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	poll := time.NewTicker(lockPoll)
	defer poll.Stop()
	for {
		file, err := tryHold(root, name)
		if err == nil {
			return sign(file, what, holder)
		}
		taken, ok := errors.AsType[*LockedError](err)
		if !ok {
			return nil, explain("lock "+what, fileReason(err), err, filepath.Join(root.Name(), name))
		}
		taken.What = what
		if timeout <= 0 {
			return nil, taken
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the lock: %w: %w", taken, context.Cause(ctx))
		case <-deadline.C:
			taken.Waited = timeout
			return nil, taken
		case <-poll.C:
		}
	}
}

func tryHold(root *os.Root, name string) (*os.File, error) {
	if info, err := root.Lstat(name); err == nil && (!info.Mode().IsRegular() || links(info) > 1) {
		return nil, fmt.Errorf("%s is not a plain file: remove it", name)
	}
	file, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	got, err := tryLock(file)
	if err == nil && !got {
		err = &LockedError{Holder: signature(file)}
	}
	if err == nil && !names(root, name, file) {
		err = &LockedError{} // deleted or replaced since it was opened: try the new one
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// names reports whether the file's name still leads to it.
func names(root *os.Root, name string, file *os.File) bool {
	now, err := root.Lstat(name)
	if err != nil {
		return false
	}
	opened, err := file.Stat()
	return err == nil && os.SameFile(now, opened)
}

const maxSignature = 256

func sign(file *os.File, what, holder string) (*os.File, error) {
	_, err := file.WriteAt([]byte(holder+"\n"), 0)
	if err = errors.Join(file.Truncate(int64(len(holder)+1)), err); err != nil {
		return nil, explain("sign the lock of "+what, fileReason(err), errors.Join(err, file.Close()), file.Name())
	}
	return file, nil
}

func signature(file *os.File) string {
	text, err := io.ReadAll(io.NewSectionReader(file, 0, maxSignature))
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, line)
}

func letGo(file *os.File) error {
	return errors.Join(file.Truncate(0), file.Close())
}
