package state_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/lock"
	"notifyaudit/job/state/personal"
	"notifyaudit/job/state/transfer"
)

func testRun(b *bench) {
	t := b.t
	first := b.run
	if !strings.HasPrefix(first, "20261120T090000Z-") || len(first) != 21 {
		t.Errorf("run id %q", first)
	}
	b.read(message("k", job.Audience{}), 30)
	b.begin(after(80))
	same(t, "continued", b.run, first)
	run, err := b.LatestRun(t.Context())
	must(t, err)
	same(t, "latest", run, &job.Run{ID: first, StartedAt: start, UpdatedAt: after(80), Calls: 1})

	run.FinishedAt, run.Calls, run.Retries, run.Throttled = after(81), 7, 2, 1
	run.Stops = []job.Stop{{Reach: job.ReachRobot, Name: "r", Class: job.ClassRobot, Code: "bot.stopped", NotAsked: 3}}
	must(t, b.FinishRun(t.Context(), *run))
	run.UpdatedAt = after(81)
	got, err := b.LatestRun(t.Context())
	must(t, err)
	same(t, "finished", got, run)
	b.begin(after(142))
	if b.run == first {
		t.Error("a run was continued more than an hour later")
	}
	err = b.FinishRun(t.Context(), job.Run{ID: "no such run", FinishedAt: start})
	if err == nil || !strings.Contains(err.Error(), "no such run") {
		t.Errorf("the end of an unknown run: %v", err)
	}
	c := b.reading(message("k", job.Audience{}), 1)
	c.Reading.RunID = "no such run"
	if err := b.CommitReading(t.Context(), c); err == nil {
		t.Error("a reading of an unknown run was recorded")
	}
}

func testLedger(b *bench) {
	t := b.t
	// In Shanghai November ends eight hours before it does in Greenwich.
	turn := time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC)
	for _, s := range []job.Spend{
		{QuotaGroup: "acme", Calls: 2, At: turn.Add(-time.Second)},
		{QuotaGroup: "acme", Calls: 3, At: turn},
		{QuotaGroup: "acme", Calls: 4, At: turn.Add(time.Hour)},
		{QuotaGroup: "abc", Calls: 1, At: turn},
	} {
		must(t, b.Spend(t.Context(), s))
	}
	for month, want := range map[string]int{"2026-11": 2, "2026-12": 7, "2027-01": 0} {
		got, err := b.Spent(t.Context(), "acme", month)
		must(t, err)
		same(t, month, got, want)
	}
	accounts, err := b.Ledger(t.Context(), "2026-12")
	must(t, err)
	same(t, "ledger", accounts, []state.Account{{"abc", "2026-12", 1}, {"acme", "2026-12", 7}})
}

func testReplacedAudience(b *bench) {
	t := b.t
	wrong, right := message("k", job.Listed("old", []string{"u1", "u2"})), message("k", job.Listed("staff", []string{"u1", "u2", "u3"}))
	must(t, b.ReplaceAudience(t.Context(), right)) // nothing is known of it yet
	b.read(wrong, 1, "u1", "u3")
	b.next(after(100))
	b.read(wrong, 101, "u2")
	serial := b.record("k")
	if serial.Last.Read != 2 || serial.Previous == nil {
		t.Fatalf("record %+v", serial)
	}
	must(t, b.ReplaceAudience(t.Context(), right))
	got := b.record("k")
	if got.Last.Read != 3 || got.Last.Readers != 3 || got.Audience.Size != 3 || got.Audience.Roster != "staff" || got.AudienceHash != right.Audience.Hash() {
		t.Errorf("record %+v, reading %+v", got, got.Last)
	}
	if got.Previous != nil {
		t.Error("it is compared with a reading of other people")
	}
	if got.Calls != serial.Calls || !got.Last.FinishedAt.Equal(serial.Last.FinishedAt) {
		t.Errorf("a call was made: %+v", got)
	}
	members, err := b.Members(t.Context(), wrong.Audience.Hash())
	must(t, err)
	same(t, "the list that nobody has any more", len(members), 0)

	must(t, b.ReplaceAudience(t.Context(), message("k", job.Sized(5))))
	if got := b.record("k"); got.Audience.Form != job.AudienceSized || got.Last.Read != 3 {
		t.Errorf("sized: %+v, %+v", got.Audience, got.Last)
	}
}

