package markdown

import (
	"fmt"

	"notifyaudit/report"
)

// mostProblems is how many problems are listed, the gravest first.
const mostProblems = 5

// problems lists what a reader of the figures should know.
func (t *text) problems() error {
	for _, s := range t.wb.Sheets {
		if s.Key != report.SheetProblems || s.Count == 0 {
			continue
		}
		t.printf("\n## %s\n\n", escape(t.words.Say("chat.problems", s.Title, s.Count)))
		listed := 0
		for row, err := range s.Rows() {
			if err != nil {
				return fmt.Errorf("read the problems: %w", err)
			}
			if listed == mostProblems {
				t.printf("- %s\n", escape(t.words.Say("chat.more", s.Count-listed)))
				break
			}
			listed++
			t.problem(s, row)
		}
	}
	return nil
}

func (t *text) problem(s *report.Sheet, row []report.Cell) {
	cells := make(map[string]string, len(row))
	for i := range row {
		cells[s.Columns[i].Key] = t.wb.Display(row[i], s.Columns[i].Type)
	}
	said := t.words.Say("labelled", escape(cells["severity"]), "**"+escape(cells["problem"])+"**")
	t.printf("- %s", t.words.Say("parentheses", said, escape(cells["count"])))
	for _, key := range []string{"meaning", "ask"} {
		if said := cells[key]; said != "" {
			t.printf(" · %s", escape(said))
		}
	}
	t.WriteByte('\n')
}
