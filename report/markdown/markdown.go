// Package markdown renders a report's summary, what is lowest and its gravest
// problems as Markdown for a chat or a pull request.
//
// It uses only what GitHub and DingTalk both draw: headings, a quotation, bold
// and numbered lists; no table. Titles and names are escaped so that they are
// shown as they are written: none of them becomes markup, a link or a mention of
// somebody.
package markdown

import (
	"fmt"
	"io"
	"strings"

	"notifyaudit/report"
	"notifyaudit/report/words"
)

// Sheets are the sheets that the text is made from.
func Sheets() []report.SheetKey {
	return []report.SheetKey{report.SheetSummary, report.SheetProblems}
}

// Write renders a workbook that has the sheets of Sheets to w, in the memory of
// its few lines. The figures are rounded as a spreadsheet shows the workbook's.
func Write(w io.Writer, wb *report.Workbook) error {
	t := &text{wb: wb, words: words.New(wb.Language, wb.Location)}
	t.summary()
	if err := t.problems(); err != nil {
		return fmt.Errorf("write the Markdown report: %w", err)
	}
	if _, err := io.WriteString(w, t.String()); err != nil {
		return fmt.Errorf("write the Markdown report: %w", err)
	}
	return nil
}

// A text is on its way to being written.
type text struct {
	strings.Builder

	wb    *report.Workbook
	words *words.Printer
}

func (t *text) printf(format string, args ...any) { fmt.Fprintf(t, format, args...) }

func (t *text) summary() {
	if t.wb.Banner != "" {
		t.printf("> ⚠️ **%s**\n\n", escape(t.wb.Banner))
	}
	t.printf("# %s\n", escape(t.wb.Title))
	s := t.wb.Summary
	if s == nil {
		return
	}
	mark := map[report.Trust]string{report.TrustFull: "✅", report.TrustMost: "🟡", report.TrustLittle: "⚠️"}[s.Trust]
	t.printf("\n> %s **%s**\n", mark, escape(s.Verdict))
	if len(s.Sentences) > 0 {
		t.printf("\n%s\n", escape(strings.Join(s.Sentences, t.words.Say("separator.sentence"))))
	}
	figures := make(map[string]*report.Figure, len(s.Figures))
	for i := range s.Figures {
		figures[s.Figures[i].Key] = &s.Figures[i]
	}
	t.WriteByte('\n')
	for _, key := range []string{
		"read_rate", "target", "change", "coverage", "messages", "people", "read", "unread", "unknown", "below_target",
	} {
		if f := figures[key]; f != nil && !f.Value.Empty() {
			t.figure(f)
		}
	}
	for i := range s.Facts {
		if f := &s.Facts[i]; !f.Value.Empty() {
			t.figure(f)
		}
	}
	t.attention()
}

func (t *text) figure(f *report.Figure) {
	said := t.words.Say("labelled", escape(f.Label), "**"+escape(t.wb.Display(f.Value, f.Type))+"**")
	if f.Note != "" {
		said = t.words.Say("parentheses", said, escape(f.Note))
	}
	t.printf("- %s\n", said)
}
