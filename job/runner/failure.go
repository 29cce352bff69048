package runner

import (
	"context"
	"time"

	"notifyaudit/job"
)

// fail records an answer that is no reading, and stops whatever else it speaks
// for.
func (m *messageReader) fail(ctx context.Context, e *job.AnswerError) error {
	switch {
	case e.Class == job.ClassQuota:
		return m.spent(ctx, e)
	case e.Reach == job.ReachProvider || e.Reach == job.ReachRun:
		return m.failWithAll(ctx, e)
	case e.Class == job.ClassDenied:
		m.stopRobot(ctx, e)
		return m.recordFor(ctx, e)
	case e.Class == job.ClassRobot || e.Class == job.ClassInvalid || e.Class == job.ClassUnknown:
		return m.suspect(ctx, e)
	case e.Class == job.ClassTransient || e.Class == job.ClassGateway || e.Class == job.ClassUnbelieved:
		return m.unheard(ctx, e)
	case e.Class != job.ClassInternal:
		m.queue.heard(m.robot)
	}
	return m.record(ctx, e)
}

// spent deals with a refusal for the month or for the run's own budget: the message
// was not judged, so it is put off and not failed.
func (m *messageReader) spent(ctx context.Context, e *job.AnswerError) error {
	group := m.queue.provider.QuotaGroup
	first := false
	for _, q := range m.run.queues {
		if q == m.queue || e.Reach == job.ReachQuota && q.provider.QuotaGroup == group {
			stop := job.NewStop(e.Reach, q.provider.Name, e)
			if e.Reach == job.ReachQuota {
				stop.Name = group
			}
			first = m.run.stop(ctx, stop, q.haltAll(stop)) || first
		}
	}
	m.run.counter.done(m.message, OutcomeDeferred, e, e.Cost)
	if err := m.run.charge(ctx, m.spend(e.Cost)); err != nil || !first || e.Code == "" {
		return err
	}
	return m.run.store.CommitQuotaRefusal(context.WithoutCancel(ctx), job.QuotaRefusal{
		QuotaGroup: group, Code: e.Code, Message: e.Message, RequestID: e.RequestID, At: m.run.now(),
	})
}

// failWithAll deals with an answer that speaks for the whole provider. When that
// gave up, the messages that failed since its last good answer did not fail by
// themselves.
func (m *messageReader) failWithAll(ctx context.Context, e *job.AnswerError) error {
	stop := job.NewStop(job.ReachProvider, m.queue.provider.Name, e)
	m.run.stop(ctx, stop, m.queue.haltAll(stop))
	if e.Temporary {
		if err := m.run.pardon(ctx, m.queue.givenUp()); err != nil {
			return err
		}
	}
	return m.recordFor(ctx, e)
}

// unheard deals with a message that failed for want of an answer.
func (m *messageReader) unheard(ctx context.Context, e *job.AnswerError) error {
	failure := m.failure(m.verdict(e), e)
	failure.Follow(m.known.Failure)
	if err := m.commit(ctx, failure, m.keepsCursor(e), e.Cost); err != nil {
		return err
	}
	m.run.counter.done(m.message, Outcome(failure.Status), e, e.Cost)
	ends, blameless := m.queue.unheard(&suspect{reader: m, err: e, failure: failure}, !m.failedBefore())
	if err := m.run.pardon(ctx, blameless); err != nil || !ends {
		return err
	}
	stop := job.NewStop(job.ReachProvider, m.queue.provider.Name, e)
	stop.Temporary = true
	m.run.stop(ctx, stop, m.queue.haltAll(stop))
	return m.run.pardon(ctx, m.queue.givenUp())
}

// suspect handles a refusal that may concern the message or its whole robot. Until that
// is known it is recorded as a failure that doesn't count against the message: if the run
// is killed, the next one asks the message again.
func (m *messageReader) suspect(ctx context.Context, e *job.AnswerError) error {
	x := &suspect{reader: m, err: e, failure: m.failure(job.StatusFailed, e)}
	if err := m.commit(ctx, x.failure, false, e.Cost); err != nil {
		return err
	}
	verdict, ended, alike := m.queue.refused(x)
	if err := m.run.conclude(ctx, ended); err != nil {
		return err
	}
	for _, x := range alike {
		m.run.counter.done(x.reader.message, OutcomeFailed, x.err, x.err.Cost)
	}
	if verdict != refusedAll {
		return nil
	}
	found := m.robot.found
	m.stopRobot(ctx, e)
	return m.recordStop(ctx, e, found)
}

// conclude records what the suspects' answers are: about the messages.
func (r *run) conclude(ctx context.Context, suspects []*suspect) error {
	for _, x := range suspects {
		f := x.failure
		f.Follow(x.reader.known.Failure)
		f.Status = x.reader.finalVerdict(&f, x.err)
		if err := x.reader.commit(ctx, f, false, job.Cost{}); err != nil {
			return err
		}
		r.counter.done(x.reader.message, Outcome(f.Status), x.err, x.err.Cost)
	}
	return nil
}

