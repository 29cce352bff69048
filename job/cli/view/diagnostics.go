package view

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
)

// Diagnostics shows the mistakes in a manifest: for each the place, the line and what
// to do.
func (s Printer) Diagnostics(ds manifest.Diagnostics) {
	if s.log != nil {
		s.logDiagnostics(ds)
		return
	}
	errors := 0
	for _, d := range ds {
		if d.Severity == manifest.SeverityError {
			errors++
		}
		s.diagnostic(d)
	}
	if errors > 1 {
		s.Println(s.Paint(term.Red, term.Plural(errors, "error")+"."))
	}
}

// logDiagnostics logs a record for each diagnostic.
func (s Printer) logDiagnostics(ds manifest.Diagnostics) {
	for _, d := range ds {
		level := slog.LevelError
		if d.Severity == manifest.SeverityWarning {
			level = slog.LevelWarn
		}
		s.log.Log(context.Background(), level, d.Summary, //nolint:sloglint // the summary is the message
			"detail", term.Clean(d.Detail), "file", d.File, "line", d.Line, "column", d.Column, "count", d.Count)
	}
}

func (s Printer) diagnostic(d manifest.Diagnostic) {
	color, word := term.Red, "Error:"
	if d.Severity == manifest.SeverityWarning {
		color, word = term.Yellow, "Warning:"
	}
	bar := s.Paint(color, "│")
	s.Println(s.Paint(color, "╷"))
	s.Printf("%s %s %s\n", bar, s.Paint(color, word), s.Paint(term.Bold, d.Summary))
	if d.File != "" {
		s.Printf("%s\n", bar)
		s.place(bar, d)
	}
	if d.Detail != "" {
		s.Printf("%s\n", bar)
		for line := range strings.Lines(d.Detail) {
			s.Printf("%s %s\n", bar, term.Wrap(strings.TrimRight(line, "\n"), bar+" ", max(0, s.Width-2)))
		}
	}
	s.Println(s.Paint(color, "╵"))
}

// place shows where a mistake is, with the line itself and the part that is meant.
func (s Printer) place(bar string, d manifest.Diagnostic) {
	where := d.File
	if d.Line > 0 {
		where += fmt.Sprintf(":%d", d.Line)
	}
	if d.Count > 1 {
		where += fmt.Sprintf(" and %s more", term.Plural(d.Count-1, "place"))
	}
	s.Printf("%s   %s\n", bar, s.Paint(term.Cyan, where))
	if d.Snippet == "" {
		return
	}
	snippet := strings.ReplaceAll(d.Snippet, "\t", " ")
	gutter := fmt.Sprintf("%5d │ ", d.Line)
	room := 0
	if s.Width > 0 {
		room = max(20, s.Width-len(gutter)-2)
	}
	from, length := marked(snippet, d)
	if room > 0 && length > 0 && from+length > room {
		cut := ""
		cut, from, length = scrolled(snippet, from, length, room)
		snippet = cut
	}
	s.Printf("%s %s%s\n", bar, s.Paint(term.Dim, gutter), term.Clip(snippet, room))
	if length > 0 {
		s.Printf("%s %s%s\n", bar, strings.Repeat(" ", term.Columns(gutter)+from), s.Paint(color(d), strings.Repeat("^", length)))
	}
}

// scrolled cuts off the beginning of a long line, so that its marked part is visible
// as far as there is room.
func scrolled(snippet string, from, length, room int) (cut string, newFrom, newLength int) {
	length = min(length, room-2)
	lost := 0
	for _, r := range snippet {
		if from-lost+length+1 < room {
			break
		}
		snippet = snippet[len(string(r)):]
		lost += term.RuneColumns(r)
	}
	return "…" + snippet, from - lost + 1, length
}

func color(d manifest.Diagnostic) string {
	if d.Severity == manifest.SeverityWarning {
		return term.Yellow
	}
	return term.Red
}

// marked returns where the marks below the snippet begin and how many there are, in
// columns.
func marked(snippet string, d manifest.Diagnostic) (from, length int) {
	text := []rune(snippet)
	if d.Column < 1 || d.EndColumn <= d.Column || d.EndColumn-1 > len(text) {
		return 0, 0
	}
	return term.Columns(string(text[:d.Column-1])), term.Columns(string(text[d.Column-1 : d.EndColumn-1]))
}
