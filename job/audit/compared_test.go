package audit_test

import (
	"testing"
	"time"

	"notifyaudit/job"
)

// A message is compared with its latest reading that began before the instant: with the one
// of the run before where that is early enough, and never where all are of one run.
func TestCompared(t *testing.T) {
	m := message("a")
	of := func(hours int) job.Reading { return job.Reading{StartedAt: before(time.Duration(hours) * time.Hour)} }
	for _, tt := range []struct {
		name     string
		compared time.Time
		previous *job.Reading
		earlier  []job.Reading
		want     time.Time
	}{
		{"the run before is early enough", before(20 * time.Hour), new(of(30)), nil, before(30 * time.Hour)},
		{"an hour ago is not", before(20 * time.Hour), new(of(1)), []job.Reading{of(40), of(21), of(1)}, before(21 * time.Hour)},
		{"there is no earlier one", before(20 * time.Hour), new(of(1)), []job.Reading{of(1)}, time.Time{}},
		{"all are of one run", before(20 * time.Hour), nil, []job.Reading{of(40)}, time.Time{}},
		{"nothing to compare with", time.Time{}, new(of(30)), nil, time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newMemory()
			s.record(&m, run.ID, start, m.Audience, "u1").Previous = tt.previous
			s.earlier = map[job.MessageID][]job.Reading{m.ID: tt.earlier}
			o := options()
			o.Compared = tt.compared
			var got time.Time
			if r := collect(t, s, o, m)[0]; r.Previous != nil {
				got = r.Previous.StartedAt
			}
			if !got.Equal(tt.want) {
				t.Errorf("compared with %v, want %v", got, tt.want)
			}
		})
	}
}
