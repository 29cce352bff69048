package runner

import (
	"context"
	"fmt"

	"notifyaudit/job"
)

// fail records an answer that is no reading and stops whatever else it speaks
// for.
func (c *chain) fail(ctx context.Context, e *job.AnswerError) error {
	if err := c.halt(ctx, e); err != nil {
		return err
	}
	if e.Class == job.ClassQuota {
		// The message itself was not judged: it is put off, not failed.
		c.run.tally.done(c.message, OutcomeDeferred, e, e.Cost)
		return c.run.charge(ctx, c.spend(e.Cost))
	}
	return c.record(ctx, verdict(c, e), e, keepsCursor(e) && c.cursor.Pages > 0)
}

// verdict says what a failure makes of the message.
func verdict(c *chain, e *job.AnswerError) job.Status {
	switch e.Class {
	case job.ClassExpired:
		return job.JudgeExpired(c.message, &c.known, c.run.now())
	case job.ClassProcessing:
		return job.StatusPending
	case job.ClassInvalid, job.ClassRobot, job.ClassUnknown:
		return job.StatusRejected
	case job.ClassUnbelieved:
		return job.StatusIncomplete
	default:
		return job.StatusFailed
	}
}

// keepsCursor reports whether the pages read so far are still worth something
// after e: they are when the trouble was on the way and not with the message.
func keepsCursor(e *job.AnswerError) bool {
	switch e.Class {
	case job.ClassTransient, job.ClassThrottled, job.ClassBanned, job.ClassToken, job.ClassInternal:
		return true
	default:
		return false
	}
}

// record commits a failure.
func (c *chain) record(ctx context.Context, status job.Status, e *job.AnswerError, keepCursor bool) error {
	now := c.run.now()
	err := c.run.store.CommitFailure(context.WithoutCancel(ctx), job.FailureCommit{
		Message: c.message,
		Failure: job.Failure{
			Status: status, Class: e.Class,
			HTTPStatus: e.Status, Code: e.Code, Message: e.Text(), RequestID: e.RequestID,
			RunID: c.run.id, At: now,
			RobotCode: c.message.RobotCode, OpenConversationID: c.message.OpenConversationID,
			SentAt: c.message.SentAt,
		},
		KeepCursor: keepCursor,
		Spend:      c.spend(e.Cost),
	})
	if err != nil {
		return fmt.Errorf("record the answer about %s: %w", c.message.Address, err)
	}
	c.run.tally.done(c.message, outcomeOf(status), e, e.Cost)
	return nil
}

// charge puts calls that no other commit counts on the quota group's account.
func (r *run) charge(ctx context.Context, spend job.Spend) error {
	if spend.Calls == 0 {
		return nil
	}
	if err := r.store.Spend(context.WithoutCancel(ctx), spend); err != nil {
		return fmt.Errorf("record the calls spent: %w", err)
	}
	return nil
}

// halt stops as much as e speaks for.
func (c *chain) halt(ctx context.Context, e *job.AnswerError) error {
	q, code := c.queue, c.message.RobotCode
	switch {
	case e.Reach == job.ReachQuota:
		for _, other := range c.run.queues {
			if other.provider.QuotaGroup == q.provider.QuotaGroup {
				c.run.tally.stop(job.NewStop(e.Reach, q.provider.QuotaGroup, e), other.dropAll())
			}
		}
	case e.Reach == job.ReachProvider || e.Reach == job.ReachRun:
		c.run.tally.stop(job.NewStop(job.ReachProvider, q.provider.Name, e), q.dropAll())
	case e.Class == job.ClassDenied:
		c.run.tally.stop(job.NewStop(job.ReachRobot, robotName(q, code), e), q.drop(code))
	case e.Class == job.ClassRobot || e.Class == job.ClassInvalid || e.Class == job.ClassUnknown:
		return c.suspect(ctx, e)
	default:
		q.heard(code)
	}
	return nil
}

// suspect counts a final answer against the robot, and stops it at the tenth.
func (c *chain) suspect(ctx context.Context, e *job.AnswerError) error {
	q, code := c.queue, c.message.RobotCode
	if !q.refused(code, e) {
		return nil
	}
	c.run.tally.stop(job.NewStop(job.ReachRobot, robotName(q, code), e), q.drop(code))
	err := c.run.store.CommitStop(context.WithoutCancel(ctx), job.RobotStop{
		Provider: q.provider.Name, RobotCode: code, Credential: q.provider.Credential,
		Class: e.Class, Code: e.Code, Message: e.Message, RequestID: e.RequestID, At: c.run.now(),
	})
	if err != nil {
		return fmt.Errorf("record that robot %q of %s is stopped: %w", code, q.provider.Name, err)
	}
	return nil
}

func robotName(q *queue, code string) string {
	if code == "" {
		return q.provider.Name + " without a robot code"
	}
	return q.provider.Name + " robot " + code
}
