package view

import (
	"fmt"
	"iter"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
	"notifyaudit/report/headline"
	"notifyaudit/report/metrics"
	"notifyaudit/report/words"
)

// Figures shows the totals, the campaigns, the statuses of the messages, the checks
// and the outputs.
func (v *Text) Figures(in report.Input, e manifest.Evaluation) error {
	var odd warning
	in.Results = odd.watch(in.Results)
	figures, err := metrics.Measure(in)
	if err != nil {
		return err
	}
	v.out.banner(in)
	v.out.figures(in, figures)
	v.out.warn(&odd)
	if len(e.Checks)+len(e.Outputs) > 0 {
		v.out.Println("")
	}
	v.out.checks(e.Checks)
	v.out.outputs(e.Outputs)
	return nil
}

// banner warns that the figures are made up.
func (s Printer) banner(in report.Input) {
	if in.Simulated {
		s.Say(s.Paint(term.Red, "SIMULATED:") + " the simulator made these figures up.")
		s.Println("")
	}
}

// figures shows the totals, the campaigns and the statuses of the messages.
func (s Printer) figures(in report.Input, f *metrics.Overall) {
	if in.Title != "" {
		s.Println(s.Paint(term.Bold, term.Wrap(in.Title, "  ", s.Width)))
	}
	s.Say(asOf(in, f))
	s.Println("")
	s.total(&f.Totals)
	s.Println("")
	if len(f.Campaigns) > 0 {
		s.Grid(s.campaigns(f.Campaigns))
		s.Println("")
	}
	s.Say(standing(f))
}

// total shows the overall rate, with its bar and the counts behind it.
func (s Printer) total(t *metrics.Totals) {
	rate, known := t.Counts.ReadRate()
	if !known {
		s.Say("There is no read rate yet: no message has both a reading and an audience.")
		return
	}
	target, _ := t.Target()
	head := s.Paint(term.Bold, "Read rate "+term.Percent(rate, true, target)) + "  " + s.Bar(rate, true, target, s.BarWidth())
	note := term.Target(rate, true, target)
	if note != "" && term.Columns(head)+2+term.Columns(note) <= s.Room() {
		head, note = head+"  "+note, ""
	}
	s.Println(head)
	text := fmt.Sprintf("%s of %s have read it%s", term.Count(t.Counts.Read),
		term.Count(t.Counts.Read+t.Counts.Unread), covered(t.Counts))
	if note != "" {
		text = term.Sentence(note) + " " + text
	}
	s.Say(text)
}

// Rate shows the sentences that the reports begin with, in the audit's language.
func (v *Text) Rate(in report.Input) error {
	f, err := metrics.Measure(in)
	if err != nil {
		return err
	}
	w := words.New(in.Language, in.Location)
	said := headline.Of(&in, f, w)
	v.err.Say(v.err.Paint(term.Bold, headline.Text(said, w)))
	if said.Trust != report.TrustFull {
		v.err.Say(said.Verdict)
	}
	v.err.banner(in)
	return nil
}

// asOf tells when the figures were read.
func asOf(in report.Input, f *metrics.Overall) string {
	if in.Run == nil {
		return "Nothing was asked yet: `notifyaudit apply` asks."
	}
	text := "No message has a reading yet."
	oldest, newest := term.Time(f.Oldest, in.Location), term.Time(f.Newest, in.Location)
	switch {
	case f.Newest.IsZero():
	case oldest == newest:
		text = "Readings of " + newest + " (" + in.Location.String() + ")."
	default:
		text = "Readings from " + oldest + " to " + newest + " (" + in.Location.String() + ")."
	}
	if !in.Run.Complete {
		text += " The latest run has not come to its end."
	}
	return text
}

// covered tells the coverage, where it is below 100 %.
func covered(c job.Counts) string {
	coverage, known := c.Coverage()
	if !known || c.Unknown == 0 {
		return "."
	}
	return fmt.Sprintf(". Data of %s of recipients.", term.Percent(coverage, true))
}

// campaigns returns the columns of a table of campaigns. A narrow screen leaves out
// first what follows from the other columns.
func (s Printer) campaigns(all []metrics.Campaign) []term.Column {
	name := term.Column{Title: "Campaign", Left: true, Least: 14}
	rate, bar := term.Column{Title: "Rate"}, term.Column{Left: true}
	read, unread := term.Column{Title: "Read", Rank: 1}, term.Column{Title: "Unread", Rank: 2}
	unknown, audience := term.Column{Title: "No data yet", Rank: 4}, term.Column{Title: "Audience", Rank: 5}
	messages := term.Column{Title: "Messages", Rank: 3}
	for _, c := range all {
		counts := c.Counts
		known := func(is bool, n int) string {
			if !is {
				return "–"
			}
			return term.Count(n)
		}
		r, hasRate := counts.ReadRate()
		target, _ := c.Target()
		name.Cells = append(name.Cells, c.Name)
		rate.Cells = append(rate.Cells, term.Percent(r, hasRate, target))
		bar.Cells = append(bar.Cells, s.Bar(r, hasRate, target, s.BarWidth()))
		read.Cells = append(read.Cells, known(c.HasReading, counts.Read))
		unread.Cells = append(unread.Cells, known(c.HasReading, counts.Unread))
		unknown.Cells = append(unknown.Cells, known(c.HasAudience, counts.Unknown))
		audience.Cells = append(audience.Cells, known(c.HasAudience, counts.Audience()))
		messages.Cells = append(messages.Cells, term.Count(c.Messages))
	}
	return []term.Column{name, rate, bar, read, unread, unknown, audience, messages}
}

// standing counts the messages by status.
func standing(f *metrics.Overall) string {
	var parts []string
	for _, status := range job.Statuses() {
		if n := f.Statuses[status]; n > 0 {
			parts = append(parts, term.Count(n)+" "+string(status))
		}
	}
	return "Messages: " + strings.Join(parts, ", ") + "."
}

// A warning counts messages most of whose readers are outside their audience: as a
// rule the audience is wrong.
type warning struct {
	messages int
	first    string
}

// watch counts while the results pass.
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

// String returns the text of the warning, "" when nothing was counted.
func (m *warning) String() string {
	switch m.messages {
	case 0:
		return ""
	case 1:
		return "Most readers of " + m.first + " are outside its audience: is the audience right?"
	}
	return term.Count(m.messages) + " messages have most of their readers outside their audience, such as " + m.first + ": are the audiences right?"
}

// warn shows the warning, if there is one.
func (s Printer) warn(m *warning) {
	if text := m.String(); text != "" {
		s.Say(s.Paint(term.Yellow, "Audience:") + " " + text)
	}
}
