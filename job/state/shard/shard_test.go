package shard_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/lock"
	"notifyaudit/job/state/postgres"
	"notifyaudit/job/state/postgres/pgtest"
	"notifyaudit/job/state/shard"
	"notifyaudit/job/state/sqlite"
	"notifyaudit/job/state/transfer"
)

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A database opens one state for several processes.
type database struct {
	t      *testing.T
	server *pgtest.Server
	schema string
}

func newDatabase(t *testing.T, schema string) database {
	t.Helper()
	return database{t, pgtest.Shared(t), schema}
}

func (d database) open() *state.DB {
	d.t.Helper()
	db, err := postgres.Open(d.t.Context(), d.server.URL(), d.schema, state.OpenOptions{Create: true})
	must(d.t, err)
	d.t.Cleanup(func() { _ = db.Close() })
	return db
}

// expire ends all leases, as time does for processes that were stopped.
func (d database) expire() {
	d.server.Exec(d.t, `UPDATE `+d.schema+`.lease SET ends_at = clock_timestamp() - interval '1 s'`)
}

func claim(schedule string, index, of int) shard.Claim {
	return shard.Claim{Schedule: schedule, Shard: job.Shard{Index: index, Of: of}, Holder: "the test", Now: now}
}

func (d database) take(db *state.DB, c shard.Claim) *shard.Part {
	d.t.Helper()
	p, err := shard.Take(d.t.Context(), db, c)
	must(d.t, err)
	return p
}

// read commits the reading of a message to some people, of whom one has read it.
func read(ctx context.Context, db *state.DB, run, key string, people ...string) error {
	return db.CommitReading(ctx, job.ReadingCommit{
		Message: &job.Message{
			ID:      job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: key},
			Address: "message." + key, Audience: job.Listed("", people),
		},
		Reading: job.Reading{RunID: run, StartedAt: now, FinishedAt: now.Add(time.Minute), SendStatus: job.SendSuccess},
		UserIDs: people[:1], Pages: 1, Spend: job.Spend{QuotaGroup: "g", Calls: 1, At: now},
	})
}

// TestSideBySide: what two processes record by turns, of the same people and lists, is
// what one would have recorded.
func TestSideBySide(t *testing.T) {
	d := newDatabase(t, "side_by_side")
	dbs, parts := [2]*state.DB{}, [2]*shard.Part{}
	for i := range dbs {
		dbs[i] = d.open()
		parts[i] = d.take(dbs[i], claim("s", i, 2))
	}
	if parts[0].Run.ID != parts[1].Run.ID {
		t.Fatalf("there are two runs: %s and %s", parts[0].Run.ID, parts[1].Run.ID)
	}
	const messages = 20
	var ids []job.MessageID
	for n := range messages {
		key := fmt.Sprint("K", n)
		people := []string{"u", fmt.Sprint("u", n), fmt.Sprint("u", n/2), "v"}
		must(t, read(t.Context(), dbs[n%2], parts[0].Run.ID, key, people...))
		ids = append(ids, job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: key})
	}
	records, err := dbs[1].Records(t.Context(), ids)
	must(t, err)
	readers, err := dbs[0].Readers(t.Context(), records)
	must(t, err)
	for n := range messages {
		want := len(job.Listed("", []string{"u", fmt.Sprint("u", n), fmt.Sprint("u", n/2), "v"}).UserIDs)
		if len(readers[n]) != 1 || readers[n][0].UserID != "u" || records[n].Audience.Size != want {
			t.Errorf("message %d has the readers %v and an audience of %d, want %d", n, readers[n], records[n].Audience.Size, want)
		}
	}
	for i, p := range parts {
		cost := job.Cost{Metered: messages/2 + i, Retries: 1} // and a call of no message
		must(t, p.Finish(t.Context(), dbs[i], shard.Use{At: now, Cost: cost, Stops: []job.Stop{{Name: fmt.Sprint("stop", i)}}}, true))
		if p.AllAsked != (i == 1) {
			t.Errorf("shard %d finds all finished: %v", i, p.AllAsked)
		}
	}
	run, err := dbs[0].LatestRun(t.Context())
	must(t, err)
	if run.Calls != messages+1 || run.Retries != 2 || len(run.Stops) != 2 || !run.Complete || run.FinishedAt.IsZero() {
		t.Errorf("the run is %+v", run)
	}
}

