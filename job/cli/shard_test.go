//go:build unix

package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/longtest"
	"notifyaudit/job/simulator/scenario"
	"notifyaudit/job/state"
	"notifyaudit/job/state/postgres/pgtest"
)

const (
	shardCorps     = 24
	shardMessages  = 12 // of each organisation
	shardInFlight  = 2
	shardsOfTest   = 8
	shardsSchedule = "notices-29404805"
)

// A gate holds up the queries of some organisations, and counts those of each: all, and
// the ones under way that were not answered yet.
type gate struct {
	api http.Handler

	mu       sync.Mutex
	held     map[int]bool // organisations whose queries wait
	waiting  map[int]int
	underWay map[int]int
	most     map[int]int
	asked    map[int]int
	opened   chan struct{}
	// down are organisations whose API is down; they are set before a run.
	down map[int]bool
}

var corpOfKey = regexp.MustCompile(`K-(\d+)-\d+`)

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	match := corpOfKey.FindStringSubmatch(r.URL.String() + string(body))
	if match == nil {
		g.api.ServeHTTP(w, r)
		return
	}
	var corp int
	_, _ = fmt.Sscan(match[1], &corp)
	if g.down[corp] {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	g.mu.Lock()
	g.asked[corp]++
	g.underWay[corp]++
	g.most[corp] = max(g.most[corp], g.underWay[corp])
	wait := g.held[corp]
	if wait {
		g.waiting[corp]++
	}
	g.mu.Unlock()
	if wait {
		select {
		case <-g.opened:
		case <-r.Context().Done():
		}
	}
	time.Sleep(10 * time.Millisecond) // in which queries side by side meet
	g.mu.Lock()
	g.underWay[corp]--
	g.mu.Unlock()
	g.api.ServeHTTP(w, r)
}

// waits reports whether every organisation that is held has a query that waits: before it
// is answered no other one leaves.
func (g *gate) waits() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting) == len(g.held)
}

// counts are how many queries of each organisation came.
func (g *gate) counts() map[int]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.asked)
}

// A desk takes posts. The first is never answered.
type desk struct {
	mu     sync.Mutex
	came   int
	posts  []string
	gone   chan struct{}
	server *httptest.Server
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.came++; d.came == 1 {
		d.mu.Unlock()
		<-d.gone
		d.mu.Lock()
		return
	}
	d.posts = append(d.posts, string(body))
	w.WriteHeader(http.StatusNoContent)
}

func (d *desk) reached() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.came > 0
}

func (d *desk) taken() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.posts)
}

// A sharded audit is one of many organisations, carried out by eight processes.
type sharded struct {
	*audited
	gate *gate
	desk *desk
}

func newSharded(t *testing.T) *sharded {
	t.Helper()
	s := &sharded{audited: &audited{t: t, dir: t.TempDir(), temp: t.TempDir()}}
	s.api = serveAPI(t, scenario.Scenario{Messages: []scenario.Message{
		{Kind: "private_chat", Key: "K-3-0", State: scenario.State{Error: &scenario.Answer{Code: scenario.CodeBadKey}}},
	}})
	s.gate = &gate{
		api: s.api, held: map[int]bool{}, waiting: map[int]int{}, underWay: map[int]int{}, most: map[int]int{}, asked: map[int]int{},
		opened: make(chan struct{}),
	}
	server := httptest.NewServer(s.gate)
	t.Cleanup(server.Close)
	s.desk = &desk{gone: make(chan struct{})}
	s.desk.server = httptest.NewServer(s.desk)
	t.Cleanup(s.desk.server.Close)
	s.write("main.audit.hcl", fmt.Sprintf(`
provider "dingtalk" {
  alias      = "corp"
  for_each   = { for r in csvdecode(file("corps.csv")) : r.corp => r }
  endpoint   = %q
  app_key    = "app-${each.key}"
  app_secret = "s"
  timeout    = "5m" # longer than anything is held up
  retry {
    max_attempts  = 3
    give_up_after = "1s"
  }
  limit {
    requests_per_second = 100
    max_in_flight       = %d
  }
}
messages "rows" {
  source   = "rows.csv"
  provider = dingtalk.corp
  columns  = { process_query_key = "key", provider = "corp", audience = "to" }
}
report "json" { path = "out/truth.json" }
report "csv" { directory = "out/csv" }
deliver "webhook" "desk" { url = %q }
`, server.URL, shardInFlight, s.desk.server.URL))
	var corps, rows strings.Builder
	corps.WriteString("corp\n")
	rows.WriteString("key,corp,to\n")
	for corp := range shardCorps {
		fmt.Fprintln(&corps, corp)
		for i := range shardMessages {
			fmt.Fprintf(&rows, "K-%d-%d,%d,u%d;\n", corp, i, corp, i)
		}
	}
	s.write("corps.csv", corps.String())
	s.write("rows.csv", rows.String())
	return s
}

