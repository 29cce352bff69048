package state_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/personal"
	"notifyaudit/job/state/transfer"
)

// people counts the rows of the table of people.
func (b *bench) people() (count int) {
	b.t.Helper()
	must(b.t, b.Look(b.t.Context(), "count", func(t *rows.Tx) error {
		return t.Row(b.t.Context(), `SELECT count(*) FROM person`).Scan(&count)
	}))
	return count
}

func testRemove(b *bench) {
	t := b.t
	b.read(message("kept", job.Listed("", []string{"u1", "u2"})), 0, "u1")
	gone := message("gone", job.Listed("", []string{"u2", "u3"}))
	must(t, b.CommitPage(t.Context(), b.page(gone, 1, []string{"t"}, "u4")))
	must(t, b.CommitFailure(t.Context(), b.failure(gone, 1, job.ClassUnknown)))
	b.read(gone, 2, "u3", "stranger")
	must(t, b.CommitPage(t.Context(), b.page(gone, 3, []string{"t"}, "u5")))
	before := b.people()

	removed, err := personal.Remove(t.Context(), b.DB, []job.MessageID{gone.ID, messageID("unknown")})
	must(t, err)
	same(t, "removed", removed, 1)
	same(t, "record", b.record("gone"), nil)
	same(t, "people", [2]int{before, b.people()}, [2]int{6, 2})
	members, err := b.Members(t.Context(), gone.Audience.Hash())
	must(t, err)
	same(t, "members", len(members), 0)
	same(t, "what is left", len(b.readers("kept")), 1)
	spent, err := b.Spent(t.Context(), "acme", "2026-11")
	must(t, err)
	same(t, "spent", spent, 5)
	b.read(gone, 4)
	same(t, "asked again", b.record("gone").Calls, 1)
}

