package job_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
)

// The edges of the figures, worked out by hand.
func TestCountEdges(t *testing.T) {
	reading := &job.Reading{SendStatus: job.SendSuccess}
	recalled := &job.Reading{SendStatus: job.SendRecalled}
	readers := func(ids ...string) []job.Reader {
		var out []job.Reader
		for _, id := range ids {
			out = append(out, job.Reader{UserID: id})
		}
		return out
	}
	three := job.Listed("", []string{"c", "a", "b", "a"})
	tests := []struct {
		name     string
		audience job.Audience
		reading  *job.Reading
		readers  []job.Reader
		counts   job.Counts
		outside  int
		rate     float64 // -1: none
	}{
		{"duplicates are one person", three, reading, readers("a"), job.Counts{Read: 1, Unread: 2}, 0, 1.0 / 3},
		{"outsiders are in no rate", three, reading, readers("a", "x", "y"), job.Counts{Read: 1, Unread: 2}, 2, 1.0 / 3},
		{"only outsiders", three, reading, readers("x", "y"), job.Counts{Unread: 3}, 2, 0},
		{"nobody yet", three, reading, nil, job.Counts{Unread: 3}, 0, 0},
		{"everybody", three, reading, readers("a", "b", "c"), job.Counts{Read: 3}, 0, 1},
		{"no reading", three, nil, nil, job.Counts{Unknown: 3}, 0, -1},
		{"recalled", three, recalled, readers("a"), job.Counts{}, 0, -1},
		{"an empty audience", job.Listed("", nil), reading, readers("x"), job.Counts{}, 1, -1},
		{"an empty audience, no reading", job.Listed("", nil), nil, nil, job.Counts{}, 0, -1},
		{"a size", job.Sized(4), reading, readers("a"), job.Counts{Read: 1, Unread: 3}, 0, 0.25},
		{"more readers than the size", job.Sized(2), reading, readers("a", "b", "c"), job.Counts{Read: 3, Unread: -1}, 0, 1.5},
		{"a size of nobody", job.Sized(0), reading, nil, job.Counts{}, 0, -1},
		{"a size of nobody, read", job.Sized(0), reading, readers("a"), job.Counts{Read: 1, Unread: -1}, 0, -1},
		{"a size, no reading", job.Sized(4), nil, nil, job.Counts{Unknown: 4}, 0, -1},
		{"no audience", job.Audience{}, reading, readers("a"), job.Counts{}, 0, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &job.Result{Audience: tt.audience, Reading: tt.reading, Readers: tt.readers}
			r.Counts, r.Outside = job.Counts{Read: 7}, 7 // whatever was there before
			r.Count()
			if r.Counts != tt.counts || r.Outside != tt.outside {
				t.Errorf("got %+v and %d outside, want %+v and %d", r.Counts, r.Outside, tt.counts, tt.outside)
			}
			if rate, known := r.ReadRate(); known != (tt.rate >= 0) || (known && rate != tt.rate) {
				t.Errorf("rate: got %v, %t, want %v", rate, known, tt.rate)
			}
		})
	}
}

// Two rates, one of two people and one of two thousand: the weighted one is the
// rate, the mean stands beside it.
func TestTotalsEdges(t *testing.T) {
	count := func(size, read int, reading *job.Reading) *job.Result {
		r := &job.Result{Audience: job.Sized(size), Reading: reading, Message: job.Message{Target: 0.5}}
		for i := range read {
			r.Readers = append(r.Readers, job.Reader{UserID: fmt.Sprintf("u%04d", i)})
		}
		r.Count()
		return r
	}
	reading, recalled := &job.Reading{SendStatus: job.SendSuccess}, &job.Reading{SendStatus: job.SendRecalled}
	var totals job.Totals
	if _, known := totals.MeanReadRate(); known {
		t.Error("a mean of nothing")
	}
	if _, known := totals.Counts.Coverage(); known {
		t.Error("a coverage of nothing")
	}
	totals.Add(count(2, 2, reading))
	totals.Add(count(1998, 498, reading))
	totals.Add(count(2000, 0, nil))
	totals.Add(count(5000, 10, recalled))
	totals.Add(&job.Result{Reading: reading, Readers: make([]job.Reader, 3)})

	if want := (job.Counts{Read: 500, Unread: 1500, Unknown: 2000}); totals.Counts != want {
		t.Errorf("counts: got %+v, want %+v", totals.Counts, want)
	}
	if totals.Messages != 5 || totals.Counted != 2 || totals.Recalled != 1 || totals.WithoutReading != 1 {
		t.Errorf("got %+v", totals)
	}
	if rate, _ := totals.Counts.ReadRate(); rate != 0.25 {
		t.Errorf("rate %v, want 0.25", rate)
	}
	if coverage, _ := totals.Counts.Coverage(); coverage != 0.5 {
		t.Errorf("coverage %v, want 0.5", coverage)
	}
	if mean, _ := totals.MeanReadRate(); mean != (1+498.0/1998)/2 {
		t.Errorf("mean %v", mean)
	}
}