func testStops(b *bench) {
	t := b.t
	stop := job.RobotStop{Provider: "dingtalk", RobotCode: "r2", Credential: "c", Class: job.ClassRobot, Code: "bot.stopped", Message: "m", RequestID: "q", At: start, Runs: 2}
	other := stop
	other.RobotCode = "r1"
	must(t, b.CommitStop(t.Context(), stop))
	must(t, b.CommitStop(t.Context(), other))
	stop.Credential = "d"
	must(t, b.CommitStop(t.Context(), stop))
	stops, err := b.Stops(t.Context())
	must(t, err)
	same(t, "stops", stops, []job.RobotStop{other, stop})
	must(t, b.ClearStop(t.Context(), "dingtalk", "r1"))
	stops, err = b.Stops(t.Context())
	must(t, err)
	same(t, "stops after clearing", stops, []job.RobotStop{stop})
	m := message("k", job.Audience{})
	m.RobotCode = "r2"
	b.read(m, 0)
	stops, err = b.Stops(t.Context())
	must(t, err)
	same(t, "stops after the robot answered", stops, nil)
}

func testRefusals(b *bench) {
	t := b.t
	refusal := job.QuotaRefusal{QuotaGroup: "acme", Code: "quota", Message: "spent, says s1", RequestID: "q", At: start}
	must(t, b.CommitQuotaRefusal(t.Context(), refusal))
	refusal.At = after(5)
	must(t, b.CommitQuotaRefusal(t.Context(), refusal))
	must(t, b.CommitQuotaRefusal(t.Context(), job.QuotaRefusal{QuotaGroup: "abc", At: start}))
	refusals := func(now time.Time) []job.QuotaRefusal {
		t.Helper()
		found, err := b.QuotaRefusals(t.Context(), now)
		must(t, err)
		return found
	}
	same(t, "refusals", refusals(after(10)), []job.QuotaRefusal{{QuotaGroup: "abc", At: start}, refusal})
	turn := job.QuotaTurns(start)
	same(t, "an instant before the month turns", len(refusals(turn.Add(-time.Second))), 2)
	same(t, "once it has turned", len(refusals(turn)), 0)
	must(t, b.ClearQuotaRefusal(t.Context(), "abc"))
	same(t, "cleared", refusals(after(10)), []job.QuotaRefusal{refusal})
	other := b.other()
	must(t, transfer.Import(t.Context(), other.DB, bytes.NewReader(b.export())))
	imported, err := other.QuotaRefusals(t.Context(), after(10))
	must(t, err)
	same(t, "imported", imported, refusals(after(10)))
	_, err = personal.Erase(t.Context(), b.DB, "s1")
	must(t, err)
	refusal.Message = ""
	same(t, "words that name an erased person", refusals(after(10)), []job.QuotaRefusal{refusal})
}

func testSerial(b *bench) {
	t := b.t
	m := message("k", job.Audience{})
	changes := map[string]func() error{
		"page":    func() error { return b.CommitPage(t.Context(), b.page(m, 1, []string{"t"}, "a")) },
		"reading": func() error { return b.CommitReading(t.Context(), b.reading(m, 1)) },
		"failure": func() error { return b.CommitFailure(t.Context(), b.failure(m, 1, job.ClassUnknown)) },
		"spend":   func() error { return b.Spend(t.Context(), job.Spend{QuotaGroup: "g", Calls: 1, At: start}) },
		"run":     func() error { _, err := b.BeginRun(t.Context(), start); return err },
	}
	for name, change := range changes {
		before, err := b.Serial(t.Context())
		must(t, err)
		must(t, change())
		after, err := b.Serial(t.Context())
		must(t, err)
		same(t, name, after, before+1)
	}
}

