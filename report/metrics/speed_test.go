package metrics_test

import (
	"slices"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/metrics"
)

// observed is a message to four people, sent 100 hours before Now, that was read at these
// hours after sending; readers says at which of them each was first seen.
func observed(hours []int, readers map[string]int) *job.Result {
	sent := sample.Now().Add(-100 * time.Hour)
	at := func(hour int) time.Time { return sent.Add(time.Duration(hour) * time.Hour) }
	last := hours[len(hours)-1]
	var ids []string
	for id := range readers {
		ids = append(ids, id)
	}
	r := sample.Message(job.Message{Address: "message.a", Campaign: "a", SentAt: sent}, job.StatusCurrent,
		job.Listed("", []string{"a", "b", "c", "d"}), &job.Reading{RunID: "r", StartedAt: at(last), FinishedAt: at(last)}, ids...)
	for i := range r.Readers {
		seen := readers[r.Readers[i].UserID]
		r.Readers[i].FirstSeenAt = at(seen)
		if n := slices.Index(hours, seen); n > 0 {
			r.Readers[i].NotSeenAt = at(hours[n-1])
		}
	}
	if len(hours) > 1 {
		r.Previous = &job.Reading{RunID: "q", StartedAt: at(hours[len(hours)-2]), FinishedAt: at(hours[len(hours)-2])}
	}
	return r
}

func TestSpeed(t *testing.T) {
	for _, tt := range []struct {
		name    string
		hours   []int
		readers map[string]int
		// want are the bounds at 4, 24, 72 and 168 hours; -1 where nothing is known. open
		// says where everybody who has read may have done so before or after.
		want [4][2]float64
		open [4]bool
	}{
		{"read at each age", []int{4, 24, 72}, map[string]int{"a": 4, "b": 24, "c": 72}, [4][2]float64{{0.25, 0.25}, {0.5, 0.5}, {0.75, 0.75}, {-1, -1}}, [4]bool{}},
		{"first read late", []int{30}, map[string]int{"a": 30, "b": 30}, [4][2]float64{{0, 0.5}, {0, 0.5}, {-1, -1}, {-1, -1}}, [4]bool{true, true}},
		{"between two readings", []int{20, 30}, map[string]int{"a": 20, "b": 30}, [4][2]float64{{0, 0.25}, {0.25, 0.5}, {-1, -1}, {-1, -1}}, [4]bool{}},
		{"nobody has read", []int{30}, nil, [4][2]float64{{0, 0}, {0, 0}, {-1, -1}, {-1, -1}}, [4]bool{}},
		{"too early for any", []int{3}, map[string]int{"a": 3}, [4][2]float64{{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}}, [4]bool{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			overall, err := metrics.Measure(report.Input{Results: sample.Stream([]*job.Result{observed(tt.hours, tt.readers)})})
			if err != nil {
				t.Fatal(err)
			}
			var got [4][2]float64
			for age := range got {
				least, most, known := overall.Campaigns[0].Speed.Share(age)
				if got[age] = [2]float64{least, most}; !known {
					got[age] = [2]float64{-1, -1}
				}
			}
			if got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			for age, want := range tt.open {
				if open := overall.Campaigns[0].Speed.Open(age); open != want {
					t.Errorf("at age %d the readings say nothing: %v, want %v", age, open, want)
				}
			}
		})
	}
}

func TestMoves(t *testing.T) {
	compared := sample.Now().Add(-50 * time.Hour) // 50 hours after sending
	for _, tt := range []struct {
		name    string
		hours   []int
		readers map[string]int
		want    map[string]metrics.Move
	}{
		{"read again since", []int{40, 60}, map[string]int{"a": 40, "b": 60}, map[string]metrics.Move{"b": metrics.MoveRead, "c": metrics.MoveNone, "d": metrics.MoveNone}},
		{"not read since", []int{30, 40}, map[string]int{"a": 40}, map[string]metrics.Move{"b": metrics.MoveNone, "c": metrics.MoveNone, "d": metrics.MoveNone}},
		{"first read since", []int{60}, map[string]int{"a": 60, "b": 60}, map[string]metrics.Move{"c": metrics.MoveListed, "d": metrics.MoveListed}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := observed(tt.hours, tt.readers)
			in := report.Input{Compared: compared}
			got := make(map[string]metrics.Move)
			read := 0
			for d, move := range metrics.NewUnread(&in).Moves(r) {
				got[d.UserID] = move
				if move == metrics.MoveRead {
					read++
				}
			}
			if len(got) != len(tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			for id, want := range tt.want {
				if got[id] != want {
					t.Errorf("%s is %q, want %q", id, got[id], want)
				}
			}
			in.Results = sample.Stream([]*job.Result{r})
			overall, err := metrics.Measure(in)
			if err != nil {
				t.Fatal(err)
			}
			if change, _ := overall.Change(); change.Read != read {
				t.Errorf("%d have newly read it, and the change is %d", read, change.Read)
			}
		})
	}
}
