// Package audit joins the manifest's messages with their records in the state: one result
// a message, which the reports then only count and show.
//
// A result only depends on the manifest and the state. Messages that a run did not ask are
// judged at the instants that the run recorded, never by the clock, so that the same state
// and manifest give the same figures tomorrow.
package audit

import (
	"context"
	"fmt"
	"iter"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/plan"
)

// A Store is the state as an audit reads it.
type Store interface {
	// Records returns the messages' records in the same order; nil for one that
	// was never asked.
	Records(ctx context.Context, ids []job.MessageID) ([]*job.Record, error)
	// Readers returns the readers of each record's message, each list sorted
	// by user id and unique.
	Readers(ctx context.Context, records []*job.Record) ([][]job.Reader, error)
	// ReadingsBefore returns the latest readings of the messages that began before an
	// instant, in the same order; nil where there is none.
	ReadingsBefore(ctx context.Context, ids []job.MessageID, before time.Time) ([]*job.Reading, error)
	// Members returns the sorted user ids of the recorded audience with the hash.
	Members(ctx context.Context, audienceHash string) ([]string, error)
}

// Options has the inputs of results besides messages and state. The zero value is an
// audit before its first run.
type Options struct {
	// Run is the latest run, or nil before the first.
	Run *job.Run
	// Compared is the instant to compare with: a result's Previous is the latest reading
	// that began before it. The zero value compares with nothing.
	Compared time.Time
	// Refresh is the manifest's: it tells what was due from what was not.
	Refresh job.Refresh
	// Providers and Stops tell whose robots are not asked any more.
	Providers []job.Provider
	Stops     []job.RobotStop
}

// batchSize is how many messages are looked up in the state at a time.
const batchSize = 500

// maxReaders is how many readers are looked up at a time, unless one message has more.
const maxReaders = 50_000

// Results yields one result a message, in the messages' order. An error, the
// stream's, the store's or the cause of ctx's end, ends the sequence. A result
// is the caller's; the lists in it are shared and must not be written to.
func Results(ctx context.Context, messages iter.Seq2[job.Message, error], st Store, o Options,
) iter.Seq2[*job.Result, error] {
	return func(yield func(*job.Result, error) bool) {
		j := &joiner{
			store:     st,
			compared:  o.Compared,
			judge:     judge{run: o.Run, refresh: o.Refresh, stops: plan.NewStops(o.Providers, o.Stops)},
			audiences: audiences{store: st},
		}
		for batch, err := range job.Batches(messages, batchSize) {
			more := false
			if err == nil {
				more, err = j.join(ctx, batch, yield)
			}
			if err != nil {
				yield(nil, err)
			}
			if !more || err != nil {
				return
			}
		}
	}
}

// A joiner makes results of messages.
type joiner struct {
	store     Store
	compared  time.Time
	judge     judge
	audiences audiences
}

// join yields the results of a batch, and returns false when yield does.
func (j *joiner) join(ctx context.Context, batch []job.Message, yield func(*job.Result, error) bool) (more bool, err error) {
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	ids := make([]job.MessageID, len(batch))
	for i := range batch {
		ids[i] = batch[i].ID
	}
	records, err := j.store.Records(ctx, ids)
	if err != nil {
		return false, fmt.Errorf("look up the messages in the state: %w", err)
	}
	earlier, err := j.earlier(ctx, ids, records)
	if err != nil {
		return false, err
	}
	for from := 0; from < len(batch); {
		to := together(records, from)
		readers, err := j.store.Readers(ctx, records[from:to])
		if err != nil {
			return false, fmt.Errorf("look up the readers in the state: %w", err)
		}
		for ; from < to; from++ {
			r, err := j.result(ctx, &batch[from], records[from], earlier[from], readers[0])
			if err != nil {
				return false, err
			}
			readers[0], readers = nil, readers[1:] // held no longer than by the caller
			if !yield(r, nil) {
				return false, nil
			}
		}
	}
	return true, nil
}

// together returns the end of the records, from one on, whose readers are looked up in
// one query: at least one record.
func together(records []*job.Record, from int) int {
	count := 0
	for i, r := range records[from:] {
		if r != nil && r.Last != nil {
			count += r.Last.Readers
		}
		if i > 0 && count > maxReaders {
			return from + i
		}
	}
	return len(records)
}

// earlier returns the readings to compare with: that of the previous run if it is early
// enough, else an older one. A message without an earlier reading of the same people has
// none.
func (j *joiner) earlier(ctx context.Context, ids []job.MessageID, records []*job.Record) ([]*job.Reading, error) {
	found := make([]*job.Reading, len(ids))
	var older []job.MessageID
	var places []int
	for i, r := range records {
		switch {
		case r == nil || r.Previous == nil || j.compared.IsZero():
		case r.Previous.StartedAt.Before(j.compared):
			found[i] = r.Previous
		default:
			older, places = append(older, ids[i]), append(places, i)
		}
	}
	if len(older) == 0 {
		return found, nil
	}
	readings, err := j.store.ReadingsBefore(ctx, older, j.compared)
	if err != nil {
		return nil, fmt.Errorf("look up the readings to compare with: %w", err)
	}
	for i, at := range places {
		found[at] = readings[i]
	}
	return found, nil
}

func (j *joiner) result(ctx context.Context, m *job.Message, r *job.Record, earlier *job.Reading, readers []job.Reader) (*job.Result, error) {
	if r == nil {
		r = &job.Record{}
	}
	audience, err := j.audiences.inForce(ctx, m, r)
	if err != nil {
		return nil, err
	}
	result := &job.Result{
		Message:      *m,
		Reading:      r.Last,
		Previous:     earlier,
		OnlyReading:  r.OnlyReading,
		Audience:     audience,
		Readers:      readers,
		Calls:        r.Calls,
		PurgedAt:     r.PurgedAt,
		FirstAskedAt: r.FirstAskedAt,
	}
	result.Count()
	var unread *int
	if r.Last != nil && len(m.NotDelivered) > 0 && audience.Form == job.AudienceListed {
		unread = &result.Counts.Unread
	}
	result.Status, result.Failure = j.judge.status(m, r, unread)
	return result, nil
}
