package audit_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/audit"
)

var (
	start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	run   = job.Run{ID: "run-2", StartedAt: start, UpdatedAt: start.Add(5 * time.Minute), FinishedAt: start.Add(10 * time.Minute)}
)

func before(d time.Duration) time.Time { return start.Add(-d) }

// A memory is a store in maps.
type memory struct {
	records map[job.MessageID]*job.Record
	readers map[*job.Record][]job.Reader
	members map[string][]string
	// earlier are readings before the last one, the oldest first.
	earlier map[job.MessageID][]job.Reading
	// lists counts the lists that were looked up; err is what everything fails
	// with.
	lists int
	err   error
	// most is the largest number of readers that were looked up at a time.
	most int
}

func newMemory() *memory {
	return &memory{
		records: map[job.MessageID]*job.Record{},
		readers: map[*job.Record][]job.Reader{},
		members: map[string][]string{},
	}
}

func (s *memory) Records(_ context.Context, ids []job.MessageID) ([]*job.Record, error) {
	out := make([]*job.Record, len(ids))
	for i, id := range ids {
		out[i] = s.records[id]
	}
	return out, s.err
}

func (s *memory) Readers(_ context.Context, records []*job.Record) ([][]job.Reader, error) {
	out := make([][]job.Reader, len(records))
	count := 0
	for i, r := range records {
		out[i] = s.readers[r]
		count += len(out[i])
	}
	s.most = max(s.most, count)
	return out, nil
}

func (s *memory) ReadingsBefore(_ context.Context, ids []job.MessageID, before time.Time) ([]*job.Reading, error) {
	found := make([]*job.Reading, len(ids))
	for i, id := range ids {
		for _, r := range s.earlier[id] {
			if r.StartedAt.Before(before) {
				found[i] = &r
			}
		}
	}
	return found, nil
}

func (s *memory) Members(_ context.Context, hash string) ([]string, error) {
	s.lists++
	ids, found := s.members[hash]
	if !found {
		return nil, fmt.Errorf("no audience %s", hash)
	}
	return ids, nil
}

// record remembers a reading of m in the run, at the instant, by the readers.
func (s *memory) record(m *job.Message, runID string, at time.Time, recorded job.Audience, readers ...string) *job.Record {
	read := 0
	all := s.readers[s.records[m.ID]]
	for _, id := range readers {
		all = append(all, job.Reader{UserID: id, FirstSeenAt: at})
		for _, member := range recorded.UserIDs {
			if member == id {
				read++
			}
		}
	}
	if recorded.Form == job.AudienceListed {
		s.members[recorded.Hash()] = recorded.UserIDs
	}
	r := &job.Record{
		FirstAskedAt: at,
		Audience:     job.Audience{Form: recorded.Form, Size: recorded.Size, Roster: recorded.Roster},
		AudienceHash: recorded.Hash(),
		Last: &job.Reading{
			RunID: runID, StartedAt: at.Add(-time.Second), FinishedAt: at,
			SendStatus: job.SendSuccess, Readers: len(readers), Read: read,
		},
		Calls: 1,
	}
	s.records[m.ID], s.readers[r] = r, all
	return r
}

// purge makes of a record what a purge leaves of it.
func purge(r *job.Record) *job.Record {
	r.PurgedAt, r.AudienceHash = before(time.Hour), ""
	if r.Audience.Form == job.AudienceListed {
		r.Audience.Form = job.AudienceSized
	}
	return r
}

func message(name string) job.Message {
	return job.Message{
		ID:      job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: name},
		Address: "message." + name, RobotCode: "dingabc", SentAt: before(48 * time.Hour),
		Audience: job.Listed("staff", []string{"u1", "u2", "u3"}),
	}
}

