package state_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
)

// suite is what every database must do. open makes a new, empty state that
// nobody holds, and closes it with the test.
func suite(t *testing.T, open func(*testing.T) *state.DB) {
	t.Helper()
	for name, test := range map[string]func(*bench){
		"a new state knows nothing":                        testNothing,
		"a reading is kept with its readers":               testReading,
		"readers are a set, and read lies between":         testReaders,
		"previous is of an earlier run":                    testPrevious,
		"the audience is recorded once":                    testAudience,
		"one list is stored once":                          testSharedAudience,
		"pages go on at the cursor":                        testCursor,
		"page 1 forgets the cursor":                        testCursorRestart,
		"a page that is missing makes no reading":          testMissingPage,
		"a failure leaves the reading":                     testFailure,
		"expired since the first of a row":                 testExpired,
		"an interrupted run is continued":                  testRun,
		"the ledger counts by the vendor's month":          testLedger,
		"a robot's stop is kept and cleared":               testStops,
		"an audience is recorded anew without a call":      testReplacedAudience,
		"a refused quota is kept until its month turns":    testRefusals,
		"the serial moves with every change":               testSerial,
		"only the holder of the lock records":              testUnlocked,
		"who was taken over records no more":               testFenced,
		"a commit that fails changes nothing":              testAtomic,
		"a new message is one that the state has not":      testNew,
		"lookups keep their order":                         testOrder,
		"messages and history are listed past one fetch":   testListing,
		"ids that a database would change are refused":     testHostileIDs,
		"many commits at once are all kept":                testConcurrent,
		"a cancelled context ends the call with its cause": testCancelled,
		"what is removed is gone, with its people":         testRemove,
		"a moved message keeps its history":                testMove,
		"an export is the state, to the byte":              testExport,
		"an import needs an empty state":                   testImportNotEmpty,
		"a part of an export is no export":                 testImportDamaged,
		"a purge takes the people and leaves the counts":   testPurge,
		"a purge takes what has no reading too":            testPurgeUnread,
		"a purged message that is read is whole again":     testReadAfterPurge,
		"an erased person is counted and nowhere":          testErase,
		"whoever is named can be erased":                   testEraseNamed,
		"an id that looks like a tombstone is an id":       testTombstoneLookalike,
		"a person's data is found":                         testPerson,
		"no purge and no erasure changes a figure":         testFigures,
		"whose state it is is remembered":                  testAudits,
		"written reports are remembered":                   testReports,
		"what a target is owed outlives the process":       testDeliveries,
		"the latest success is found":                      testLastSuccess,
		"purges and erasures go through an export":         testExportPersonal,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, open(t))
			b.open = open
			test(b)
		})
	}
}

// A bench is a state that the test holds, with a run under way.
type bench struct {
	*state.DB
	t    *testing.T
	lock *state.Lock
	run  string
	// open makes another state.
	open func(*testing.T) *state.DB
}

var start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// after is n minutes after the start.
func after(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

func newBench(t *testing.T, db *state.DB) *bench {
	t.Helper()
	lock, err := db.Lock(t.Context(), "the test", 0)
	must(t, err)
	b := &bench{DB: db, t: t, lock: lock}
	b.begin(start)
	return b
}

// A reporter is a test, or a property that rapid checks.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

func must(t reporter, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) begin(now time.Time) {
	b.t.Helper()
	run, err := b.BeginRun(b.t.Context(), now)
	must(b.t, err)
	b.run = run.ID
}

// next ends the run and begins another.
func (b *bench) next(now time.Time) {
	b.t.Helper()
	must(b.t, b.FinishRun(b.t.Context(), job.Run{ID: b.run, FinishedAt: now, Complete: true}))
	b.begin(now)
}

func messageID(key string) job.MessageID {
	return job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: key}
}

func message(key string, audience job.Audience) *job.Message {
	return &job.Message{ID: messageID(key), Address: "message." + key, Audience: audience}
}

// read commits a reading of one page that began at minute n and took one.
func (b *bench) read(m *job.Message, n int, ids ...string) {
	b.t.Helper()
	must(b.t, b.CommitReading(b.t.Context(), b.reading(m, n, ids...)))
}