func TestWindow(t *testing.T) {
	sent := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		m    job.Message
		want time.Time
	}{
		{job.Message{SentAt: sent, Window: 24 * time.Hour}, sent.Add(24 * time.Hour)},
		{job.Message{SentAt: sent}, time.Time{}},
		{job.Message{Window: time.Hour}, time.Time{}},
	} {
		if got := tt.m.ClosesAt(); !got.Equal(tt.want) {
			t.Errorf("sent %v, window %v: closes %v, want %v", tt.m.SentAt, tt.m.Window, got, tt.want)
		}
	}
}

func TestDirectory(t *testing.T) {
	left := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	staff := job.NewRoster("staff", "", []job.Person{{UserID: "u2", Name: "李四", Left: left}, {UserID: "u1", Name: "Ann"}})
	board := job.NewRoster("board", "", []job.Person{{UserID: "u1", Name: "Chair"}, {UserID: "u3", Name: "王五"}})
	d := job.NewDirectory(staff, board)

	names := map[[2]string]string{}
	for _, key := range [][2]string{{"board", "u1"}, {"staff", "u1"}, {"", "u1"}, {"gone", "u3"}, {"staff", "u3"}, {"staff", "u4"}} {
		if p, found := d.Person(key[0], key[1]); found {
			names[key] = p.Name
		}
	}
	want := map[[2]string]string{
		{"board", "u1"}: "Chair", {"staff", "u1"}: "Ann", {"", "u1"}: "Ann", {"gone", "u3"}: "王五", {"staff", "u3"}: "王五",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		roster, id string
		at         time.Time
		want       bool
	}{
		{"staff", "u1", left, true},
		{"staff", "u2", left.Add(-1), true},
		{"staff", "u2", left, false},
		{"staff", "u9", left, false},
		{"", "u9", left, true},
		{"", "u1", left, true},
		{"", "u2", left.Add(-1), true},
		{"", "u2", left, false},
	} {
		if got := d.Chaseable(tt.roster, tt.id, tt.at); got != tt.want {
			t.Errorf("%s of %q at %v: chaseable %t", tt.id, tt.roster, tt.at, got)
		}
	}
}

// A message with more readers than people, and one to nobody, are in no total.
func TestContradictionsAreInNoTotal(t *testing.T) {
	reading := &job.Reading{SendStatus: job.SendSuccess}
	sized := func(size int, readers ...string) *job.Result {
		r := &job.Result{Audience: job.Sized(size), Reading: reading, Message: job.Message{Target: 0.5}}
		for _, id := range readers {
			r.Readers = append(r.Readers, job.Reader{UserID: id})
		}
		r.Count()
		return r
	}
	var totals job.Totals
	for _, r := range []*job.Result{sized(4, "a"), sized(1, "a", "b"), sized(0), sized(0, "a")} {
		totals.Add(r)
	}
	want := job.Counts{Read: 1, Unread: 3}
	mean, _ := totals.MeanReadRate()
	if totals.Counts != want || mean != 0.25 || totals.Messages != 4 || totals.Contradictory != 3 {
		t.Errorf("got %+v and a mean of %v", totals, mean)
	}
	if met, known := sized(1, "a", "b").TargetMet(); met || known {
		t.Error("a message of which nothing can be true has met its target")
	}
}
