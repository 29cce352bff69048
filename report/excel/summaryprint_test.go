package excel

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"notifyaudit/report"
)

// TestSummaryOnPaper: a summary that fits a page is printed on one. One that would be too
// small to read goes on on others, that begin with a section.
func TestSummaryOnPaper(t *testing.T) {
	t.Parallel()
	for entries, pages := range map[int]int{5: 1, 12: 1, 20: 2, 60: 5} {
		s := &report.Summary{Sheet: "Summary", Title: "Title", ContentsLabel: "Contents"}
		for i := range entries {
			list := report.AttentionList{Title: fmt.Sprint("Lowest ", i), Columns: []report.Column{{Key: "a", Label: "A"}}, Empty: "Nothing"}
			s.Attention = append(s.Attention, list)
			s.Contents = append(s.Contents, report.ContentsEntry{Title: fmt.Sprint("sheet ", i), Description: "what is on it"})
		}
		var out bytes.Buffer
		if err := write(&out, &report.Workbook{Summary: s}, nil, 1); err != nil {
			t.Fatal(err)
		}
		sheet := contents(t, out.Bytes())["xl/worksheets/sheet1.xml"]
		if breaks := strings.Count(sheet, "<brk "); breaks != pages-1 {
			t.Errorf("%d lists: %d breaks, want %d", entries, breaks, pages-1)
		}
		if fits := strings.Contains(sheet, `fitToHeight="1"`) || !strings.Contains(sheet, "fitToHeight"); fits != (pages == 1) {
			t.Errorf("%d lists: fitted to a page: %t", entries, fits)
		}
	}
}
