package runner

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"notifyaudit/job"
	"notifyaudit/ratelimit"
)

// message asks one message to its end and records what came of it. The error is
// the store's.
func (r *run) message(ctx context.Context, q *queue, t Task) (err error) {
	c := &chain{run: r, queue: q, task: t, message: t.Message}
	defer func() {
		if v := recover(); v != nil {
			r.log.Error("a message failed with a panic",
				"address", t.Message.Address, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			err = c.fail(ctx, &job.AnswerError{
				Class: job.ClassInternal, Reach: job.ReachMessage, Temporary: true,
				Message: fmt.Sprintf("panic: %v", v),
			})
		}
	}()
	if err := c.resume(ctx); err != nil {
		return err
	}
	return c.read(ctx)
}

// A chain is the pages of one message, asked in order.
type chain struct {
	run     *run
	queue   *queue
	task    Task
	message *job.Message
	known   job.Record
	guard   guard
	cursor  job.Cursor
	// asked counts the pages asked by this run.
	asked int
	// restarted: a refused nextToken has sent it back to page 1 once.
	restarted bool
}

// resume takes up what earlier runs recorded of the message.
func (c *chain) resume(ctx context.Context) error {
	records, err := c.run.store.Records(ctx, []job.MessageID{c.message.ID})
	if err != nil {
		return fmt.Errorf("look up %s in the state: %w", c.message.Address, err)
	}
	if records[0] != nil {
		c.known = *records[0]
	}
	now := c.run.now()
	if !c.known.Cursor.Resumable(now) {
		c.restart()
		return nil
	}
	seen, err := c.run.store.CursorReaders(ctx, c.message.ID)
	if err != nil {
		return fmt.Errorf("look up the pages of %s in the state: %w", c.message.Address, err)
	}
	c.cursor = *c.known.Cursor
	c.guard = resumeGuard(c.message, c.cursor, seen)
	return nil
}

// restart goes back to the first page.
func (c *chain) restart() {
	c.cursor = job.Cursor{StartedAt: c.run.now()}
	c.guard = newGuard(c.message)
}

// read asks page after page until the last one or until something ends it.
func (c *chain) read(ctx context.Context) error {
	for {
		page, err := c.ask(ctx)
		if err != nil {
			return c.refused(ctx, err)
		}
		c.queue.answered(c.message.RobotCode)
		if page.SendStatus == job.SendProcessing {
			return c.pending(ctx, page.Cost)
		}
		fresh, err := c.guard.admit(page)
		if err != nil {
			return c.fail(ctx, &job.AnswerError{
				Class: job.ClassUnbelieved, Reach: job.ReachMessage, Temporary: true,
				Message: err.Error(), Cost: page.Cost,
			})
		}
		if !page.HasMore {
			return c.finish(ctx, page, fresh)
		}
		if err := c.turn(ctx, page, fresh); err != nil {
			return err
		}
	}
}

// ask asks the next page, with the length of the chain still ahead as its
// priority.
func (c *chain) ask(ctx context.Context) (job.Page, error) {
	ctx = ratelimit.WithSubject(ctx, c.message.Address)
	ctx = ratelimit.WithPriority(ctx, c.task.Pages-c.asked)
	c.asked++
	return c.queue.provider.Asker.Ask(ctx, job.Query{
		Kind:               c.message.ID.Kind,
		ProcessQueryKey:    c.message.ID.ProcessQueryKey,
		RobotCode:          c.message.RobotCode,
		OpenConversationID: c.message.OpenConversationID,
		NextToken:          c.cursor.NextToken,
	})
}

// turn records a page with more behind it.
func (c *chain) turn(ctx context.Context, page job.Page, fresh []string) error {
	now := c.run.now()
	c.cursor.Pages++
	c.cursor.NextToken = page.NextToken
	c.cursor.Tokens = append(c.cursor.Tokens, page.NextToken)
	c.cursor.Readers, c.cursor.Barren = len(c.guard.seen), c.guard.barren
	c.cursor.UpdatedAt = now
	err := c.run.store.CommitPage(context.WithoutCancel(ctx), job.PageCommit{
		Message: c.message, RunID: c.run.id, UserIDs: fresh, Cursor: c.cursor,
		Spend: c.spend(page.Cost),
	})
	if err != nil {
		return fmt.Errorf("record page %d of %s: %w", c.cursor.Pages, c.message.Address, err)
	}
	c.run.tally.page(c.message, page.Cost)
	return nil
}

// finish records the reading that the last page completes.
func (c *chain) finish(ctx context.Context, page job.Page, fresh []string) error {
	err := c.run.store.CommitReading(context.WithoutCancel(ctx), job.ReadingCommit{
		Message: c.addressed(page),
		Reading: job.Reading{
			RunID: c.run.id, StartedAt: c.cursor.StartedAt, FinishedAt: c.run.now(),
			SendStatus: page.SendStatus,
		},
		UserIDs:         fresh,
		Pages:           c.cursor.Pages + 1,
		ReplaceAudience: c.task.ReplaceAudience,
		Spend:           c.spend(page.Cost),
	})
	if err != nil {
		return fmt.Errorf("record the reading of %s: %w", c.message.Address, err)
	}
	c.run.tally.done(c.message, OutcomeRead, nil, page.Cost)
	return nil
}

// addressed is the message with its audience as the answer has it, where the answer
// alone does. An audience of the manifest stands: what the answer says of others
// counts nowhere, unless they have read the message. Nobody is no audience.
func (c *chain) addressed(page job.Page) *job.Message {
	if !c.message.LearnsAudience() || len(page.Receivers) == 0 {
		return c.message
	}
	m := *c.message
	m.Audience = job.Listed(m.Audience.Roster, page.Receivers)
	return &m
}

// pending records that the message is still being sent.
func (c *chain) pending(ctx context.Context, cost job.Cost) error {
	return c.record(ctx, job.StatusPending, &job.AnswerError{
		Class: job.ClassProcessing, Reach: job.ReachMessage, Temporary: true,
		Code: string(job.SendProcessing), Cost: cost,
	}, false)
}

func (c *chain) spend(cost job.Cost) job.Spend {
	return job.Spend{QuotaGroup: c.queue.provider.QuotaGroup, Calls: cost.Metered, At: c.run.now()}
}

// refused deals with a page that did not come.
func (c *chain) refused(ctx context.Context, err error) error {
	if c.ended(ctx, err) {
		return c.settle(ctx, err)
	}
	e, ok := errors.AsType[*job.AnswerError](err)
	if !ok {
		e = &job.AnswerError{Class: job.ClassInternal, Reach: job.ReachMessage, Temporary: true, Err: err}
	}
	if e.Class == job.ClassCursor && c.cursor.NextToken != "" && !c.restarted {
		c.restarted = true
		c.restart()
		c.run.tally.page(c.message, e.Cost)
		if err := c.run.charge(ctx, c.spend(e.Cost)); err != nil {
			return err
		}
		return c.read(ctx)
	}
	return c.fail(ctx, e)
}

// settle puts the answers before the end of the run on the account.
func (c *chain) settle(ctx context.Context, err error) error {
	e, ok := errors.AsType[*job.AnswerError](err)
	if !ok {
		return nil
	}
	c.run.tally.page(c.message, e.Cost)
	return c.run.charge(ctx, c.spend(e.Cost))
}

// ended reports whether the run ended before there was an answer: the message is
// as it was.
func (c *chain) ended(ctx context.Context, err error) bool {
	return errors.Is(err, ratelimit.ErrStopped) || (ctx.Err() != nil && errors.Is(err, context.Cause(ctx)))
}
