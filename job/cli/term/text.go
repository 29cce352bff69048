package term

import (
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// cells measures characters as terminals draw them, independent of the locale: CJK
// characters take two columns, those of ambiguous width one.
func cells() *runewidth.Condition { return &runewidth.Condition{} }

// RuneColumns is the width of a character in columns.
func RuneColumns(r rune) int { return cells().RuneWidth(r) }

// Columns is the width of a text in columns, without its colours.
func Columns(text string) int {
	if !strings.Contains(text, "\x1b") {
		return cells().StringWidth(text)
	}
	width := 0
	for text != "" {
		plain, rest, found := strings.Cut(text, "\x1b[")
		width += cells().StringWidth(plain)
		if !found {
			break
		}
		_, text, _ = strings.Cut(rest, "m")
	}
	return width
}

// Pad appends spaces up to a width in columns.
func Pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-Columns(text)))
}

// PadLeft puts spaces before a text, up to a width in columns.
func PadLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-Columns(text))) + text
}

// Clip cuts plain text to a width in columns and marks the cut with "…".
func Clip(text string, width int) string {
	if width <= 0 || Columns(text) <= width {
		return text
	}
	return cells().Truncate(text, width, "…")
}

// ClipMiddle is Clip that keeps the end of the text, as addresses need.
func ClipMiddle(text string, width int) string {
	if width <= 0 || Columns(text) <= width {
		return text
	}
	if width < 8 {
		return Clip(text, width)
	}
	tail := width / 2
	end := len(text)
	for used := 0; ; {
		r, size := utf8.DecodeLastRuneInString(text[:end])
		if used += RuneColumns(r); used > tail {
			break
		}
		end -= size
	}
	head := cells().Truncate(text, width-Columns(text[end:]), "…")
	return head + text[end:]
}

// Wrap breaks text at spaces and between CJK characters into lines of at most width
// columns. Each line but the first begins with indent. Leading spaces are kept. A
// width of 0 breaks nothing.
func Wrap(text, indent string, width int) string {
	if width <= 0 {
		return text
	}
	w := &wrapper{width: width, indent: indent}
	lead := len(text) - len(strings.TrimLeft(text, " "))
	w.out.WriteString(text[:lead])
	w.column = lead
	for word := range strings.SplitSeq(strings.TrimSpace(text[lead:]), " ") {
		if word != "" {
			w.word(word)
		}
	}
	return w.out.String()
}

// A wrapper lays words out on lines.
type wrapper struct {
	out           strings.Builder
	indent        string
	width, column int
	// begun means that the line has a word.
	begun bool
}

// word puts a word on the line if it fits, else on the next line. A word that is
// longer than a line, or contains CJK characters, is broken.
func (w *wrapper) word(word string) {
	space := 0
	if w.begun {
		space = 1
	}
	wide := Columns(word)
	if w.column+space+wide <= w.width {
		w.put(strings.Repeat(" ", space)+word, space+wide)
		return
	}
	if w.begun && !breaks(word) && Columns(w.indent)+wide <= w.width {
		w.next()
		w.put(word, wide)
		return
	}
	if w.begun && w.column+space+2 <= w.width && breaks(word) {
		w.put(" ", 1)
	} else if w.begun {
		w.next()
	}
	for _, r := range word {
		n := RuneColumns(r)
		if w.column+n > w.width && w.begun {
			w.next()
		}
		w.put(string(r), n)
	}
}

func (w *wrapper) put(text string, wide int) {
	w.out.WriteString(text)
	w.column += wide
	w.begun = true
}

func (w *wrapper) next() {
	w.out.WriteString("\n" + w.indent)
	w.column, w.begun = Columns(w.indent), false
}

// breaks reports whether a word can be broken anywhere, as CJK text can.
func breaks(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return RuneColumns(r) == 2 })
}
