package html

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"notifyaudit/report"
	"notifyaudit/report/words"
)

// A page is what the template is filled with.
type page struct {
	*words.Printer

	Lang  string
	Title string
	// Banner stands above everything, also on paper; "" without one.
	Banner string
	Style  template.CSS
	Script template.JS
	// Mark is a script that only says that scripts run, before there is a row.
	Mark template.JS
	// Policy is the content security policy: nothing but Style and Script.
	Policy  string
	Summary *summary
	Lists   []*list
	Version string
}

func newPage(wb *report.Workbook, maxRows int) (*page, error) {
	p := &page{Printer: words.New(wb.Language, wb.Location), Lang: string(wb.Language), Title: wb.Title, Banner: wb.Banner, Version: wb.Version}
	if p.Lang == "" {
		p.Lang = string(report.English)
	}
	shown := make(links, len(wb.Sheets))
	for _, s := range wb.Sheets {
		shown[s.Key] = true
	}
	rows, err := firstRows(wb, maxRows, shown)
	if err != nil {
		return nil, err
	}
	for _, s := range ordered(wb.Sheets) {
		p.Lists = append(p.Lists, newList(p.Printer, wb, s, rows[s]))
	}
	if wb.Summary != nil {
		p.Summary = newSummary(p.Printer, wb, shown)
	}
	return p, p.addCode()
}

// ordered puts what is short and of groups before what is long and of single
// messages and people.
func ordered(sheets []*report.Sheet) []*report.Sheet {
	late := []report.SheetKey{report.SheetMessages, report.SheetUnread, report.SheetProblems, report.SheetNotes}
	return slices.SortedStableFunc(slices.Values(sheets), func(a, b *report.Sheet) int {
		return cmp.Compare(slices.Index(late, a.Key), slices.Index(late, b.Key))
	})
}

// addCode sets the style, the script and the policy that allows just these.
func (p *page) addCode() error {
	style, err := files.ReadFile("page.css")
	if err != nil {
		return fmt.Errorf("read the page's style: %w", err)
	}
	script, err := files.ReadFile("page.js")
	if err != nil {
		return fmt.Errorf("read the page's script: %w", err)
	}
	css := new(strings.Builder)
	css.Write(style)
	for _, l := range p.Lists {
		l.style(css)
	}
	p.Style = template.CSS(css.String()) //nolint:gosec // embedded, and labels escaped for CSS
	p.Script = template.JS(script)       //nolint:gosec // embedded
	p.Mark = mark
	p.Policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s' '%s'; base-uri 'none'; form-action 'none'",
		hashOf(css.String()), hashOf(mark), hashOf(string(script)))
	return nil
}

// mark lets the style hide the rows beyond the first before the browser lays them out: of
// 10,000 that took most of the time until the page was there.
const mark = "document.documentElement.classList.add('js');"

// hashOf is a source expression for an element with exactly this content (CSP 3,
// section 2.3.1, hash-source).
func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// links know which sheets are on the page.
type links map[report.SheetKey]bool

// to is the fragment that leads to where a cell's link does, "" when that isn't
// on the page.
func (l links) to(link *report.Link) string {
	if link == nil || !l[link.Sheet] {
		return ""
	}
	return "#" + string(link.Sheet)
}
