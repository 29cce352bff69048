package term

import (
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// cells measures characters as terminals draw them, whatever the locale: CJK
// takes two columns, and what is ambiguous takes one.
func cells() *runewidth.Condition { return &runewidth.Condition{} }

// RuneColumns is how wide a character is.
func RuneColumns(r rune) int { return cells().RuneWidth(r) }

// Columns is how wide text is, colours left out.
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

// Pad fills text up to width columns, a CJK character counting two.
func Pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-Columns(text)))
}

// PadLeft is pad for numbers.
func PadLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-Columns(text))) + text
}

// Clip cuts plain text to width columns and marks the cut.
func Clip(text string, width int) string {
	if width <= 0 || Columns(text) <= width {
		return text
	}
	return cells().Truncate(text, width, "…")
}

// ClipMiddle is clip for what is told apart by its end, as addresses are.
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

// Wrap breaks text at spaces, and between CJK characters, into lines of at most
// width columns, each after the first behind indent. Spaces before the text stay,
// as do those that don't break.
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
	// begun says that the line has a word.
	begun bool
}

// word puts a word on the line if it fits, else on the next one. One that fits on
// no line, or holds CJK text, is broken where it must be.
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

// breaks reports whether a word can be broken anywhere: it has CJK characters.
func breaks(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return RuneColumns(r) == 2 })
}
