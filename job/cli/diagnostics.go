package cli

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"

	"notifyaudit/job/manifest"
)

// diagnostics shows the mistakes in a manifest, each with its place, the line it
// is on and what to do.
func (s *screen) diagnostics(ds manifest.Diagnostics) {
	errors := 0
	for _, d := range ds {
		if d.Severity == manifest.SeverityError {
			errors++
		}
		s.diagnostic(d)
	}
	if errors > 1 {
		s.println(s.paint(red, plural(errors, "error")+"."))
	}
}

func (s *screen) diagnostic(d manifest.Diagnostic) {
	color, word := red, "Error:"
	if d.Severity == manifest.SeverityWarning {
		color, word = yellow, "Warning:"
	}
	bar := s.paint(color, "│")
	s.println(s.paint(color, "╷"))
	s.printf("%s %s %s\n", bar, s.paint(color, word), s.paint(bold, d.Summary))
	if d.File != "" {
		s.printf("%s\n", bar)
		s.place(bar, d)
	}
	if d.Detail != "" {
		s.printf("%s\n", bar)
		for line := range strings.Lines(d.Detail) {
			s.printf("%s %s\n", bar, wrap(strings.TrimRight(line, "\n"), bar+" ", max(0, s.width-2)))
		}
	}
	s.println(s.paint(color, "╵"))
}

// place shows where, with the line itself and what of it is meant.
func (s *screen) place(bar string, d manifest.Diagnostic) {
	where := d.File
	if d.Line > 0 {
		where += fmt.Sprintf(":%d", d.Line)
	}
	if d.Count > 1 {
		where += fmt.Sprintf(" and %s more", plural(d.Count-1, "place"))
	}
	s.printf("%s   %s\n", bar, s.paint(cyan, where))
	if d.Snippet == "" {
		return
	}
	snippet := strings.ReplaceAll(d.Snippet, "\t", " ")
	gutter := fmt.Sprintf("%5d │ ", d.Line)
	room := 0
	if s.width > 0 {
		room = max(20, s.width-len(gutter)-2)
	}
	s.printf("%s %s%s\n", bar, s.paint(dim, gutter), clip(snippet, room))
	if from, length := marked(snippet, d); length > 0 && (room == 0 || from+length <= room) {
		s.printf("%s %s%s\n", bar, strings.Repeat(" ", runewidth.StringWidth(gutter)+from), s.paint(color(d), strings.Repeat("^", length)))
	}
}

func color(d manifest.Diagnostic) string {
	if d.Severity == manifest.SeverityWarning {
		return yellow
	}
	return red
}

// marked is where the marks go below the snippet, in columns.
func marked(snippet string, d manifest.Diagnostic) (from, length int) {
	text := []rune(snippet)
	if d.Column < 1 || d.EndColumn <= d.Column || d.EndColumn-1 > len(text) {
		return 0, 0
	}
	return runewidth.StringWidth(string(text[:d.Column-1])), runewidth.StringWidth(string(text[d.Column-1 : d.EndColumn-1]))
}
