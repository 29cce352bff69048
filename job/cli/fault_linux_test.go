package cli_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"notifyaudit/job/longtest"
)

var faults = flag.Int("faults", 2, "at how many points TestNthFault lets each kind of run fail; 0: at each")

// needed names the environment variable under which nothing that needs the kernel
// or root may be skipped.
const needed = "NOTIFYAUDIT_TEST_SKIPS_NOTHING"

// unless skips the test for a reason, if there is one and it may be skipped.
func unless(t *testing.T, reason string) {
	t.Helper()
	switch {
	case reason == "":
	case os.Getenv(needed) != "":
		t.Fatal(reason)
	default:
		t.Skip(reason)
	}
}

// supervised runs an apply with decide asked about its calls.
func (w *audited) supervised(decide func(call) syscall.Errno) (status int, said string) {
	w.t.Helper()
	return supervise(w.t, decide, []string{"TMPDIR=" + w.temp, "XDG_CACHE_HOME=" + w.temp}, realProgram(w.t), "--manifest", w.dir, "apply", "-auto-approve")
}

// changes reports whether a call changes a file.
func (c call) changes() bool {
	return c.path != "" && (c.name != "open" || c.creates)
}

// TestNthFault lets the n-th call that changes a file fail, for every n until the
// run passes: when there is nothing yet, and when there are a state and reports of
// before. After each the state is whole, each report the old or the new one, the
// exit status and the message are right; and the next run ends with the truth and
// leaves nothing lying about.
func TestNthFault(t *testing.T) { //nolint:tparallel // its parts share one server
	unless(t, whyUnsupervised())
	t.Parallel()
	w := small(t)
	first := w.copied()
	all, rows := w.list, w.read("rows.csv")
	w.fewer(fewTruths("everybody", "recalled", "row-1"))
	w.apply().ends(0)
	w.more(all, rows)
	for name, world := range map[string]*audited{"first run": first, "later run": w} {
		f := faulty{world: world, judge: newJudge()}
		f.old = f.shapes(t, world)
		done := world.copied()
		done.apply().ends(0)
		f.fresh = f.shapes(t, done)
		for _, kind := range faultKinds()[longtest.N(2, 0):] {
			t.Run(name+", "+kind.name, func(t *testing.T) {
				f.run(t, kind.errno, kind.stays)
			})
		}
	}
}

// A faultKind is how a call fails, and whether all later ones that take space do.
type faultKind struct {
	name  string
	errno syscall.Errno
	stays bool
}

func faultKinds() []faultKind {
	return []faultKind{
		{"disk full once", unix.ENOSPC, false},
		{"device fails once", unix.EIO, false},
		{"disk full from then on", unix.ENOSPC, true},
	}
}

// A faulty is one kind of run that is made to fail.
type faulty struct {
	world      *audited
	judge      *judge
	old, fresh map[string]string // the shapes of the reports before and after it
}

var reportFiles = []string{"truth.json", "truth.xlsx", "truth.html", "csv/messages.csv", "csv/people.csv", "csv/unread.csv", "csv/problems.csv", "csv/reminders.jsonl"}

