package excel

import (
	"io"
	"testing"

	"notifyaudit/report"
)

// TestNothingIsReadYet: of people of whom nothing is known there is a bar, and no other
// chart.
func TestNothingIsReadYet(t *testing.T) {
	t.Parallel()
	s := &report.Summary{Sheet: "Summary", Title: "Title"}
	for key, count := range map[string]int{"read": 0, "unread": 0, "unknown": 12} {
		s.Figures = append(s.Figures, report.Figure{Key: key, Label: key, Value: report.Integer(count)})
	}
	if err := write(io.Discard, &report.Workbook{Summary: s}, nil, 1); err != nil {
		t.Error(err)
	}
}
