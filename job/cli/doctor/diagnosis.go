// Package doctor checks, with as few calls as possible, what the providers of a
// manifest need: the credential, the region, the permission and each robot. It
// reports one Note at a time.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/provider"
	"notifyaudit/job/cli/term"
)

// The doctor's patience. The first answer that does not come in time ends the
// questions to its provider.
const (
	attempts      = 2 // for one answer
	answerTimeout = 15 * time.Second
	outage        = 3 * time.Second // without a good answer
)

// Bounds are the limits of the doctor's clients.
func Bounds() provider.Options {
	return provider.Options{MaxAttempts: attempts, GiveUpAfter: outage}
}

// A Mark tells how good a note is.
type Mark string

// The marks.
const (
	Good   Mark = "good"
	Unsure Mark = "unsure" // it could not be found out, or it needs a look
	Bad    Mark = "bad"    // it has to be fixed
)

// A Note is one result of the diagnosis.
type Note struct {
	Mark Mark
	// What is "credential", "permission", "quota", "endpoint" or a robot.
	What string
	Text string
}

// A Diagnosis checks providers, one after the other.
type Diagnosis struct {
	// Pay adds calls to the month's count.
	Pay func(ctx context.Context, p *job.Provider, cost job.Cost) error
	// Tell takes the notes.
	Tell func(Note)
	// broken counts the things to mend, unsure what the API could not tell now,
	// untold the robots whose messages are too old to tell.
	broken, unsure, untold int
}

// Provider checks one provider. An error is the end of ctx, or comes from Pay.
func (d *Diagnosis) Provider(ctx context.Context, asks *provider.Client, probes []*Probe) error {
	p := asks.Provider
	switch err := withTimeout(ctx, asks.Trouble, asks.Authenticate); {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		d.bad("credential", err)
		return nil
	case p.AccessToken.IsZero():
		d.good("credential", "the API gave an access token for it, so the endpoint is of the right region")
	default:
		d.note("credential", "it is an access token: only an answer tells whether it is good")
	}
	permitted := false
	for _, probe := range probes {
		page, failure, err := d.ask(ctx, asks, probe)
		if err != nil {
			return err
		}
		for failure != nil && aboutMessage(failure) {
			refused := probe.Message.Address
			if !probe.next() {
				break
			}
			d.note(probe.Robot(), fmt.Sprintf("%s was refused for itself: %s. Asks %s instead", refused, strings.TrimSuffix(failure.Error(), "."), probe.Message.Address))
			if page, failure, err = d.ask(ctx, asks, probe); err != nil {
				return err
			}
		}
		if failure == nil && !permitted {
			permitted = true
			d.good("permission", "the app may query who has read a message")
		}
		if !d.judge(probe, page, failure) {
			return nil
		}
	}
	return nil
}

// ask asks about a probe's message and pays for it. An error is the end of ctx, or
// comes from Pay.
func (d *Diagnosis) ask(ctx context.Context, asks *provider.Client, probe *Probe) (page job.Page, failure *job.AnswerError, err error) {
	err = withTimeout(ctx, asks.Trouble, func(ctx context.Context) (err error) {
		page, err = asks.Ask(ctx, probe.query())
		return err
	})
	if ctx.Err() != nil {
		return page, nil, context.Cause(ctx)
	}
	cost := page.Cost
	if err != nil {
		if failure, _ = errors.AsType[*job.AnswerError](err); failure == nil {
			failure = &job.AnswerError{Class: job.ClassInternal, Err: err}
		}
		cost = failure.Cost
	}
	return page, failure, d.Pay(ctx, asks.Provider, cost)
}

// aboutMessage reports whether a failure is the message's own, so that another one
// can tell more of its robot.
func aboutMessage(failure *job.AnswerError) bool {
	switch failure.Class {
	case job.ClassInvalid, job.ClassExpired, job.ClassCursor, job.ClassUnknown:
		return true
	default:
		return false
	}
}

