package runner

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/ratelimit"
)

// message asks one message to its end and records what came of it. The error is
// the store's.
func (r *run) message(ctx context.Context, q *queue, robot *robot, s plan.Step) (err error) {
	m := &messageReader{run: r, queue: q, robot: robot, step: s, message: s.Message}
	defer func() {
		if v := recover(); v != nil {
			// What the panic says may name people.
			r.log.Error("a message failed with a panic",
				"message", m.message.Label(), "panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			err = m.fail(ctx, &job.AnswerError{
				Class: job.ClassInternal, Reach: job.ReachMessage, Temporary: true,
				Message: fmt.Sprintf("panic: %v", v),
			})
		}
	}()
	if err := m.resume(ctx); err != nil {
		return err
	}
	return m.read(ctx)
}

// A messageReader asks the pages of one message in order.
type messageReader struct {
	run     *run
	queue   *queue
	robot   *robot
	step    plan.Step
	message *job.Message
	known   job.Record
	// unknown: the state has nothing of the message.
	unknown bool
	pages   pageCheck
	cursor  job.Cursor
	// asked counts the pages asked by this run.
	asked int
	// restarted: a refused nextToken has sent it back to page 1 once.
	restarted bool
}

// resume takes up what earlier runs recorded of the message.
func (m *messageReader) resume(ctx context.Context) error {
	record, err := m.queue.record(ctx, m.run.store, m.robot, m.message.ID)
	if err != nil {
		return fmt.Errorf("look up %s in the state: %w", m.message.Address, err)
	}
	if m.unknown = record == nil; !m.unknown {
		m.known = *record
	}
	if m.step.ReplaceAudience && m.known.Last != nil && m.known.PurgedAt.IsZero() {
		// Also when the answer is none, the audience is the manifest's from now on.
		if err := m.run.store.ReplaceAudience(context.WithoutCancel(ctx), m.message); err != nil {
			return fmt.Errorf("record the audience of %s: %w", m.message.Address, err)
		}
	}
	if !m.known.Cursor.Resumable(m.run.now()) {
		m.restart()
		return nil
	}
	seen, err := m.run.store.CursorReaders(ctx, m.message.ID)
	if err != nil {
		return fmt.Errorf("look up the pages of %s in the state: %w", m.message.Address, err)
	}
	m.cursor = *m.known.Cursor
	m.pages = resumePageCheck(m.message, m.cursor, seen)
	return nil
}

// restart goes back to the first page.
func (m *messageReader) restart() {
	m.cursor = job.Cursor{}
	m.pages = newPageCheck(m.message)
}

// read asks page after page until the last one or until something ends it.
func (m *messageReader) read(ctx context.Context) error {
	for {
		page, err := m.ask(ctx)
		if err != nil {
			return m.unanswered(ctx, err)
		}
		if err := m.run.conclude(ctx, m.queue.answered(m.robot)); err != nil {
			return err
		}
		if page.SendStatus == job.SendProcessing {
			return m.pending(ctx, page.Cost)
		}
		if m.cursor.Pages == 0 {
			m.cursor.StartedAt = page.AskedAt
		}
		fresh, err := m.pages.admit(page)
		if err != nil {
			return m.fail(ctx, &job.AnswerError{
				Class: job.ClassUnbelieved, Reach: job.ReachMessage, Temporary: true,
				Message: err.Error(), Cost: page.Cost,
			})
		}
		if !page.HasMore {
			return m.finish(ctx, page, fresh)
		}
		if done, err := m.advance(ctx, page, fresh); done || err != nil {
			return err
		}
	}
}

// ask asks the next page, with the number of pages still ahead as its priority.
func (m *messageReader) ask(ctx context.Context) (job.Page, error) {
	ctx = ratelimit.WithSubject(ctx, m.message.Address)
	ctx = ratelimit.WithPriority(ctx, m.step.Pages-m.asked)
	ctx = ratelimit.WithWithdrawal(ctx, m.robot.withdrawn)
	m.asked++
	attempts := 0
	if m.failedBefore() || m.queue.onTrial(m.robot) {
		attempts = 1
	}
	before := m.run.now()
	page, err := m.queue.provider.Asker.Ask(ctx, job.Query{
		Kind:               m.message.ID.Kind,
		ProcessQueryKey:    m.message.ID.ProcessQueryKey,
		RobotCode:          m.message.RobotCode,
		OpenConversationID: m.message.OpenConversationID,
		NextToken:          m.cursor.NextToken,
		Attempts:           attempts,
		Label:              m.message.Label(),
	})
	if page.AskedAt.IsZero() {
		page.AskedAt = before
	}
	return page, err
}

// failedBefore reports whether the message failed by itself in earlier runs.
func (m *messageReader) failedBefore() bool {
	return m.known.Failure != nil && m.known.Failure.Runs > 0
}

