package report_test

import (
	"fmt"
	"testing"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
)

// benchPrivate is 20,000 private messages to so many people in forty departments.
func benchPrivate(people int) report.Input {
	staff := make([]job.Person, people)
	for i := range staff {
		staff[i] = job.Person{UserID: fmt.Sprintf("u%05d", i), Department: fmt.Sprint("d", i%40)}
	}
	in := sample.Input(report.English)
	in.Directory = job.NewDirectory(job.NewRoster("staff", "staff.csv", staff))
	in.Refresh = job.Refresh{}
	results := make([]*job.Result, 20_000)
	for i := range results {
		id := staff[i%people].UserID
		var readers []string
		if i%3 == 0 {
			readers = []string{id}
		}
		results[i] = sample.Message(job.Message{
			ID:      job.MessageID{Provider: "dingtalk", Kind: job.PrivateChat, ProcessQueryKey: fmt.Sprint("k", i)},
			Address: fmt.Sprintf("messages.pay[%d]", i), Title: "Pay", Campaign: "pay", SentAt: sample.Now(),
		}, job.StatusCurrent, job.Listed("staff", []string{id}), &job.Reading{
			RunID: "r", StartedAt: in.Run.FinishedAt, FinishedAt: in.Run.FinishedAt, SendStatus: job.SendSuccess,
		}, readers...)
	}
	in.Results = sample.Stream(results)
	return in
}

// The same audit with names, without for the first time, and without once more;
// and with all messages to four people, who are too few alone, and in one cell.
func BenchmarkPrivate(b *testing.B) {
	aggregate := report.Privacy{People: report.PeopleAggregate}
	all, few := benchPrivate(20_000), benchPrivate(4)
	once, cells, err := report.Publish(all, aggregate)
	if err != nil {
		b.Fatal(err)
	}
	for i, c := range cells {
		c.ID = int64(i + 1)
	}
	later := all
	later.Published = &report.Published{Cells: once.Published.Cells, Whole: true}
	large := few
	large.Published = &report.Published{Cells: []*job.Cell{{ID: 1, Pooled: true, People: 5, Read: 1, Unread: 20_003}}, Whole: true}
	large.Published.Cells[0].Parts = []job.CellPart{{Size: 4, Listed: true}}
	for r, err := range few.Results() {
		if err != nil {
			b.Fatal(err)
		}
		large.Published.Cells[0].Parts = append(large.Published.Cells[0].Parts,
			job.CellPart{Message: r.Message.ID, Size: 1, UserIDs: r.Audience.UserIDs, Listed: true})
	}
	for name, c := range map[string]struct {
		in      report.Input
		privacy report.Privacy
	}{"named": {in: all}, "aggregate": {all, aggregate}, "again": {later, aggregate}, "few": {few, aggregate}, "large": {large, aggregate}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				in := c.in
				if !c.privacy.Named() {
					if in, _, err = report.Publish(in, c.privacy); err != nil {
						b.Fatal(err)
					}
				}
				for _, s := range build(b, in, report.Options{Privacy: c.privacy}).Sheets {
					for _, err := range s.Rows() {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			}
		})
	}
}