func testMove(b *bench) {
	t := b.t
	b.read(message("a", job.Listed("", []string{"u1"})), 0, "u1")
	b.read(message("b", job.Audience{}), 0)
	record := b.record("a")
	to := messageID("a")
	to.Provider = "dingtalk.hr"
	must(t, b.Move(t.Context(), []state.Move{{From: messageID("a"), To: to, Address: "message.new"}}))
	same(t, "old place", b.record("a"), nil)
	records, err := b.Records(t.Context(), []job.MessageID{to})
	must(t, err)
	same(t, "record", records[0], record)
	for entry, err := range b.Messages(t.Context()) {
		must(t, err)
		if entry.ID == to {
			same(t, "address", entry.Address, "message.new")
		}
	}
	must(t, b.Move(t.Context(), []state.Move{{From: to, To: to, Address: "message.newer"}}))

	for want, moves := range map[error][]state.Move{
		state.ErrUnknownMessage: {{From: to, To: messageID("a")}, {From: messageID("unknown"), To: messageID("c")}},
		state.ErrOccupied:       {{From: to, To: messageID("a")}, {From: messageID("a"), To: messageID("b")}},
	} {
		if err := b.Move(t.Context(), moves); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	same(t, "after moves that failed", b.record("a"), nil)
}

func testLastSuccess(b *bench) {
	t := b.t
	ended := func(minute int, complete bool, stops ...job.Stop) {
		b.begin(after(minute))
		must(t, b.FinishRun(t.Context(), job.Run{ID: b.run, StartedAt: after(minute), FinishedAt: after(minute + 1), Complete: complete, Stops: stops}))
	}
	success := func(want time.Time) {
		t.Helper()
		at, err := state.LastSuccess(t.Context(), &b.View)
		must(t, err)
		same(t, "the latest success", at, want)
	}
	success(time.Time{})
	ended(100, true, job.Stop{Class: job.ClassQuota})
	success(after(101))
	ended(200, true, job.Stop{Class: job.ClassToken})
	ended(300, false)
	success(after(101))
	ended(500, true)
	success(after(501))
}

func testDeliveries(b *bench) {
	t := b.t
	owed := state.Delivery{Target: "email.hr", Run: "r1", Owed: state.OwedResults, ChangedAt: after(1), Silent: 1}
	sent := state.Delivery{Target: "s3.store", Run: "r1"}
	serial, err := b.Serial(t.Context())
	must(t, err)
	part, other := state.Delivery{Target: "email.hr/p1", Run: "r1"}, state.Delivery{Target: "email.hr2", Run: "r1"}
	must(t, state.CommitDeliveries(t.Context(), b.DB, sent, other, owed, part))
	all, err := b.Deliveries(t.Context())
	must(t, err)
	same(t, "recorded", all, []state.Delivery{owed, part, other, sent})
	owed.Owed, owed.ChangedAt, owed.Silent = state.OwedNothing, after(2), 0
	must(t, state.CommitDeliveries(t.Context(), b.DB, owed))
	all, err = b.Deliveries(t.Context())
	must(t, err)
	same(t, "settled", all, []state.Delivery{owed, other, sent})
	now, err := b.Serial(t.Context())
	must(t, err)
	same(t, "no plan is stale for it", now, serial)
}

// perLine is how many user ids a line of an export has at most.
const perLine = 1000

// fill puts something of everything into the state.
func (b *bench) fill() {
	t := b.t
	t.Helper()
	listed := message("listed", job.Listed("staff", []string{"u1", "u2", "张"}))
	b.read(listed, 0, "u1")
	b.read(message("sized", job.Sized(3)), 1, "u9")
	must(t, b.CommitStop(t.Context(), job.RobotStop{Provider: "dingtalk", RobotCode: "r", Credential: "c", Class: job.ClassRobot, At: after(1)}))
	must(t, state.RememberAudits(t.Context(), b.DB, []state.Audit{{Title: "Q4", Provider: "dingtalk", Credential: "c"}}))
	must(t, state.CommitDeliveries(t.Context(), b.DB, state.Delivery{Target: "email.hr", Run: b.run, Owed: state.OwedResults, ChangedAt: after(1), Silent: 2}))
	must(t, b.FinishRun(t.Context(), job.Run{
		ID: b.run, FinishedAt: after(2), Complete: true, Calls: 7,
		Stops: []job.Stop{{Reach: job.ReachRobot, Name: "r", Class: job.ClassRobot, NotAsked: 2}},
	}))
	b.begin(after(3))
	var crowd []string
	for i := range perLine + 1 {
		crowd = append(crowd, fmt.Sprintf("c%05d", i))
	}
	b.read(listed, 3, append(crowd, "u2")...)
	must(t, b.CommitFailure(t.Context(), b.failure(listed, 4, job.ClassExpired)))
	open := message("open", job.Audience{})
	must(t, b.CommitPage(t.Context(), b.page(open, 4, []string{"t1"}, "u1", "u7")))
	must(t, b.CommitPage(t.Context(), b.page(open, 5, []string{"t1", "t2"}, "u8")))
}

func (b *bench) export() []byte {
	b.t.Helper()
	var out bytes.Buffer
	must(b.t, transfer.Export(b.t.Context(), &b.View, &out))
	return out.Bytes()
}

// other is another state, empty and held.
func (b *bench) other() *bench {
	b.t.Helper()
	db := b.open(b.t)
	_, err := db.Lock(b.t.Context(), "the test", 0)
	must(b.t, err)
	return &bench{DB: db, t: b.t}
}

func testExport(b *bench) {
	t := b.t
	b.fill()
	lines := b.export()
	other := b.other()
	must(t, transfer.Import(t.Context(), other.DB, bytes.NewReader(lines)))
	same(t, "exported again", string(other.export()), string(lines))
	same(t, "lineage", other.Lineage(), b.Lineage())
	serial, err := b.Serial(t.Context())
	must(t, err)
	imported, err := other.Serial(t.Context())
	must(t, err)
	same(t, "serial", imported, serial)
	for _, key := range []string{"listed", "sized", "open"} {
		same(t, key, other.record(key), b.record(key))
		same(t, key, other.readers(key), b.readers(key))
	}
	run, err := other.BeginRun(t.Context(), after(6))
	must(t, err)
	same(t, "the run goes on", run.ID, b.run)
	other.run = run.ID
	must(t, other.CommitPage(t.Context(), b.page(message("open", job.Audience{}), 6, []string{"t1", "t2", "t3"}, "u10")))
}

func testImportNotEmpty(b *bench) {
	t := b.t
	b.fill()
	lines := b.export()
	if err := transfer.Import(t.Context(), b.DB, bytes.NewReader(lines)); !errors.Is(err, transfer.ErrNotEmpty) {
		t.Errorf("imported over a state: %v", err)
	}
	same(t, "the state", string(b.export()), string(lines))
}

func testImportDamaged(b *bench) {
	t := b.t
	b.fill()
	whole := string(b.export())
	lines := strings.SplitAfter(whole, "\n")
	head, rest := lines[0], strings.Join(lines[1:], "")
	other := b.other()
	before := string(other.export())
	for name, tt := range map[string]struct {
		text string
		want error
	}{
		"nothing":          {"", transfer.ErrBadExport},
		"no head":          {rest, transfer.ErrBadExport},
		"two heads":        {head + whole, transfer.ErrBadExport},
		"cut":              {strings.Join(lines[:len(lines)-2], ""), transfer.ErrBadExport},
		"a line missing":   {head + strings.Join(lines[2:], ""), transfer.ErrBadExport},
		"more after it":    {whole + head, transfer.ErrBadExport},
		"not JSON":         {head + "user_id,name\n", transfer.ErrBadExport},
		"a later version":  {strings.Replace(whole, `"format_version":"1.5"`, `"format_version":"2.0"`, 1), state.ErrNewer},
		"an unknown line":  {head + `{"type":"retention"}` + "\n" + rest, transfer.ErrBadExport},
		"an unknown field": {strings.Replace(whole, `"complete":`, `"completed":`, 1), transfer.ErrBadExport},
		"a reading lost":   {strings.Replace(whole, `"reading","number":2`, `"reading","number":3`, 1), transfer.ErrBadExport},
		"an unknown run":   {strings.Replace(whole, `"run":"`+b.run, `"run":"other`, 1), transfer.ErrBadExport},
		"a negative count": {strings.Replace(whole, `"calls":`, `"calls":-`, 1), transfer.ErrBadExport},
		"an endless count": {strings.Replace(whole, `"calls":`, `"calls":9000000000000000`, 1), transfer.ErrBadExport},
		"a hostile id":     {strings.Replace(whole, `"u1"`, `""`, 1), transfer.ErrBadExport},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.text == whole {
				t.Fatal("the damage was not done")
			}
			if err := transfer.Import(t.Context(), other.DB, strings.NewReader(tt.text)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			same(t, "the state", string(other.export()), before)
		})
	}
}

func testAudits(b *bench) {
	serial, err := b.Serial(b.t.Context())
	must(b.t, err)
	must(b.t, state.RememberAudits(b.t.Context(), b.DB, []state.Audit{{Title: "Q3", Provider: "dingtalk", Credential: "b"}}))
	must(b.t, state.RememberAudits(b.t.Context(), b.DB, []state.Audit{
		{Title: "Q4", Provider: "dingtalk", Credential: "b"}, {Title: "Q4", Provider: "dingtalk.hr", Credential: "a"},
	}))
	all, err := b.Audits(b.t.Context())
	must(b.t, err)
	same(b.t, "audits", all, []state.Audit{
		{Title: "Q4", Provider: "dingtalk.hr", Credential: "a"}, {Title: "Q4", Provider: "dingtalk", Credential: "b"},
	})
	now, err := b.Serial(b.t.Context())
	must(b.t, err)
	same(b.t, "serial", now, serial)
}
