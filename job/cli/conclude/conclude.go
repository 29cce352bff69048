// Package conclude does what comes when a run has ended: it writes the reports, purges
// what is too old, tells the targets and publishes the metrics.
package conclude

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/monitor"
	"notifyaudit/job/cli/outbox"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/view"
	"notifyaudit/report"
)

// A Teller concludes the runs of an outbox's session.
type Teller struct {
	View   view.View
	Outbox *outbox.Outbox
	Now    func() time.Time
	// Status maps an error to the exit status and to the error to show.
	Status func(ctx context.Context, err error) (int, error)
}

// Conclude writes the reports of a run and tells its results. Idle means that there was
// nothing to ask.
func (t *Teller) Conclude(ctx context.Context, r *session.RunResult, idle bool) error {
	s := t.Outbox.Session
	late := context.WithoutCancel(ctx)
	unreadable, err := s.DB.Unreadable(late, r.Run.ID)
	if err != nil {
		return errors.Join(r.Failure, err)
	}
	verdict := r.Verdict(ctx, unreadable)
	in, e, err := s.Input(late)
	if err == nil {
		err = s.Reports().Write(late, in)
	}
	if err != nil {
		if _, told := errors.AsType[*exit.Error](err); !told {
			err = fmt.Errorf("%w; the readings are kept: once this is fixed, `notifyaudit report` writes the reports", err)
		}
		return t.Worse(ctx, verdict, err)
	}
	t.View.Concluded(e)
	if err := t.View.Rate(in); err != nil {
		return t.Worse(ctx, verdict, err)
	}
	if r.Complete() && s.Manifest.Retention > 0 {
		if err := t.expire(ctx); err != nil {
			return t.Worse(ctx, verdict, err)
		}
	}
	err = t.tell(ctx, in, outbox.Told{Run: r, Idle: idle, Verdict: verdict, Checks: session.CheckVerdict(e)})
	t.publish(ctx, in, err)
	return err
}

// tell delivers the results of the run, and returns the error that ends the command.
func (t *Teller) tell(ctx context.Context, in report.Input, told outbox.Told) error {
	verdict := cmp.Or(told.Verdict, told.Checks)
	status, _ := t.Status(ctx, verdict)
	if err := t.Outbox.Conclude(ctx, in, told.End(status, t.Now())); err != nil {
		return t.Worse(ctx, verdict, err)
	}
	return verdict
}

// publish publishes the metrics of the run that ends with err. What fails is shown and
// changes no result.
func (t *Teller) publish(ctx context.Context, in report.Input, err error) {
	status, _ := t.Status(ctx, err)
	if err := monitor.Publish(context.WithoutCancel(ctx), t.Outbox.Session, in, status, t.Now()); err != nil {
		t.View.Problem(err)
	}
}

// expire purges the people of readings that are older than the audit keeps them,
// and lists the reports that are.
func (t *Teller) expire(ctx context.Context) error {
	s := t.Outbox.Session
	gone, cutoff, err := s.Expire(ctx)
	if err == nil || gone.Messages > 0 {
		t.View.Purged(gone, cutoff, s.Manifest.Location)
	}
	if err != nil {
		return err
	}
	old, err := s.Reports().Before(ctx, cutoff)
	if err != nil {
		return err
	}
	t.View.ReportsExpired(old, s.Reports().Path, s.Manifest.Location)
	return nil
}

// Worse returns the error that ends the command: the verdict of the run if its status
// is 75 or 78, and then only shows the error of the report; else that error.
func (t *Teller) Worse(ctx context.Context, verdict, report error) error {
	if status, _ := t.Status(ctx, verdict); status != exit.Retry && status != exit.Config {
		return report
	}
	if _, reason := t.Status(ctx, report); reason != nil {
		t.View.Problem(reason)
	}
	return verdict
}

// End tells of a run that ended before it came to its results, and returns its error.
func (t *Teller) End(ctx context.Context, err error) error {
	status, cause := t.Status(ctx, err)
	if failed := t.Outbox.Ended(ctx, status, cause); failed != nil {
		t.View.Problem(failed)
	}
	return err
}
