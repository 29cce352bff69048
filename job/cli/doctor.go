package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/doctor"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
)

// doctorCommand tries what the providers need before a run depends on it.
func (p *program) doctorCommand() *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "try each provider's credential, region, permission and robots with the fewest calls, and say what to mend",
		Description: "Gets each provider's access token, which is not metered, and asks one page of\n" +
			"one message for each of its robots. Which ones, and what that costs, is said\n" +
			"first. The answers are not recorded; the calls are, where there is a state.\n" +
			"Exits with 78 when something has to be mended, with 75 when the API could not\n" +
			"tell now.",
		Flags:  []cli.Flag{lockTimeoutFlag()},
		Action: p.doctor,
	}
}

func (p *program) doctor(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	s, err := p.load(c)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.OpenForDoctor(c.Context, c.Duration("lock-timeout")); err != nil {
		return err
	}
	probes, err := doctor.Probes(c.Context, s.Manifest.Messages(), s.History(), p.env.Now())
	if err != nil {
		return err
	}
	if err := p.announce(c.Context, s, probes); err != nil {
		return err
	}
	clients, err := s.Clients(c.Context, doctor.Bounds())
	if err != nil {
		return err
	}
	if err := s.Rest(c.Context); err != nil {
		return err
	}
	d := doctor.Diagnosis{Pay: s.Pay, Tell: p.out.Finding}
	for _, client := range clients {
		p.out.Printf("%s %s\n", p.out.Paint(term.Bold, client.Provider.Name), client.Provider.Endpoint)
		if err := d.Provider(c.Context, client, probes[client.Provider.Name]); err != nil {
			return err
		}
	}
	if err := d.Verdict(); err != nil {
		return err
	}
	p.err.Println("\nNothing to mend.")
	return nil
}

// announce says what will be asked and what that costs.
func (p *program) announce(ctx context.Context, s *session.Session, probes map[string][]*doctor.Probe) error {
	calls := 0
	for _, list := range probes {
		calls += len(list)
	}
	now := p.env.Now()
	spent, err := s.Spent(ctx, now)
	if err != nil {
		return err
	}
	parts := []string{"This takes " + term.Plural(calls, "call")}
	if calls > 0 {
		parts[0] += ", one more for each that fails at the first attempt"
	}
	for i := range s.Manifest.Providers {
		limit := s.Manifest.Providers[i].Limit
		used, first := spent[limit.QuotaGroup]
		if allowed, limited := limit.Monthly(); limited && first && s.DB != nil {
			parts = append(parts, fmt.Sprintf("this state has spent %s of the %s it may spend this month on %s", term.Count(used), term.Plural(allowed, "call"), limit.QuotaGroup))
		}
		delete(spent, limit.QuotaGroup)
	}
	p.err.Say(strings.Join(parts, "; ") + ".")
	for i := range s.Manifest.Providers {
		name := s.Manifest.Providers[i].Name
		if len(probes[name]) == 0 {
			p.err.Hang("  "+name+": no message uses it, so its credential alone is tried.", "    ")
		}
		for _, probe := range probes[name] {
			p.err.Hang(fmt.Sprintf("  %s: asks one page of %s, %s.", name, probe.Message.Address, probe.Robot()), "    ")
		}
	}
	p.err.Println("")
	return nil
}
