package runner_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job/longtest"
	"notifyaudit/job/runner"
	"notifyaudit/job/state"
	"notifyaudit/job/state/sqlite"
)

func TestMain(m *testing.M) {
	longtest.Checks(30)
	m.Run()
}

var worldRepeat = flag.Int("world.repeat", 1, "how often each world is played")

// Rows 1 to 12 and 25 of the faults that the README promises to bear, all at once:
// the real client, limiter, runner, plan and state against a simulated server, in
// worlds that are drawn, and in virtual time. -rapid.checks=N plays N worlds.
//
// A world repeats exactly but for the order in which goroutines come at one instant.
// Should a failing one not fail again at once, -world.repeat=50 plays it that often.
func TestWorlds(t *testing.T) {
	dir := quickFolder(t)
	blank := blankState(t, dir)
	var seen sights
	told := false
	t.Cleanup(func() { tellReplay(t) })
	rapid.Check(t, func(rt *rapid.T) {
		w := drawWorld(rt)
		for range *worldRepeat {
			broken := w.broken(rt, filepath.Join(dir, strconv.Itoa(seen.worlds)), blank, &seen)
			if len(broken) == 0 {
				continue
			}
			rt.Logf("%s\n%s", strings.Join(broken, "\n"), w)
			if !told { // rapid tells only of what happens twice
				t.Logf("%s\n%s", strings.Join(broken, "\n"), w)
				told = true
			}
			claim, _, _ := strings.Cut(broken[0], ": ")
			rt.Fatalf("it does not hold that %s", claim)
		}
	})
	t.Log(seen)
}

// tellReplay says how to see a failure again.
func tellReplay(t *testing.T) {
	t.Helper()
	if !t.Failed() {
		return
	}
	failed, err := filepath.Glob(filepath.Join("testdata", "rapid", t.Name(), "*.fail"))
	if err != nil || len(failed) == 0 {
		return
	}
	t.Logf("to see it again: go test ./job/runner -run '^%s$' -world.repeat=50 -rapid.failfile=%s", t.Name(), failed[len(failed)-1])
}

// sights are what all worlds had to show.
type sights struct {
	worlds, requests, faulty, throttled, limited, readings int
	passed                                                 time.Duration
}

func (s *sights) add(h *history) {
	s.passed += time.Since(h.start)
	for _, r := range h.server.Requests() {
		s.requests++
		if r.Fault != "" || r.Status != http.StatusOK {
			s.faulty++
		}
		if slower(r) {
			s.throttled++
		}
		if byTheLimit(r) {
			s.limited++
		}
	}
	for _, r := range h.runs {
		s.readings += r.sum.Outcomes[runner.OutcomeRead]
	}
}

// String says it in a sentence.
func (s sights) String() string {
	return fmt.Sprintf("%d worlds in %v of virtual time: %d requests, %d of them answered badly or not at all and %d \"slower\", %d of these over the limit, %d readings",
		s.worlds, s.passed.Round(time.Hour), s.requests, s.faulty, s.throttled, s.limited, s.readings)
}

// broken plays a world and returns how it breaks the claims.
func (w *world) broken(t *rapid.T, folder string, blank []byte, seen *sights) (broken []string) {
	seen.worlds++
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	if err := os.WriteFile(filepath.Join(folder, "audit.db"), blank, 0o600); err != nil {
		t.Fatal(err)
	}
	rapid.SyncTest(t, func(t *rapid.T) {
		h, err := w.live(t.Context(), folder, "audit.db")
		if err != nil {
			t.Fatalf("the world could not be played: %v", err)
		}
		seen.add(h)
		for _, c := range claims() {
			for _, text := range c.check(h) {
				broken = append(broken, c.text+": "+text)
			}
		}
	})
	return broken
}

// String is the world for people; its scenario can be played by the simulator.
func (w *world) String() string {
	scenario, err := json.Marshal(w.scenario)
	if err != nil {
		scenario = []byte(err.Error())
	}
	return fmt.Sprintf("the scenario: %s\nthe first run ends %s at %v, the second begins %v after %v; budget %d; %q panics\n%d providers: %+v %+v timeout %v",
		scenario, w.end, w.endAt, w.gap, w.calm, w.budget, w.panics,
		len(w.providers), w.providers[0].Limit, w.providers[0].Retry, w.providers[0].Timeout)
}

// quickFolder is a folder in memory where the system has one: what a sync takes is
// no part of virtual time.
func quickFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "worlds") //nolint:usetesting // t.TempDir has no say in where
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// blankState is the file of a state without anything in it: copying it is quicker
// than making one.
func blankState(t *testing.T, dir string) []byte {
	t.Helper()
	db, err := sqlite.Open(t.Context(), dir, "blank.db", state.OpenOptions{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	blank, err := os.ReadFile(filepath.Join(dir, "blank.db"))
	if err != nil {
		t.Fatal(err)
	}
	return blank
}
