package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
)

// A screen writes for a person: in colour and to the width of a terminal, or
// plainly when it isn't one.
type screen struct {
	w     io.Writer
	color bool
	// width is in columns; 0 means that there is no terminal to fit.
	width int
}

// screen makes one of w.
func (p *program) screen(w io.Writer) *screen {
	s := &screen{w: w}
	if fd, ok := terminal(w); ok {
		s.color = p.environ["NO_COLOR"] == "" && p.environ["TERM"] != "dumb" && !p.plain()
		if width, _, err := term.GetSize(fd); err == nil {
			s.width = width
		}
	}
	return s
}

// plain reports whether --no-color is among the arguments: the screen is needed
// before, and when, the flags can't be parsed.
func (p *program) plain() bool {
	for _, arg := range p.env.Args {
		if strings.TrimLeft(arg, "-") == "no-color" && arg != "no-color" {
			return true
		}
	}
	return false
}

// terminal returns the file descriptor of a reader or writer that is one.
func terminal(stream any) (int, bool) {
	f, ok := stream.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}

// The few colours, as SGR parameters.
const (
	bold   = "1"
	dim    = "2"
	red    = "1;31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// paint colours text where there is colour.
func (s *screen) paint(sgr, text string) string {
	if !s.color || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

func (s *screen) printf(format string, args ...any) { _, _ = fmt.Fprintf(s.w, format, args...) }

func (s *screen) println(text string) { _, _ = fmt.Fprintln(s.w, text) }

// problem shows an error that ended the command.
func (s *screen) problem(err error) {
	s.printf("%s %s\n", s.paint(red, "Error:"), err)
}

// pad fills text up to width columns, a CJK character counting two.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-runewidth.StringWidth(text)))
}

// padLeft is pad for numbers.
func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-runewidth.StringWidth(text))) + text
}

// clip cuts text to width columns and marks the cut.
func clip(text string, width int) string {
	if width <= 0 || runewidth.StringWidth(text) <= width {
		return text
	}
	return runewidth.Truncate(text, width, "…")
}

// wrap breaks text at spaces into lines of at most width columns, each after the
// first behind indent. Spaces before the text stay.
func wrap(text, indent string, width int) string {
	if width <= 0 {
		return text
	}
	var b strings.Builder
	column := len(text) - len(strings.TrimLeft(text, " "))
	b.WriteString(text[:column])
	for i, word := range strings.Fields(text) {
		w := runewidth.StringWidth(word)
		switch {
		case i == 0:
		case column+1+w > width:
			b.WriteString("\n" + indent)
			column = runewidth.StringWidth(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += w
	}
	return b.String()
}
