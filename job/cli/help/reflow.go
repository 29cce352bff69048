package help

import (
	"strings"

	"notifyaudit/job/cli/term"
)

// Reflow breaks the lines of a help text again for a terminal that is narrower than
// Width. Lines to copy, below "Examples:" and "Usage:", stay as they are.
func Reflow(text string, width int) string {
	if width <= 0 || width >= Width {
		return text
	}
	n := narrower{width: width}
	verbatim := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		indented := strings.HasPrefix(line, " ")
		verbatim = verbatim && (indented || line == "")
		if verbatim || line == "" {
			n.flush()
			n.out.WriteString(line + "\n")
			continue
		}
		n.line(line)
		verbatim = line == "Examples:" || line == "Usage:"
	}
	n.flush()
	return n.out.String()
}

// A narrower collects the lines of a paragraph, or of a row of two columns, and breaks
// them again.
type narrower struct {
	out   strings.Builder
	width int
	// head is the first column of a row with the gap after it, and hang the column where
	// its second begins. For a paragraph both are its indent.
	head string
	hang int
	text []string
}

// line adds a line: a new row, or a continuation.
func (n *narrower) line(line string) {
	lead := len(line) - len(strings.TrimLeft(line, " "))
	const gap = "   "
	first, rest, isRow := strings.Cut(line[lead:], gap)
	switch {
	case lead > 0 && isRow:
		n.flush()
		n.hang = len(line) - len(strings.TrimLeft(rest, " "))
		n.head = term.Pad(line[:lead]+first, n.hang)
		n.text = append(n.text, line[n.hang:])
	case len(n.text) > 0 && lead == n.hang:
		n.text = append(n.text, line[lead:])
	default:
		n.flush()
		n.hang, n.head = lead, line[:lead]
		n.text = append(n.text, line[lead:])
	}
}

func (n *narrower) flush() {
	if len(n.text) == 0 {
		return
	}
	indent := strings.Repeat(" ", n.hang)
	body := term.Wrap(indent+strings.Join(n.text, " "), indent, n.width)
	n.out.WriteString(n.head + strings.TrimPrefix(body, indent) + "\n")
	n.text = nil
}
