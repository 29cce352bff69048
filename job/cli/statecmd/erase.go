package statecmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/state/personal"
)

func newPersonEraseCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "erase",
		Usage:     "erase a person from the state; the counts stay as they are",
		ArgsUsage: "USER_ID",
		Description: "A keyed digest takes the place of the user id: should the API or a roster name the\n" +
			"person again, they are counted as before and listed nowhere. It says where the\n" +
			"manifest and reports still name them; those are not changed.",
		Flags:  changeFlags(),
		Action: personEraseCommand{command{p}}.run,
	}
}

// run does not repeat the user id in what it writes: a job's output is often kept.
type personEraseCommand struct{ command }

func (p personEraseCommand) run(c *cli.Context) error {
	userID, err := personArgument(c)
	if err != nil {
		return err
	}
	s, err := p.stateToChange(c)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.OpenData(); err != nil {
		return err
	}
	n := 0
	for _, err := range personal.Entries(c.Context, &s.DB.View, userID) {
		if err != nil {
			return err
		}
		n++
	}
	if n > 0 {
		p.Err.Printf("The person is in %s of the state.\n", term.Plural(n, "message"))
	}
	if err := p.agree(c, "Erase the person? Every count stays as it is. This can't be undone."); err != nil {
		return err
	}
	erased, err := personal.Erase(c.Context, s.DB, userID)
	if errors.Is(err, personal.ErrUnknownPerson) {
		return p.unknownPerson(s, userID)
	}
	if err != nil {
		return err
	}
	p.Err.Printf("Erased the person from %s. The counts are as they were.\n", term.Plural(erased, "message"))
	return p.remainders(c.Context, s, userID)
}

// unknownPerson returns the error for a person that the state does not know, after
// listing the places of the manifest that name the person.
func (p personEraseCommand) unknownPerson(s *session.Session, userID string) error {
	places, err := s.Archive().People(s.Manifest).Mentions(userID)
	if err != nil {
		return err
	}
	p.Err.Places("The manifest names the person here:", places)
	return exit.With(exit.Failure, fmt.Errorf("%w, or the person was erased before", personal.ErrUnknownPerson))
}

// remainders lists where an erased person is still named.
func (p personEraseCommand) remainders(ctx context.Context, s *session.Session, userID string) error {
	places, err := s.Archive().People(s.Manifest).Mentions(userID)
	if err != nil {
		return err
	}
	p.Err.Places("The manifest still names the person; the state and new reports don't take it from there:", places)
	if err := p.listStale(ctx, s, p.Env.Now(), "These reports may still name the person:"); err != nil {
		return err
	}
	p.Err.Say("Backups and exports of the state, and reports that were written elsewhere, still name the person too.")
	return nil
}
