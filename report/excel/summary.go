package excel

import (
	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/excel/ooxml"
)

// The summary's grid: what is named in the first column, its value in the
// second, words in the rest. Verdict and sentences are in merged cells; other texts that
// run over the empty cells to their right are folded to what they have room for.
const (
	nameWidth  = 46 // characters
	valueWidth = 18
	otherWidth = 11
	gridWidth  = 6 // columns
)

// The sizes of the summary's fonts in points, and of its rows as a share.
const (
	titleSize    = 20
	verdictSize  = 12
	sentenceSize = 13
	headingSize  = 13
	noteSize     = 9.5
	// sectionGap is left above what begins a section: there are no blank rows.
	sectionGap = 12
)

// A summary is the summary's worksheet while it is written from the top.
type summary struct {
	*book

	tab     string
	columns int
	// row is the last one written.
	row int
	// heights are the rows' in points, from the first; sections are the rows that a page
	// may begin with.
	heights  []float64
	sections []int
}

func (b *book) layOutSummary(t *tab) error {
	s := &summary{book: b, tab: t.name, columns: gridWidth}
	for i := range b.wb.Summary.Attention {
		s.columns = max(s.columns, len(b.wb.Summary.Attention[i].Columns))
	}
	// The contents lead to other sheets: on paper they lead nowhere, and are not printed.
	for _, step := range []func(*report.Summary) error{
		s.setUpGrid, s.writeHead, s.writeHero, s.writeFigures,
		s.drawCharts, s.writeAttention, s.writeFacts, s.setUpPrint, s.writeContents,
	} {
		if err := step(b.wb.Summary); err != nil {
			return err
		}
	}
	return s.file.SetSheetDimension(s.tab, "A1:"+cellName(s.columns, s.row))
}

func (s *summary) setUpGrid(*report.Summary) error {
	for i := 1; i <= s.columns; i++ {
		name, err := excelize.ColumnNumberToName(i)
		if err != nil {
			return err
		}
		if err := s.file.SetColWidth(s.tab, name, name, s.width(i)); err != nil {
			return err
		}
	}
	return s.file.SetSheetView(s.tab, 0, &excelize.ViewOptions{ShowGridLines: new(false)})
}

// width is a grid column's, in characters.
func (s *summary) width(column int) float64 {
	switch column {
	case 1:
		return nameWidth
	case 2:
		return valueWidth
	default:
		return otherWidth
	}
}

// room is how many characters of a size fit from a column to the grid's end.
func (s *summary) room(from int, size float64) int {
	room := 0.0
	for i := from; i <= s.columns; i++ {
		room += s.width(i)
	}
	const caution = 0.94 // bold is wider, and other fonts are
	return measure.Font{Size: size}.Room(room * caution)
}

// next begins a row that holds so many lines of a size, with a gap above.
func (s *summary) next(lines int, size, gap float64) error {
	s.row++
	return s.setHeight(min(measure.Font{Size: size}.RowHeight(lines)+gap, excelize.MaxRowHeight))
}

// setHeight sets the height of the last row.
func (s *summary) setHeight(points float64) error {
	for len(s.heights) < s.row {
		s.heights = append(s.heights, 0)
	}
	s.heights[s.row-1] = points
	return s.file.SetRowHeight(s.tab, s.row, points)
}

