// Package term lays text out for a terminal: colours, columns, tables, bars,
// numbers in words. It knows nothing of the job. What it writes is plain text and
// its own colours: control characters of others are replaced.
package term

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

// A Screen writes for a person: in colour and to the width of a terminal, or
// plainly when it isn't one.
type Screen struct {
	Writer io.Writer
	Color  bool
	// Width is in columns; 0 means that there is no terminal to fit.
	Width int
	// wholeLines says that Writer takes whole lines alone.
	wholeLines bool
}

// NewLines makes a plain screen whose writer takes whole lines alone.
func NewLines(w io.Writer) *Screen { return &Screen{Writer: w, wholeLines: true} }

// NewScreen makes one of w. Where w is a terminal, the screen has its width, and
// colours if color says so.
func NewScreen(w io.Writer, color bool) *Screen {
	s := &Screen{Writer: w}
	if fd, ok := FileDescriptor(w); ok {
		s.Color = color
		if width, _, err := term.GetSize(fd); err == nil {
			s.Width = width
		}
	}
	return s
}

// FileDescriptor returns the file descriptor of a reader or writer that is one.
func FileDescriptor(stream any) (int, bool) {
	f, ok := stream.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}

// The colours, as parameters of the SGR control sequence (ECMA-48, 8.3.117).
const (
	Bold   = "1"
	Dim    = "2"
	Red    = "1;31"
	Green  = "32"
	Yellow = "33"
	Cyan   = "36"
)

// Paint gives text a colour, one of the constants, where the screen has colours.
func (s *Screen) Paint(sgr, text string) string {
	if !s.Color || text == "" || sgr == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

// Printf writes formatted text.
func (s *Screen) Printf(format string, args ...any) { s.write(fmt.Sprintf(format, args...)) }

// Println writes text and ends the line.
func (s *Screen) Println(text string) { s.write(text + "\n") }

// Say writes a text as a paragraph: lines that fit the width, the second and the
// following ones indented by two columns.
func (s *Screen) Say(text string) { s.Hang(text, "  ") }

// Hang writes a text as a paragraph whose second and following lines are behind
// indent.
func (s *Screen) Hang(text, indent string) { s.Println(Wrap(text, indent, s.Width)) }

func (s *Screen) write(text string) { _, _ = io.WriteString(s.Writer, sanitize(text, s.Color)) }

// Problem shows an error that ended the command.
func (s *Screen) Problem(err error) {
	for i, line := range strings.Split(err.Error(), "\n") {
		if i == 0 {
			line = s.Paint(Red, "Error:") + " " + line
		}
		s.Println(Wrap(line, "  ", s.Width))
	}
}

// Room is how many columns there are to lay out on: 100 without a width.
func (s *Screen) Room() int {
	if s.Width == 0 {
		return 100
	}
	return s.Width
}