func (b *bench) reading(m *job.Message, n int, ids ...string) job.ReadingCommit {
	return job.ReadingCommit{
		Message: m,
		Reading: job.Reading{RunID: b.run, StartedAt: after(n), FinishedAt: after(n + 1), SendStatus: job.SendSuccess},
		UserIDs: ids, Pages: 1,
		Spend: job.Spend{QuotaGroup: "acme", Calls: 1, At: after(n + 1)},
	}
}

func (b *bench) page(m *job.Message, n int, tokens []string, ids ...string) job.PageCommit {
	return job.PageCommit{
		Message: m, RunID: b.run, UserIDs: ids,
		Cursor: job.Cursor{
			NextToken: tokens[len(tokens)-1], Tokens: tokens, Pages: len(tokens), Readers: len(ids) * len(tokens),
			EmptyPages: 1, StartedAt: start, UpdatedAt: after(n),
		},
		Spend: job.Spend{QuotaGroup: "acme", Calls: 1, At: after(n)},
	}
}

func (b *bench) failure(m *job.Message, n int, class job.ErrorClass) job.FailureCommit {
	return job.FailureCommit{
		Message: m,
		Failure: job.Failure{
			Status: job.StatusPending, Class: class, HTTPStatus: 400, Code: "a.code", Message: "words", RequestID: "r1",
			RunID: b.run, At: after(n), RobotCode: "robot", OpenConversationID: "cid", SentAt: start,
			Runs: 3, Since: start, Same: 2,
		},
		Spend: job.Spend{QuotaGroup: "acme", Calls: 1, At: after(n)},
	}
}

func (b *bench) record(key string) *job.Record {
	b.t.Helper()
	records, err := b.Records(b.t.Context(), []job.MessageID{messageID(key)})
	must(b.t, err)
	return records[0]
}

func (b *bench) readers(key string) []job.Reader {
	b.t.Helper()
	readers, err := b.Readers(b.t.Context(), []*job.Record{b.record(key)})
	must(b.t, err)
	return readers[0]
}

