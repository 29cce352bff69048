package sheets

import (
	"notifyaudit/report"
	"notifyaudit/report/sheets/cells"
)

// problemRows is the sheet of problems.
type problemRows struct{ *builder }

func (s *problemRows) make() *report.Sheet {
	w := s.words
	rows := make([][]report.Cell, 0, len(s.findings))
	for i := range s.findings {
		f := &s.findings[i]
		rows = append(rows, []report.Cell{
			cells.Text(w.Say("severity." + f.Severity)), cells.Text(f.What), report.Integer(f.Count), cells.Text(f.Examples), cells.Text(f.Do),
		})
	}
	return &report.Sheet{
		Columns: []report.Column{
			w.Head("severity", report.TypeText, 10), w.Wrapped("problem", cells.WidthText), w.Integer("count"),
			w.Wrapped("examples", 44), w.Wrapped("advice", 44),
		},
		Count: len(rows),
		Rows:  cells.Rows(rows),
	}
}
