package report_test

import (
	"testing"
	"time"

	"notifyaudit/report"
)

func TestDisplay(t *testing.T) {
	wb := &report.Workbook{Location: time.FixedZone("UTC+8", 8*60*60)}
	for _, tt := range []struct {
		cell report.Cell
		as   report.Type
		want string
	}{
		{report.Cell{}, report.TypeRate, ""},
		{report.Integer(1234567), report.TypeInteger, "1,234,567"},
		{report.Integer(-1), report.TypeInteger, "-1"},
		{report.Number(0.63149, true), report.TypeRate, "63.1%"},
		{report.Number(0.0005, true), report.TypeRate, "0.1%"},
		{report.Number(1.5, true), report.TypeRate, "150.0%"},
		{report.Number(0.0149, true), report.TypeChange, "+1.5%"},
		{report.Number(-0.25, true), report.TypeChange, "−25.0%"},
		{report.Number(-0.0001, true), report.TypeChange, "−0.01%"},
		{report.Number(0, true), report.TypeChange, "0.0%"},
		{report.Number(4999.0/5000, true), report.TypeRate, "99.98%"},
		{report.Number(0.8996, true), report.TypeRate, "90.0%"},
		{report.Number(0.8996, true).Against(0.9), report.TypeRate, "89.96%"},
		{report.Number(0.9, true).Against(0.9), report.TypeRate, "90.0%"},
		{report.Text("≥ 90 %").Against(0.9), report.TypeRate, "≥ 90 %"},
		{report.Text("n<5"), report.TypeInteger, "n<5"},
		{report.Time(time.Date(2026, 11, 20, 17, 30, 59, 0, time.UTC)), report.TypeTime, "2026-11-21 01:30"},
	} {
		if got := wb.Display(tt.cell, tt.as); got != tt.want {
			t.Errorf("%+v as %v is %q, want %q", tt.cell, tt.as, got, tt.want)
		}
	}
}

// A cell costs its text and nothing else: the renderers show every cell so.
func TestDisplayAllocatesItsText(t *testing.T) {
	wb := &report.Workbook{Language: report.Chinese, Location: time.FixedZone("CST", 8*60*60)}
	at := report.Time(time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC))
	if n := testing.AllocsPerRun(100, func() { wb.Display(at, report.TypeTime) }); n > 1 {
		t.Errorf("%v allocations for a time, want its text", n)
	}
}
