package plan_test

import (
	"fmt"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/plan"
)

// A plan of 100,000 rows, a third of them each never read, due and settled.
func BenchmarkMake(b *testing.B) {
	const n = 100_000
	people := make([]string, 1000)
	for i := range people {
		people[i] = fmt.Sprintf("u%04d", i)
	}
	staff := job.Listed("staff", people)
	hash := staff.Hash()
	h := &memory{records: make(map[job.MessageID]*job.Record, n)}
	messages := make([]job.Message, n)
	for i := range messages {
		m := message(fmt.Sprintf("messages.payslips[%q]", fmt.Sprintf("row-%d", i)), 0)
		m.Audience, m.RobotCode, m.Campaign = staff, "dingabc", "payslips"
		messages[i] = m
		if i%3 == 0 {
			continue
		}
		r := readAt(ago(time.Duration(i%100)*time.Hour), 900)
		r.Audience, r.AudienceHash = job.Audience{Form: job.AudienceListed, Size: 1000}, hash
		if i%3 == 1 {
			r.Last.Read = 1000
		}
		h.records[m.ID] = r
	}
	providers := []job.Provider{dingtalk(job.Limit{RequestsPerMonth: 200_000})}
	b.ReportAllocs()
	for b.Loop() {
		p, err := plan.Make(b.Context(), stream(messages...), h, providers, options())
		if err != nil {
			b.Fatal(err)
		}
		if p.Counts.Sum() != n {
			b.Fatalf("%d messages", p.Counts.Sum())
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/plan")
}
