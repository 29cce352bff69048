package html

import (
	"encoding/binary"
	"fmt"

	"notifyaudit/report"
)

// A sheetRows has the rows of a sheet that are shown, in words, as small as text: a page has
// up to MaxRows of each.
type sheetRows struct {
	wb    *report.Workbook
	sheet *report.Sheet
	links links
	bars  *bars
	// filled are the columns that have something in one of the rows.
	filled []bool
	// text has text, exact value and link of each cell of each row, behind their lengths;
	// ends are where the rows end, drawn their bars.
	text  []byte
	ends  []int
	drawn []*bar
}

// firstRows reads the rows that are shown, all sheets' at once.
func firstRows(wb *report.Workbook, most int, shown links) (map[*report.Sheet]*sheetRows, error) {
	all := make(map[*report.Sheet]*sheetRows, len(wb.Sheets))
	for _, s := range wb.Sheets {
		all[s] = &sheetRows{wb: wb, sheet: s, links: shown, bars: newBars(s), filled: make([]bool, len(s.Columns))}
	}
	for row, err := range wb.FirstRows(most) {
		if err != nil {
			return nil, fmt.Errorf("read the rows: %w", err)
		}
		all[row.Sheet].add(row.Cells)
	}
	return all, nil
}

func (k *sheetRows) add(cells []report.Cell) {
	for i := range cells {
		c, t := cells[i], k.sheet.Columns[i].Type
		k.filled[i] = k.filled[i] || !c.Empty()
		for _, s := range [...]string{k.wb.Display(c, t), exact(c, t), k.links.to(c.Link)} {
			k.text = binary.AppendUvarint(k.text, uint64(len(s)))
			k.text = append(k.text, s...)
		}
	}
	k.ends = append(k.ends, len(k.text))
	k.drawn = append(k.drawn, k.bars.of(cells))
}

// row reads a row into cells, one a column of the sheet.
func (k *sheetRows) row(n int, cells []cell) {
	from := 0
	if n > 0 {
		from = k.ends[n-1]
	}
	text := string(k.text[from:k.ends[n]])
	next := func() string {
		length, size := binary.Uvarint([]byte(text[:min(len(text), binary.MaxVarintLen32)]))
		s := text[size : size+int(length)] //nolint:gosec // the length of a string
		text = text[size+int(length):]     //nolint:gosec // likewise
		return s
	}
	for i := range cells {
		cells[i] = cell{Text: next(), Value: next(), Link: next()}
	}
}
