package sheets

import (
	"notifyaudit/report"
	"notifyaudit/report/sheets/cells"
)

// problemRows is the sheet of problems for people who use the figures: what each means, and
// who to ask.
type problemRows struct{ *builder }

func (s *problemRows) make() *report.Sheet {
	w := s.words
	var rows [][]report.Cell
	var counts []int
	places := make(map[string]int)
	for i := range s.findings {
		f := &s.findings[i]
		place, known := places[f.Severity+f.What]
		if !known {
			place = len(rows)
			places[f.Severity+f.What] = place
			counts = append(counts, 0)
			rows = append(rows, []report.Cell{
				cells.Text(w.Say("severity." + f.Severity)), cells.Text(f.What), {}, cells.Text(f.Means), cells.Text(f.Ask),
			})
		}
		counts[place] += f.Count // of all causes
		rows[place][2] = report.Integer(counts[place])
	}
	return &report.Sheet{
		Columns: []report.Column{
			w.Head("severity", report.TypeText, 10), w.Wrapped("problem", 50), w.Integer("count"),
			w.Wrapped("meaning", 56), w.Wrapped("ask", 26),
		},
		Count: len(rows),
		Rows:  cells.Rows(rows),
	}
}

// technicalRows is the sheet of problems for those who mend them: a row for each cause.
type technicalRows struct{ *builder }

func (s *technicalRows) make() *report.Sheet {
	w := s.words
	rows := make([][]report.Cell, 0, len(s.findings))
	for i := range s.findings {
		f := &s.findings[i]
		rows = append(rows, []report.Cell{
			cells.Text(w.Say("severity." + f.Severity)), cells.Text(f.What), cells.Text(f.Code), report.Integer(f.Count),
			cells.Text(f.Examples), cells.Text(f.RequestIDs), cells.Text(f.Do),
		})
	}
	return &report.Sheet{
		Columns: []report.Column{
			w.Head("severity", report.TypeText, 10), w.Wrapped("problem", 36), w.Wrapped("code", 32), w.Integer("count"),
			w.Wrapped("examples", 34), w.Wrapped("request_ids", 20), w.Wrapped("advice", 44),
		},
		Count: len(rows),
		Rows:  cells.Rows(rows),
	}
}
