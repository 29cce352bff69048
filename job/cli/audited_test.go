package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
	"notifyaudit/job/state"
	"notifyaudit/job/state/sqlite"
)

// An api is the simulator behind a real connection, which remembers what became of
// the requests since renew.
type api struct {
	url       string
	sim       atomic.Pointer[simulator.Simulator]
	scenario  scenario.Scenario
	underWay  sync.WaitGroup
	tokens    atomic.Int64 // calls for tokens that arrived
	asked     atomic.Int64 // queries that arrived
	answered  atomic.Int64 // queries whose answer was written
	mostAsked atomic.Int64 // the most at a time
	// hold, if set before a run, keeps the n-th query from its answer until it returns.
	hold     func(n int64)
	inFlight atomic.Int64
}

// serveAPI serves a scenario until the test ends.
func serveAPI(t *testing.T, sc scenario.Scenario) *api {
	t.Helper()
	a := &api{scenario: sc}
	a.renew()
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

// renew begins the scenario anew.
func (a *api) renew() { a.sim.Store(simulator.New(simulator.Options{Scenario: &a.scenario})) }

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.underWay.Add(1)
	defer a.underWay.Done()
	query := strings.HasPrefix(r.URL.Path, "/v1.0/robot/")
	if query {
		if asked := a.asked.Add(1); a.hold != nil {
			a.hold(asked)
		}
		n := a.inFlight.Add(1)
		defer a.inFlight.Add(-1)
		for most := a.mostAsked.Load(); n > most && !a.mostAsked.CompareAndSwap(most, n); most = a.mostAsked.Load() {
		}
	}
	if !query {
		a.tokens.Add(1)
	}
	a.sim.Load().ServeHTTP(w, r)
	if query && r.Context().Err() == nil {
		a.answered.Add(1)
	}
}

// A page is one page of one message.
type page struct {
	kind, key string
	number    int
}

// pages are how often each page was answered well since renew, and whether the
// last answer got back.
func (a *api) pages() (counts map[page]int, delivered map[page]bool) {
	a.underWay.Wait()
	counts, delivered = map[page]int{}, map[page]bool{}
	for _, r := range a.sim.Load().Requests() {
		if r.Key != "" && r.Page > 0 && r.Fault == "" && r.Status == http.StatusOK {
			p := page{r.Kind, r.Key, r.Page}
			counts[p]++
			delivered[p] = !r.Left
		}
	}
	return counts, delivered
}

// askedOnce fails the test when a page was asked for again.
func (w *audited) askedOnce() {
	w.t.Helper()
	counts, _ := w.api.pages()
	for p, n := range counts {
		if n != 1 {
			w.t.Errorf("page %d of %s was asked %d times", p.number, p.key, n)
		}
	}
}

// An audited is a folder with a manifest that asks an api, and the truth of it.
type audited struct {
	t    *testing.T
	dir  string
	temp string // the host's folder for temporary files, as its programs see it
	api  *api
	list []truth
}

const (
	testInFlight = 8
	// The runner works on twice as many messages: this many answers may not be in
	// the state yet.
	testUnderWay = 2 * testInFlight
	testLatency  = 10 * time.Millisecond
)

// audit makes a world of some of the truths, a few of its answers faulty, and serves it.
// Too few of them for an outage: its probes repeat a request.
func audit(t *testing.T, list []truth) *audited {
	t.Helper()
	w := &audited{t: t, dir: t.TempDir(), temp: t.TempDir(), list: list}
	world(t, w.dir, people(300), truths(people(300)))
	path := filepath.Join(w.dir, "simulator.json")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	sc, err := scenario.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	world(t, w.dir, people(300), list)
	sc.Latency = scenario.Duration(testLatency)
	sc.Faults = append(sc.Faults[:3],
		scenario.Fault{Kind: scenario.FaultSystemError, Share: 0.02}, scenario.Fault{Kind: scenario.FaultReset, Share: 0.01},
		scenario.Fault{Kind: scenario.FaultTruncate, Share: 0.01}, scenario.Fault{Kind: scenario.FaultNull, Share: 0.01})
	w.api = serveAPI(t, *sc)
	w.rewrite(func(manifest string) string {
		manifest = strings.Replace(manifest, `app_key    = "k"`, fmt.Sprintf("endpoint = %q\n  app_key    = \"k\"", w.api.url), 1)
		manifest = strings.Replace(manifest, "requests_per_second = 500", fmt.Sprintf("requests_per_second = 500\n    max_in_flight = %d", testInFlight), 1)
		for old, file := range map[string]string{`"truth.json"`: `"out/truth.json"`, `"csv"`: `"out/csv"`, `"truth.xlsx"`: `"out/truth.xlsx"`} {
			manifest = strings.Replace(manifest, "= "+old, "= "+file, 1)
		}
		return manifest + "report \"html\" { path = \"out/truth.html\" }\n"
	})
	return w
}

