package excel

import (
	"testing"

	"notifyaudit/report"
)

// A rate has as many digits as it takes to see on which side of everything, and of its
// target, it is; the number behind it stays what it is.
func TestRatesDoNotLie(t *testing.T) {
	t.Parallel()
	columns := []report.Column{
		{Key: "read_rate", Label: "Rate", Type: report.TypeRate}, {Key: "change", Label: "Change", Type: report.TypeChange},
	}
	cells := [][]report.Cell{
		{report.Number(4999.0/5000, true), report.Number(0.0004, true)},
		{report.Number(0.8996, true).Against(0.9), report.Number(-0.25, true)},
		{report.Number(0.9, true).Against(0.9), report.Number(0, true)},
	}
	wb := &report.Workbook{
		Summary: &report.Summary{
			Sheet: "Summary", Title: "Rates",
			Figures: []report.Figure{{Key: "read_rate", Label: "Read rate", Type: report.TypeRate, Value: cells[0][0]}},
		},
		Sheets: []*report.Sheet{{
			Key: report.SheetMessages, Title: "Messages", Columns: columns, Count: len(cells),
			Rows: rows(len(cells), func(i int) []report.Cell { return cells[i] }),
		}},
	}
	file := open(t, render(t, wb))
	for cell, want := range map[string]string{
		"A2": "99.98%", "A3": "89.96%", "A4": "90.0%", "B2": "+0.04%", "B3": "-25.0%",
	} {
		if got, err := file.GetCellValue("Messages", cell); got != want || err != nil {
			t.Errorf("%s is shown as %q, want %q: %v", cell, got, want, err)
		}
	}
	all, err := file.GetRows("Summary")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for i, row := range all {
		found = found || i > 0 && len(row) > 0 && row[0] == "99.98%" && all[i-1][0] == "Read rate"
	}
	if !found {
		t.Errorf("the summary doesn't show the rate: %q", all)
	}
}
