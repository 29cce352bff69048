package cli

import (
	"fmt"
	"strings"

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
	from, length := marked(snippet, d)
	if room > 0 && length > 0 && from+length > room {
		cut := ""
		cut, from, length = scrolled(snippet, from, length, room)
		snippet = cut
	}
	s.printf("%s %s%s\n", bar, s.paint(dim, gutter), clip(snippet, room))
	if length > 0 {
		s.printf("%s %s%s\n", bar, strings.Repeat(" ", columns(gutter)+from), s.paint(color(d), strings.Repeat("^", length)))
	}
}

// scrolled takes so much from a long line's begin that its marked part, or as
// much of that as there is room for, can be seen.
func scrolled(snippet string, from, length, room int) (cut string, newFrom, newLength int) {
	length = min(length, room-2)
	lost := 0
	for _, r := range snippet {
		if from-lost+length+1 < room {
			break
		}
		snippet = snippet[len(string(r)):]
		lost += cells().RuneWidth(r)
	}
	return "…" + snippet, from - lost + 1, length
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
	return columns(string(text[:d.Column-1])), columns(string(text[d.Column-1 : d.EndColumn-1]))
}