// TestOnlyOneHasAPart: a part has one holder at a time. One whose lease ended records
// nothing once another has its part, the state, or a part of another run.
func TestOnlyOneHasAPart(t *testing.T) {
	d := newDatabase(t, "one_holder")
	ctx := t.Context()
	first, other, second := d.open(), d.open(), d.open()
	p := d.take(first, claim("s", 0, 2))
	beside := d.take(other, claim("s", 1, 2))
	for name, c := range map[string]shard.Claim{"the same part": claim("s", 0, 2), "another run": claim("t", 1, 2)} {
		if _, err := shard.Take(ctx, second, c); !errors.Is(err, lock.ErrHeld) {
			t.Errorf("%s: %v, want that it is held", name, err)
		}
	}
	if _, err := second.Lock(ctx, "all", 0); !errors.Is(err, lock.ErrHeld) {
		t.Errorf("the whole state: %v, want that it is held", err)
	}
	must(t, read(ctx, first, p.Run.ID, "A", "u"))

	d.expire()
	must(t, read(ctx, first, p.Run.ID, "B", "u")) // nobody has taken its part
	again := d.take(second, claim("s", 0, 2))
	if err := read(ctx, first, p.Run.ID, "C", "u"); !errors.Is(err, state.ErrFenced) {
		t.Errorf("who lost its part records: %v", err)
	}
	must(t, read(ctx, other, beside.Run.ID, "D", "u")) // its part is not taken
	must(t, again.Lock.Release())

	d.expire()
	third := d.open()
	next := d.take(third, claim("t", 0, 3))
	if err := read(ctx, other, beside.Run.ID, "E", "u"); !errors.Is(err, state.ErrFenced) {
		t.Errorf("a shard of an earlier run records: %v", err)
	}
	d.expire()
	whole := d.open()
	_, err := whole.Lock(ctx, "all", 0)
	must(t, err)
	if err := read(ctx, third, next.Run.ID, "F", "u"); !errors.Is(err, state.ErrFenced) {
		t.Errorf("a shard of a state that was taken records: %v", err)
	}
	d.expire()
	d.take(d.open(), claim("u", 0, 1))
	if _, err := whole.BeginRun(ctx, now); !errors.Is(err, state.ErrFenced) {
		t.Errorf("who had the whole state begins a run: %v", err)
	}
}

// TestPartsOfARun: a finished part is not taken again, the reports are there for one when
// all shards are finished, and only once.
func TestPartsOfARun(t *testing.T) {
	d := newDatabase(t, "parts")
	ctx := t.Context()
	db := d.open()
	reports := claim("s", 0, 2)
	reports.Reports = true
	for i := range 2 {
		if p := d.take(db, reports); p.Lock != nil || p.AllAsked {
			t.Errorf("the reports are taken before shard %d is finished", i)
		}
		p := d.take(db, claim("s", i, 2))
		must(t, p.Finish(ctx, db, shard.Use{At: now}, false))
		must(t, p.Lock.Release())
		p = d.take(db, claim("s", i, 2)) // it was not finished
		must(t, p.Finish(ctx, db, shard.Use{At: now}, true))
		must(t, p.Lock.Release())
		if p = d.take(db, claim("s", i, 2)); p.Lock != nil || !p.Asked {
			t.Errorf("shard %d is taken when it is finished", i)
		}
	}
	_, err := shard.Take(ctx, db, claim("s", 0, 3))
	if size, is := errors.AsType[*shard.SizeError](err); !is || size.Has != 2 || size.Want != 3 {
		t.Errorf("with another number of shards: %v", err)
	}
	p := d.take(db, reports)
	if p.Lock == nil {
		t.Fatal("nobody gets the reports")
	}
	must(t, p.Lock.Release()) // as one that is killed
	p = d.take(db, reports)
	must(t, p.Conclude(ctx, db, now))
	must(t, p.Lock.Release())
	if p = d.take(db, reports); p.Lock != nil || !p.Told {
		t.Error("the reports are taken twice")
	}
	latest, err := db.LatestRun(ctx)
	must(t, err)
	if latest.Continues(now) || latest.Schedule != "s" || latest.Shards != 2 {
		t.Errorf("the run is %+v", latest)
	}
}

