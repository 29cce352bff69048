package view

import (
	"strings"

	"notifyaudit/job/cli/doctor"
	"notifyaudit/job/cli/term"
)

// Finding shows what the doctor found.
func (s Printer) Finding(f doctor.Finding) {
	color, mark := term.Yellow, "?"
	switch f.Mark {
	case doctor.Good:
		color, mark = term.Green, "✓"
	case doctor.Bad:
		color, mark = term.Red, "✗"
	case doctor.Unsure:
	}
	head := "  " + s.Paint(color, mark) + " " + s.Paint(term.Bold, f.What+":") + " "
	s.Hang(head+strings.TrimSpace(f.Text), "    ")
}