// concludeAll concludes what is left at the end of the run. An interrupted one
// could not tell; the messages are asked again when it goes on.
func (r *run) concludeAll(ctx context.Context) error {
	for _, q := range r.queues {
		left := q.unconcluded()
		if ctx.Err() == nil {
			if err := r.conclude(context.WithoutCancel(ctx), left); err != nil {
				return err
			}
			continue
		}
		for _, x := range left {
			r.counter.done(x.reader.message, OutcomeFailed, x.err, x.err.Cost)
		}
	}
	return nil
}

// pardon records that failures of messages don't count against them.
func (r *run) pardon(ctx context.Context, suspects []*suspect) error {
	for _, x := range suspects {
		f := x.failure
		f.Runs, f.Same, f.Since = 0, 0, time.Time{}
		if err := x.reader.commit(ctx, f, x.reader.keepsCursor(x.err), job.Cost{}); err != nil {
			return err
		}
	}
	return nil
}

// finalVerdict is what a refusal makes of a message once it is clear that it is about
// the message alone. A robot that was good and is stopped may be started again.
func (m *messageReader) finalVerdict(f *job.Failure, e *job.AnswerError) job.Status {
	switch {
	case f.Class == job.ClassUnknown:
		return job.JudgeUnlisted(f)
	case e.Reversible && (m.queue.isGood(m.robot) || m.known.Last != nil):
		return job.StatusFailed
	default:
		return job.StatusRejected
	}
}

// verdict says what any other failure makes of the message.
func (m *messageReader) verdict(e *job.AnswerError) job.Status {
	switch {
	case e.Class == job.ClassExpired:
		return job.JudgeExpired(m.message, &m.known, m.run.now())
	case e.Class == job.ClassProcessing && e.Code == string(job.SendProcessing):
		return job.StatusPending
	case e.Class == job.ClassProcessing:
		return job.JudgeUnsent(m.message, &m.known, m.run.now())
	case e.Class == job.ClassUnbelieved:
		return job.StatusIncomplete
	default:
		return job.StatusFailed
	}
}

// keepsCursor reports whether the pages read so far are still worth something
// after e: they are when the trouble was on the way and not with the message.
func (m *messageReader) keepsCursor(e *job.AnswerError) bool {
	if m.cursor.Pages == 0 {
		return false
	}
	switch e.Class {
	case job.ClassTransient, job.ClassGateway, job.ClassThrottled, job.ClassBanned, job.ClassToken, job.ClassInternal:
		return true
	default:
		return false
	}
}

// record commits a failure that is the message's own.
func (m *messageReader) record(ctx context.Context, e *job.AnswerError) error {
	f := m.failure(m.verdict(e), e)
	f.Follow(m.known.Failure)
	return m.put(ctx, f, e)
}

// recordFor commits a failure that doesn't count against the message.
func (m *messageReader) recordFor(ctx context.Context, e *job.AnswerError) error {
	return m.put(ctx, m.failure(job.StatusFailed, e), e)
}

func (m *messageReader) put(ctx context.Context, f job.Failure, e *job.AnswerError) error {
	if err := m.commit(ctx, f, m.keepsCursor(e), e.Cost); err != nil {
		return err
	}
	m.run.counter.done(m.message, Outcome(f.Status), e, e.Cost)
	return nil
}

// failure returns the answer as the state keeps it. It is dated now, and doesn't count
// against the message.
func (m *messageReader) failure(status job.Status, e *job.AnswerError) job.Failure {
	return job.Failure{
		Status: status, Class: e.Class,
		HTTPStatus: e.Status, Code: e.Code, Message: e.Text(), RequestID: e.RequestID,
		RunID: m.run.id, At: m.run.now(),
		RobotCode: m.message.RobotCode, OpenConversationID: m.message.OpenConversationID,
		SentAt: m.message.SentAt,
	}
}

func (m *messageReader) commit(ctx context.Context, f job.Failure, keepCursor bool, cost job.Cost) error {
	err := m.run.store.CommitFailure(context.WithoutCancel(ctx), job.FailureCommit{
		Message: m.message, Failure: f, KeepCursor: keepCursor, Spend: m.spend(cost),
	})
	if err != nil {
		m.run.counter.page(m.message, cost) // the calls were made all the same
		return err
	}
	m.run.log.DebugContext(ctx, "failure recorded", "message", m.message.Label(), "status", f.Status,
		"class", f.Class, "code", f.Code, "request_id", f.RequestID, "runs", f.Runs)
	return nil
}

// charge puts calls that no other commit counts on the quota group's account.
func (r *run) charge(ctx context.Context, spend job.Spend) error {
	if spend.Calls == 0 {
		return nil
	}
	return r.store.Spend(context.WithoutCancel(ctx), spend)
}
