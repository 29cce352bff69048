package markdown

import (
	"strings"

	"notifyaudit/report"
)

// attention writes the summary's lists of what needs some.
func (t *text) attention() {
	for i := range t.wb.Summary.Attention {
		list := &t.wb.Summary.Attention[i]
		t.printf("\n## %s\n\n", escape(list.Title))
		if len(list.Rows) == 0 {
			t.printf("%s\n", escape(list.Empty))
		}
		for n, row := range list.Rows {
			t.line(n+1, list.Columns, row)
		}
	}
}

// line writes a row of a list: its name, its rate, and the rest by the columns' labels.
func (t *text) line(number int, columns []report.Column, row []report.Cell) {
	said := func(i int) string { return escape(t.wb.Display(row[i], columns[i].Type)) }
	t.printf("%d. **%s** · %s", number, orDash(said(0)), said(1))
	var parts []string
	for i := 2; i < len(row); i++ {
		if !row[i].Empty() {
			parts = append(parts, escape(columns[i].Label)+" "+said(i))
		}
	}
	if len(parts) > 0 {
		t.printf(" (%s)", strings.Join(parts, " · "))
	}
	t.WriteByte('\n')
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