func testUnlocked(b *bench) {
	t := b.t
	c := b.reading(message("k", job.Audience{}), 0)
	must(t, b.lock.Release())
	must(t, b.lock.Release())
	if err := b.CommitReading(t.Context(), c); !errors.Is(err, state.ErrUnlocked) {
		t.Errorf("recorded without the lock: %v", err)
	}
	if err := state.Held(t.Context(), b.DB); !errors.Is(err, state.ErrUnlocked) {
		t.Errorf("sure of a lock that was released: %v", err)
	}
	same(t, "record", b.record("k"), nil)
	held, err := b.Lock(t.Context(), "again", 0)
	must(t, err)
	must(t, b.CommitReading(t.Context(), c))
	_, err = b.Lock(t.Context(), "twice", 0)
	locked, ok := errors.AsType[*lock.HeldError](err)
	if !ok || locked.Holder != "again" {
		t.Errorf("locked twice: %v", err)
	}
	must(t, held.Release())
}

func testFenced(b *bench) {
	t := b.t
	must(t, b.Change(t.Context(), "take over", func(t *rows.Tx) error {
		_, err := t.Exec(b.t.Context(), `UPDATE meta SET epoch = epoch + 1`)
		return err
	}))
	m := message("k", job.Audience{})
	for name, err := range map[string]error{
		"page":    b.CommitPage(t.Context(), b.page(m, 1, []string{"t"}, "a")),
		"reading": b.CommitReading(t.Context(), b.reading(m, 0, "u")),
		"failure": b.CommitFailure(t.Context(), b.failure(m, 0, job.ClassUnknown)),
		"stop":    b.CommitStop(t.Context(), job.RobotStop{At: start}),
		"clear":   b.ClearStop(t.Context(), "p", "r"),
		"spend":   b.Spend(t.Context(), job.Spend{QuotaGroup: "g", Calls: 1, At: start}),
		"finish":  b.FinishRun(t.Context(), job.Run{ID: b.run, FinishedAt: start}),
	} {
		if !errors.Is(err, state.ErrFenced) {
			t.Errorf("%s: %v", name, err)
		}
	}
	same(t, "record", b.record("k"), nil)
}

func testAtomic(b *bench) {
	t := b.t
	m := message("k", job.Listed("", []string{"u1"}))
	b.read(m, 0, "u1")
	serial, err := b.Serial(t.Context())
	must(t, err)
	record := b.record("k")
	c := b.reading(m, 2, "u2")
	c.Reading.FinishedAt = time.Time{} // the last statements refuse it
	if err := b.CommitReading(t.Context(), c); err == nil || !strings.Contains(err.Error(), "record the reading of message.k") {
		t.Errorf("a reading without an end: %v", err)
	}
	same(t, "record", b.record("k"), record)
	same(t, "readers", len(b.readers("k")), 1)
	spent, err := b.Spent(t.Context(), "acme", "2026-11")
	must(t, err)
	same(t, "spent", spent, 1)
	now, err := b.Serial(t.Context())
	must(t, err)
	same(t, "serial", now, serial)

	func() {
		defer func() { _ = recover() }()
		_ = b.Change(t.Context(), "panic", func(*rows.Tx) error { panic("planted") })
	}()
	b.read(m, 3)
}

func testNew(b *bench) {
	t := b.t
	c := b.reading(message("k", job.Listed("", []string{"u1"})), 0, "u1")
	c.New = true
	must(t, b.CommitReading(t.Context(), c))
	record := b.record("k")
	same(t, "readers", record.Last.Readers, 1)
	if err := b.CommitReading(t.Context(), c); err == nil {
		t.Error("the same message was new twice")
	}
	same(t, "record", b.record("k"), record)
	c.New = false
	must(t, b.CommitReading(t.Context(), c))
	same(t, "last reading", b.record("k").OnlyReading, false)
}

func testOrder(b *bench) {
	t := b.t
	group := message("k1", job.Audience{})
	private := message("k1", job.Audience{})
	private.ID.Kind = job.PrivateChat
	b.read(group, 0, "g")
	b.read(private, 0, "p1", "p2")
	ids := []job.MessageID{private.ID, messageID("unknown"), group.ID, private.ID}
	records, err := b.Records(t.Context(), ids)
	must(t, err)
	var counts []int
	for _, r := range records {
		if r == nil {
			counts = append(counts, -1)
			continue
		}
		counts = append(counts, r.Last.Readers)
	}
	same(t, "records", counts, []int{2, -1, 1, 2})
	readers, err := b.Readers(t.Context(), records)
	must(t, err)
	counts = nil
	for _, r := range readers {
		counts = append(counts, len(r))
	}
	same(t, "readers", counts, []int{2, 0, 1, 2})
}

