package statecmd

import (
	"context"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/usage"
	"notifyaudit/job/cli/view"
	"notifyaudit/job/state/personal"
)

// newPurgeCommand returns state purge: forget who read old messages.
func newPurgeCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:  "purge",
		Usage: "forget the people of messages last read before a date, and keep the counts",
		Description: "DATE is a day in the audit's time zone, 2026-05-01; an instant,\n" +
			"2026-05-01T09:00:00+08:00; or an age, 180d. Readings keep their counts. Such a\n" +
			"message is asked again only by apply -replace, which records its people anew.\n" +
			"With retention in the audit block every apply does this.",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "before", Usage: "purge messages whose latest reading is older than this `DATE`; it must be given"},
		}, changeFlags()...),
		Action: purgeCommand{command{p}}.run,
	}
}

type purgeCommand struct{ command }

func (p purgeCommand) run(c *cli.Context) error {
	if err := usage.NoArguments(c); err != nil {
		return err
	}
	if c.String("before") == "" {
		return exit.Usagef("state purge needs -before: 2026-05-01, or 180d for what is older than that")
	}
	s, err := p.stateToChange(c)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.OpenData(); err != nil {
		return err
	}
	now := p.Env.Now()
	before, err := cutoff(c.String("before"), s.Manifest.Location, now)
	if err != nil {
		return err
	}
	would, err := personal.Purgeable(c.Context, &s.DB.View, before)
	if err != nil {
		return err
	}
	if would.Messages == 0 {
		p.Err.Printf("Nothing to purge: no message with people was last read before %s.\n", term.Time(before, s.Manifest.Location))
		return nil
	}
	p.Err.Say(fmt.Sprintf("%s last read before %s; %s in no other message. Their counts stay. They are asked again only by apply -replace.",
		view.Were(would.Messages), term.Time(before, s.Manifest.Location), view.Are(would.People)))
	if err := p.agree(c, "Purge the people of "+term.Plural(would.Messages, "message")+"?"); err != nil {
		return err
	}
	gone, err := s.Purge(c.Context, would, before, now)
	if gone.Messages > 0 {
		p.Err.Say(view.PurgedWords(gone, before, s.Manifest.Location) + " Reports and backups that were written before still have them.")
	}
	if err != nil {
		return err
	}
	return p.listStale(c.Context, s, before, "These reports were written before that day:")
}

// listStale lists the recorded reports that were written before an instant.
func (p command) listStale(ctx context.Context, s *session.Session, before time.Time, head string) error {
	old, err := s.Reports().Before(ctx, before)
	if err != nil {
		return err
	}
	if len(old) > 0 {
		p.Err.Println(head)
		p.Err.Reports(old, s.Reports().Path, s.Manifest.Location)
	}
	return nil
}