// shapes are those of the reports there are.
func (f *faulty) shapes(t *testing.T, w *audited) map[string]string {
	t.Helper()
	shapes := map[string]string{}
	for _, name := range reportFiles {
		data, err := os.ReadFile(w.file("out/" + name))
		if os.IsNotExist(err) {
			continue
		}
		if err == nil {
			shapes[name], err = f.judge.shape(name, data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return shapes
}

// run lets call after call fail.
func (f *faulty) run(t *testing.T, errno syscall.Errno, stays bool) {
	t.Helper()
	total := 0
	f.fail(t, 0, errno, stays, &total)
	step := 1
	if *faults > 0 {
		step = max(1, total / *faults)
	}
	tried, refused := 0, 0
	for n := 1 + int(errno)%step; n <= total; n += step {
		tried++
		if f.fail(t, n, errno, stays, new(int)) != 0 {
			refused++
		}
	}
	t.Logf("%d of %d calls failed, and %d runs with them", tried, total, refused)
	if refused == 0 {
		t.Error("no run failed: the calls did not")
	}
}

// fail lets the n-th call fail, 0: none, and looks at what is left. It counts the
// calls, and returns the exit status.
func (f *faulty) fail(t *testing.T, n int, errno syscall.Errno, stays bool, calls *int) (status int) {
	t.Helper()
	w := f.world.copied()
	var failed call
	status, said := w.supervised(func(c call) syscall.Errno {
		if !c.changes() {
			return 0
		}
		*calls++
		takesSpace := slices.Contains([]string{"write", "open", "mkdir", "allocate"}, c.name)
		switch {
		case n > 0 && *calls == n:
			failed = c
			return errno
		case n > 0 && *calls > n && stays && takesSpace:
			return errno
		default:
			return 0
		}
	})
	at := fmt.Sprintf("call %d (%s: %s)", n, failed, errno)
	switch {
	case status == 0:
	case status == 3 && n > 0 && !stays && strings.Contains(said, " failed: internal: record"):
		// One message could not be recorded: it failed, and the run went on.
	case status != 1 || n == 0:
		t.Fatalf("%s: exit status %d\n%s", at, status, said)
	case strings.Contains(said, "goroutine ") || !strings.Contains(said, w.dir) && !strings.Contains(said, w.temp):
		t.Errorf("%s: an error that does not say where:\n%s", at, said)
	case stays && !strings.Contains(said, "free space in "):
		t.Errorf("%s: an error that does not say what to do:\n%s", at, said)
	}
	f.oldOrNew(t, w, at, status, said)
	if _, err := os.Stat(w.file("audit.db")); err == nil {
		if status, said := run(t, "--manifest", w.dir, "show"); status != 0 {
			t.Errorf("%s: show ends with %d\n%s", at, status, said)
		}
	}
	if n > 0 {
		f.mend(t, w, at)
	}
	return status
}

// oldOrNew holds the reports that a run has left against those before it and those
// of a whole run. One that could not record any more reports what it has recorded.
func (f *faulty) oldOrNew(t *testing.T, w *audited, at string, status int, said string) {
	t.Helper()
	_, outcome, _ := strings.Cut(said, "Done:")
	partial := status != 0 && (strings.Contains(outcome, " not asked") || strings.Contains(outcome, " failed"))
	shapes := f.shapes(t, w)
	for _, name := range reportFiles {
		is, old, fresh := shapes[name], f.old[name], f.fresh[name]
		if is == fresh || status != 0 && is == old || partial && is != "" {
			continue
		}
		t.Errorf("%s: exit status %d, and %s has %q; before it had %q, and a whole run gives %q\n%s", at, status, name, is, old, fresh, outcome)
	}
	w.nothingFalse()
}

// mend runs once more, undisturbed.
func (f *faulty) mend(t *testing.T, w *audited, at string) {
	t.Helper()
	p := w.apply()
	p.finishes()
	if p.status != 0 {
		t.Fatalf("%s: the next run ends with %d\n%s", at, p.status, p.out.String())
	}
	for _, stray := range strays(t, w.dir) {
		t.Errorf("%s: the next run lets %s lie", at, filepath.Base(stray))
	}
	w.exact(w.file("out/truth.json"))
	shapes := f.shapes(t, w)
	for _, name := range reportFiles {
		if shapes[name] != f.fresh[name] {
			t.Errorf("%s: after the next run %s has %q, want %q", at, name, shapes[name], f.fresh[name])
		}
	}
}

// TestNthRequestFault lets the n-th connection or request fail in the kernel: the
// run goes on. When all fail from then on, it ends with 75, and the next one ends
// with the truth.
func TestNthRequestFault(t *testing.T) {
	unless(t, whyUnsupervised())
	t.Parallel()
	world := small(t)
	world.rewrite(func(manifest string) string {
		return strings.Replace(manifest, "max_attempts = 9", "max_attempts = 9\n    give_up_after = \"1s\"", 1)
	})
	for n := 1; ; n++ {
		kinds := []bool{false}
		if n == 1 {
			kinds = append(kinds, true)
		}
		for _, stays := range kinds {
			w, calls := world.copied(), 0
			status, said := w.supervised(func(c call) syscall.Errno {
				if !c.network {
					return 0
				}
				calls++
				switch {
				case calls < n || calls > n && !stays:
					return 0
				case c.name == "connect":
					return unix.ECONNREFUSED
				default:
					return unix.ECONNRESET
				}
			})
			if calls < n || n > longtest.N(2, n) {
				t.Logf("%d calls failed", n-1)
				return
			}
			// Without five other messages to fail it is no outage: 3.
			if status != 0 && (!stays || status != 75 && status != 3) || stays && status != 75 {
				t.Fatalf("call %d, from then on %t: exit status %d\n%s", n, stays, status, said)
			}
			if status != 0 {
				w.nothingFalse()
				w.apply().ends(0)
			}
			w.exact(w.file("out/truth.json"))
		}
	}
}

// TestNamesComeAfterBytes looks at the order of the calls: a report gets its name
// when its bytes are on the disk, and the name is put there too; a page is
// recorded, on the disk, before the next one is asked for.
func TestNamesComeAfterBytes(t *testing.T) {
	unless(t, whyUnsupervised())
	t.Parallel()
	w := small(t)
	w.fewer(fewTruths("everybody")) // of two pages
	var calls []call
	if status, said := w.supervised(func(c call) syscall.Errno {
		calls = append(calls, c)
		return 0
	}); status != 0 {
		t.Fatalf("exit status %d\n%s", status, said)
	}
	unsynced, named, recorded := map[string]bool{}, 0, 0
	var asked bool
	for _, c := range calls {
		switch {
		case c.network && c.name == "write":
			if wal := w.file("audit.db-wal"); unsynced[wal] {
				t.Error("a request was sent while the state's last page was not on the disk")
			}
			asked = true
		case c.name == "write":
			unsynced[c.path] = true
		case c.name == "sync":
			if asked && c.path == w.file("audit.db-wal") {
				recorded++
				asked = false
			}
			delete(unsynced, c.path)
		case c.name == "rename":
			if unsynced[c.from] {
				t.Errorf("%s got its name before its bytes were on the disk", filepath.Base(c.path))
			}
			unsynced[filepath.Dir(c.path)] = true // until the folder is synced
			named++
		}
	}
	for path := range unsynced {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			t.Errorf("names in %s were not put on the disk", path)
		}
	}
	if named != 1+len(reportFiles) || recorded < 2 {
		t.Errorf("%d files got a name, and %d pages were recorded; want %d and 2", named, recorded, 1+len(reportFiles))
	}
}
