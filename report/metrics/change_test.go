package metrics_test

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/metrics"
)

// readingOf is the reading of a run, an hour after the one before.
func readingOf(run int) job.Reading {
	at := sample.Now().Add(time.Duration(run) * time.Hour)
	return job.Reading{RunID: fmt.Sprint("run ", run), StartedAt: at, FinishedAt: at.Add(time.Second), SendStatus: job.SendSuccess}
}

// letter is a message to some people that was read in these runs; readers says in
// which run somebody was first seen.
func letter(key string, audience job.Audience, runs []int, readers map[string]int) (*job.Result, []job.Reading) {
	var history []job.Reading
	for _, run := range runs {
		history = append(history, readingOf(run))
	}
	if len(history) == 0 {
		return sample.Message(job.Message{Address: key, ID: job.MessageID{ProcessQueryKey: key}}, job.StatusPending, audience, nil), nil
	}
	last := history[len(history)-1]
	var ids []string
	for id, run := range readers {
		if run <= runs[len(runs)-1] {
			ids = append(ids, id)
		}
	}
	r := sample.Message(job.Message{Address: key, ID: job.MessageID{ProcessQueryKey: key}}, job.StatusCurrent, audience, &last, ids...)
	for i := range r.Readers {
		r.Readers[i].FirstSeenAt = readingOf(readers[r.Readers[i].UserID]).FinishedAt
	}
	if len(history) > 1 {
		r.Previous = &history[len(history)-2]
	}
	return r, history
}

func inputOf(run int, results []*job.Result, histories [][]job.Reading) report.Input {
	last := readingOf(run)
	return report.Input{
		Run:      &job.Run{ID: last.RunID, StartedAt: last.StartedAt, FinishedAt: last.FinishedAt, Complete: true},
		Compared: last.StartedAt,
		Results:  sample.Stream(results),
		Trend: func() iter.Seq2[report.Series, error] {
			return func(yield func(report.Series, error) bool) {
				for i, r := range results {
					if !yield(report.Series{Result: r, Observations: metrics.Observations(r, histories[i])}, nil) {
						return
					}
				}
			}
		},
	}
}

func pointsOf(t rapid.TB, in *report.Input) []metrics.Step {
	t.Helper()
	var trend metrics.Trend
	for s, err := range metrics.SeriesOf(in) {
		if err != nil {
			t.Fatal(err)
		}
		trend.Add(s.Observations)
	}
	return trend.Line(in.Run)
}

func rateOf(s metrics.Step) float64 {
	rate, _ := s.Rate()
	return rate
}

func TestChange(t *testing.T) {
	ten := job.Listed("", []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"})
	half := map[string]int{"a": 2, "b": 2, "c": 2, "d": 2, "e": 2}
	for _, tt := range []struct {
		name     string
		run      int
		audience job.Audience
		runs     []int
		readers  map[string]int
		want     float64 // -1: none
	}{
		{"the first reading", 1, ten, []int{1}, half, -1},
		{"half of them since", 2, ten, []int{1, 2}, half, 0.5},
		{"read again, nothing new", 3, ten, []int{1, 2, 3}, half, 0},
		{"not read again", 3, ten, []int{1, 2}, half, 0},
		{"not read again for long", 9, ten, []int{1, 2}, half, 0},
		// Two of ten were not reached and had been among the readers.
		{"undelivered", 2, job.Listed("", []string{"a", "b", "c", "d", "e", "f", "g", "h"}), []int{1, 2}, map[string]int{"a": 1, "b": 2, "c": 2, "d": 2, "i": 1, "j": 2}, 0.375},
		{"only a size", 2, job.Sized(4), []int{1, 2}, map[string]int{"x": 1, "y": 2}, 0.25},
		{"a contradiction", 2, job.Sized(1), []int{1, 2}, map[string]int{"x": 1, "y": 2}, -1},
		{"never read", 2, ten, nil, nil, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, history := letter("k", tt.audience, tt.runs, tt.readers)
			in := inputOf(tt.run, []*job.Result{r}, [][]job.Reading{history})
			overall, err := metrics.Measure(in)
			if err != nil {
				t.Fatal(err)
			}
			change, known := overall.Change()
			own, ownKnown := overall.ChangeOf(r)
			if known != (tt.want >= 0) || known && change.Rate != tt.want || own != change.Rate || ownKnown != known {
				t.Errorf("got %v, %v, and %v of the message, want %v", change.Rate, known, own, tt.want)
			}
			if points := pointsOf(t, &in); known && rateOf(points[len(points)-1])-rateOf(points[len(points)-2]) != tt.want {
				t.Errorf("the line ends %v", points)
			}
		})
	}
}

// The change is the difference of the two last points of the line over the same
// messages: those that were known at the end of the run before.
func TestChangeIsTheLinesLastStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := rapid.IntRange(2, 5).Draw(t, "run")
		var results []*job.Result
		var histories [][]job.Reading
		var same []*job.Result
		var sameHistories [][]job.Reading
		for i := range rapid.IntRange(1, 5).Draw(t, "messages") {
			var runs []int
			for n := 1; n <= run; n++ {
				if rapid.Bool().Draw(t, "asked") {
					runs = append(runs, n)
				}
			}
			readers := make(map[string]int)
			var to []string
			for _, id := range []string{"a", "b", "c", "d", "e"} {
				if rapid.Bool().Draw(t, "sent") {
					to = append(to, id)
				}
				if len(runs) > 0 && rapid.Bool().Draw(t, "reads") {
					readers[id] = rapid.SampledFrom(runs).Draw(t, "seen")
				}
			}
			r, history := letter(strconv.Itoa(i), job.Listed("", to), runs, readers)
			results, histories = append(results, r), append(histories, history)
			if len(runs) > 0 && runs[0] < run {
				same, sameHistories = append(same, r), append(sameHistories, history)
			}
		}
		overall, err := metrics.Measure(inputOf(run, results, histories))
		if err != nil {
			t.Fatal(err)
		}
		change, known := overall.Change()
		in := inputOf(run, same, sameHistories)
		points := pointsOf(t, &in)
		if known != (len(points) > 1) {
			t.Fatalf("the change is known: %v, and there are %d points", known, len(points))
		}
		if !known {
			return
		}
		if step := rateOf(points[len(points)-1]) - rateOf(points[len(points)-2]); math.Abs(step-change.Rate) > 1e-12 {
			t.Errorf("the change is %v, the line's last step %v", change.Rate, step)
		}
	})
}