// rewrite changes the manifest.
func (w *audited) rewrite(change func(string) string) {
	w.t.Helper()
	path := filepath.Join(w.dir, "main.audit.hcl")
	old, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	manifest := change(string(old))
	if manifest == string(old) {
		w.t.Fatal("the manifest was not changed")
	}
	if err := os.WriteFile(path, []byte(manifest), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// start starts the real program on the manifest.
func (w *audited) start(args ...string) *process {
	w.t.Helper()
	return launch(w.t, []string{"TMPDIR=" + w.temp, "XDG_CACHE_HOME=" + w.temp}, realProgram(w.t), append([]string{"--manifest", w.dir}, args...)...)
}

func (w *audited) apply() *process {
	w.t.Helper()
	return w.start("apply", "-auto-approve")
}

func (w *audited) file(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

// records are what a state in a folder has of the messages, by kind and key, and
// its latest run.
func (w *audited) records(dir string) (map[page]*job.Record, *job.Run) {
	w.t.Helper()
	db, err := sqlite.Open(w.t.Context(), dir, "audit.db", state.OpenOptions{ReadOnly: true})
	if err != nil {
		w.t.Fatalf("the state is not whole: %v", err)
	}
	defer func() { _ = db.Close() }()
	ids := make([]job.MessageID, len(w.list))
	for i, x := range w.list {
		ids[i] = job.MessageID{Provider: "dingtalk", Kind: job.Kind(x.kind), ProcessQueryKey: x.key}
	}
	records, err := db.Records(w.t.Context(), ids)
	if err != nil {
		w.t.Fatalf("the state is not whole: %v", err)
	}
	run, err := db.LatestRun(w.t.Context())
	if err != nil {
		w.t.Fatalf("the state is not whole: %v", err)
	}
	known := map[page]*job.Record{}
	for i, r := range records {
		if r != nil {
			known[page{kind: w.list[i].kind, key: w.list[i].key}] = r
		}
	}
	return known, run
}

// exact holds the JSON report against the truth. What an earlier run had read is
// as good as what this one has.
func (w *audited) exact(path string) {
	w.t.Helper()
	r := readReport(w.t, path)
	for i, m := range r.Messages {
		if m.Status == job.StatusFresh || m.Status == job.StatusSettled {
			r.Messages[i].Status = job.StatusCurrent
		}
	}
	compare(w.t, w.list, r)
}

// nothingFalse holds what the JSON report says against the truth. It may know less.
func (w *audited) nothingFalse() {
	w.t.Helper()
	if _, err := os.Stat(w.file("out/truth.json")); err != nil {
		return
	}
	for _, m := range readReport(w.t, w.file("out/truth.json")).Messages {
		i := slices.IndexFunc(w.list, func(x truth) bool { return x.key == m.ProcessQueryKey })
		if want := expected(w.list[i]); m.Readers != nil && (*m.Readers != *want.Readers || m.Read != nil && *m.Read != *want.Read) {
			w.t.Errorf("%s has %d readers, want %d", m.Address, *m.Readers, *want.Readers)
		}
	}
}

// copied is the same audit with its files as they are now in another folder.
func (w *audited) copied() *audited {
	w.t.Helper()
	c := *w
	c.dir, c.temp = w.t.TempDir(), w.t.TempDir()
	if err := os.CopyFS(c.dir, os.DirFS(w.dir)); err != nil {
		w.t.Fatal(err)
	}
	return &c
}

func (w *audited) read(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(w.file(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

func (w *audited) write(name, content string) {
	w.t.Helper()
	if err := os.WriteFile(w.file(name), []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// fewTruths are messages that a run reads all of, and its exit status is 0.
func fewTruths(keys ...string) []truth {
	return slices.DeleteFunc(truths(people(300)), func(x truth) bool { return !slices.Contains(keys, x.key) })
}

// small is an audit of a few messages without faults of the server's.
func small(t *testing.T) *audited {
	t.Helper()
	w := audit(t, fewTruths("everybody", "nobody", "recalled", "sized", "row-1", "row-2"))
	w.api.scenario.Faults, w.api.scenario.Latency = nil, 0
	w.api.renew()
	return w
}

// fewer leaves messages out of the manifest; more puts them back.
func (w *audited) fewer(list []truth) {
	w.t.Helper()
	var rows strings.Builder
	rows.WriteString("key,recipient\n")
	for _, x := range list {
		if x.kind == "private_chat" {
			fmt.Fprintf(&rows, "%s,%s;\n", x.key, x.audience[0])
		}
	}
	w.write("rows.csv", rows.String())
	hidden := map[string]bool{}
	for _, x := range w.list {
		hidden[x.key] = !slices.ContainsFunc(list, func(y truth) bool { return y.key == x.key })
	}
	w.rewrite(func(manifest string) string {
		for key, hide := range hidden {
			if hide {
				manifest = strings.Replace(manifest, fmt.Sprintf("message %q {", key), fmt.Sprintf("/* message %q {", key), 1)
				at := strings.Index(manifest, fmt.Sprintf("/* message %q {", key))
				if at >= 0 {
					end := at + strings.Index(manifest[at:], "}\n")
					manifest = manifest[:end] + "} */\n" + manifest[end+2:]
				}
			}
		}
		return manifest
	})
	w.list = list
}

func (w *audited) more(list []truth, rows string) {
	w.t.Helper()
	w.rewrite(func(manifest string) string {
		return strings.NewReplacer("/* ", "", " */", "").Replace(manifest)
	})
	w.write("rows.csv", rows)
	w.list = list
}
