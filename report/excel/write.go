// Package excel renders a report as an xlsx workbook.
//
// excelize builds every part of the file but the data rows, which are put into the
// finished worksheets as XML, compressed as they come, of all sheets at once: a
// million rows take a few megabytes of memory. What that depends on in excelize's
// output is checked at each write, before the first byte goes out.
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
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/excel/ooxml"
)

// A Scratch keeps the compressed rows of a worksheet until the file is put together.
type Scratch = ooxml.Scratch

// Write renders a workbook to w. It reads all rows once, and keeps them compressed
// in what scratch makes, which it closes; nil keeps them in memory. What Excel can't
// hold is made to fit: texts are cleaned of characters that XML has no place for and
// cut at 32,767 characters, sheets go on in a further one past 1,000,000 rows, links
// past 65,530 on a sheet are left out, and so are links to sheets that are not there.
//
// After an error, of w or of the rows, what was written is not a workbook.
func Write(w io.Writer, wb *report.Workbook, scratch func() Scratch) error {
	return write(w, wb, scratch, maxRows)
}

// maxRows is the number of data rows of a worksheet: a round number below the
// 1,048,576 rows that it has.
const maxRows = 1_000_000

func write(w io.Writer, wb *report.Workbook, scratch func() Scratch, perTab int) error {
	if scratch == nil {
		scratch = func() Scratch { return new(ooxml.Memory) }
	}
	b, err := newBook(wb, perTab)
	if err != nil {
		return err
	}
	if err := b.build(); err != nil {
		return err
	}
	return b.render(w, scratch)
}

// A book is a workbook on its way to a file.
type book struct {
	wb     *report.Workbook
	tabs   *tabs
	zone   zone
	file   *excelize.File
	styles *styles
	// chartData has the values of charts, which are in the order of drawing.
	chartData *chartData
	charts    []*ooxml.Chart
	// lines is how many of the charts are line charts.
	lines int
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
	b.styles = &styles{file: b.file, font: measure.FontOf(wb.Language), ids: make(map[style]int)}
	b.chartData = &chartData{book: b, tab: t.chartData}
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
	if err := b.chartData.begin(); err != nil {
		return fmt.Errorf("add the chart data: %w", err)
	}
	for _, t := range b.tabs.all {
		if err := b.fill(t); err != nil {
			return fmt.Errorf("lay out worksheet %q: %w", t.name, err)
		}
	}
	return b.chartData.finish()
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
		Title: ooxml.Clean(b.wb.Title), Creator: creator, LastModifiedBy: creator,
		Created: created, Modified: created,
		Language: string(b.wb.Language), Version: ooxml.Clean(b.wb.Version),
	})
	if err != nil {
		return err
	}
	if err := b.file.SetAppProps(&excelize.AppProperties{Application: creator}); err != nil {
		return err
	}
	return b.file.SetDefaultFont(b.styles.font.Family)
}

// creator is who made the document.
const creator = "notifyaudit"
