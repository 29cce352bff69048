package cli_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"notifyaudit/job"
	"notifyaudit/job/longtest"
)

var kills = flag.Int("kills", longtest.N(10, 24), "how often TestKilledAtAnyMoment kills the program")

// TestKilledAtAnyMoment kills the real program with SIGKILL at random moments,
// while it starts, asks, records and writes reports. Whatever is on the disk then
// is whole; going on asks again at most what was in flight, leaves nothing lying
// about and ends with the truth.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	h := newHunt(t)
	for h.killed < *kills {
		h.round()
	}
	for ended := h.ended; h.ended == ended; { // the last state, to its end
		h.aim = len(aims())
		h.round()
	}
	t.Logf("%d kills survived: %v; %d runs came to their end between them", h.killed, h.phases, h.ended)
	amid := h.phases["asking"] + h.phases["recording"]
	t.Logf("a kill amid the asking cost %.1f calls on average and %d at most, with max_in_flight = %d; %d of %d were asked again",
		float64(h.lost)/float64(max(amid, 1)), h.mostLost, testInFlight, h.again, h.lost)
	for phase, least := range map[string]int{"asking": *kills / 30, "recording": *kills / 20, "reporting": *kills / 12} {
		if h.phases[phase] < least {
			t.Errorf("only %d of %d kills came while %s", h.phases[phase], h.killed, phase)
		}
	}
}

// A hunt is the kills of one folder's runs. The manifest alternates between two
// truths, so that an old report can be told from a new one.
type hunt struct {
	*audited
	t      *testing.T
	random *rand.Rand
	judge  *judge
	lists  [2][]truth
	rows   [2]string            // rows.csv of each truth
	shapes [2]map[string]string // of the whole reports of each truth
	world  int                  // the truth of the manifest now
	took   time.Duration        // a whole run
	wrote  time.Duration        // its reports
	strays []string             // that were there when the run began

	aim   int          // of the next kill
	left  remainder    // by the run before
	pages map[page]int // that the server had answered before

	killed, ended  int
	phases         map[string]int
	lost, mostLost int // calls whose answers a kill left unrecorded
	again          int // calls asked again
}

func newHunt(t *testing.T) *hunt {
	t.Helper()
	all := slices.DeleteFunc(truths(people(300)), func(x truth) bool { return x.key == "endless" }) // a hundred calls each time
	h := &hunt{
		audited: audit(t, all), t: t, random: rand.New(rand.NewPCG(uint64(*kills), 2)), judge: newJudge(),
		lists: [2][]truth{all, all[:len(all)-30]}, phases: map[string]int{},
	}
	whole, err := os.ReadFile(h.file("rows.csv"))
	if err != nil {
		t.Fatal(err)
	}
	h.rows[0] = string(whole)
	lines := strings.SplitAfter(h.rows[0], "\n")
	h.rows[1] = strings.Join(lines[:len(lines)-31], "")
	for _, world := range []int{1, 0} {
		h.turn(world)
		began := time.Now()
		p := h.apply()
		p.until(p.reporting)
		writing := time.Now()
		p.ends(3)
		h.took, h.wrote = time.Since(began), time.Since(writing)
		h.shapes[world] = h.reports()
		h.exact(h.file("out/truth.json"))
	}
	return h
}

// turn makes one of the truths that of the manifest, and begins with no state.
func (h *hunt) turn(world int) {
	h.t.Helper()
	h.world, h.list = world, h.lists[world]
	if err := os.WriteFile(h.file("rows.csv"), []byte(h.rows[world]), 0o600); err != nil {
		h.t.Fatal(err)
	}
	for _, name := range []string{"audit.db", "audit.db-wal", "audit.db-shm"} {
		if err := os.Remove(h.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			h.t.Fatal(err)
		}
	}
	h.api.renew()
	h.pages, h.left, h.aim = map[page]int{}, remainder{}, 0
}

// reporting reports whether a run is at its reports, or past them.
func (p *process) reporting() bool { return strings.Contains(p.out.String(), "Done:") }

// round starts the program, kills it at some moment and looks at what is left.
// After a kill of each aim a run comes to its end, and another state begins.
func (h *hunt) round() {
	h.t.Helper()
	h.strays = strays(h.t, h.dir)
	askedBefore := h.api.asked.Load()
	p := h.apply()
	if h.aim < len(aims()) {
		h.strike(p, aims()[h.aim])
		p.kill()
	}
	h.aim++
	p.finishes()
	// A run that the kill met after its last answer has left nothing to ask: what
	// failed waits.
	nothingDue := p.status == 0 && strings.Contains(p.out.String(), "nothing was due")
	if p.status != -1 && !nothingDue {
		p.ends(3)
	}
	left := h.examine()
	asked := h.api.asked.Load() > askedBefore
	lost := h.count(asked, left)
	if p.status != -1 {
		if lost.calls != 0 {
			h.t.Errorf("%d answers were not recorded, and nobody killed the run", lost.calls)
		}
		h.ended++
		h.comeToItsEnd()
		if h.aim > len(aims()) {
			h.turn(1 - h.world)
		}
		return
	}
	phase := h.phase(asked, lost)
	h.killed++
	h.phases[phase]++
	h.lost, h.mostLost = h.lost+lost.calls, max(h.mostLost, lost.calls)
	if lost.calls > testUnderWay {
		h.t.Errorf("a kill cost %d calls, and %d were under way at most", lost.calls, testUnderWay)
	}
}

