package cli

import (
	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/doctor"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/usage"
)

// newDoctorCommand returns doctor: check what the providers need.
func newDoctorCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "try each provider's credential, region, permission and robots with the fewest calls, and say what to mend",
		Description: "Gets each provider's access token, which is not metered, and asks one page of\n" +
			"one message for each of its robots. Which ones, and what that costs, is said\n" +
			"first. The answers are not recorded; the calls are, where there is a state.\n" +
			"Exits with 78 when something has to be mended, with 75 when the API could not\n" +
			"tell now.",
		Flags:  []cli.Flag{program.LockTimeoutFlag()},
		Action: doctorCommand{p}.run,
	}
}

type doctorCommand struct{ *program.Program }

func (p doctorCommand) run(c *cli.Context) error {
	if err := usage.NoArguments(c); err != nil {
		return err
	}
	s, err := p.Load(c)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.OpenForDoctor(c.Context, c.Duration("lock-timeout")); err != nil {
		return err
	}
	probes, err := doctor.Probes(c.Context, s.Manifest.Messages(), s.History(), p.Env.Now())
	if err != nil {
		return err
	}
	spent, err := s.Spent(c.Context, p.Env.Now())
	if err != nil {
		return err
	}
	p.Err.Probes(s.Manifest.Providers, probes, spent)
	clients, err := s.Clients(c.Context, doctor.Bounds())
	if err != nil {
		return err
	}
	if err := s.Rest(c.Context); err != nil {
		return err
	}
	d := doctor.Diagnosis{Pay: s.Pay, Tell: p.Out.DoctorNote}
	for _, client := range clients {
		p.Out.Printf("%s %s\n", p.Out.Paint(term.Bold, client.Provider.Name), client.Provider.Endpoint)
		if err := d.Provider(c.Context, client, probes[client.Provider.Name]); err != nil {
			return err
		}
	}
	if err := d.Verdict(); err != nil {
		return err
	}
	p.Err.Println("\n" + d.Summary())
	return nil
}
