package markdown

import (
	"cmp"
	"slices"
	"strings"

	"notifyaudit/report"
)

// lowest lists the campaigns, where there are several, and the messages with the
// lowest rates.
func (t *text) lowest() error {
	for _, list := range []struct {
		key   report.SheetKey
		name  string
		least int
	}{{report.SheetCampaigns, "campaign", 2}, {report.SheetMessages, "title", 1}} {
		for _, s := range t.wb.Sheets {
			if s.Key != list.key || s.Count < list.least {
				continue
			}
			if err := t.list(s, list.name); err != nil {
				return err
			}
		}
	}
	return nil
}

// A line is a row of a sheet by the keys of its columns, in words.
type line struct {
	rate, unread float64
	cells        map[string]string
}

// list writes the rows of a sheet that have the lowest rates below 100 %. Of the
// same rate the one with more unread comes first.
func (t *text) list(s *report.Sheet, name string) error {
	lines, err := t.lowestLines(s)
	if err != nil || len(lines) == 0 {
		return err
	}
	labels := make(map[string]string, len(s.Columns))
	for _, c := range s.Columns {
		labels[c.Key] = c.Label
	}
	t.printf("\n## %s\n\n", escape(t.words.Say("chat.lowest", s.Title, len(lines))))
	named := make(map[string]int, len(lines))
	for _, l := range lines {
		named[l.cells[name]]++
	}
	for i, l := range lines {
		t.printf("%d. **%s**", i+1, orDash(escape(l.cells[name])))
		if address := l.cells["address"]; named[l.cells[name]] > 1 && address != "" {
			t.printf(" (%s)", escape(address))
		}
		t.printf(" · %s", escape(l.cells["read_rate"]))
		var parts []string
		for _, key := range []string{"target", "read", "unread", "unknown"} {
			if said := l.cells[key]; said != "" && (key != "unknown" || said != "0") {
				parts = append(parts, escape(labels[key])+" "+escape(said))
			}
		}
		if len(parts) > 0 {
			t.printf(" (%s)", strings.Join(parts, " · "))
		}
		t.WriteByte('\n')
	}
	return nil
}

// lowestLines reads the rows once and keeps the lowest.
func (t *text) lowestLines(s *report.Sheet) ([]line, error) {
	places := make(map[string]int, len(s.Columns))
	for i, c := range s.Columns {
		places[c.Key] = i
	}
	rateAt, hasRate := places["read_rate"]
	if !hasRate {
		return nil, nil
	}
	var lines []line
	for row, err := range s.Rows() {
		if err != nil {
			return nil, err
		}
		rate, known := row[rateAt].Number()
		if !known || rate >= 1 {
			continue
		}
		l := line{rate: rate}
		if at, has := places["unread"]; has {
			l.unread, _ = row[at].Number()
		}
		at, _ := slices.BinarySearchFunc(lines, l, func(a, b line) int {
			// Equal lines stay in the order of the rows.
			return cmp.Or(cmp.Compare(a.rate, b.rate), cmp.Compare(b.unread, a.unread), -1)
		})
		if at == mostLowest {
			continue
		}
		l.cells = make(map[string]string, len(row))
		for i := range row {
			l.cells[s.Columns[i].Key] = t.wb.Display(row[i], s.Columns[i].Type)
		}
		lines = slices.Insert(lines, at, l)
		lines = lines[:min(len(lines), mostLowest)]
	}
	return lines, nil
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