// aims are what the kills of one state are aimed at, one after the other.
func aims() []string {
	return []string{"start", "first requests", "requests", "answers", "requests", "answers", "any time", "reports", "reports", "reports"}
}

// strike waits for a random moment of what is aimed at.
func (h *hunt) strike(p *process, aim string) {
	h.t.Helper()
	var wait time.Duration
	upTo := func(d time.Duration) time.Duration { return time.Duration(h.random.Int64N(int64(d))) }
	n := int64(1 + h.random.IntN(15))
	switch aim {
	case "start":
		wait = upTo(60 * time.Millisecond)
	case "first requests":
		n = h.api.asked.Load() + 1 + n%4
		p.until(func() bool { return h.api.asked.Load() >= n || p.reporting() })
		wait = upTo(testLatency)
	case "requests":
		n += h.api.asked.Load()
		p.until(func() bool { return h.api.asked.Load() >= n || p.reporting() })
		wait = upTo(testLatency)
	case "answers":
		n += h.api.answered.Load()
		p.until(func() bool { return h.api.answered.Load() >= n || p.reporting() })
		wait = upTo(2 * time.Millisecond)
	case "any time":
		wait = upTo(h.took)
	case "reports":
		written := h.random.IntN(4) // of the four
		p.until(func() bool { return p.reporting() && strings.Count(p.out.String(), "\nwrote ") >= written })
		wait = upTo(h.wrote / 4)
	}
	select {
	case <-time.After(wait):
	case <-p.done:
	}
}

// examine fails the test when something on the disk is not whole. It looks at a
// copy of the state: the next run is the one to mend the original.
func (h *hunt) examine() remainder {
	h.t.Helper()
	for name, shape := range h.reports() {
		if shape != h.shapes[0][name] && shape != h.shapes[1][name] {
			h.t.Fatalf("after a kill, %s has %s: neither the old report (%s) nor the new one (%s)",
				name, shape, h.shapes[1-h.world][name], h.shapes[h.world][name])
		}
	}
	var left remainder
	if _, err := os.Stat(h.file("audit.db")); err != nil {
		return left
	}
	dir := h.t.TempDir()
	defer func() { _ = os.RemoveAll(dir) }()
	for _, name := range []string{"audit.db", "audit.db-wal"} {
		data, err := os.ReadFile(h.file(name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), data, 0o600)
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
	h.sound(filepath.Join(dir, "audit.db"))
	left.records, left.run = h.records(dir)
	for _, x := range h.list {
		r := left.records[page{kind: x.kind, key: x.key}]
		if r != nil && r.Last != nil && (!x.reading || r.Last.Readers != len(x.readers)) {
			h.t.Fatalf("the state has a reading of %s with %d readers", x.key, r.Last.Readers)
		}
	}
	return left
}

// A remainder is what a killed run left in its state.
type remainder struct {
	records map[page]*job.Record
	run     *job.Run
}

// recorded reports whether the state had a page of an answer.
func (r remainder) recorded(p page) bool {
	known := r.records[page{kind: p.kind, key: p.key}]
	return known != nil && (known.Last != nil || known.Cursor != nil && known.Cursor.Pages >= p.number)
}

// sound has SQLite look for damage.
func (h *hunt) sound(path string) {
	h.t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, check := range []string{"PRAGMA integrity_check", "PRAGMA foreign_key_check"} {
		err := sqlitex.ExecuteTransient(conn, check, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
			if said := row.ColumnText(0); said != "ok" {
				return fmt.Errorf("the state is damaged: %s", said)
			}
			return nil
		}})
		if err != nil {
			h.t.Fatalf("%s: %v", check, err)
		}
	}
}

// reports are the shapes of the reports there are.
func (h *hunt) reports() map[string]string {
	h.t.Helper()
	shapes := map[string]string{}
	for _, name := range []string{"truth.json", "truth.xlsx", "truth.html", "csv/messages.csv", "csv/people.csv", "csv/unread.csv", "csv/problems.csv"} {
		data, err := os.ReadFile(h.file("out/" + name))
		if err != nil {
			h.t.Fatal(err)
		}
		shape, err := h.judge.shape(name, data)
		if err != nil {
			h.t.Fatal(err)
		}
		if name != "csv/problems.csv" { // it tells of the last run's interruptions too
			shapes[name] = shape
		}
	}
	return shapes
}

