package cli

import (
	"iter"

	"notifyaudit/job"
	"notifyaudit/job/cli/term"
)

// A mismatch is messages with most of their readers outside the audience: as a
// rule it is the audience that is wrong.
type mismatch struct {
	messages int
	first    string
}

// watch looks at results on their way.
func (m *mismatch) watch(results func() iter.Seq2[*job.Result, error]) func() iter.Seq2[*job.Result, error] {
	return func() iter.Seq2[*job.Result, error] {
		*m = mismatch{}
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
func (m *mismatch) String() string {
	switch m.messages {
	case 0:
		return ""
	case 1:
		return "Most readers of " + m.first + " are outside its audience: is that whom it was sent to?"
	}
	return term.Count(m.messages) + " messages have most of their readers outside their audience, such as " + m.first + ": is that whom they were sent to?"
}

// doubt shows a mismatch.
func (s printer) doubt(m *mismatch) {
	if text := m.String(); text != "" {
		s.Say(s.Paint(term.Yellow, "Audience:") + " " + text)
	}
}
