// Package html renders a report as one page: a single file that loads nothing,
// with the figures of the workbook, bars and charts as inline SVG, and the lists
// of messages and unread people to search and sort.
//
// The page is for looking at, on a screen of any width or on paper. It is complete
// without JavaScript: every list is then shown in full. Its policy of content
// security allows the page's own style and script, by their hashes, and no
// request at all. Every text from the audit is escaped by html/template for the
// place it stands in.
//
// What is not promised: every column of the workbook (query keys and tags are
// left out), and rows past MaxRows of a list; the page says how many it left out.
package html

import (
	"bufio"
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"

	"notifyaudit/report"
)

// MaxRows is the number of rows of a list that the page shows: what a browser
// still searches and sorts at once.
const MaxRows = 10000

//go:embed page.tmpl page.css page.js
var files embed.FS

// Sheets are the sheets that make a page: all but those that are too wide or too
// long to look at.
func Sheets() []report.SheetKey {
	return slices.DeleteFunc(report.SheetKeys(), func(key report.SheetKey) bool {
		return slices.Contains([]report.SheetKey{report.SheetMatrix, report.SheetReminders, report.SheetChanged, report.SheetPeople, report.SheetDetail}, key)
	})
}

// Write renders a workbook that has the sheets of Sheets, or some of them, to w.
// It reads the first rows of all sheets in one pass, and holds those that it shows. The
// same workbook gives the same bytes.
//
// After an error, of w or of the rows, what was written is no page.
func Write(w io.Writer, wb *report.Workbook) error {
	return write(w, wb, MaxRows)
}

func write(w io.Writer, wb *report.Workbook, maxRows int) error {
	layout, err := template.ParseFS(files, "page.tmpl")
	if err != nil {
		return fmt.Errorf("read the page's template: %w", err)
	}
	p, err := newPage(wb, maxRows)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if err := layout.Execute(out, p); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}
