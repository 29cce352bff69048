package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/view"
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

// How long the doctor insists: a second attempt after a failure, and no more than
// this for one answer. The first that doesn't come ends what is asked of its
// provider.
const (
	doctorAttempts = 2
	answerTimeout  = 15 * time.Second
	// doctorOutage is for how long nothing but failures come before it gives up.
	doctorOutage = 3 * time.Second
)

// withTimeout asks a provider for one answer. Without one in time the error says
// what the last attempt came to, which trouble tells.
func withTimeout(ctx context.Context, trouble func() *job.AnswerError, ask func(context.Context) error) error {
	within, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	err := ask(within)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err == nil || within.Err() == nil {
		return err
	}
	err = fmt.Errorf("no answer within %v", answerTimeout)
	if f := trouble(); f != nil {
		err = fmt.Errorf("%w; the last attempt: %s", err, view.ShortReason(f))
	}
	return &job.AnswerError{Class: job.ClassTransient, Reach: job.ReachProvider, Temporary: true, Err: err}
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
	probes, err := s.Probes(c.Context)
	if err != nil {
		return err
	}
	if err := p.announce(c.Context, s, probes); err != nil {
		return err
	}
	clients, err := s.Clients(c.Context, session.ClientOptions{MaxAttempts: doctorAttempts, GiveUpAfter: doctorOutage})
	if err != nil {
		return err
	}
	if err := s.Rest(c.Context); err != nil {
		return err
	}
	e := diagnosis{session: s, out: p.out}
	for _, asks := range clients {
		if err := e.provider(c.Context, asks, probes[asks.Provider.Name]); err != nil {
			return err
		}
	}
	if err := e.verdict(); err != nil {
		return err
	}
	p.err.Println("\nNothing to mend.")
	return nil
}

// announce says what will be asked and what that costs.
func (p *program) announce(ctx context.Context, s *session.Session, probes map[string][]*session.Probe) error {
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

// A diagnosis is what the doctor finds.
type diagnosis struct {
	session        *session.Session
	out            view.Printer
	broken, unsure int
}

// provider tries one provider. The error is the end of the context, or the
// state's.
func (e *diagnosis) provider(ctx context.Context, asks *session.Client, probes []*session.Probe) error {
	p := asks.Provider
	e.out.Printf("%s %s\n", e.out.Paint(term.Bold, p.Name), p.Endpoint)
	switch err := withTimeout(ctx, asks.Trouble, asks.Authenticate); {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		e.bad("credential", err)
		return nil
	case p.AccessToken.IsZero():
		e.good("credential", "there is an access token for it, so the endpoint is of its region")
	default:
		e.note("credential", "it is an access token: only an answer tells whether it is good")
	}
	permitted := false
	for _, probe := range probes {
		var page job.Page
		err := withTimeout(ctx, asks.Trouble, func(ctx context.Context) (err error) {
			page, err = asks.Ask(ctx, probe.Query())
			return err
		})
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		failure, _ := errors.AsType[*job.AnswerError](err)
		cost := page.Cost
		if failure != nil {
			cost = failure.Cost
		}
		if err := e.session.Pay(ctx, p, cost); err != nil {
			return err
		}
		if err == nil && !permitted {
			permitted = true
			e.good("permission", "the app may ask")
		}
		if !e.judge(probe, page, failure) {
			return nil
		}
	}
	return nil
}

// judge says what an answer means; false when there is no sense in asking this
// provider more.
func (e *diagnosis) judge(probe *session.Probe, page job.Page, failure *job.AnswerError) bool {
	robot := probe.Robot()
	if failure == nil {
		e.good(robot, fmt.Sprintf("%s answered: %s, %s on the first page", probe.Message.Address, page.SendStatus, term.Plural(len(page.ReadUserIDs), "reader")))
		return true
	}
	switch failure.Class {
	case job.ClassToken:
		e.bad("credential", failure)
		return false
	case job.ClassDenied:
		e.bad("permission", failure)
		return failure.Reach == job.ReachRobot
	case job.ClassRobot:
		e.bad(robot, failure)
	case job.ClassQuota:
		e.note("quota", "credential and permission are good, but the month's calls are spent: "+failure.Error())
		return false
	case job.ClassInvalid, job.ClassExpired, job.ClassCursor, job.ClassUnknown:
		e.note(robot, fmt.Sprintf("the credential is good; %s itself was refused, which tells nothing of the robot: %s. %s",
			probe.Message.Address, strings.TrimSuffix(failure.Error(), "."), adviceSentence(failure)))
	default:
		e.bad("endpoint", failure)
		return false
	}
	return true
}

func (e *diagnosis) good(what, text string) { e.line(term.Green, "✓", what, text) }

func (e *diagnosis) note(what, text string) { e.line(term.Yellow, "?", what, text) }

// bad is something to mend, or something that could not be told now.
func (e *diagnosis) bad(what string, err error) {
	failure, ok := errors.AsType[*job.AnswerError](err)
	if !ok {
		failure = &job.AnswerError{Class: job.ClassInternal, Err: err}
	}
	text := strings.TrimSuffix(failure.Error(), ".") + ". " + adviceSentence(failure)
	if failure.Temporary {
		e.unsure++
		e.line(term.Yellow, "?", what, "could not be told now: "+text)
		return
	}
	e.broken++
	e.line(term.Red, "✗", what, text)
}

func adviceSentence(failure *job.AnswerError) string {
	if failure.Advice == "" {
		return ""
	}
	return term.Sentence(failure.Advice)
}

func (e *diagnosis) line(color, mark, what, text string) {
	out := e.out
	head := "  " + out.Paint(color, mark) + " " + out.Paint(term.Bold, what+":") + " "
	out.Hang(head+strings.TrimSpace(text), "    ")
}

// verdict is the exit status, by the contract's order: 75 before 78.
func (e *diagnosis) verdict() error {
	switch {
	case e.unsure > 0:
		return exit.With(exit.Retry, errors.New("not everything could be told: the API gave no good answer now; run doctor again later"))
	case e.broken > 0:
		return exit.With(exit.Config, fmt.Errorf("%s to mend, marked ✗ above", term.Plural(e.broken, "thing")))
	}
	return nil
}
