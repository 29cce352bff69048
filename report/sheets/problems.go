package sheets

import (
	"notifyaudit/report"
)

// problemRows is the sheet of problems.
type problemRows struct{ *builder }

func (s *problemRows) make() *report.Sheet {
	w := s.words
	rows := make([][]report.Cell, 0, len(s.findings))
	for i := range s.findings {
		f := &s.findings[i]
		rows = append(rows, []report.Cell{
			text(w.Say("severity." + f.Severity)), text(f.What), report.Integer(f.Count), text(f.Examples), text(f.Do),
		})
	}
	return &report.Sheet{
		Columns: []report.Column{
			w.column("severity", report.TypeText, 10), w.wrapped("problem", widthText), w.integer("count"),
			w.wrapped("examples", 44), w.wrapped("advice", 44),
		},
		Count: len(rows),
		Rows:  rowsOf(rows),
	}
}