// count measures what the run that was just killed, or ended, asked: nothing that
// was in the state, nothing twice. What it asked that is not in the state is what
// the kill costs.
func (h *hunt) count(asked bool, left remainder) (lost cost) {
	h.t.Helper()
	for _, path := range h.strays {
		if _, err := os.Stat(path); err == nil && asked {
			h.t.Errorf("%s was left by a killed run, and the next one let it lie", path)
		}
	}
	now, delivered := h.api.pages()
	for p, n := range now {
		more := n - h.pages[p]
		if more == 0 || !h.readable(p) {
			continue
		}
		if more > 1 {
			h.t.Errorf("page %d of %s was asked %d times by one run", p.number, p.key, more)
		}
		if h.left.recorded(p) {
			h.t.Errorf("page %d of %s was in the state, and was asked again", p.number, p.key)
		}
		if h.pages[p] > 0 {
			h.again++
		}
		if !left.recorded(p) {
			lost.calls++
			lost.delivered = lost.delivered || delivered[p]
		}
	}
	h.pages, h.left = now, left
	return lost
}

// A cost is what a kill costs.
type cost struct {
	calls     int  // whose answers are not in the state
	delivered bool // an answer had arrived
}

// readable reports whether a page's message comes to a reading. The others are
// asked by every run.
func (h *hunt) readable(p page) bool {
	return slices.ContainsFunc(h.list, func(x truth) bool { return x.kind == p.kind && x.key == p.key && x.reading })
}

// phase is what the killed run was doing, by what it left.
func (h *hunt) phase(asked bool, lost cost) string {
	switch {
	case len(strays(h.t, h.file("out"))) > 0 || h.left.run != nil && h.left.run.Complete:
		return "reporting"
	case lost.delivered:
		return "recording"
	case asked:
		return "asking"
	default:
		return "starting"
	}
}

// comeToItsEnd looks at what a run left that nobody killed.
func (h *hunt) comeToItsEnd() {
	h.t.Helper()
	for _, stray := range strays(h.t, h.dir) {
		h.t.Errorf("%s was left behind", stray)
	}
	for name, shape := range h.reports() {
		if shape != h.shapes[h.world][name] {
			h.t.Errorf("at the end %s has %s, want %s", name, shape, h.shapes[h.world][name])
		}
	}
	h.exact(h.file("out/truth.json"))
}

// TestHarnessCatchesCarelessWriters kills programs that write as programs usually
// do. What they tear must be found, by the eyes that found nothing torn by the
// real one.
func TestHarnessCatchesCarelessWriters(t *testing.T) {
	longtest.Require(t)
	t.Parallel()
	w := audit(t, truths(people(300)))
	w.apply().ends(3)
	from, to, random := t.TempDir(), t.TempDir(), rand.New(rand.NewPCG(3, 4))
	for _, name := range []string{"truth.json", "truth.xlsx", "truth.html", "csv/messages.csv"} {
		data, err := os.ReadFile(w.file("out/" + name))
		if err == nil {
			err = os.WriteFile(filepath.Join(from, filepath.Base(name)), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	state := filepath.Join(t.TempDir(), "state.json")
	torn := map[string]int{}
	found := func() bool { return torn["state"] > 0 && len(torn) > 1 }
	// A machine that is slow to start a program needs more kills to meet one at work.
	runs, least := 0, max(*kills/2, 8)
	for ; runs < least || runs < 20*least && !found(); runs++ {
		for program, args := range map[string][]string{"careless-reports": {from, to}, "careless-state": {state}} {
			p := launch(t, nil, program, args...)
			time.Sleep(30*time.Millisecond + time.Duration(random.Int64N(int64(30*time.Millisecond))))
			if p.over() {
				p.ends(-1)
			}
			p.kill()
		}
		for name, err := range tornReports(t, from, to) {
			torn[filepath.Ext(name)]++
			if testing.Verbose() && torn[filepath.Ext(name)] == 1 {
				t.Log(err)
			}
		}
		if data, err := os.ReadFile(state); err == nil && !wholeState(data) {
			torn["state"]++
		}
	}
	t.Logf("%d kills tore %v", runs, torn)
	if !found() {
		t.Errorf("%d kills of careless programs tore only %v: the harness finds too little", runs, torn)
	}
}

// tornReports are the files that differ from the originals and are not whole.
func tornReports(t *testing.T, from, to string) map[string]error {
	t.Helper()
	names, err := os.ReadDir(to)
	if err != nil {
		t.Fatal(err)
	}
	judge, torn := newJudge(), map[string]error{}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(to, name.Name()))
		if err != nil {
			t.Fatal(err)
		}
		shape, err := judge.shape(name.Name(), data)
		if err == nil {
			original, _ := os.ReadFile(filepath.Join(from, name.Name()))
			if want, _ := judge.shape(name.Name(), original); shape != want {
				err = fmt.Errorf("%s has %s, not %s", name.Name(), shape, want)
			}
		}
		if err != nil {
			torn[name.Name()] = err
		}
	}
	return torn
}