// of are the organisations of some shards.
func of(shards ...int) map[int]bool {
	corps := make(map[int]bool)
	for corp := range shardCorps {
		p := job.Provider{Limit: job.Limit{QuotaGroup: fmt.Sprintf("app-%d", corp)}}
		if slices.Contains(shards, p.Shard(shardsOfTest)) {
			corps[corp] = true
		}
	}
	return corps
}

// shard starts one process on a machine of its own.
func (s *sharded) shard(index int) *process {
	s.t.Helper()
	temp := s.t.TempDir()
	environ := []string{
		"TMPDIR=" + temp, "XDG_CACHE_HOME=" + temp, "NOTIFYAUDIT_SCHEDULE=" + shardsSchedule,
		fmt.Sprintf("JOB_COMPLETION_INDEX=%d", index), fmt.Sprintf("JOB_COMPLETIONS=%d", shardsOfTest),
	}
	return launch(s.t, environ, realProgram(s.t), "--manifest", s.dir, "--data-dir", temp, "apply", "-auto-approve", "-shard", "auto")
}

func (s *sharded) ended(p *process, want int, says string) {
	s.t.Helper()
	if said := p.ends(want); !strings.Contains(said, says) {
		s.t.Errorf("it does not say %q:\n%s", says, said)
	}
}

// TestEightShards: eight processes carry out one run. Two are killed, one is stopped past
// its lease and woken when another has its part, and the one that writes the reports is
// killed while it delivers. The figures are those of one process, no page is asked twice
// but what the kills cost, no credential is used by two at a time, and the results are
// delivered once.
func TestEightShards(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	eightShards(t, server.URL(), "shards")
}

// TestEightShardsPooled is the same through PgBouncer.
func TestEightShardsPooled(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	eightShards(t, server.Pooled(), "shards_pooled")
}

func eightShards(t *testing.T, database job.Secret, schema string) {
	t.Helper()
	s := newSharded(t)
	s.inDatabase(database, schema)
	const firstKilled, secondKilled, stopped = 1, 5, 3
	s.gate.held = of(firstKilled, secondKilled, stopped)

	shards := make([]*process, shardsOfTest)
	for i := range shards {
		shards[i] = s.shard(i)
	}
	for _, i := range []int{firstKilled, secondKilled, stopped} {
		shards[i].until(s.gate.waits)
	}
	shards[firstKilled].kill()
	shards[secondKilled].kill()
	shards[stopped].signal(syscall.SIGSTOP)
	for i, p := range shards {
		if i != firstKilled && i != secondKilled && i != stopped {
			p.ends(0)
		}
	}
	close(s.gate.opened)
	first, second := s.shard(firstKilled), s.shard(secondKilled)
	first.ends(0)
	second.ends(0)

	last := s.shard(stopped) // the last one has the reports
	last.until(s.desk.reached)
	last.kill()
	close(s.desk.gone)
	again := s.shard(stopped)
	s.ended(again, 3, "has finished its part") // a message was refused
	asked := s.gate.counts()
	shards[stopped].signal(syscall.SIGCONT)
	s.ended(shards[stopped], 75, state.ErrFenced.Error())

	for i := range shardsOfTest {
		s.ended(s.shard(i), 0, "has finished its part")
	}
	if diff := cmp.Diff(asked, s.gate.counts()); diff != "" {
		t.Errorf("the one that was woken, or a second start, asked:\n%s", diff)
	}
	s.judge(shards[stopped])
}