// run writes a text over the whole width, folded; fill colours the rows.
func (s *summary) run(text string, look style, gap float64) error {
	for i, line := range measure.Fold(ooxml.Clean(text), s.room(1, look.size)) {
		if i > 0 {
			gap = 0
		}
		if err := s.next(1, look.size, gap); err != nil {
			return err
		}
		if err := s.put(s.tab, 1, s.row, report.Text(line), look); err != nil {
			return err
		}
		if look.fill == "" && look.rule == "" {
			continue
		}
		for column := 2; column <= s.columns; column++ {
			if err := s.put(s.tab, column, s.row, report.Cell{}, look); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *summary) writeFacts(sum *report.Summary) error {
	s.sections = append(s.sections, s.row+1)
	for i := range sum.Facts {
		look := style{format: numberFormat(sum.Facts[i].Type), bottom: true}
		if err := s.writeFigure(&sum.Facts[i], look, gapBefore(i)); err != nil {
			return err
		}
	}
	return nil
}

func (s *summary) writeFigures(sum *report.Summary) error {
	shown := 0
	for i := range sum.Figures[min(1, len(sum.Figures)):] { // the first is the hero
		if figure := &sum.Figures[i+1]; figure.Value.Empty() && figure.Note == "" && figure.Name == "" {
			continue // a change before there was anything to compare with
		}
		look := style{format: numberFormat(sum.Figures[i+1].Type), bold: true, bottom: true}
		if err := s.writeFigure(&sum.Figures[i+1], look, gapBefore(shown)); err != nil {
			return err
		}
		shown++
	}
	return nil
}

// gapBefore leaves a gap above the first of a section.
func gapBefore(i int) float64 {
	if i == 0 {
		return sectionGap
	}
	return 0
}

// writeFigure writes label, value and note, and names the value's cell. A note
// that is too long goes on below, one whose place the value needs begins there.
func (s *summary) writeFigure(figure *report.Figure, look style, gap float64) error {
	if err := s.next(1, max(look.size, s.styles.font.Size), gap); err != nil {
		return err
	}
	if err := s.put(s.tab, 1, s.row, report.Text(figure.Label), style{bottom: true}); err != nil {
		return err
	}
	value := figure.Value
	look.format = formatOf(figure.Type, value)
	var folded []string
	if text, ok := value.Text(); ok {
		folded = measure.Fold(ooxml.Clean(text), s.room(2, max(look.size, s.styles.font.Size)))
		value = report.Text(folded[0])
		value.Link = figure.Value.Link
	}
	if err := s.put(s.tab, 2, s.row, value, look); err != nil {
		return err
	}
	if err := s.nameCell(figure.Name, 2); err != nil {
		return err
	}
	return s.writeNote(figure.Note, folded, look)
}

func (s *summary) writeNote(note string, value []string, look style) error {
	below := 1
	for ; below < len(value); below++ {
		if err := s.next(1, s.styles.font.Size, 0); err != nil {
			return err
		}
		if err := s.put(s.tab, 2, s.row, report.Text(value[below]), look); err != nil {
			return err
		}
	}
	if note == "" {
		return nil
	}
	column := 3
	taken := len(value) > 0 && runewidth.StringWidth(value[0]) > s.styles.font.Room(valueWidth)
	if taken {
		column = 2
	}
	for i, line := range measure.Fold(ooxml.Clean(note), s.room(column, noteSize)) {
		if i > 0 || taken {
			if err := s.next(1, noteSize, 0); err != nil {
				return err
			}
		}
		if err := s.put(s.tab, column, s.row, report.Text(line), style{size: noteSize, color: quietInk, bottom: true}); err != nil {
			return err
		}
	}
	return nil
}

func (s *summary) heading(text string) error {
	s.sections = append(s.sections, s.row+1)
	return s.run(text, style{size: headingSize, bold: true, color: navy, rule: navy, bottom: true}, sectionGap)
}

func (s *summary) writeAttention(sum *report.Summary) error {
	for i := range sum.Attention {
		list := &sum.Attention[i]
		if err := s.heading(list.Title); err != nil {
			return err
		}
		if len(list.Rows) == 0 {
			if err := s.run(list.Empty, style{size: s.styles.font.Size, color: quietInk}, 0); err != nil {
				return err
			}
			continue
		}
		header := make([]report.Cell, len(list.Columns))
		for j := range list.Columns {
			header[j] = report.Text(list.Columns[j].Label)
		}
		if err := s.writeListRow(list.Columns, header, true); err != nil {
			return err
		}
		for _, cells := range list.Rows {
			if err := s.writeListRow(list.Columns, cells, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeListRow writes a row of a list. A text in the last column runs over what is
// left of the grid.
func (s *summary) writeListRow(columns []report.Column, cells []report.Cell, header bool) error {
	runsOver := func(i int) bool { return i > 0 && i == len(columns)-1 }
	lines := 1
	for i := range cells {
		if text, ok := cells[i].Text(); ok && !runsOver(i) {
			lines = max(lines, len(measure.Fold(ooxml.Clean(text), s.styles.font.Room(s.width(i+1)))))
		}
	}
	if err := s.next(lines, s.styles.font.Size, 0); err != nil {
		return err
	}
	for i := range s.columns {
		look, cell := style{rule: rule}, report.Cell{}
		if i < len(columns) {
			look = cellStyle(&columns[i], false)
		}
		if i < len(columns) && i < len(cells) {
			cell = cells[i]
			look.format = formatOf(columns[i].Type, cell)
		}
		look.wrap, look.middle, look.indent = !look.right && !runsOver(i), true, 0
		if i > 0 && !look.right {
			look.indent = 1
		}
		if header {
			look.bold, look.fill, look.format = true, bandFill, ""
		}
		if err := s.put(s.tab, i+1, s.row, cell, look); err != nil {
			return err
		}
	}
	return nil
}

func (s *summary) writeContents(sum *report.Summary) error {
	if len(sum.Contents) == 0 {
		return nil
	}
	if err := s.heading(sum.ContentsLabel); err != nil {
		return err
	}
	for i := range sum.Contents {
		entry := &sum.Contents[i]
		if err := s.next(1, s.styles.font.Size, 0); err != nil {
			return err
		}
		if err := s.put(s.tab, 1, s.row, report.Text(entry.Title).To(entry.Sheet), style{bottom: true}); err != nil {
			return err
		}
		for j, line := range measure.Fold(ooxml.Clean(entry.Description), s.room(2, noteSize)) {
			if j > 0 {
				if err := s.next(1, noteSize, 0); err != nil {
					return err
				}
			}
			if err := s.put(s.tab, 2, s.row, report.Text(line), style{size: noteSize, color: quietInk, bottom: true}); err != nil {
				return err
			}
		}
	}
	return nil
}