// advance records a page with more behind it. It reports whether the message is
// done, since the store can't keep what is on the page.
func (m *messageReader) advance(ctx context.Context, page job.Page, fresh []string) (done bool, err error) {
	m.cursor.Pages++
	m.cursor.NextToken = page.NextToken
	m.cursor.Tokens = append(m.cursor.Tokens, page.NextToken)
	m.cursor.Readers, m.cursor.EmptyPages = m.pages.readers, m.pages.emptyPages
	m.cursor.UpdatedAt = m.run.now()
	err = m.run.store.CommitPage(context.WithoutCancel(ctx), job.PageCommit{
		Message: m.message, RunID: m.run.id, UserIDs: fresh, Cursor: m.cursor,
		Spend: m.spend(page.Cost),
	})
	if err != nil {
		return true, m.unrecorded(ctx, err, page.Cost)
	}
	m.unknown = false
	m.run.log.DebugContext(ctx, "page recorded", "message", m.message.Label(), "page", m.cursor.Pages, "new_readers", len(fresh))
	m.run.counter.page(m.message, page.Cost)
	return false, nil
}

// finish records the reading that the last page completes.
func (m *messageReader) finish(ctx context.Context, page job.Page, fresh []string) error {
	err := m.run.store.CommitReading(context.WithoutCancel(ctx), job.ReadingCommit{
		Message: m.addressed(page),
		Reading: job.Reading{
			RunID: m.run.id, StartedAt: m.cursor.StartedAt, FinishedAt: m.run.now(),
			SendStatus: page.SendStatus,
		},
		UserIDs:         fresh,
		Pages:           m.cursor.Pages + 1,
		New:             m.unknown,
		ReplaceAudience: m.step.ReplaceAudience,
		Spend:           m.spend(page.Cost),
	})
	if err != nil {
		return m.unrecorded(ctx, err, page.Cost)
	}
	m.run.log.DebugContext(ctx, "reading recorded", "message", m.message.Label(), "pages", m.cursor.Pages+1, "new_readers", len(fresh))
	m.run.counter.done(m.message, OutcomeRead, nil, page.Cost)
	return nil
}

// unrecorded deals with an answer that the store did not record. When it records
// that instead, the trouble was with the answer and the message has failed; else it
// is the store's and ends the run.
func (m *messageReader) unrecorded(ctx context.Context, err error, cost job.Cost) error {
	failure := m.failure(job.StatusFailed, &job.AnswerError{
		Class: job.ClassInternal, Reach: job.ReachMessage, Temporary: true, Message: "the state can't keep the answer", Cost: cost,
	})
	failure.Since = failure.At // the message itself has no row: the next run asks it
	if m.commit(ctx, failure, false, cost) != nil {
		return err
	}
	m.run.counter.done(m.message, OutcomeFailed, &job.AnswerError{
		Class: job.ClassInternal, Reach: job.ReachMessage, Temporary: true, Err: err,
	}, cost)
	return nil
}

// addressed is the message with its audience as the answer has it, where the answer
// alone does. An audience of the manifest stands: what the answer says of others
// counts nowhere, unless they have read the message. An empty list is no audience.
func (m *messageReader) addressed(page job.Page) *job.Message {
	if !m.message.LearnsAudience() || len(page.Receivers) == 0 {
		return m.message
	}
	learned := *m.message
	learned.Audience = job.Listed(learned.Audience.Roster, page.Receivers)
	return &learned
}

// pending records that the message is still being sent.
func (m *messageReader) pending(ctx context.Context, cost job.Cost) error {
	return m.record(ctx, &job.AnswerError{
		Class: job.ClassProcessing, Reach: job.ReachMessage, Temporary: true,
		Code: string(job.SendProcessing), Cost: cost,
	})
}

func (m *messageReader) spend(cost job.Cost) job.Spend {
	return job.Spend{QuotaGroup: m.queue.provider.QuotaGroup, Calls: cost.Metered, At: m.run.now()}
}

// unanswered deals with a page that did not come.
func (m *messageReader) unanswered(ctx context.Context, err error) error {
	if m.ended(ctx, err) {
		return m.settle(ctx, err)
	}
	if errors.Is(err, ratelimit.ErrWithdrawn) {
		m.run.counter.stop(m.queue.stopOf(m.robot), 1)
		return m.settle(ctx, err)
	}
	e, ok := errors.AsType[*job.AnswerError](err)
	if !ok {
		e = &job.AnswerError{Class: job.ClassInternal, Reach: job.ReachMessage, Temporary: true, Err: err}
	}
	if e.Class == job.ClassCursor && m.cursor.NextToken != "" && !m.restarted {
		m.restarted = true
		m.restart()
		m.run.counter.page(m.message, e.Cost)
		if err := m.run.charge(ctx, m.spend(e.Cost)); err != nil {
			return err
		}
		return m.read(ctx)
	}
	return m.fail(ctx, e)
}

// settle puts the answers before the end on the account.
func (m *messageReader) settle(ctx context.Context, err error) error {
	e, ok := errors.AsType[*job.AnswerError](err)
	if !ok {
		return nil
	}
	m.run.counter.page(m.message, e.Cost)
	return m.run.charge(ctx, m.spend(e.Cost))
}

// ended reports whether the run ended before there was an answer: the message is
// as it was.
func (m *messageReader) ended(ctx context.Context, err error) bool {
	return errors.Is(err, ratelimit.ErrStopped) || (ctx.Err() != nil && errors.Is(err, context.Cause(ctx)))
}
