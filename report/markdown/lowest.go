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
	text := "**" + orDash(said(0)) + "** · " + said(1)
	var parts []string
	for i := 2; i < len(row); i++ {
		switch {
		case row[i].Empty():
		case columns[i].Key == "known": // a sentence of its own
			parts = append(parts, said(i))
		default:
			parts = append(parts, escape(columns[i].Label)+" "+said(i))
		}
	}
	if len(parts) > 0 {
		text = t.words.Say("parentheses", text, strings.Join(parts, " · "))
	}
	t.printf("%d. %s\n", number, text)
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
