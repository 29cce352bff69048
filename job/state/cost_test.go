package state_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"notifyaudit/job"
)

// What a message costs, in counts: seconds depend on the machine.
func TestCostOfAMessage(t *testing.T) {
	const n = 100
	for name, c := range map[string]struct {
		// reading is the i-th commit; before is committed, and not counted.
		before, reading func(b *bench, i int) error
		statements      float64
	}{
		"first reading": {nil, func(b *bench, i int) error {
			c := readingOfOne(b, i)
			c.New = true
			return b.CommitReading(b.t.Context(), c)
		}, 6.5},
		"next reading": {toOnePerson, toOnePerson, 6.5},
		"many readers": {nil, func(b *bench, i int) error {
			var ids []string
			for k := range 50 {
				ids = append(ids, fmt.Sprint("u", k))
			}
			return b.CommitReading(b.t.Context(), b.reading(message(fmt.Sprint("k", i), job.Listed("", ids)), i, ids...))
		}, 4.5},
		"a failure": {nil, func(b *bench, i int) error {
			return b.CommitFailure(b.t.Context(), b.failure(message(fmt.Sprint("k", i), job.Audience{}), i, job.ClassTransient))
		}, 3.5},
	} {
		t.Run(name, func(t *testing.T) {
			db, w := openWatched(t, fastDir(t))
			b := newBench(t, db)
			if c.before != nil {
				for i := range n {
					must(t, c.before(b, i))
				}
			}
			statements := make(map[string]int)
			total := 0
			w.watch(func(statement string, _ []any) error {
				statements[strings.Join(strings.Fields(statement), " ")]++
				total++
				return nil
			}, func() {
				for _, err := range b.queued(n, func(i int) error { return c.reading(b, i) }) {
					must(t, err)
				}
			})
			if each := float64(total) / n; each > c.statements {
				t.Errorf("%.1f statements a message: %v", each, statements)
			} else if each < c.statements-1.5 {
				t.Errorf("only %.1f statements a message: set the bound anew", each)
			}
		})
	}
}

func toOnePerson(b *bench, i int) error { return b.CommitReading(b.t.Context(), readingOfOne(b, i)) }

func readingOfOne(b *bench, i int) job.ReadingCommit {
	id := fmt.Sprint("u", i)
	return b.reading(message(fmt.Sprint("k", i), job.Listed("", []string{id})), i, id)
}

// A look-up is a few statements, however many messages it is for.
func TestCostOfALookUp(t *testing.T) {
	db, w := openWatched(t, fastDir(t))
	b := newBench(t, db)
	var ids []job.MessageID
	for i := range 300 {
		must(t, toOnePerson(b, i))
		ids = append(ids, messageID(fmt.Sprint("k", i)))
	}
	records, err := b.Records(t.Context(), ids)
	must(t, err)
	for name, look := range map[string]func() error{
		"records":   func() error { _, err := b.Records(t.Context(), ids); return err },
		"readers":   func() error { _, err := b.Readers(t.Context(), records); return err },
		"histories": func() error { _, err := b.Histories(t.Context(), ids); return err },
	} {
		total := 0
		w.watch(func(string, []any) error { total++; return nil }, func() { must(t, look()) })
		if total > 3 {
			t.Errorf("%s of %d messages: %d statements", name, len(ids), total)
		}
	}
	allocated := testing.AllocsPerRun(20, func() { must(t, toOnePerson(b, 7)) })
	if allocated > 95 {
		t.Errorf("%.0f allocations a commit", allocated)
	}
	allocated = testing.AllocsPerRun(20, func() {
		if _, err := b.Records(t.Context(), ids); err != nil {
			t.Error(err)
		}
	})
	if each := allocated / float64(len(ids)); each > 8 {
		t.Errorf("%.0f allocations a record", each)
	}
}

// What a message takes in the file, with the person it went to, who has read it, and
// each later reading of it.
func TestBytesOfAMessage(t *testing.T) {
	const n = 2000
	dir := fastDir(t)
	db, w := openWatched(t, dir)
	b := newBench(t, db)
	size := func() int64 {
		t.Helper()
		if done, err := w.Rewrite(t.Context()); err != nil || !done {
			t.Fatal(done, err) // what is in the log is not in the file yet
		}
		info, err := os.Stat(filepath.Join(dir, "audit.db"))
		must(t, err)
		return info.Size()
	}
	before := size()
	for reading, most := range []int64{340, 45} {
		for _, err := range b.queued(n, func(i int) error { return toOnePerson(b, i) }) {
			must(t, err)
		}
		after := size()
		each := (after - before) / n
		before = after
		if each > most {
			t.Errorf("reading %d: %d bytes a message", reading+1, each)
		}
	}
}
