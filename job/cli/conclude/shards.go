package conclude

import (
	"context"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/session"
)

// Begin is called when a shard has opened the state, and returns err, the error of that. The
// first shard speaks for all: it tells that the state can't be had, or that earlier runs did
// not come to their results.
func (t *Teller) Begin(ctx context.Context, first bool, err error) error {
	locked := t.Outbox.Session.Locked
	switch {
	case !first:
	case err != nil && !locked:
		return t.End(ctx, err)
	case err == nil && locked:
		if failed := t.Outbox.Untold(ctx); failed != nil {
			t.View.Problem(failed)
		}
	}
	return err
}

// ConcludeShards writes the reports of all shards and tells the results. What a signal
// interrupts is begun anew by the shard that comes next.
func (t *Teller) ConcludeShards(ctx context.Context) error {
	s := t.Outbox.Session
	r, err := session.Concluded(ctx, s)
	if err != nil {
		return err
	}
	verdict := t.Conclude(ctx, r, r.Run.Calls == 0 && len(r.Summary.Stops) == 0)
	switch status, _ := t.Status(ctx, verdict); status {
	case exit.OK, exit.Incomplete, exit.Check, exit.Config:
		if err := session.Conclude(ctx, s); err != nil {
			return err
		}
	}
	return verdict
}
