//go:build unix

package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"notifyaudit/job/simulator/scenario"
	"notifyaudit/job/state"
	"notifyaudit/job/state/sqlite"
)

// slow is an audit whose server takes its time.
func slow(t *testing.T, latency time.Duration) *audited {
	t.Helper()
	w := audit(t, fewTruths("everybody", "nobody", "recalled", "sized", "outsiders", "row-1", "row-2", "row-3", "row-4", "row-5", "row-6"))
	w.api.scenario.Faults, w.api.scenario.Latency = nil, scenario.Duration(latency)
	w.api.renew()
	return w
}

// asking starts a run and returns when its first request has arrived.
func (w *audited) asking() *process {
	w.t.Helper()
	before := w.api.asked.Load()
	p := w.apply()
	p.until(func() bool { return w.api.asked.Load() > before })
	if p.over() {
		w.t.Fatalf("the run is over: %s", p.out.String())
	}
	return p
}

// TestTwoRunsOfOneState: one runs, the other says who holds the lock, asks nothing
// and ends with 75; one that may wait goes on when the first is done.
func TestTwoRunsOfOneState(t *testing.T) {
	t.Parallel()
	w := slow(t, 300*time.Millisecond)
	first := w.asking()
	second := w.apply()
	waiting := w.start("apply", "-auto-approve", "-lock-timeout", "1m")
	said := second.ends(75)
	if want := fmt.Sprintf("locked by pid %d on ", first.cmd.Process.Pid); !strings.Contains(said, want) {
		t.Errorf("the second run does not say %q:\n%s", want, said)
	}
	first.ends(0)
	w.exact(w.file("out/truth.json"))
	waiting.ends(0)
	w.exact(w.file("out/truth.json"))
	w.askedOnce()
	if most := w.api.mostAsked.Load(); most > testInFlight {
		t.Errorf("%d requests were in flight, %d are allowed", most, testInFlight)
	}
}

// TestTwoStatesOfOneCredential: the host's second run with a credential waits for
// its turn, whatever its state is.
func TestTwoStatesOfOneCredential(t *testing.T) {
	t.Parallel()
	w := slow(t, 300*time.Millisecond)
	other := w.copied()
	other.temp = w.temp
	first := w.asking()
	said := other.apply().ends(75)
	if want := fmt.Sprintf("locked by pid %d on ", first.cmd.Process.Pid); !strings.Contains(said, want) || !strings.Contains(said, "credential") {
		t.Errorf("the other state's run does not say that the credential is %q:\n%s", want, said)
	}
	first.ends(0)
	other.apply().ends(0)
	other.exact(other.file("out/truth.json"))
}

// TestKilledHolderBlocksNobody: the run after a killed one need not wait.
func TestKilledHolderBlocksNobody(t *testing.T) {
	t.Parallel()
	w := slow(t, 50*time.Millisecond)
	w.asking().kill()
	w.apply().ends(0)
	w.exact(w.file("out/truth.json"))
}

// TestStoppedHolderRecordsNothing: a run that was stopped, whose lock somebody
// deleted and whose state another one took, wakes up, records nothing, writes no
// report and ends with 75.
func TestStoppedHolderRecordsNothing(t *testing.T) {
	t.Parallel()
	w := slow(t, 300*time.Millisecond)
	stopped := w.asking()
	stopped.signal(syscall.SIGSTOP)
	locks, err := filepath.Glob(w.file("*.lock"))
	if err != nil {
		t.Fatal(err)
	}
	for _, lock := range locks {
		if err := os.Remove(lock); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := *w // another host, as far as the lock of the credential goes
	elsewhere.temp = t.TempDir()
	elsewhere.apply().ends(0)
	serial, report := w.serial(), w.read("out/truth.json")

	stopped.signal(syscall.SIGCONT)
	if said := stopped.ends(75); !strings.Contains(said, state.ErrFenced.Error()) {
		t.Errorf("the stopped run does not say that %q:\n%s", state.ErrFenced, said)
	}
	if now := w.serial(); now != serial {
		t.Errorf("the stopped run recorded something: serial %d, then %d", serial, now)
	}
	if w.read("out/truth.json") != report {
		t.Error("the stopped run wrote a report")
	}
	elsewhere.apply().ends(0)
	w.exact(w.file("out/truth.json"))
}

func (w *audited) serial() int64 {
	w.t.Helper()
	db, err := sqlite.Open(w.t.Context(), w.dir, "audit.db", state.OpenOptions{ReadOnly: true})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	serial, err := db.Serial(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return serial
}
