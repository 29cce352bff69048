//go:build unix

package cli_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"notifyaudit/job/longtest"
)

// TestStateGoesInMidRun: the next commit notices, the run stops and says what to do,
// and the next one begins from what is there.
func TestStateGoesInMidRun(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(w *audited) error{
		"deleted": func(w *audited) error {
			for _, name := range []string{"audit.db", "audit.db-wal", "audit.db-shm"} {
				if err := os.Remove(w.file(name)); err != nil {
					return err
				}
			}
			return nil
		},
		"replaced": func(w *audited) error {
			// By a copy, as a restored backup is one.
			data, err := os.ReadFile(w.file("audit.db"))
			if err == nil {
				err = os.WriteFile(w.file("backup"), data, 0o600)
			}
			if err == nil {
				err = os.Rename(w.file("backup"), w.file("audit.db"))
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := slow(t, 200*time.Millisecond)
			p := w.asking()
			if err := lose(w); err != nil {
				t.Fatal(err)
			}
			said := p.ends(75)
			if !strings.Contains(said, "was removed or replaced") || !strings.Contains(said, "run again") {
				t.Errorf("it does not say what happened and what to do:\n%s", said)
			}
			if name == "replaced" { // the log is of the one that is gone
				for _, name := range []string{"audit.db-wal", "audit.db-shm"} {
					_ = os.Remove(w.file(name))
				}
			}
			w.apply().ends(0)
			w.exact(w.file("out/truth.json"))
		})
	}
}

// holding has another program hold the state for writing until it is told to stop.
func (w *audited) holding() (stop func()) {
	w.t.Helper()
	conn, err := sqlite.OpenConn(w.file("audit.db"), sqlite.OpenReadWrite)
	if err == nil {
		err = sqlitex.ExecuteTransient(conn, "BEGIN IMMEDIATE", nil)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return func() {
		if err := conn.Close(); err != nil {
			w.t.Error(err)
		}
	}
}

// TestStateHeldByAnotherProgram: it is waited for, at the start and in mid-run.
func TestStateHeldByAnotherProgram(t *testing.T) {
	t.Parallel()
	w := slow(t, 100*time.Millisecond)
	w.asking().kill()
	time.AfterFunc(500*time.Millisecond, w.holding())
	p := w.asking()
	time.AfterFunc(500*time.Millisecond, w.holding())
	p.ends(0)
	w.exact(w.file("out/truth.json"))
}

// TestStateHeldForLong: what is not let go is a lock.
func TestStateHeldForLong(t *testing.T) {
	longtest.Require(t) // it waits for as long as a run does
	t.Parallel()
	w := slow(t, 100*time.Millisecond)
	w.asking().kill()
	stop := w.holding()
	for _, args := range [][]string{{"apply", "-auto-approve"}, {"state", "purge", "-before", "2026-01-01", "-auto-approve"}} {
		if said := w.start(args...).ends(75); !strings.Contains(said, "another program") {
			t.Errorf("%v does not say who holds the state:\n%s", args, said)
		}
	}
	stop()
	w.apply().ends(0)
	w.exact(w.file("out/truth.json"))
}

// TestSignalWhileTheStateIsHeld: a run that is told to end does not wait for another
// program as long as it may otherwise, and nothing counts as done that is not recorded.
func TestSignalWhileTheStateIsHeld(t *testing.T) {
	longtest.Require(t) // it waits for seconds
	t.Parallel()
	w := slow(t, 100*time.Millisecond)
	w.asking().kill()
	asked := w.api.asked.Load()
	p := w.start("apply", "-auto-approve", "-lock-timeout", "30s")
	p.until(func() bool { return w.api.asked.Load() > asked })
	stop := w.holding()
	time.Sleep(300 * time.Millisecond) // until an answer waits for the state
	began := time.Now()
	p.signal(syscall.SIGTERM)
	said := p.ends(75)
	if took := time.Since(began); took > windDown {
		t.Errorf("it took %s to end", took)
	}
	if !strings.Contains(said, "another program") || strings.Contains(said, "goes on where it stopped") {
		t.Errorf("it does not say why nothing was recorded:\n%s", said)
	}
	stop()
	w.apply().ends(0)
	w.exact(w.file("out/truth.json"))
}

// TestRateOutlivesTheProcess: a run that starts at once after another one of its
// credential makes its first call when that one's last is a second old.
func TestRateOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	w := slow(t, 10*time.Millisecond)
	other := w.copied()
	other.temp = w.temp
	w.apply().ends(0)
	ended, calls := time.Now(), w.api.tokens.Load()+w.api.asked.Load()
	p := other.apply()
	p.until(func() bool { return w.api.tokens.Load()+w.api.asked.Load() > calls })
	if after := time.Since(ended); after < 500*time.Millisecond { // its last call was before its end
		t.Errorf("the second run called %s after the end of the first", after)
	}
	p.ends(0)
}
