package cli_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"notifyaudit/job/longtest"
)

// whyUnmounted is why this test may not mount, "" when it may.
func whyUnmounted() string {
	if os.Geteuid() != 0 {
		return "only root may mount a small volume"
	}
	return ""
}

// mounted makes a folder a volume of its own.
func mounted(t *testing.T, dir string, size int, flags uintptr) {
	t.Helper()
	if err := unix.Mount("tmpfs", dir, "tmpfs", flags, fmt.Sprintf("mode=0700,size=%d", size)); err != nil {
		unless(t, "this root may not mount: "+err.Error())
	}
	t.Cleanup(func() {
		// A program that another test starts just now has a copy of our open files until
		// it is loaded: the volume is taken away as soon as they are closed.
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// remount changes what may be done with a volume.
func remount(t *testing.T, dir string, flags uintptr) {
	t.Helper()
	if err := unix.Mount("tmpfs", dir, "tmpfs", unix.MS_REMOUNT|flags, ""); err != nil {
		t.Fatal(err)
	}
}

// TestFullDisk fills a volume but for so many bytes, from none to enough, when
// there is nothing yet and when there are a state and reports of before: the old
// reports and the state stay whole, the error says what to do, and with space
// again the next run ends with the truth.
func TestFullDisk(t *testing.T) { //nolint:tparallel // its parts share one server
	unless(t, whyUnmounted())
	t.Parallel()
	for _, name := range []string{"later run", "first run"}[:longtest.N(1, 2)] {
		t.Run(name, func(t *testing.T) {
			w := small(t)
			all, rows := w.list, w.read("rows.csv")
			if name == "later run" {
				w.fewer(fewTruths("everybody", "recalled", "row-1"))
				w.apply().ends(0)
				w.more(all, rows)
			}
			f := faulty{world: w, judge: newJudge()}
			f.old = f.shapes(t, w)
			whole := w.copied()
			whole.apply().ends(0)
			f.fresh = f.shapes(t, whole)
			grow := func(left int) int { return 2*left + 48<<10 }
			if *faults == 0 {
				grow = func(left int) int { return left + 8<<10 }
			}
			failed := 0
			for left := 0; ; left = grow(left) {
				if status := f.leave(t, left); status == 0 {
					t.Logf("%d runs failed, and %d KiB were enough", failed, left>>10)
					break
				}
				failed++
			}
			if failed < 3 {
				t.Errorf("only %d runs failed", failed)
			}
		})
	}
}

// leave runs with so many bytes left on the volume.
func (f *faulty) leave(t *testing.T, left int) (status int) {
	t.Helper()
	const volume = 16 << 20
	w := *f.world
	w.dir, w.temp = t.TempDir(), t.TempDir()
	mounted(t, w.dir, volume, 0)
	if err := os.CopyFS(w.dir, os.DirFS(f.world.dir)); err != nil {
		t.Fatal(err)
	}
	fill(t, w.file("filler"), left)
	asked := w.api.asked.Load()
	p := w.apply()
	p.finishes()
	status, said := p.status, p.out.String()
	at := fmt.Sprintf("%d KiB left", left>>10)
	if calls := w.api.asked.Load() - asked; calls > 0 && !strings.Contains(said, " call") {
		t.Errorf("%s: exit status %d after %d requests, and no word of them:\n%s", at, status, calls, said)
	}
	if status != 0 && (status != 1 || !strings.Contains(said, "free space in "+w.dir) || strings.Contains(said, "goroutine ")) {
		t.Errorf("%s: exit status %d, and an error that does not say what to do:\n%s", at, status, said)
	}
	f.oldOrNew(t, &w, at, status, said)
	if err := os.Remove(w.file("filler")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(w.file("audit.db")); err == nil {
		if status, said := run(t, "--manifest", w.dir, "show"); status != 0 {
			t.Errorf("%s: show ends with %d\n%s", at, status, said)
		}
	}
	f.mend(t, &w, at)
	return status
}

// fill takes all of a volume's space but so many bytes.
func fill(t *testing.T, path string, left int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var volume unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &volume); err != nil {
		t.Fatal(err)
	}
	if err := unix.Fallocate(int(f.Fd()), 0, 0, int64(volume.Bavail)*volume.Bsize-int64(left)); err != nil {
		t.Fatal(err)
	}
}

// TestReadOnlyVolume: nothing is asked, nothing is changed, and the error says why.
func TestReadOnlyVolume(t *testing.T) { //nolint:tparallel // its parts share one server
	unless(t, whyUnmounted())
	t.Parallel()
	world := small(t)
	first := world.copied()
	world.apply().ends(0)
	for name, w := range map[string]*audited{"first run": first, "later run": world} {
		t.Run(name, func(t *testing.T) {
			files := os.DirFS(w.dir)
			w := *w
			w.t, w.dir, w.temp = t, t.TempDir(), t.TempDir()
			mounted(t, w.dir, 16<<20, 0)
			if err := os.CopyFS(w.dir, files); err != nil {
				t.Fatal(err)
			}
			remount(t, w.dir, unix.MS_RDONLY)
			w.refuses("the volume is not read-only")
			remount(t, w.dir, 0)
			w.apply().ends(0)
			w.exact(w.file("out/truth.json"))
		})
	}
}

// refuses runs once: exit status 1 and a reason, before any call.
func (w *audited) refuses(reason string) {
	w.t.Helper()
	before := w.api.asked.Load() + w.api.tokens.Load()
	if said := w.apply().ends(1); !strings.Contains(said, reason) || !strings.Contains(said, w.dir) {
		w.t.Errorf("the error does not say %q:\n%s", reason, said)
	}
	if calls := w.api.asked.Load() + w.api.tokens.Load() - before; calls != 0 {
		w.t.Errorf("%d calls were made before it was found out", calls)
	}
}

// TestReportsThatCannotBeWritten are found out before a call is spent on them.
func TestReportsThatCannotBeWritten(t *testing.T) { //nolint:tparallel // its parts share one server
	t.Parallel()
	world := small(t)
	for name, c := range map[string]struct {
		prepare func(*testing.T, *audited)
		reason  string
	}{
		"a folder that may not be written to": {func(t *testing.T, w *audited) {
			t.Helper()
			folder(t, w, "out")
			if os.Geteuid() == 0 {
				mounted(t, w.file("out"), 1<<20, unix.MS_RDONLY)
			} else if err := os.Chmod(w.file("out"), 0o500); err != nil {
				t.Fatal(err)
			}
		}, "so nothing was asked: "},
		"a file in the folder's place": {func(t *testing.T, w *audited) {
			t.Helper()
			folder(t, w, "out")
			w.write("out/csv", "not a folder")
		}, "so nothing was asked: "},
		"a link in the folder's place": {func(t *testing.T, w *audited) {
			t.Helper()
			if err := os.Symlink(t.TempDir(), w.file("out")); err != nil {
				t.Fatal(err)
			}
		}, "so nothing was asked: "},
		"a link to nothing": {func(t *testing.T, w *audited) {
			t.Helper()
			if err := os.Symlink("nothing", w.file("out")); err != nil {
				t.Fatal(err)
			}
		}, "so nothing was asked: "},
	} {
		t.Run(name, func(t *testing.T) {
			w := world.copied()
			w.t = t
			c.prepare(t, w)
			w.refuses(c.reason)
		})
	}
	world.apply().ends(0)
	if _, err := os.Stat(world.file("out/truth.json")); errors.Is(err, fs.ErrNotExist) {
		t.Error("the report is not there")
	}
}

func folder(t *testing.T, w *audited, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.FromSlash(w.file(name)), 0o700); err != nil {
		t.Fatal(err)
	}
}
