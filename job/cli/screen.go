package cli

import (
	"fmt"
	"io"
	"strings"

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
	if !s.color || text == "" || sgr == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

func (s *screen) printf(format string, args ...any) { s.write(fmt.Sprintf(format, args...)) }

func (s *screen) println(text string) { s.write(text + "\n") }

func (s *screen) write(text string) { _, _ = io.WriteString(s.w, harmless(text, s.color)) }

// problem shows an error that ended the command.
func (s *screen) problem(err error) {
	for i, line := range strings.Split(err.Error(), "\n") {
		if i == 0 {
			line = s.paint(red, "Error:") + " " + line
		}
		s.println(wrap(line, "  ", s.width))
	}
}

// room is how many columns there are to lay out on; a screen without a width is
// taken for one of 100.
func (s *screen) room() int {
	if s.width == 0 {
		return 100
	}
	return s.width
}
