// Package term lays out text for a terminal: colours, columns, tables, bars, numbers
// and questions. It knows nothing of the job. Apart from its own colours it writes
// plain text: control characters in what it is given are replaced.
package term

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

// A Screen is a terminal, with its width and colours, or a stream of plain text.
type Screen struct {
	Writer io.Writer
	Color  bool
	// Width is in columns; 0 is not limited.
	Width int
	// wholeLines means that Writer only takes whole lines.
	wholeLines bool
}

// NewLines returns a screen of plain text whose writer only takes whole lines.
func NewLines(w io.Writer) *Screen { return &Screen{Writer: w, wholeLines: true} }

// NewScreen returns a screen that writes to w. If w is a terminal, the screen has its
// width, and colours if color is true.
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

// FileDescriptor returns the file descriptor of a reader or writer that is a
// terminal; false if it is none.
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

// Paint gives text a colour, one of the constants, if the screen has colours.
func (s *Screen) Paint(sgr, text string) string {
	if !s.Color || text == "" || sgr == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

// Printf writes formatted text.
func (s *Screen) Printf(format string, args ...any) { s.write(fmt.Sprintf(format, args...)) }

// Println writes a line.
func (s *Screen) Println(text string) { s.write(text + "\n") }

// Say writes a paragraph, wrapped to the width, with a hanging indent of two columns.
func (s *Screen) Say(text string) { s.Hang(text, "  ") }

// Hang is Say with another indent.
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

// Room is the number of columns to lay out on: 100 if the width is not limited.
func (s *Screen) Room() int {
	if s.Width == 0 {
		return 100
	}
	return s.Width
}
