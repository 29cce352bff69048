package view

import (
	"encoding/json"
	"fmt"
	"slices"

	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
)

// checks shows the checks that did not pass, and counts the others.
func (s Printer) checks(all []manifest.CheckResult) {
	passed := 0
	for _, c := range all {
		label := ""
		switch {
		case c.Status == manifest.CheckPass:
			passed++
			continue
		case c.Status == manifest.CheckUnknown:
			label = s.Paint(term.Dim, "Check unknown:")
		case c.Severity == manifest.SeverityWarning:
			label = s.Paint(term.Yellow, "Check failed (a warning):")
		default:
			label = s.Paint(term.Red, "Check failed:")
		}
		s.Say(label + " " + c.Name + ": " + c.Message)
	}
	if passed > 0 {
		s.Printf("%s %s.\n", s.Paint(term.Green, "Checks passed:"), term.Count(passed))
	}
}

// conclusion shows all checks, also those that passed, and the outputs.
func (s Printer) conclusion(e manifest.Evaluation) {
	if len(e.Checks)+len(e.Outputs) > 0 {
		s.Println("")
	}
	for _, c := range e.Checks {
		if c.Status == manifest.CheckPass {
			s.Say(s.Paint(term.Green, "Check passed:") + " " + c.Name)
		}
	}
	s.checks(slices.DeleteFunc(slices.Clone(e.Checks), func(c manifest.CheckResult) bool { return c.Status == manifest.CheckPass }))
	s.outputs(e.Outputs)
}

// outputs shows the outputs as JSON values, one a line.
func (s Printer) outputs(all []manifest.OutputValue) {
	for _, o := range all {
		text, err := json.Marshal(o.Value)
		if err != nil { // no output value fails to marshal
			text = fmt.Append(nil, o.Value)
		}
		s.Printf("%s = %s\n", s.Paint(term.Bold, o.Name), text)
	}
}
