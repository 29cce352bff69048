// Package mail renders a report's summary, its sentences first, what is lowest and its
// gravest problems as the body of a mail: as plain text, and as HTML that mail programs
// draw, which is tables and inline style alone. Both say the same. Every text from the
// audit is shown as it is written: none becomes markup.
package mail

import (
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"notifyaudit/report"
	"notifyaudit/report/words"
)

//go:embed mail.tmpl
var layout string

// Sheets are the sheets that a body is made from.
func Sheets() []report.SheetKey {
	return []report.SheetKey{report.SheetSummary, report.SheetProblems}
}

// A Body is a mail's.
type Body struct{ Text, HTML string }

// Write renders a workbook that has the sheets of Sheets. The lead stands above it, a
// paragraph each.
func Write(wb *report.Workbook, lead ...string) (Body, error) {
	c, err := newContent(wb, lead)
	if err != nil {
		return Body{}, err
	}
	page, err := template.New("mail").Parse(layout)
	if err != nil {
		return Body{}, fmt.Errorf("read the mail's template: %w", err)
	}
	var html strings.Builder
	if err := page.Execute(&html, c); err != nil {
		return Body{}, fmt.Errorf("write the mail: %w", err)
	}
	return Body{Text: c.text(), HTML: html.String()}, nil
}

// content is what a body says.
type content struct {
	Lang, Title string
	Lead        []string
	// Full says that the figures are everything that could be known, and Verdict says
	// so in words, or what is missing. Sentences say what the figures mean.
	Full               bool
	Verdict, Sentences string
	Figures            []figure
	Lists              []list
}

// A figure is a labelled value in words.
type figure struct{ Label, Value, Note string }

// A list is a short table; Rest stands below it.
type list struct {
	Title, Rest string
	Columns     []string
	Rows        [][]string
}

func newContent(wb *report.Workbook, lead []string) (*content, error) {
	c := &content{Lang: string(wb.Language), Title: wb.Title}
	if wb.Banner != "" {
		c.Lead = append(c.Lead, wb.Banner)
	}
	c.Lead = append(c.Lead, lead...)
	if s := wb.Summary; s != nil {
		c.Full, c.Verdict = s.Trust == report.TrustFull, s.Verdict
		c.Sentences = strings.Join(s.Sentences, words.New(wb.Language, wb.Location).Say("separator.sentence"))
		for _, figures := range [][]report.Figure{s.Figures, s.Facts} {
			for i := range figures {
				if f := &figures[i]; !f.Value.Empty() {
					c.Figures = append(c.Figures, figure{f.Label, wb.Display(f.Value, f.Type), f.Note})
				}
			}
		}
		for i := range s.Attention {
			c.Lists = append(c.Lists, attention(wb, &s.Attention[i]))
		}
	}
	for _, s := range wb.Sheets {
		if s.Key == report.SheetProblems && s.Count > 0 {
			l, err := problems(wb, s)
			if err != nil {
				return nil, err
			}
			c.Lists = append(c.Lists, l)
		}
	}
	return c, nil
}

func attention(wb *report.Workbook, a *report.AttentionList) list {
	l := list{Title: a.Title}
	if len(a.Rows) == 0 {
		l.Rest = a.Empty
		return l
	}
	for _, c := range a.Columns {
		l.Columns = append(l.Columns, c.Label)
	}
	for _, row := range a.Rows {
		l.Rows = append(l.Rows, displayed(wb, a.Columns, row))
	}
	return l
}

// mostProblems is how many problems are listed, the gravest first.
const mostProblems = 5

// problems lists what a reader of the figures should know.
func problems(wb *report.Workbook, s *report.Sheet) (list, error) {
	w := words.New(wb.Language, wb.Location)
	l := list{Title: w.Say("chat.problems", s.Title, s.Count)}
	for _, c := range s.Columns {
		l.Columns = append(l.Columns, c.Label)
	}
	for row, err := range s.Rows() {
		if err != nil {
			return l, fmt.Errorf("read the problems: %w", err)
		}
		if len(l.Rows) == mostProblems {
			l.Rest = w.Say("chat.more", s.Count-mostProblems)
			break
		}
		l.Rows = append(l.Rows, displayed(wb, s.Columns, row))
	}
	return l, nil
}

func displayed(wb *report.Workbook, columns []report.Column, row []report.Cell) []string {
	said := make([]string, len(row))
	for i := range row {
		said[i] = wb.Display(row[i], columns[i].Type)
	}
	return said
}

// text is the content without markup.
func (c *content) text() string {
	var b strings.Builder
	w := words.New(report.Language(c.Lang), nil)
	b.WriteString(c.Title + "\n\n")
	for _, said := range append(c.Lead, c.Sentences, c.Verdict) {
		if said != "" {
			b.WriteString(said + "\n\n")
		}
	}
	for _, f := range c.Figures {
		said := w.Say("labelled", f.Label, f.Value)
		if f.Note != "" {
			said = w.Say("parentheses", said, f.Note)
		}
		b.WriteString(said + "\n")
	}
	for _, l := range c.Lists {
		b.WriteString("\n" + l.Title + "\n")
		for _, row := range l.Rows {
			b.WriteString("- " + l.line(row) + "\n")
		}
		if l.Rest != "" {
			b.WriteString(l.Rest + "\n")
		}
	}
	return b.String()
}

// line is a row: what it is about, then the rest by the columns' labels.
func (l *list) line(row []string) string {
	parts := []string{row[0]}
	for i := 1; i < len(row); i++ {
		if row[i] != "" {
			parts = append(parts, l.Columns[i]+" "+row[i])
		}
	}
	return strings.Join(parts, " · ")
}
