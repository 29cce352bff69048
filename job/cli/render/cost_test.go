package render_test

import (
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/longtest"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
)

// payslips is an input of messages with one recipient each, half of them read. Passes
// counts how often its results are read.
func payslips(n int) (in report.Input, passes *int) {
	at := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	people := make([]job.Person, 1000)
	for i := range people {
		people[i] = job.Person{UserID: fmt.Sprintf("%018d", i), Name: fmt.Sprint("Person ", i), Department: fmt.Sprint("Department ", i%20)}
	}
	run := &job.Run{ID: "run-1", StartedAt: at, FinishedAt: at.Add(time.Minute), Complete: true}
	results := make([]*job.Result, n)
	for i := range results {
		person := people[i%len(people)].UserID
		asked := at.Add(time.Duration(i) * time.Second)
		reading := &job.Reading{RunID: run.ID, StartedAt: asked, FinishedAt: asked, SendStatus: job.SendSuccess}
		r := &job.Result{
			Message: job.Message{
				ID:      job.MessageID{Provider: "dingtalk", Kind: job.PrivateChat, ProcessQueryKey: fmt.Sprintf("KnaPayslip%d=", i)},
				Address: fmt.Sprintf(`messages.payslips["row-%d"]`, i+2), Title: fmt.Sprint("Payslip ", i), Campaign: "payslips", SentAt: asked.Add(-time.Hour),
			},
			Status: job.StatusCurrent, Reading: reading, Audience: job.Listed("staff", []string{person}), Calls: 1, FirstAskedAt: at,
		}
		if i%2 == 0 {
			reading.Readers, reading.Read = 1, 1
			r.Readers = []job.Reader{{UserID: person, FirstSeenAt: asked}}
		}
		r.Count()
		results[i] = r
	}
	passes = new(int)
	return report.Input{
		Title: "Payslips", Language: report.English, Location: time.UTC, Run: run, Directory: job.NewDirectory(job.NewRoster("staff", "staff.csv", people)),
		Results: func() iter.Seq2[*job.Result, error] {
			*passes++
			return func(yield func(*job.Result, error) bool) {
				for _, r := range results {
					if !yield(r, nil) {
						return
					}
				}
			}
		},
	}, passes
}

func write(tb testing.TB, in report.Input, format string) {
	tb.Helper()
	if err := render.File(in, manifest.Report{Format: format}, filepath.Join(tb.TempDir(), format)); err != nil {
		tb.Fatal(err)
	}
}

// TestReadsOfAReport: a report reads the results once, and once before that for what
// stands above them.
func TestReadsOfAReport(t *testing.T) {
	t.Parallel()
	for format, most := range map[string]int{"csv": 1, "json": 2, "excel": 2, "html": 2, "markdown": 2} {
		in, passes := payslips(10)
		write(t, in, format)
		if *passes > most {
			t.Errorf("%s reads the results %d times, at most %d wanted", format, *passes, most)
		}
	}
}

// TestAllocationsOfAReport: a message more costs a report so many allocations more.
// It is not parallel: all allocations of the process are counted.
//
//nolint:paralleltest // see above
func TestAllocationsOfAReport(t *testing.T) {
	if longtest.UnderRace {
		t.Skip("pools drop values at random under the race detector")
	}
	for format, most := range map[string]float64{"csv": 0.5, "json": 5, "excel": 11.5} {
		allocations := func(n int) float64 {
			in, _ := payslips(n)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			write(t, in, format)
			runtime.ReadMemStats(&after)
			return float64(after.Mallocs - before.Mallocs)
		}
		const few, many = 1000, 5000
		each := (allocations(many) - allocations(few)) / (many - few)
		t.Logf("%s: %.1f allocations a message", format, each)
		if each > most {
			t.Errorf("%s allocates %.1f times a message, at most %.1f wanted", format, each, most)
		}
	}
}

func BenchmarkReport(b *testing.B) {
	const messages = 20_000
	in, _ := payslips(messages)
	for _, format := range []string{"excel", "csv", "json"} {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if format == "csv" {
					write(b, in, format)
				} else if err := render.To(io.Discard, in, manifest.Report{Format: format}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/messages, "µs/message")
		})
	}
}