func stream(messages ...job.Message) iter.Seq2[job.Message, error] {
	return func(yield func(job.Message, error) bool) {
		for _, m := range messages {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func options() audit.Options {
	return audit.Options{Run: &run, Refresh: job.DefaultRefresh()}
}

func collect(t *testing.T, s audit.Store, o audit.Options, messages ...job.Message) []*job.Result {
	t.Helper()
	var out []*job.Result
	for r, err := range audit.Results(t.Context(), stream(messages...), s, o) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func TestStatus(t *testing.T) {
	provider := job.Provider{Name: "dingtalk", AppKey: "key"}
	failure := func(status job.Status, runID string) *job.Failure {
		return &job.Failure{Status: status, Class: job.ClassTransient, Code: "code", RunID: runID, At: start, RobotCode: "dingabc"}
	}
	type bend struct {
		m job.Message
		s *memory
		o audit.Options
	}
	// read bends a case to a reading in a run, so long before the latest.
	read := func(runID string, d time.Duration, readers ...string) func(*bend) *job.Record {
		return func(b *bend) *job.Record { return b.s.record(&b.m, runID, before(d), b.m.Audience, readers...) }
	}
	day := 24 * time.Hour
	tests := []struct {
		name string
		bend func(b *bend)
		want job.Status
	}{
		{"read in the latest run", func(b *bend) { read(run.ID, -time.Minute, "u1")(b) }, job.StatusCurrent},
		{"read in the latest run by everybody", func(b *bend) { read(run.ID, -time.Minute, "u1", "u2", "u3")(b) }, job.StatusCurrent},
		{"read in the latest run, which then failed on it", func(b *bend) {
			read(run.ID, -time.Minute, "u1")(b).Failure = failure(job.StatusFailed, run.ID)
		}, job.StatusFailed},
		{"found recalled by the latest run", func(b *bend) {
			read(run.ID, -time.Minute, "u1")(b).Last.SendStatus = job.SendRecalled
		}, job.StatusRecalled},
		{"recalled, then failed", func(b *bend) {
			r := read("run-1", day)(b)
			r.Last.SendStatus, r.Failure = job.SendRecalled, failure(job.StatusFailed, run.ID)
		}, job.StatusRecalled},
		{"everybody, earlier", func(b *bend) { read("run-1", day, "u1", "u2", "u3")(b) }, job.StatusSettled},
		{"everybody, and the window closed", func(b *bend) {
			read("run-1", day, "u1", "u2", "u3")(b)
			b.m.Window = day
		}, job.StatusSettled},
		{"not due when the run began", func(b *bend) { read("run-1", 2*time.Hour, "u1")(b) }, job.StatusFresh},
		{"due when the run began and not asked", func(b *bend) { read("run-1", 10*time.Hour, "u1")(b) }, job.StatusDeferred},
		{"due only since the run began", func(b *bend) {
			b.m.SentAt = before(2 * time.Hour)
			read("run-1", 55*time.Minute, "u1")(b)
		}, job.StatusFresh},
		{"too old to be asked", func(b *bend) {
			b.m.SentAt = before(31 * day)
			read("run-1", 20*day, "u1")(b)
		}, job.StatusFresh},
		{"never asked", func(*bend) {}, job.StatusNotAsked},
		{"never asked, and the quota was short", func(b *bend) {
			short := *b.o.Run
			short.Stops = []job.Stop{{Reach: job.ReachQuota, Class: job.ClassQuota, NotAsked: 1}}
			b.o.Run = &short
		}, job.StatusDeferred},
		{"never asked, window closed before the run", func(b *bend) { b.m.Window = day }, job.StatusFrozen},
		{"never asked, window closed during the run", func(b *bend) {
			b.m.Window = 48*time.Hour + 10*time.Minute
		}, job.StatusFrozen},
		{"never asked, window closed after the run", func(b *bend) {
			b.m.Window = 48*time.Hour + 10*time.Minute + 1
		}, job.StatusNotAsked},
		{"window closed during a run that was killed", func(b *bend) {
			b.m.Window = 48*time.Hour + 5*time.Minute
			b.o.Run = &job.Run{ID: run.ID, StartedAt: start, UpdatedAt: run.UpdatedAt}
		}, job.StatusFrozen},
		{"read before, window closed", func(b *bend) {
			read("run-1", day, "u1")(b)
			b.m.Window = day
		}, job.StatusFrozen},
		{"pending", func(b *bend) {
			b.s.records[b.m.ID] = &job.Record{FirstAskedAt: start, Failure: failure(job.StatusPending, run.ID)}
		}, job.StatusPending},
		{"pending, and the window closed", func(b *bend) {
			b.m.Window = day
			b.s.records[b.m.ID] = &job.Record{FirstAskedAt: start, Failure: failure(job.StatusPending, "run-1")}
		}, job.StatusFrozen},
		{"failed in an earlier run and not asked since", func(b *bend) {
			b.s.records[b.m.ID] = &job.Record{FirstAskedAt: start, Failure: failure(job.StatusFailed, "run-1")}
		}, job.StatusFailed},
		{"incomplete after a reading", func(b *bend) {
			read("run-1", day, "u1")(b).Failure = failure(job.StatusIncomplete, run.ID)
		}, job.StatusIncomplete},
		{"gone", func(b *bend) {
			read("run-1", day, "u1")(b).Failure = failure(job.StatusFrozen, run.ID)
		}, job.StatusFrozen},
		{"rejected, and the window closed", func(b *bend) {
			b.m.Window = day
			b.s.records[b.m.ID] = &job.Record{FirstAskedAt: start, Failure: failure(job.StatusRejected, "run-1")}
		}, job.StatusRejected},
		{"everybody, and purged", func(b *bend) { purge(read("run-1", day, "u1", "u2", "u3")(b)) }, job.StatusFrozen},
		{"read in the latest run, and purged by hand", func(b *bend) { purge(read(run.ID, -time.Minute, "u1")(b)) }, job.StatusFrozen},
		{"purged, and the last answer a failure", func(b *bend) {
			r := read("run-1", day, "u1")(b)
			purge(r).Failure = failure(job.StatusRejected, "run-1")
		}, job.StatusFrozen},
		{"purged, and asked again in vain", func(b *bend) {
			purge(read("run-1", day, "u1")(b)).Failure = failure(job.StatusFailed, run.ID)
		}, job.StatusFailed},
		{"failed in the latest run, and purged since", func(b *bend) {
			r := purge(read("run-1", day, "u1")(b))
			r.Failure, r.PurgedAt = failure(job.StatusFailed, run.ID), start.Add(time.Minute)
		}, job.StatusFrozen},
		{"recalled, and purged", func(b *bend) {
			purge(read("run-1", day, "u1")(b)).Last.SendStatus = job.SendRecalled
		}, job.StatusRecalled},
		{"purged before it was ever read", func(b *bend) {
			b.s.records[b.m.ID] = &job.Record{FirstAskedAt: before(day), PurgedAt: before(time.Hour)}
		}, job.StatusDeferred},
		{"robot stopped", func(b *bend) {
			b.o.Stops = []job.RobotStop{{Provider: "dingtalk", RobotCode: "dingabc", Credential: provider.Credential(), Code: "bot.stopped", At: start, Runs: 1}}
		}, job.StatusNotAsked},
		{"robot stopped after a reading", func(b *bend) {
			read("run-1", 10*time.Hour, "u1")(b)
			b.o.Stops = []job.RobotStop{{Provider: "dingtalk", RobotCode: "dingabc", Credential: provider.Credential(), Code: "bot.stopped", At: start, Runs: 1}}
		}, job.StatusFailed},
		{"everybody who was reached", func(b *bend) {
			read("run-1", day, "u1", "u2")(b)
			b.m.NotDelivered = []string{"u3"}
		}, job.StatusSettled},
		{"nobody was reached", func(b *bend) {
			b.m.NotDelivered = []string{"u1", "u2", "u3"}
		}, job.StatusSettled},
		{"a robot stopped with another credential", func(b *bend) {
			b.o.Stops = []job.RobotStop{{Provider: "dingtalk", RobotCode: "dingabc", Credential: "another", Code: "bot.stopped", At: start, Runs: 1}}
		}, job.StatusNotAsked},
		{"before the first run", func(b *bend) {
			b.o.Run, b.m.Window = nil, time.Hour
		}, job.StatusNotAsked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &bend{m: message("a"), s: newMemory(), o: options()}
			b.o.Providers = []job.Provider{provider}
			tt.bend(b)
			r := collect(t, b.s, b.o, b.m)[0]
			if r.Status != tt.want {
				t.Errorf("got %s, want %s", r.Status, tt.want)
			}
			record := b.s.records[b.m.ID]
			if record == nil {
				record = &job.Record{}
			}
			if r.Reading != record.Last {
				t.Errorf("reading: got %+v, want %+v", r.Reading, record.Last)
			}
			if record.Failure != nil && r.Failure != record.Failure {
				t.Errorf("failure: got %+v, want %+v", r.Failure, record.Failure)
			}
			if record.Failure == nil && (r.Failure != nil) != strings.HasPrefix(tt.name, "robot stopped") {
				t.Errorf("failure: got %+v of a message without one", r.Failure)
			}
		})
	}
}

// A message that was not asked since its robot is stopped says why.
func TestStoppedRobotTellsWhy(t *testing.T) {
	provider := job.Provider{Name: "dingtalk", AppKey: "key"}
	m := message("a")
	o := options()
	o.Providers = []job.Provider{provider}
	o.Stops = []job.RobotStop{{
		Provider: "dingtalk", RobotCode: "dingabc", Credential: provider.Credential(),
		Class: job.ClassRobot, Code: "bot.stopped", Message: "stopped", RequestID: "r1", At: start, Runs: 1,
	}}
	want := &job.Failure{
		Status: job.StatusNotAsked, Class: job.ClassRobot, Code: "bot.stopped", Message: "stopped", RequestID: "r1",
		At: start, RobotCode: "dingabc", SentAt: m.SentAt,
	}
	if diff := cmp.Diff(want, collect(t, newMemory(), o, m)[0].Failure); diff != "" {
		t.Errorf("failure (-want +got):\n%s", diff)
	}
}

func TestAudienceInForce(t *testing.T) {
	was, now := job.Listed("old", []string{"u1", "u2", "u9"}), job.Listed("staff", []string{"u1", "u2", "u3"})
	tests := []struct {
		name          string
		recorded, now job.Audience
		lost          []string
		want          job.Audience
		counts        job.Counts
		outside       int
	}{
		{"recorded", was, now, nil, was, job.Counts{Read: 2, Unread: 1}, 1},
		{"recorded, less a person", was, now, []string{"u2"}, job.Listed("old", []string{"u1", "u9"}), job.Counts{Read: 1, Unread: 1}, 2},
		{"the same people under another name", job.Listed("old", now.UserIDs), now, nil, now, job.Counts{Read: 2, Unread: 1}, 1},
		{"recorded without a roster", job.Listed("", was.UserIDs), now, nil, job.Listed("staff", was.UserIDs), job.Counts{Read: 2, Unread: 1}, 1},
		{"recorded as a size", job.Sized(7), now, nil, job.Sized(7), job.Counts{Read: 3, Unread: 4}, 0},
		{"none recorded", job.Audience{}, now, nil, now, job.Counts{Read: 2, Unread: 1}, 1},
		{"none at all", job.Audience{}, job.Audience{}, nil, job.Audience{}, job.Counts{}, 0},
		{"recorded, and taken out of the manifest", was, job.Audience{}, nil, was, job.Counts{Read: 2, Unread: 1}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, s := message("a"), newMemory()
			m.Audience, m.NotDelivered = tt.now, tt.lost
			s.record(&m, run.ID, start, tt.recorded, "u1", "u2", "x")
			r := collect(t, s, options(), m)[0]
			if diff := cmp.Diff(tt.want, r.Audience); diff != "" {
				t.Errorf("audience (-want +got):\n%s", diff)
			}
			if r.Counts != tt.counts || r.Outside != tt.outside {
				t.Errorf("got %+v and %d outside, want %+v and %d", r.Counts, r.Outside, tt.counts, tt.outside)
			}
		})
	}
}

// A purge leaves the counts as they were: the size in force stands whatever the
// manifest says now, and who was not delivered to is out of it already.
func TestPurgedCounts(t *testing.T) {
	was := job.Listed("staff", []string{"u1", "u2", "u3", "u9"})
	m, s := message("a"), newMemory()
	m.NotDelivered = []string{"u9"}
	s.record(&m, run.ID, start, was, "u1", "x", "y")
	before := collect(t, s, options(), m)[0]
	r := purge(s.records[m.ID])
	r.Audience.Size = 3 // less the one not delivered to
	delete(s.readers, r)
	m.Audience = job.Listed("staff", []string{"u1", "u7"})
	after := collect(t, s, options(), m)[0]
	if after.Counts != before.Counts || after.Outside != before.Outside || after.ReaderCount() != before.ReaderCount() {
		t.Errorf("got %+v, %d outside, %d readers, want %+v, %d, %d", after.Counts, after.Outside, after.ReaderCount(),
			before.Counts, before.Outside, before.ReaderCount())
	}
	if !after.Purged() || after.Audience.Size != 3 || len(after.Readers) != 0 {
		t.Errorf("got %+v", after)
	}
}

func TestNoReadingNoFigure(t *testing.T) {
	r := collect(t, newMemory(), options(), message("a"))[0]
	if want := (job.Counts{Unknown: 3}); r.Counts != want || r.Reading != nil {
		t.Errorf("got %+v, want %+v", r.Counts, want)
	}
	if rate, known := r.ReadRate(); known {
		t.Errorf("rate %v of a message without a reading", rate)
	}
}

// Many batches come in the manifest's order, the recorded list of a roster is
// looked up once, and the same state gives the same results twice.
func TestManyMessages(t *testing.T) {
	was := job.Listed("staff", []string{"u1", "u2"})
	s := newMemory()
	messages := make([]job.Message, 1234)
	for i := range messages {
		messages[i] = message(fmt.Sprintf("m%d", i))
		if i%2 == 0 {
			s.record(&messages[i], run.ID, start, was, "u1")
		}
	}
	results := collect(t, s, options(), messages...)
	if len(results) != len(messages) {
		t.Fatalf("%d results of %d messages", len(results), len(messages))
	}
	for i, r := range results {
		if r.Message.Address != messages[i].Address {
			t.Fatalf("result %d is of %s, want %s", i, r.Message.Address, messages[i].Address)
		}
		if want := 1 - i%2; r.Counts.Read != want || len(r.Readers) != want || r.Calls != want {
			t.Fatalf("%s: %+v", r.Message.Address, r)
		}
	}
	if s.lists != 1 {
		t.Errorf("the recorded list was looked up %d times", s.lists)
	}
	if diff := cmp.Diff(results, collect(t, s, options(), messages...)); diff != "" {
		t.Errorf("a second time (-first +second):\n%s", diff)
	}
}

// The readers of messages to many people are looked up for a few messages at a time.
func TestReadersAreBounded(t *testing.T) {
	s := newMemory()
	many := make([]string, 20_000)
	for i := range many {
		many[i] = fmt.Sprintf("u%05d", i)
	}
	messages := make([]job.Message, 12)
	for i := range messages {
		messages[i] = message(fmt.Sprintf("m%d", i))
		s.record(&messages[i], run.ID, start, job.Sized(30_000), many[:20_000-i*1000]...)
	}
	for i, r := range collect(t, s, options(), messages...) {
		if want := 20_000 - i*1000; len(r.Readers) != want || r.Message.Address != messages[i].Address {
			t.Errorf("result %d has %d readers, want %d", i, len(r.Readers), want)
		}
	}
	if s.most > 50_000 {
		t.Errorf("%d readers were looked up at a time", s.most)
	}
}

// Lists in turn, some more and some fewer than are remembered: the right ones
// each time, and the few are looked up once.
func TestManyLists(t *testing.T) {
	for _, n := range []int{1, 2, 8, 9, 12} {
		s := newMemory()
		messages := make([]job.Message, 60)
		for i := range messages {
			messages[i] = message(fmt.Sprintf("m%d", i))
			s.record(&messages[i], run.ID, start, job.Listed("", []string{fmt.Sprintf("p%d", i%n)}))
		}
		for i, r := range collect(t, s, options(), messages...) {
			if want := fmt.Sprintf("p%d", i%n); len(r.Audience.UserIDs) != 1 || r.Audience.UserIDs[0] != want {
				t.Fatalf("%s has the audience %v, want %s", r.Message.Address, r.Audience.UserIDs, want)
			}
		}
		if n <= 8 && s.lists != n {
			t.Errorf("%d lists were looked up %d times", n, s.lists)
		}
	}
}

func TestErrors(t *testing.T) {
	errStream, errStop := errors.New("row 7 is torn"), errors.New("stopped by hand")
	torn := func(yield func(job.Message, error) bool) { yield(job.Message{}, errStream) }
	cancelled, cancel := context.WithCancelCause(t.Context())
	cancel(errStop)
	m := message("a")
	lost := newMemory()
	lost.record(&m, run.ID, start, job.Listed("", []string{"u7"}))
	clear(lost.members)
	broken := newMemory()
	broken.err = errors.New("disk is full")
	tests := []struct {
		name     string
		ctx      context.Context
		messages iter.Seq2[job.Message, error]
		store    *memory
		want     string
	}{
		{"stream", t.Context(), torn, newMemory(), "row 7 is torn"},
		{"cancelled", cancelled, stream(m), newMemory(), "stopped by hand"},
		{"store", t.Context(), stream(m), broken, "look up the messages in the state: disk is full"},
		{
			"lost audience", t.Context(), stream(m), lost,
			"look up the recorded audience of message.a: no audience " + job.Listed("", []string{"u7"}).Hash(),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := 0
			for r, err := range audit.Results(tt.ctx, tt.messages, tt.store, options()) {
				n++
				if r != nil || err == nil || err.Error() != tt.want {
					t.Errorf("got %v, %v, want %s", r, err, tt.want)
				}
			}
			if n != 1 {
				t.Errorf("%d yields, want the error once", n)
			}
		})
	}
}

func TestLeaveEarly(t *testing.T) {
	n := 0
	for _, err := range audit.Results(t.Context(), stream(message("a"), message("b")), newMemory(), options()) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d results after leaving at the first", n)
	}
}
