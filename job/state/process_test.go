//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package state_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/disk"
	"notifyaudit/job/longtest"
	"notifyaudit/job/state"
	"notifyaudit/job/state/lock"
	"notifyaudit/job/state/sqlite"
)

// The test binary plays other processes when this names a part: it plays in the
// folder that is its working directory, says "ready" and does one step for each
// line of its input.
const part = "NOTIFYAUDIT_TEST_PART"

func TestMain(m *testing.M) {
	parts := map[string]func(context.Context, *bufio.Scanner) error{
		"make": playMake, "hold": playHold, "read": playRead, "purge": playPurge, "lease": playLease,
	}
	play, ok := parts[os.Getenv(part)]
	if !ok {
		longtest.Checks(20)
		os.Exit(m.Run())
	}
	if err := play(context.Background(), bufio.NewScanner(os.Stdin)); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// playMake makes a state under a umask, named by the input, and stays until the
// input ends, with the log in use.
func playMake(ctx context.Context, in *bufio.Scanner) error {
	in.Scan()
	var mask int
	if _, err := fmt.Sscanf(in.Text(), "%o", &mask); err != nil {
		return err
	}
	syscall.Umask(mask)
	disk.AllowOwner()
	db, err := sqlite.Open(ctx, ".", "a/b/audit.db", state.OpenOptions{Create: true})
	if err != nil {
		return err
	}
	if _, err := db.Lock(ctx, "made", 0); err != nil {
		return err
	}
	if _, err := db.BeginRun(ctx, start); err != nil {
		return err
	}
	fmt.Println("ready")
	in.Scan()
	return db.Close()
}

// playHold locks the state and commits a reading for each line of its input.
func playHold(ctx context.Context, in *bufio.Scanner) error {
	db, err := sqlite.Open(ctx, ".", "audit.db", state.OpenOptions{Create: true})
	if err != nil {
		return err
	}
	return record(ctx, db, in)
}

// record locks a state and commits a reading for each line of the input.
func record(ctx context.Context, db *state.DB, in *bufio.Scanner) error {
	if _, err := db.Lock(ctx, lock.Holder("there", os.Getpid(), start), 0); err != nil {
		return err
	}
	run, err := db.BeginRun(ctx, start)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for n := 0; in.Scan(); n++ {
		err := db.CommitReading(ctx, job.ReadingCommit{
			Message: message(fmt.Sprint("k", n), job.Audience{}),
			Reading: job.Reading{RunID: run.ID, StartedAt: start, FinishedAt: start, SendStatus: job.SendSuccess},
			Pages:   1,
		})
		fmt.Println(err)
	}
	return nil
}

// playRead opens the state for reading only, in a folder it can't write to.
func playRead(ctx context.Context, _ *bufio.Scanner) error {
	db, err := sqlite.Open(ctx, ".", "audit.db", state.OpenOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	count, err := db.Count(ctx)
	fmt.Println("ready", count)
	_, err2 := sqlite.Open(ctx, ".", "other.db", state.OpenOptions{Create: true})
	fmt.Println(errors.Is(err2, state.ErrUnwritable), err2)
	return errors.Join(err, db.Close())
}

type player struct {
	t   *testing.T
	cmd *exec.Cmd
	in  func(string)
	out *bufio.Scanner
}

// played starts another process, which ends with the test.
func played(t *testing.T, dir, name string, prepare func(*exec.Cmd)) *player {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = append(os.Environ(), part+"="+name)
	if prepare != nil {
		prepare(cmd)
	}
	stdin, err := cmd.StdinPipe()
	must(t, err)
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	say := func(line string) {
		if _, err := stdin.Write([]byte(line + "\n")); err != nil {
			t.Error(err)
		}
	}
	return &player{t: t, cmd: cmd, in: say, out: bufio.NewScanner(stdout)}
}

func (p *player) hears(want string) {
	p.t.Helper()
	p.out.Scan()
	if got := p.out.Text(); got != want && (want == "" || !strings.HasPrefix(got, want)) {
		p.t.Fatalf("heard %q, want %q", got, want)
	}
}

func TestModes(t *testing.T) {
	for _, mask := range []string{"000", "022", "077", "0377", "0777"} {
		t.Run(mask, func(t *testing.T) {
			dir := t.TempDir()
			maker := played(t, dir, "make", nil)
			maker.in(mask)
			maker.hears("ready")
			seen := 0
			must(t, filepath.WalkDir(filepath.Join(dir, "a"), func(path string, entry fs.DirEntry, err error) error {
				must(t, err)
				info, err := entry.Info()
				must(t, err)
				want := fs.FileMode(0o600)
				if info.IsDir() {
					want = 0o700
				}
				if info.Mode().Perm() != want {
					t.Errorf("%s has mode %o", path, info.Mode().Perm())
				}
				seen++
				return nil
			}))
			same(t, "folders and files", seen, 2+4) // the state, its log, its notes, its lock
		})
	}
	dir := t.TempDir()
	filled(t, dir)
	must(t, os.Chmod(filepath.Join(dir, "audit.db"), 0o644))
	openNew(t, dir)
	info, err := os.Stat(filepath.Join(dir, "audit.db"))
	must(t, err)
	same(t, "mode of a state that was open to all", info.Mode().Perm(), 0o600)
}

func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	holder := played(t, dir, "hold", nil)
	holder.hears("ready")
	db := openNew(t, dir)
	who := fmt.Sprintf("pid %d on there since 2026-11-20T09:00:00Z", holder.cmd.Process.Pid)
	began := time.Now()
	_, err := db.Lock(t.Context(), "second", 250*time.Millisecond)
	locked, ok := errors.AsType[*lock.HeldError](err)
	if !ok || locked.Holder != who || !errors.Is(err, lock.ErrHeld) {
		t.Fatalf("got %v, want it locked by %s", err, who)
	}
	if waited := time.Since(began); waited < 250*time.Millisecond {
		t.Errorf("waited %s", waited)
	}
	if locked.Waited != 250*time.Millisecond || strings.Contains(err.Error(), "-lock-timeout") {
		t.Errorf("advises what was done: %v", err)
	}
	_, err = db.Lock(t.Context(), "second", 0)
	locked, ok = errors.AsType[*lock.HeldError](err)
	if !ok || locked.Waited != 0 || !strings.Contains(err.Error(), "-lock-timeout") {
		t.Errorf("got %v", err)
	}

	must(t, holder.cmd.Process.Signal(syscall.SIGSTOP))
	if _, err := db.Lock(t.Context(), "second", 0); !errors.Is(err, lock.ErrHeld) {
		t.Errorf("a stopped holder: %v", err)
	}
	must(t, holder.cmd.Process.Signal(syscall.SIGCONT))
	holder.in("commit")
	holder.hears("<nil>")

	must(t, holder.cmd.Process.Kill())
	held, err := db.Lock(t.Context(), "second", 10*time.Second)
	must(t, err)
	count, err := db.Count(t.Context())
	must(t, err)
	same(t, "messages of the killed holder", count, 1)
	must(t, held.Release())
}

// A stopped holder whose lock file somebody deleted wakes up to find the state
// taken over.
func TestStoppedHolderIsFenced(t *testing.T) {
	dir := t.TempDir()
	holder := played(t, dir, "hold", nil)
	holder.hears("ready")
	must(t, holder.cmd.Process.Signal(syscall.SIGSTOP))
	must(t, os.Remove(filepath.Join(dir, "audit.db.lock")))
	db := openNew(t, dir)
	_, err := db.Lock(t.Context(), "second", 0)
	must(t, err)
	must(t, holder.cmd.Process.Signal(syscall.SIGCONT))
	holder.in("commit")
	holder.hears("record the reading of message.k0: " + state.ErrFenced.Error())
	count, err := db.Count(t.Context())
	must(t, err)
	same(t, "messages", count, 0)
}

func TestReadOnlyFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to play a user who may not write")
	}
	//nolint:usetesting // the folders above the test's own one are closed to others
	dir, err := os.MkdirTemp("", "state")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	filled(t, dir)
	must(t, os.Chmod(filepath.Join(dir, "audit.db"), 0o644))
	must(t, os.Chmod(dir, 0o755))
	before := contents(t, dir)
	nobody := func(cmd *exec.Cmd) {
		cmd.Path = filepath.Join(dir, "..", filepath.Base(dir)+".test")
		data, err := os.ReadFile(os.Args[0])
		must(t, err)
		must(t, os.WriteFile(cmd.Path, data, 0o700))
		must(t, os.Chmod(cmd.Path, 0o755))
		t.Cleanup(func() { _ = os.Remove(cmd.Path) })
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	reader := played(t, dir, "read", nobody)
	reader.hears("ready 2")
	reader.hears("true lock the state " + filepath.Join(dir, "other.db") + ": the file can't be written")
	same(t, "files", contents(t, dir), before)
}
