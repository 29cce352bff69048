package excel

import (
	"fmt"
	"io"

	"notifyaudit/report"
	"notifyaudit/report/excel/ooxml"
)

// render has excelize write its parts and zips them with the rows.
func (b *book) render(w io.Writer, scratch func() Scratch) error {
	p, err := ooxml.Collect(b.file)
	if err != nil {
		return err
	}
	return b.renderParts(w, p, scratch)
}

// renderParts zips the parts with the rows in them.
func (b *book) renderParts(w io.Writer, p ooxml.Package, scratch func() Scratch) error {
	for i, c := range b.charts {
		if err := p.FillChart(i+1, c); err != nil {
			return err
		}
	}
	if err := p.FixSizes(lineChartWidth, lineChartHeight, b.lines); err != nil {
		return err
	}
	worksheets, err := b.cut(p)
	if err != nil {
		return err
	}
	out := ooxml.NewWriter(w)
	writers := make([]*sheetWriter, len(b.wb.Sheets))
	for i, sheet := range b.wb.Sheets {
		writers[i] = b.sheetWriter(sheet, worksheets, out, scratch)
		defer writers[i].discard()
	}
	if err := b.writeRows(writers); err != nil {
		return err
	}
	streamed := make(map[string]bool, len(worksheets))
	for _, s := range worksheets {
		streamed[s.part] = true
	}
	if err := p.Write(out, streamed); err != nil {
		return err
	}
	for _, s := range writers {
		for _, part := range s.parts {
			if err := out.Add(part); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

// writeRows reads the rows of all sheets once.
func (b *book) writeRows(writers []*sheetWriter) error {
	of := make(map[*report.Sheet]*sheetWriter, len(writers))
	for _, s := range writers {
		of[s.sheet] = s
	}
	for row, err := range b.wb.AllRows() {
		s := of[row.Sheet]
		switch {
		case err != nil && s == nil:
			return fmt.Errorf("read the rows: %w", err)
		case err != nil:
			err = fmt.Errorf("read row %d: %w", s.count+1, err)
		default:
			err = s.add(row.Cells)
		}
		if err != nil {
			return fmt.Errorf("write sheet %s: %w", row.Sheet.Key, err)
		}
	}
	for _, s := range writers {
		if err := s.finish(); err != nil {
			return fmt.Errorf("write sheet %s: %w", s.sheet.Key, err)
		}
	}
	return nil
}

func (b *book) sheetWriter(sheet *report.Sheet, worksheets map[*tab]worksheet, out *ooxml.Writer, scratch func() Scratch) *sheetWriter {
	all := b.tabs.of[sheet.Key]
	s := &sheetWriter{
		rows:  &rowWriter{tabs: b.tabs, columns: all[0].columns, zone: b.zone, font: b.styles.font},
		sheet: sheet, tabs: all, out: out, scratch: scratch,
	}
	for _, t := range s.tabs {
		s.worksheets = append(s.worksheets, worksheets[t])
	}
	return s
}

// A worksheet is the part of a data sheet's tab, cut for its rows.
type worksheet struct {
	*ooxml.Worksheet

	part string
}

// cut returns the worksheets of the data sheets.
func (b *book) cut(p ooxml.Package) (map[*tab]worksheet, error) {
	parts, err := p.Worksheets()
	if err != nil {
		return nil, err
	}
	all := make(map[*tab]worksheet)
	for _, t := range b.tabs.all {
		part, found := parts[t.name]
		if !found {
			return nil, fmt.Errorf("worksheet %q is not in the workbook", t.name)
		}
		if t.sheet == nil {
			continue
		}
		cut, err := ooxml.Cut(p[part], len(barColumns(t.sheet)))
		if err != nil {
			return nil, fmt.Errorf("cut worksheet %q: %w", t.name, err)
		}
		all[t] = worksheet{cut, part}
	}
	return all, nil
}
