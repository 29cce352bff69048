package state_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job"
)

// A world is the state as its promises say it, without a database: everything
// is kept, and every answer worked out from all of it.
type world struct {
	messages map[string]*told
	keys     []string // of the messages that are being changed
	spent    int
}

type told struct {
	// since is the first reading of the audience now recorded.
	since    int
	record   job.Record
	people   []string // of the recorded audience
	readings []job.Reading
	readers  map[string]int // the reading that first saw them
	paged    map[string]bool
}

func (w *world) message(key string, calls int, at time.Time) *told {
	m := w.messages[key]
	if m == nil {
		m = &told{readers: make(map[string]int)}
		m.record.FirstAskedAt = at
		w.messages[key] = m
	}
	m.record.Calls += calls
	w.spent += calls
	return m
}

func (m *told) read(c job.ReadingCommit) {
	m.record.ExpiredSince, m.record.Failure = time.Time{}, nil
	before := m.record
	if c.ReplaceAudience || m.record.Audience.Form == job.AudienceUnknown {
		m.people = c.Message.Audience.UserIDs
		m.record.Audience, m.record.AudienceHash = c.Message.Audience, ""
		m.record.Audience.UserIDs = nil
		if m.record.Audience.Form == job.AudienceListed {
			m.record.AudienceHash = job.Listed("", m.people).Hash()
		}
	}
	if before.Audience.Form != m.record.Audience.Form || before.Audience.Size != m.record.Audience.Size ||
		before.AudienceHash != m.record.AudienceHash {
		m.since = len(m.readings)
	}
	m.readings = append(m.readings, c.Reading)
	seen := slices.Clone(c.UserIDs)
	if c.Pages > 1 {
		for id := range m.paged {
			seen = append(seen, id)
		}
	}
	m.paged, m.record.Cursor = nil, nil
	last := &m.readings[len(m.readings)-1]
	for _, id := range seen {
		if m.readers[id] == 0 {
			m.readers[id] = len(m.readings)
		}
	}
	last.Readers = len(m.readers)
	for id := range m.readers {
		if m.record.Audience.Form == job.AudienceSized || slices.Contains(m.people, id) {
			last.Read++
		}
	}
	m.record.Last, m.record.Previous, m.record.OnlyReading = last, nil, len(m.readings) == 1
	for i := range m.readings {
		if m.readings[i].RunID != last.RunID && i >= m.since {
			m.record.Previous = &m.readings[i]
		}
	}
}

func (m *told) list() []job.Reader {
	readers := make([]job.Reader, 0, len(m.readers))
	for id, n := range m.readers {
		r := job.Reader{UserID: id, FirstSeenAt: m.readings[n-1].FinishedAt}
		if n > 1 {
			r.NotSeenAt = m.readings[n-2].StartedAt
		}
		readers = append(readers, r)
	}
	slices.SortFunc(readers, func(a, b job.Reader) int { return cmp.Compare(a.UserID, b.UserID) })
	return readers
}

// Any sequence of commits leaves what a naive telling of it says.
func TestEqualsModel(t *testing.T) {
	b := newBench(t, openNew(t, fastDir(t)))
	w := &world{messages: make(map[string]*told)}
	minute, checks := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		checks++
		w.keys = []string{fmt.Sprint("k1-", checks), fmt.Sprint("k2-", checks)}
		people := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}), 0, 4)
		draw := func() (*job.Message, int) {
			minute++
			audience := rapid.SampledFrom([]job.Audience{
				{}, job.Sized(3), job.Listed("x", []string{"a", "b"}), job.Listed("", []string{"b", "c", "d"}), job.Listed("", nil),
			}).Draw(r, "audience")
			return message(rapid.SampledFrom(w.keys).Draw(r, "key"), audience), minute
		}
		r.Repeat(map[string]func(*rapid.T){
			"run": func(*rapid.T) { minute++; b.next(after(minute)) },
			"page": func(r *rapid.T) {
				m, n := draw()
				ids := people.Draw(r, "ids")
				told := w.message(m.ID.ProcessQueryKey, 1, after(n))
				tokens := []string{fmt.Sprint("t", n)}
				if c := told.record.Cursor; c != nil && rapid.Bool().Draw(r, "goes on") {
					tokens = append(slices.Clone(c.Tokens), tokens...)
				} else {
					told.paged = make(map[string]bool)
				}
				c := b.page(m, n, tokens, ids...)
				must(r, b.CommitPage(t.Context(), c))
				told.record.Cursor, told.record.ExpiredSince = &c.Cursor, time.Time{}
				for _, id := range ids {
					told.paged[id] = true
				}
			},
			"reading": func(r *rapid.T) {
				m, n := draw()
				c := b.reading(m, n, people.Draw(r, "ids")...)
				c.ReplaceAudience = rapid.Bool().Draw(r, "replace")
				told := w.message(m.ID.ProcessQueryKey, 1, c.Reading.FinishedAt)
				if cursor := told.record.Cursor; cursor != nil && rapid.Bool().Draw(r, "goes on") {
					c.Pages = cursor.Pages + 1
				}
				must(r, b.CommitReading(t.Context(), c))
				told.read(c)
			},
			"failure": func(r *rapid.T) {
				m, n := draw()
				c := b.failure(m, n, rapid.SampledFrom([]job.ErrorClass{job.ClassExpired, job.ClassTransient}).Draw(r, "class"))
				c.KeepCursor = rapid.Bool().Draw(r, "keep")
				must(r, b.CommitFailure(t.Context(), c))
				told := w.message(m.ID.ProcessQueryKey, 1, after(n))
				told.record.Failure = &c.Failure
				switch {
				case c.Failure.Class != job.ClassExpired:
					told.record.ExpiredSince = time.Time{}
				case told.record.ExpiredSince.IsZero():
					told.record.ExpiredSince = after(n)
				}
				if !c.KeepCursor {
					told.record.Cursor, told.paged = nil, nil
				}
			},
			"": func(r *rapid.T) {
				if minute%4 == 0 {
					b.agrees(r, w)
				}
			},
		})
		b.agrees(r, w)
	})
}

// agrees compares everything that can be asked with the world.
func (b *bench) agrees(r reporter, w *world) {
	r.Helper()
	for _, key := range w.keys {
		m := w.messages[key]
		if m == nil {
			same(r, "record", b.record(key), nil)
			continue
		}
		same(r, "record", b.record(key), &m.record)
		same(r, "readers", append([]job.Reader{}, b.readers(key)...), m.list())
		paged := make([]string, 0, len(m.paged))
		for id := range m.paged {
			paged = append(paged, id)
		}
		slices.Sort(paged)
		ids, err := b.CursorReaders(b.t.Context(), messageID(key))
		must(r, err)
		same(r, "cursor readers", append([]string{}, ids...), paged)
		members, err := b.Members(b.t.Context(), m.record.AudienceHash)
		must(r, err)
		same(r, "members", append([]string{}, members...), append([]string{}, m.people...))
	}
	spent := 0
	for _, month := range []string{"2026-11", "2026-12", "2027-01", "2027-02"} {
		calls, err := b.Spent(b.t.Context(), "acme", month)
		must(r, err)
		spent += calls
	}
	same(r, "spent", spent, w.spent)
	count, err := b.Count(b.t.Context())
	must(r, err)
	same(r, "count", count, len(w.messages))
}