// judge reports what an answer means; false when more questions to this provider are
// pointless.
func (d *Diagnosis) judge(probe *Probe, page job.Page, failure *job.AnswerError) bool {
	robot := probe.Robot()
	if failure == nil {
		d.good(robot, fmt.Sprintf("%s answered: %s, %s on the first page", probe.Message.Address, page.SendStatus, term.Plural(len(page.ReadUserIDs), "reader")))
		return true
	}
	switch failure.Class {
	case job.ClassToken:
		d.bad("credential", failure)
		return false
	case job.ClassDenied:
		d.bad("permission", failure)
		return failure.Reach == job.ReachRobot
	case job.ClassRobot:
		d.bad(robot, failure)
	case job.ClassQuota:
		d.note("quota", "credential and permission are good, but the month's calls are spent: "+failure.Error())
		return false
	case job.ClassExpired, job.ClassCursor:
		d.untold++
		d.note(robot, fmt.Sprintf("could not be told: %s is too old, or too young, to be asked: %s. Try again with a message of the last hours",
			probe.Message.Address, strings.TrimSuffix(failure.Error(), ".")))
	case job.ClassInvalid, job.ClassUnknown:
		d.refused(probe, failure)
	default:
		d.bad("endpoint", failure)
		return false
	}
	return true
}

// refused says the likely cause of a refusal that no other message of the robot
// helped against.
func (d *Diagnosis) refused(probe *Probe, failure *job.AnswerError) {
	d.broken++
	d.Tell(Note{Bad, probe.Robot(), fmt.Sprintf(
		"the credential is good, but %s was refused: %s. %s The likely cause is its kind, which is %s: write the kind that it was sent as, or the key of this app's own message",
		probe.Message.Address, strings.TrimSuffix(failure.Error(), "."), adviceSentence(failure), probe.Message.ID.Kind)})
}

func (d *Diagnosis) good(what, text string) { d.Tell(Note{Good, what, text}) }

func (d *Diagnosis) note(what, text string) { d.Tell(Note{Unsure, what, text}) }

// bad reports something to fix or, for a temporary failure, something that could not
// be found out now.
func (d *Diagnosis) bad(what string, err error) {
	failure, ok := errors.AsType[*job.AnswerError](err)
	if !ok {
		failure = &job.AnswerError{Class: job.ClassInternal, Err: err}
	}
	text := strings.TrimSuffix(failure.Error(), ".") + ". " + adviceSentence(failure)
	if failure.Temporary {
		d.unsure++
		d.Tell(Note{Unsure, what, "could not be told now: " + text})
		return
	}
	d.broken++
	d.Tell(Note{Bad, what, text})
}

func adviceSentence(failure *job.AnswerError) string {
	if failure.Advice == "" {
		return ""
	}
	return term.Sentence(failure.Advice)
}

// Verdict is nil or an error with the exit status: 75 before 78.
func (d *Diagnosis) Verdict() error {
	switch {
	case d.unsure > 0:
		return exit.With(exit.Retry, errors.New("not everything could be told: the API gave no good answer now; run doctor again later"))
	case d.broken > 0:
		return exit.With(exit.Config, fmt.Errorf("%s to mend, marked ✗ above", term.Plural(d.broken, "thing")))
	}
	return nil
}

// Summary is the last sentence where nothing is to be mended.
func (d *Diagnosis) Summary() string {
	if d.untold > 0 {
		return "Nothing to mend was found, but " + term.Plural(d.untold, "robot") + " could not be told, marked ? above."
	}
	return "Nothing to mend."
}

// withTimeout asks a provider for one answer. If none comes in time, the error has
// the failure of the last attempt, which trouble returns.
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
		err = fmt.Errorf("%w; the last attempt: %s", err, provider.Reason(f))
	}
	return &job.AnswerError{Class: job.ClassTransient, Reach: job.ReachProvider, Temporary: true, Err: err}
}