// TestPartsGoThroughAnExport: who starts a schedule again in another database finds what is
// finished.
func TestPartsGoThroughAnExport(t *testing.T) {
	from, to := newDatabase(t, "parts_from"), newDatabase(t, "parts_to")
	db, other := from.open(), to.open()
	p := from.take(db, claim("s", 1, 2))
	must(t, read(t.Context(), db, p.Run.ID, "A", "u", "v"))
	must(t, p.Finish(t.Context(), db, shard.Use{At: now, Cost: job.Cost{Metered: 1}}, true))
	must(t, p.Lock.Release())
	var lines bytes.Buffer
	must(t, transfer.Export(t.Context(), &db.View, &lines))
	held, err := other.Lock(t.Context(), "the import", 0)
	must(t, err)
	must(t, transfer.Import(t.Context(), other, &lines))
	must(t, held.Release())
	if p := to.take(other, claim("s", 1, 2)); !p.Asked || p.Run.Calls != 1 {
		t.Errorf("the finished shard is %+v", p)
	}
	if p := to.take(other, claim("s", 0, 2)); p.Asked || p.Lock == nil {
		t.Errorf("the other one is %+v", p)
	}
}

// TestOldPartsAreForgotten: a month after its run, and not before a later run was told.
func TestOldPartsAreForgotten(t *testing.T) {
	d := newDatabase(t, "old_parts")
	db := d.open()
	finish := func(schedule string, at time.Time) {
		for _, reports := range []bool{false, true} {
			c := claim(schedule, 0, 1)
			c.Reports, c.Now = reports, at
			p := d.take(db, c)
			if p.Lock == nil {
				t.Fatalf("%s: %+v", schedule, p)
			}
			must(t, p.Finish(t.Context(), db, shard.Use{At: at}, true))
			must(t, p.Lock.Release())
		}
	}
	left := func() (count int) {
		must(t, db.Look(t.Context(), "count", func(tx *rows.Tx) error {
			return tx.Row(t.Context(), `SELECT count(*) FROM shard`).Scan(&count)
		}))
		return count
	}
	const month = 31 * 24 * time.Hour
	finish("s", now)
	finish("t", now.Add(month)) // s is the latest that was told when t begins
	if n := left(); n != 4 {
		t.Errorf("%d parts are left of two runs", n)
	}
	finish("u", now.Add(month+time.Hour))
	if n := left(); n != 4 {
		t.Errorf("%d parts are left when one run of three is old", n)
	}
	if n, err := shard.Untold(t.Context(), &db.View); n != 0 || err != nil {
		t.Errorf("%d runs are not told: %v", n, err)
	}
}

// TestAFileIsNotShared: one process at a time records in a file.
func TestAFileIsNotShared(t *testing.T) {
	db, err := sqlite.Open(t.Context(), t.TempDir(), "audit.db", state.OpenOptions{Create: true})
	must(t, err)
	defer func() { must(t, db.Close()) }()
	if _, err := shard.Take(t.Context(), db, claim("s", 0, 2)); !errors.Is(err, state.ErrUndivided) {
		t.Errorf("got %v, want %v", err, state.ErrUndivided)
	}
}
