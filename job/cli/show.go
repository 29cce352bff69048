package cli

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/report"
	reportjson "notifyaudit/report/json"
)

// showCommand shows the latest figures.
func (p *program) showCommand() *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "show the latest figures, of everything or of one message or block; asks nothing of the API",
		ArgsUsage: "[ADDRESS]",
		Flags:     []cli.Flag{jsonFlag()},
		Action:    p.show,
	}
}

func (p *program) show(c *cli.Context) error {
	if c.NArg() > 1 {
		return exit.Usagef("show takes one address, and %q is another", c.Args().Get(1))
	}
	p.stream(c)
	s, err := p.load(c)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.openToRead(c.Context); err != nil {
		return err
	}
	in, err := s.input(c.Context)
	if err != nil {
		return err
	}
	if c.NArg() == 1 {
		return s.showNamed(c.Context, in, c.Args().First())
	}
	if p.events != nil {
		return p.events.report(in)
	}
	var odd mismatch
	in.Results = odd.watch(in.Results)
	figures, err := report.Measure(in)
	if err != nil {
		return err
	}
	s.out.figures(in, figures)
	s.out.doubt(&odd)
	if len(s.conclusion.Checks)+len(s.conclusion.Outputs) > 0 {
		s.out.println("")
	}
	s.out.checks(s.conclusion.Checks)
	s.out.outputs(s.conclusion.Outputs)
	return nil
}

// report writes the JSON report as one event.
func (s *eventStream) report(in report.Input) error {
	e := &reportEvent{stream: s}
	if err := reportjson.Write(e, in); err != nil {
		return err
	}
	e.end()
	return s.failed()
}

// figures shows the totals, the campaigns and where the messages stand.
func (s *screen) figures(in report.Input, f *report.Figures) {
	if in.Title != "" {
		s.println(s.paint(bold, wrap(in.Title, "  ", s.width)))
	}
	s.println(wrap(asOf(in, f), "  ", s.width))
	s.println("")
	s.total(&f.Tally)
	s.println("")
	if len(f.Campaigns) > 0 {
		s.grid(s.campaigns(f.Campaigns))
		s.println("")
	}
	s.println(wrap(standing(f), "  ", s.width))
}

// barWidth is how wide bars are on this screen.
func (s *screen) barWidth() int { return min(max(10, s.room()/4), 40) }

// total shows the rate of everything, with its bar, and what it is made of.
func (s *screen) total(t *report.Tally) {
	rate, known := t.Totals.Counts.ReadRate()
	if !known {
		s.println(wrap("There is no read rate yet: no message has both a reading and an audience.", "  ", s.width))
		return
	}
	target, _ := t.Target()
	head := s.paint(bold, "Read rate "+percent(rate, true)) + "  " + s.bar(rate, true, target, s.barWidth())
	note := targeted(rate, true, target)
	if note != "" && columns(head)+2+columns(note) <= s.room() {
		head, note = head+"  "+note, ""
	}
	s.println(head)
	text := fmt.Sprintf("%s of %s have read it%s", count(t.Totals.Counts.Read),
		count(t.Totals.Counts.Read+t.Totals.Counts.Unread), covered(t.Totals.Counts))
	if note != "" {
		text = sentence(note) + " " + text
	}
	s.println(wrap(text, "  ", s.width))
}

// asOf says when the figures are from.
func asOf(in report.Input, f *report.Figures) string {
	if in.Run == nil {
		return "Nothing was asked yet: `notifyaudit apply` asks."
	}
	text := "No message has a reading yet."
	oldest, newest := clock(f.Oldest, in.Location), clock(f.Newest, in.Location)
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

// covered is the coverage in words, where it isn't full.
func covered(c job.Counts) string {
	coverage, known := c.Coverage()
	if !known || c.Unknown == 0 {
		return "."
	}
	return fmt.Sprintf(". Something is known of %s of the audience.", percent(coverage, true))
}

// campaigns are the columns of a table of campaigns. What is left out first on a
// narrow screen is what the others tell.
func (s *screen) campaigns(all []report.Campaign) []column {
	name := column{title: "Campaign", left: true, least: 14}
	rate, bar := column{title: "Rate"}, column{left: true}
	read, unread := column{title: "Read", rank: 1}, column{title: "Unread", rank: 2}
	unknown, audience := column{title: "Unknown", rank: 4}, column{title: "Audience", rank: 5}
	messages := column{title: "Messages", rank: 3}
	for _, c := range all {
		counts := c.Totals.Counts
		known := func(is bool, n int) string {
			if !is {
				return "–"
			}
			return count(n)
		}
		r, hasRate := counts.ReadRate()
		target, _ := c.Target()
		name.cells = append(name.cells, c.Name)
		rate.cells = append(rate.cells, percent(r, hasRate))
		bar.cells = append(bar.cells, s.bar(r, hasRate, target, s.barWidth()))
		read.cells = append(read.cells, known(c.HasReading, counts.Read))
		unread.cells = append(unread.cells, known(c.HasReading, counts.Unread))
		unknown.cells = append(unknown.cells, known(c.HasAudience, counts.Unknown))
		audience.cells = append(audience.cells, known(c.HasAudience, counts.Audience()))
		messages.cells = append(messages.cells, count(c.Totals.Messages))
	}
	return []column{name, rate, bar, read, unread, unknown, audience, messages}
}

// standing counts the messages by status.
func standing(f *report.Figures) string {
	var parts []string
	for _, status := range job.Statuses() {
		if n := f.Statuses[status]; n > 0 {
			parts = append(parts, count(n)+" "+string(status))
		}
	}
	return "Messages: " + strings.Join(parts, ", ") + "."
}