func testListing(b *bench) {
	t := b.t
	const n = 500 + 1 // one more than are fetched at a time
	want := make([]state.Entry, n)
	for i := range n {
		m := message(fmt.Sprintf("k%05d", i), job.Audience{})
		want[i] = state.Entry{ID: m.ID, Address: m.Address}
		b.read(m, 0)
	}
	for i := range n {
		b.read(message("k00000", job.Audience{}), i)
	}
	var got []state.Entry
	for entry, err := range b.Messages(t.Context()) {
		must(t, err)
		got = append(got, entry)
	}
	same(t, "messages", got, want)
	count, err := b.Count(t.Context())
	must(t, err)
	same(t, "count", count, n)
	var starts []time.Time
	for reading, err := range b.History(t.Context(), messageID("k00000")) {
		must(t, err)
		starts = append(starts, reading.StartedAt)
	}
	same(t, "readings", len(starts), n+1)
	if !slices.IsSortedFunc(starts, time.Time.Compare) {
		t.Error("the history is out of order")
	}
	histories, err := b.Histories(t.Context(), []job.MessageID{messageID("nobody"), messageID("k00001"), messageID("k00000"), messageID("k00001")})
	must(t, err)
	for i, want := range []string{"nobody", "k00001", "k00000", "k00001"} {
		var alone []job.Reading
		for reading, err := range b.History(t.Context(), messageID(want)) {
			must(t, err)
			alone = append(alone, reading)
		}
		same(t, "history of "+want, histories[i], alone)
		if want != "nobody" {
			same(t, "the only reading of "+want, b.record(want).OnlyReading, len(alone) == 1)
		}
	}
	for _, err := range b.Messages(t.Context()) {
		must(t, err)
		break
	}
}

func testHostileIDs(b *bench) {
	t := b.t
	for _, id := range []string{"", "a\x00b", "\xff", strings.Repeat("x", 257)} {
		if err := b.CommitReading(t.Context(), b.reading(message("k", job.Audience{}), 0, id)); err == nil {
			t.Errorf("user id %q was stored", id)
		}
		if err := b.CommitReading(t.Context(), b.reading(message(id, job.Audience{}), 0)); err == nil {
			t.Errorf("key %q was stored", id)
		}
	}
	odd := []string{`"`, `'; DROP TABLE person; --`, "\u2028", "<&>", "?", "名前", strings.Repeat("é", 128)}
	b.read(message("k", job.Audience{}), 0, odd...)
	var got []string
	for _, r := range b.readers("k") {
		got = append(got, r.UserID)
	}
	same(t, "odd ids", got, slices.Sorted(slices.Values(odd)))
}

func testConcurrent(b *bench) {
	t := b.t
	const workers, each = 8, 10
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				m := message(fmt.Sprint("k", w), job.Audience{})
				if err := b.CommitReading(t.Context(), b.reading(m, i, fmt.Sprint("u", i))); err != nil {
					t.Error(err)
				}
				if _, err := b.Records(t.Context(), []job.MessageID{m.ID, messageID("k0")}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for w := range workers {
		same(t, "readers", len(b.readers(fmt.Sprint("k", w))), each)
	}
	spent, err := b.Spent(t.Context(), "acme", "2026-11")
	must(t, err)
	same(t, "spent", spent, workers*each)
}

func testCancelled(b *bench) {
	t := b.t
	reason := errors.New("the reason")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	if err := b.CommitReading(ctx, b.reading(message("k", job.Audience{}), 0)); !errors.Is(err, reason) {
		t.Errorf("commit: %v", err)
	}
	if _, err := b.Records(ctx, []job.MessageID{messageID("k")}); !errors.Is(err, reason) {
		t.Errorf("records: %v", err)
	}
	same(t, "record", b.record("k"), nil)
}
