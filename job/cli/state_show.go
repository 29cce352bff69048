package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/event"
	"notifyaudit/report"
)

// stateShowCommand shows all that the state remembers of messages.
func (p *program) stateShowCommand() *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "show what the state remembers of a message: readings, readers, the last failure; works while a run is going on",
		ArgsUsage: "ADDRESS|BLOCK ...",
		Flags:     []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "one object a line for each message"}},
		Action:    p.stateShow,
	}
}

func (p *program) stateShow(c *cli.Context) error {
	names := c.Args().Slice()
	if len(names) == 0 {
		return exit.Usagef("state show needs an address: `notifyaudit state list` lists them")
	}
	s, err := p.stateToRead(c)
	if err != nil {
		return err
	}
	defer s.Close()
	found, err := s.Find(c.Context, names)
	if err != nil {
		return err
	}
	for i, entry := range found.Entries {
		m, err := s.Recall(c.Context, entry)
		if err != nil {
			return err
		}
		if c.Bool("json") {
			if err := json.NewEncoder(p.env.Stdout).Encode(m); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			p.out.Println("")
		}
		p.out.recalled(m, s.Manifest.Location)
	}
	return found.Missing(names)
}

// purgedOn says that a message's people were purged.
func purgedOn(at time.Time, zone *time.Location) string {
	return "purged on " + at.In(zone).Format(time.DateOnly) + ", only the counts are left"
}

// recalled shows a message for people.
func (s printer) recalled(m *event.StateMessage, zone *time.Location) {
	line := func(label, text string) {
		s.Hang("  "+term.Pad(label, 12)+text, strings.Repeat(" ", 14))
	}
	s.Println(s.Paint(term.Bold, m.Address))
	line("key", m.ProcessQueryKey)
	line("provider", m.Provider+", kind "+m.Kind)
	asked := "never"
	if m.FirstAskedAt != nil {
		asked = "first " + term.Time(*m.FirstAskedAt, zone) + ", " + term.Plural(m.Calls, "call") + " since"
	}
	line("asked", asked)
	if m.AudienceSize != nil {
		roster := ""
		if m.Roster != "" {
			roster = ", of audience." + m.Roster
		}
		line("audience", term.People(*m.AudienceSize)+roster+", as recorded at the first reading")
	}
	if m.PurgedAt != nil {
		line("people", purgedOn(*m.PurgedAt, zone))
	}
	for _, r := range m.Readings {
		line("reading", fmt.Sprintf("%s %s, %s, %s of the audience (run %s)", term.Time(r.FinishedAt, zone), r.SendStatus, term.Plural(r.Readers, "reader"), term.Count(r.Read), r.Run))
	}
	if f := m.Failure; f != nil {
		line("failure", fmt.Sprintf("%s %s: %s %s %s", term.Time(f.At, zone), f.Status, f.Class, f.Code, f.Message))
	}
	if u := m.Interrupted; u != nil {
		line("interrupted", fmt.Sprintf("%s after %s with %s", term.Time(u.UpdatedAt, zone), term.Plural(u.Pages, "page"), term.Plural(u.Readers, "reader")))
	}
	if len(m.Readers) > 0 {
		ids := make([]string, len(m.Readers))
		for i, r := range m.Readers {
			ids[i] = report.CleanText(r.UserID)
		}
		line("readers", strings.Join(ids, ", "))
	}
	if m.Erased > 0 {
		line("erased", term.People(m.Erased)+" among the readers")
	}
}