func same[T any](t reporter, what string, got, want T) {
	t.Helper()
	// Each database has rows of its own.
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(job.Record{}, "Row")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func testNothing(b *bench) {
	t := b.t
	same(t, "record", b.record("k"), nil)
	same(t, "readers", len(b.readers("k")), 0)
	ids, err := b.CursorReaders(t.Context(), messageID("k"))
	must(t, err)
	same(t, "cursor readers", len(ids), 0)
	members, err := b.Members(t.Context(), "no such hash")
	must(t, err)
	same(t, "members", len(members), 0)
	count, err := b.Count(t.Context())
	must(t, err)
	same(t, "count", count, 0)
	if len(b.Lineage()) != 36 {
		t.Errorf("lineage %q", b.Lineage())
	}
}

func testReading(b *bench) {
	t := b.t
	b.read(message("k", job.Listed("staff", []string{"u1", "u2", "u3"})), 0, "u2", "stranger")
	reading := &job.Reading{RunID: b.run, StartedAt: start, FinishedAt: after(1), SendStatus: job.SendSuccess, Readers: 2, Read: 1}
	same(t, "record", b.record("k"), &job.Record{
		FirstAskedAt: after(1),
		Audience:     job.Audience{Form: job.AudienceListed, Size: 3, Roster: "staff"},
		AudienceHash: job.Listed("", []string{"u1", "u2", "u3"}).Hash(),
		Last:         reading, OnlyReading: true, Calls: 1,
	})
	same(t, "readers", b.readers("k"), []job.Reader{
		{UserID: "stranger", FirstSeenAt: after(1)}, {UserID: "u2", FirstSeenAt: after(1)},
	})
}

func testReaders(b *bench) {
	t := b.t
	m := message("k", job.Listed("", []string{"u1", "u2"}))
	b.read(m, 0, "u1")
	b.read(m, 10)
	c := b.reading(m, 20, "u2", "u2")
	c.Reading.SendStatus = job.SendRecalled
	must(t, b.CommitReading(t.Context(), c))
	same(t, "readers", b.readers("k"), []job.Reader{
		{UserID: "u1", FirstSeenAt: after(1)},
		{UserID: "u2", NotSeenAt: after(10), FirstSeenAt: after(21)},
	})
	last := b.record("k").Last
	same(t, "last", *last, job.Reading{
		RunID: b.run, StartedAt: after(20), FinishedAt: after(21), SendStatus: job.SendRecalled, Readers: 2, Read: 2,
	})
}

func testPrevious(b *bench) {
	t := b.t
	m := message("k", job.Sized(3))
	b.read(m, 0, "u1")
	b.read(m, 2, "u2")
	same(t, "previous within a run", b.record("k").Previous, nil)
	b.next(after(4))
	b.read(m, 4, "u3")
	b.read(m, 6)
	for minute, want := range map[int]time.Time{1: after(0), 2: after(0), 3: after(2), 6: after(4), 7: after(6), 0: {}} {
		got, err := b.ReadingsBefore(t.Context(), []job.MessageID{messageID("none"), messageID("k")}, after(minute))
		must(t, err)
		if got[0] != nil || got[1] == nil != want.IsZero() || got[1] != nil && !got[1].StartedAt.Equal(want) {
			t.Errorf("before minute %d it was read %+v, want %v", minute, got[1], want)
		}
	}
	r := b.record("k")
	same(t, "last", r.Last.StartedAt, after(6))
	same(t, "previous", r.Previous.StartedAt, after(2))
	same(t, "counts with a size", [2]int{r.Last.Readers, r.Last.Read}, [2]int{3, 3})
	same(t, "previous counts", [2]int{r.Previous.Readers, r.Previous.Read}, [2]int{2, 2})
}

func testAudience(b *bench) {
	t := b.t
	b.read(message("k", job.Audience{}), 0, "u1", "u2")
	r := b.record("k")
	same(t, "unknown", r.Audience, job.Audience{})
	same(t, "read of unknown", r.Last.Read, 0)
	b.read(message("k", job.Listed("a", []string{"u1"})), 2)
	same(t, "read once known", b.record("k").Last.Read, 1)
	b.read(message("k", job.Listed("b", []string{"u1", "u2", "u3"})), 4)
	same(t, "kept", b.record("k").Audience, job.Audience{Form: job.AudienceListed, Size: 1, Roster: "a"})

	c := b.reading(message("k", job.Listed("b", []string{"u1", "u2", "u3"})), 6)
	c.ReplaceAudience = true
	must(t, b.CommitReading(t.Context(), c))
	r = b.record("k")
	same(t, "replaced", r.Audience, job.Audience{Form: job.AudienceListed, Size: 3, Roster: "b"})
	same(t, "read of the new", r.Last.Read, 2)
	gone, err := b.Members(t.Context(), job.Listed("", []string{"u1"}).Hash())
	must(t, err)
	same(t, "members of the old list", len(gone), 0)

	c = b.reading(message("k", job.Sized(9)), 8)
	c.ReplaceAudience = true
	must(t, b.CommitReading(t.Context(), c))
	same(t, "sized", b.record("k").Audience, job.Sized(9))
	same(t, "no list", b.record("k").AudienceHash, "")
}

func testSharedAudience(b *bench) {
	t := b.t
	staff := make([]string, 500)
	for i := range staff {
		staff[i] = fmt.Sprintf("u%03d", i)
	}
	for i := range 5 {
		b.read(message(fmt.Sprint("k", i), job.Listed("staff", staff)), 0)
	}
	members, err := b.Members(t.Context(), b.record("k3").AudienceHash)
	must(t, err)
	same(t, "members", members, staff)
	var stored int
	must(t, b.Look(t.Context(), "count", func(t *rows.Tx) error {
		return t.Row(b.t.Context(), `SELECT count(*) FROM audience_member`).Scan(&stored)
	}))
	same(t, "rows", stored, len(staff))

	c := b.reading(message("k0", job.Sized(1)), 2)
	c.ReplaceAudience = true
	must(t, b.CommitReading(t.Context(), c))
	members, err = b.Members(t.Context(), job.Listed("", staff).Hash())
	must(t, err)
	same(t, "members while others have the list", len(members), len(staff))
}

func testCursor(b *bench) {
	t := b.t
	m := message("k", job.Listed("", []string{"a", "b", "c", "d"}))
	must(t, b.CommitPage(t.Context(), b.page(m, 1, []string{"t1"}, "b", "a")))
	second := b.page(m, 2, []string{"t1", "t2"}, "c")
	must(t, b.CommitPage(t.Context(), second))
	r := b.record("k")
	same(t, "cursor", r.Cursor, &second.Cursor)
	same(t, "no reading yet", r.Last, nil)
	same(t, "asked", r.FirstAskedAt, after(1))
	same(t, "calls", r.Calls, 2)
	ids, err := b.CursorReaders(t.Context(), messageID("k"))
	must(t, err)
	same(t, "cursor readers", ids, []string{"a", "b", "c"})
	same(t, "no readers yet", len(b.readers("k")), 0)

	c := b.reading(m, 2, "z")
	c.Pages = 3
	must(t, b.CommitReading(t.Context(), c))
	r = b.record("k")
	same(t, "cursor cleared", r.Cursor, nil)
	same(t, "counts", [2]int{r.Last.Readers, r.Last.Read}, [2]int{4, 3})
	ids, err = b.CursorReaders(t.Context(), messageID("k"))
	must(t, err)
	same(t, "cursor readers cleared", len(ids), 0)
}

func testCursorRestart(b *bench) {
	t := b.t
	m := message("k", job.Audience{})
	must(t, b.CommitPage(t.Context(), b.page(m, 1, []string{"t1"}, "a")))
	must(t, b.CommitPage(t.Context(), b.page(m, 2, []string{"t1", "t2"}, "b")))
	again := b.page(m, 3, []string{"s1"}, "c")
	must(t, b.CommitPage(t.Context(), again))
	same(t, "cursor", b.record("k").Cursor, &again.Cursor)
	ids, err := b.CursorReaders(t.Context(), messageID("k"))
	must(t, err)
	same(t, "cursor readers", ids, []string{"c"})

	b.read(m, 4, "d")
	same(t, "readers of a reading of one page", b.readers("k"), []job.Reader{{UserID: "d", FirstSeenAt: after(5)}})
	same(t, "cursor after it", b.record("k").Cursor, nil)
}

func testMissingPage(b *bench) {
	t := b.t
	m := message("k", job.Audience{})
	if err := b.CommitPage(t.Context(), b.page(m, 1, []string{"t1", "t2"}, "a")); err == nil {
		t.Error("a second page came first")
	}
	must(t, b.CommitPage(t.Context(), b.page(m, 1, []string{"t1"}, "a")))
	c := b.reading(m, 2, "c")
	c.Pages = 3
	if err := b.CommitReading(t.Context(), c); err == nil {
		t.Error("a reading lacks its second page")
	}
	same(t, "reading", b.record("k").Last, nil)
}

func testFailure(b *bench) {
	t := b.t
	m := message("k", job.Sized(2))
	b.read(m, 0, "u1")
	before := b.record("k")
	must(t, b.CommitPage(t.Context(), b.page(m, 2, []string{"t1"}, "u2")))
	c := b.failure(m, 3, job.ClassTransient)
	c.KeepCursor = true
	must(t, b.CommitFailure(t.Context(), c))
	r := b.record("k")
	same(t, "failure", r.Failure, &c.Failure)
	same(t, "reading", r.Last, before.Last)
	if r.Cursor == nil {
		t.Error("the cursor was to be kept")
	}
	c.KeepCursor = false
	c.Failure.Code = "another"
	must(t, b.CommitFailure(t.Context(), c))
	r = b.record("k")
	same(t, "later failure", r.Failure, &c.Failure)
	same(t, "cursor dropped", r.Cursor, nil)
	same(t, "calls", r.Calls, 4)
	b.read(m, 5)
	same(t, "failure cleared", b.record("k").Failure, nil)
}

func testExpired(b *bench) {
	t := b.t
	m := message("k", job.Audience{})
	for _, step := range []struct {
		minute int
		class  job.ErrorClass
		want   time.Time
	}{
		{1, job.ClassExpired, after(1)},
		{9, job.ClassExpired, after(1)},
		{10, job.ClassTransient, time.Time{}},
		{11, job.ClassExpired, after(11)},
	} {
		must(t, b.CommitFailure(t.Context(), b.failure(m, step.minute, step.class)))
		same(t, fmt.Sprint("expired since, at minute ", step.minute), b.record("k").ExpiredSince, step.want)
	}
	same(t, "first asked", b.record("k").FirstAskedAt, after(1))
	b.read(m, 12)
	same(t, "expired since, after a reading", b.record("k").ExpiredSince, time.Time{})
}
