// Package excel renders a report as an xlsx workbook.
//
// excelize builds every part of the file but the data rows, which are streamed
// into the finished worksheets as XML while the file is zipped: a million rows
// take a few megabytes of memory. What that depends on in excelize's output is
// checked at each write, before the first byte goes out.
//
// No cell holds a formula and no link leaves the file. The same workbook gives
// the same bytes. What is not promised: that another version gives the same
// bytes, and that a file whose Write returned an error can be opened.
package excel

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
)

// Write renders a workbook to w. It reads each sheet's rows once, and holds
// none of them. What Excel can't hold is made to fit: texts are cleaned of
// characters that XML has no place for and cut at 32,767 characters, sheets go
// on in a further one past 1,000,000 rows, links past 65,530 on a sheet are
// left out, and so are links to sheets that are not there.
//
// After an error, of w or of the rows, what was written is not a workbook.
func Write(w io.Writer, wb *report.Workbook) error {
	return write(w, wb, maxRows)
}

// maxRows is the number of data rows of a worksheet: a round number below the
// 1,048,576 rows that it has.
const maxRows = 1_000_000

func write(w io.Writer, wb *report.Workbook, perTab int) error {
	b, err := newBook(wb, perTab)
	if err != nil {
		return err
	}
	if err := b.build(); err != nil {
		return err
	}
	return b.render(w)
}

// A book is a workbook on its way to a file.
type book struct {
	wb     *report.Workbook
	tabs   *tabs
	zone   zone
	file   *excelize.File
	styles *styles
	charts []filler // in the order of drawing
}

func newBook(wb *report.Workbook, perTab int) (*book, error) {
	t, err := layOut(wb, perTab)
	if err != nil {
		return nil, err
	}
	b := &book{wb: wb, tabs: t, zone: zone{location: wb.Location}, file: excelize.NewFile()}
	if wb.Location == nil {
		b.zone.location = time.UTC
	}
	b.styles = &styles{file: b.file, face: faceOf(wb.Language), ids: make(map[shade]int)}
	return b, nil
}

// build makes everything but the rows.
func (b *book) build() error {
	if err := b.describe(); err != nil {
		return fmt.Errorf("describe the workbook: %w", err)
	}
	for i, t := range b.tabs.all {
		if err := b.addTab(i, t.name); err != nil {
			return fmt.Errorf("add worksheet %q: %w", t.name, err)
		}
	}
	for _, t := range b.tabs.all {
		if err := b.fill(t); err != nil {
			return fmt.Errorf("lay out worksheet %q: %w", t.name, err)
		}
	}
	return nil
}

func (b *book) addTab(i int, name string) error {
	if i == 0 {
		return b.file.SetSheetName(b.file.GetSheetName(0), name)
	}
	_, err := b.file.NewSheet(name)
	return err
}

func (b *book) fill(t *tab) error {
	if t.sheet == nil {
		return b.layOutSummary(t)
	}
	return b.layOutSheet(t)
}

// describe sets the document's properties and its default font.
func (b *book) describe() error {
	created := b.wb.CreatedAt.UTC().Format(time.RFC3339)
	err := b.file.SetDocProps(&excelize.DocProperties{
		Title: clean(b.wb.Title), Creator: creator, LastModifiedBy: creator,
		Created: created, Modified: created,
		Language: string(b.wb.Language), Version: clean(b.wb.Version),
	})
	if err != nil {
		return err
	}
	if err := b.file.SetAppProps(&excelize.AppProperties{Application: creator}); err != nil {
		return err
	}
	return b.file.SetDefaultFont(b.styles.face.family)
}

// creator is who made the document.
const creator = "notifyaudit"

// render has excelize write its parts and zips them with the rows.
func (b *book) render(w io.Writer) error {
	p, err := collect(b.file)
	if err != nil {
		return err
	}
	return b.renderParts(w, p)
}

// renderParts zips the parts with the rows in them.
func (b *book) renderParts(w io.Writer, p parts) error {
	if err := p.fillCharts(b.charts, b.wb.Language); err != nil {
		return err
	}
	if err := p.pinCharts(b.charts); err != nil {
		return err
	}
	frames, names, err := b.frames(p)
	if err != nil {
		return err
	}
	spliced := make(map[string]bool, len(names))
	for _, name := range names {
		spliced[name] = true
	}
	out, err := newPackageWriter(w)
	if err != nil {
		return err
	}
	for _, name := range p.others(spliced) {
		if err := out.add(name, p[name].content); err != nil {
			return err
		}
	}
	for _, sheet := range b.wb.Sheets {
		if err := b.splice(out, sheet, frames, names); err != nil {
			return fmt.Errorf("write sheet %s: %w", sheet.Key, err)
		}
	}
	return out.close()
}

// frames are the worksheets of the data sheets, cut for their rows, and the
// names of their parts.
func (b *book) frames(p parts) (map[*tab]*frame, map[*tab]string, error) {
	worksheets, err := p.worksheets()
	if err != nil {
		return nil, nil, err
	}
	frames, names := make(map[*tab]*frame), make(map[*tab]string)
	for _, t := range b.tabs.all {
		name, found := worksheets[t.name]
		if !found {
			return nil, nil, fmt.Errorf("worksheet %q is not in the workbook", t.name)
		}
		if t.sheet == nil {
			continue
		}
		names[t] = name
		if frames[t], err = cutFrame(p[name].content, t.sheet); err != nil {
			return nil, nil, fmt.Errorf("cut worksheet %q: %w", t.name, err)
		}
	}
	return frames, names, nil
}

func (b *book) splice(out *packageWriter, sheet *report.Sheet, frames map[*tab]*frame, names map[*tab]string) error {
	all := b.tabs.of[sheet.Key]
	s := &splicer{
		rows:  &rowWriter{tabs: b.tabs, columns: all[0].columns, zone: b.zone, face: b.styles.face},
		sheet: sheet,
		tabs:  all,
		open:  func(t *tab) (io.Writer, error) { return out.create(names[t]) },
	}
	for _, t := range s.tabs {
		s.frames = append(s.frames, frames[t])
	}
	return s.run()
}