// TestAnOutageOfOneShard: the third attempt of a shard whose API is down is the last, and
// the run has its results without it.
func TestAnOutageOfOneShard(t *testing.T) {
	longtest.Require(t) // each attempt waits for the API
	t.Parallel()
	server := pgtest.Shared(t)
	s := newSharded(t)
	s.inDatabase(server.URL(), "shard_outage")
	s.desk.came = 1 // only the first post is never answered
	const silent = 2
	s.gate.down = of(silent)
	for i := range shardsOfTest {
		if i != silent {
			s.shard(i).ends(0)
		}
	}
	for attempt, want := range []int{75, 75, 3, 0} {
		if sent := len(s.desk.taken()); sent != attempt/3 {
			t.Errorf("the results were delivered %d times before attempt %d", sent, attempt+1)
		}
		s.shard(silent).ends(want)
	}
	posts := s.desk.taken()
	if len(posts) != 1 {
		t.Fatalf("the results were delivered %d times", len(posts))
	}
	s.write("posted.json", posts[0])
	for key, found := range s.found("posted.json") {
		var corp int
		_, _ = fmt.Sscan(corpOfKey.FindStringSubmatch(key)[1], &corp)
		if read := strings.HasPrefix(found, string(job.StatusCurrent)); read == s.gate.down[corp] && key != "K-3-0" {
			t.Errorf("%s is %s", key, found)
		}
	}
}

// judge holds what came of the shards against a run of one process.
func (s *sharded) judge(woken *process) {
	s.t.Helper()
	posts := s.desk.taken()
	if len(posts) != 1 {
		s.t.Fatalf("the results were delivered %d times", len(posts))
	}
	s.underWay()
	s.write("posted.json", posts[0])
	got := s.found("posted.json")
	if len(got) != shardCorps*shardMessages {
		s.t.Errorf("there are %d messages", len(got))
	}
	if strings.Contains(woken.out.String(), "wrote") {
		s.t.Errorf("the shard that was woken wrote a report:\n%s", woken.out.String())
	}
	alone := s.copied()
	for _, name := range []string{"database.audit.hcl", "database.auto.auditvars"} {
		if err := os.Remove(alone.file(name)); err != nil {
			s.t.Fatal(err)
		}
	}
	alone.start("apply", "-auto-approve").ends(3)
	if diff := cmp.Diff((&sharded{audited: alone}).found("out/truth.json"), got); diff != "" {
		s.t.Errorf("by one process (-) and by eight (+):\n%s", diff)
	}
}

// underWay looks at how the organisations were asked: by one process at a time, each page
// once but for those whose processes were killed or stopped.
func (s *sharded) underWay() {
	s.t.Helper()
	counts, _ := s.api.pages()
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	if len(s.gate.most) != shardCorps {
		s.t.Errorf("%d organisations were asked", len(s.gate.most))
	}
	for corp, most := range s.gate.most {
		if most > shardInFlight {
			s.t.Errorf("%d queries of organisation %d were under way at a time", most, corp)
		}
	}
	for p, n := range counts {
		var corp int
		_, _ = fmt.Sscan(corpOfKey.FindStringSubmatch(p.key)[1], &corp)
		if n != 1 && !s.gate.held[corp] {
			s.t.Errorf("page %d of %s was asked %d times", p.number, p.key, n)
		}
	}
}

// found are the figures of a JSON report by message.
func (s *sharded) found(name string) map[string]string {
	s.t.Helper()
	all := make(map[string]string)
	for _, m := range readReport(s.t, s.file(name)).Messages {
		text := string(m.Status)
		if m.Readers != nil && m.Read != nil {
			text += fmt.Sprintf(": %d readers, %d read", *m.Readers, *m.Read)
		}
		all[m.ProcessQueryKey] = text
	}
	return all
}
