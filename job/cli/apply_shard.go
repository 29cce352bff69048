package cli

import (
	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/shard"
)

// assignment returns the part of a run that -shard assigns to this process; nil without
// the flag.
func assignment(c *cli.Context, environ map[string]string) (*session.Assignment, error) {
	a, err := shard.Assigned(c.String("shard"), c.String("schedule"), environ)
	if err != nil || a == nil {
		return a, err
	}
	for _, name := range []string{"target", "replace", "max-requests"} {
		if c.IsSet(name) {
			return nil, exit.Usagef("-%s is for a run of one process: leave it or -shard out", name)
		}
	}
	if c.Args().Present() || !c.Bool("auto-approve") {
		return nil, exit.Usagef("-shard takes no saved plan and asks for no yes: look at `notifyaudit plan -shards %d`, then apply with -auto-approve", a.Shard.Of)
	}
	return a, nil
}

// runShard asks what the shard's providers are due. The last shard of a run to finish, or
// one that finds all finished and nothing told, writes the reports and tells the results.
func (p applyCommand) runShard(c *cli.Context, s *session.Session, a session.Assignment) error {
	wait := shard.Patience
	if c.IsSet("lock-timeout") {
		wait = c.Duration("lock-timeout")
	}
	asked, err := session.OpenShard(c.Context, s, a, wait)
	results := teller(p.Program, outboxOf(p.Program, s))
	if err := results.Begin(c.Context, a.Shard.Index == 0, err); err != nil {
		return err
	}
	if asked {
		p.View.Note("Shard " + a.Shard.String() + " has finished its part of " + a.Schedule + " before.")
	} else if err := p.askShard(c, s); err != nil {
		return err
	}
	last, err := session.OpenReports(c.Context, s)
	if err != nil {
		return err
	}
	if !last {
		p.Ping = nil // the shard that tells the results says how the run ended
		return nil
	}
	return results.ConcludeShards(c.Context)
}

// askShard asks the messages that are due. It returns an error unless this finishes the
// shard.
func (p applyCommand) askShard(c *cli.Context, s *session.Session) error {
	made, err := s.Plan(c.Context, planChoice(c))
	if err != nil {
		return err
	}
	p.View.Proposal(made, "")
	if err := s.Reports().Try(c.Context); err != nil {
		return err
	}
	r, err := s.AskAll(c.Context, made, 0)
	if r != nil {
		p.View.RunEnded(r)
	}
	if err != nil || session.Asked(s) {
		return err
	}
	return r.Verdict(c.Context, 0)
}
