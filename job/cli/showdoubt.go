package cli

import (
	"iter"

	"notifyaudit/job"
	"notifyaudit/job/cli/term"
)

// A warning is of messages with most of their readers outside the audience: as a
// rule the audience is wrong.
type warning struct {
	messages int
	first    string
}

// watch looks at results on their way.
func (m *warning) watch(results func() iter.Seq2[*job.Result, error]) func() iter.Seq2[*job.Result, error] {
	return func() iter.Seq2[*job.Result, error] {
		*m = warning{}
		return func(yield func(*job.Result, error) bool) {
			for r, err := range results() {
				if err == nil && 2*r.Outside > r.ReaderCount() {
					if m.messages++; m.messages == 1 {
						m.first = r.Message.Address
					}
				}
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}

// String is the warning, "" when there is nothing to warn of.
func (m *warning) String() string {
	switch m.messages {
	case 0:
		return ""
	case 1:
		return "Most readers of " + m.first + " are outside its audience: is that whom it was sent to?"
	}
	return term.Count(m.messages) + " messages have most of their readers outside their audience, such as " + m.first + ": is that whom they were sent to?"
}

// warn shows the warning, if there is one.
func (s printer) warn(m *warning) {
	if text := m.String(); text != "" {
		s.Say(s.Paint(term.Yellow, "Audience:") + " " + text)
	}
}
