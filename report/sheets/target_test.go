package sheets_test

import (
	"iter"
	"math"
	"slices"
	"testing"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	"notifyaudit/report/sheets"
)

// TestTargetIsComparable holds the target of several messages against their
// rate: each must be of the same messages with the same weights.
func TestTargetIsComparable(t *testing.T) {
	rates := map[string]struct {
		target []float64 // of a notice to 10 people that 5 read, one to 2 that 2 read, one never read
		want   float64   // NaN: none
		gap    float64   // of a department; NaN: none
		note   string
	}{
		"one in common":       {[]float64{0.9, 0.9, 0.9}, 0.9, 7.0/12 - 0.9, ""},
		"one without reading": {[]float64{0.9, 0.9, 0}, 0.9, 7.0/12 - 0.9, ""},
		"they differ":         {[]float64{0.9, 0.3, 0}, (0.9*10 + 0.3*2) / 12, math.NaN(), "the messages' own, weighted as their rates are"},
		"one has none":        {[]float64{0.9, 0, 0.5}, math.NaN(), math.NaN(), "none for the whole: 1 message without one"},
		"nobody has one":      {[]float64{0, 0, 0}, math.NaN(), math.NaN(), ""},
	}
	for name, tt := range rates {
		t.Run(name, func(t *testing.T) {
			in := sample.Input(report.English)
			in.Directory = oneDepartment()
			in.Results = targeted(tt.target)
			wb := table.Build(t, in, sheets.Options{})
			target := table.Figure(t, wb.Summary, "target")
			same(t, "target", target.Value, tt.want)
			if target.Note != tt.note {
				t.Errorf("beside it stands %q, want %q", target.Note, tt.note)
			}
			campaign := table.Read(t, wb, report.SheetCampaigns).Find(t, "campaign", "c")
			same(t, "campaign's target", campaign["target"], tt.want)
			if known := !math.IsNaN(tt.want); known == campaign["target_met"].Empty() {
				t.Errorf("target met is %q", table.Words(campaign["target_met"]))
			}
			departments := table.Read(t, wb, report.SheetDepartments)
			same(t, "gap", departments.Find(t, "department", "D")["gap"], tt.gap)
			isGap := func(c report.Column) bool { return c.Key == "gap" }
			if has := slices.ContainsFunc(departments.Sheet.Columns, isGap); has == math.IsNaN(tt.gap) {
				t.Errorf("there is a column of gaps: %v", has)
			}
		})
	}
}

func targeted(targets []float64) func() iter.Seq2[*job.Result, error] {
	ids := []string{"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"}
	reading := sample.Results()[0].Reading
	message := func(i int, to, readers []string) *job.Result {
		m := job.Message{Address: "message." + ids[i], Title: ids[i], Campaign: "c", Target: targets[i]}
		return sample.Message(m, job.StatusCurrent, job.Listed("r", to), reading, readers...)
	}
	unread := message(2, ids[:4], nil)
	unread.Reading = nil
	unread.Count()
	return sample.Stream([]*job.Result{message(0, ids, ids[:5]), message(1, ids[:2], ids[:2]), unread})
}

// same compares a cell with a number, NaN for an empty one.
func same(t *testing.T, what string, got report.Cell, want float64) {
	t.Helper()
	number, known := got.Number()
	if known == math.IsNaN(want) || known && math.Abs(number-want) > 1e-12 {
		t.Errorf("the %s is %v (%v), want %v", what, number, known, want)
	}
}

func oneDepartment() *job.Directory {
	var people []job.Person
	for _, id := range []string{"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"} {
		people = append(people, job.Person{UserID: id, Department: "D"})
	}
	return job.NewDirectory(job.NewRoster("r", "r.csv", people))
}
