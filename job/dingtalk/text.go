package dingtalk

import (
	"bytes"
	"strings"
	"unicode"

	"notifyaudit/job"
)

// The longest texts of a server that get into an error, in characters.
const (
	maxCode    = 128
	maxMessage = 400
)

// tidy makes a server's text fit for a terminal, a log and a cell: one line, no
// control or invisible formatting characters, at most limit characters.
func tidy(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(s, "\ufffd"))
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > limit {
		s = string(runes[:limit-1]) + "…"
	}
	return s
}

// firstLine is the first line of a body that has anything on it, and the title of
// a web page.
func firstLine(body []byte) string {
	const enough = 64 << 10
	body = bytes.TrimSpace(bytes.TrimPrefix(body[:min(len(body), enough)], []byte("\ufeff")))
	line, _, _ := strings.Cut(string(body), "\n")
	line = tidy(line, maxMessage/2)
	if title := pageTitle(string(body)); title != "" && !strings.Contains(line, title) {
		line += " (title: " + title + ")"
	}
	return line
}

func pageTitle(page string) string {
	_, rest, found := strings.Cut(page, "<title>")
	title, _, closed := strings.Cut(rest, "</title>")
	if !found || !closed {
		return ""
	}
	return tidy(title, maxMessage/2)
}

// clean tidies a failure's texts and takes our secrets out: a server may echo
// what it was sent.
func (s *scrubber) clean(f *job.AnswerError) {
	f.Code = tidy(s.blank(f.Code), maxCode)
	f.Message = tidy(s.blank(f.Message), maxMessage)
	f.RequestID = tidy(s.blank(f.RequestID), maxCode)
	if f.Err == nil {
		return
	}
	if text := tidy(s.blank(f.Err.Error()), maxMessage); text != f.Err.Error() {
		f.Err = &cleanError{text: text, err: f.Err}
	}
}

// A cleanError is an error in other words.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }
func (e *cleanError) Unwrap() error { return e.err }
