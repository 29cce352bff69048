package runner

import (
	"context"
	"sync"

	"notifyaudit/job"
)

// recordsAhead is how many messages are looked up in the state at a time: some
// hundred take little longer than one.
const recordsAhead = 200

// records are what earlier runs recorded of the messages that are asked next, read
// ahead of their turns. What this run records is not among them: it asks a message
// once. The zero value is ready.
type records struct {
	mu    sync.Mutex
	known map[job.MessageID]*job.Record
}

// of is what is recorded of a message, nil for nothing. Next are the messages that
// are likely to be asked after it.
func (r *records) of(ctx context.Context, store Rememberer, id job.MessageID, next func(n int) []job.MessageID) (*job.Record, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	record, read := r.known[id]
	if !read {
		ids := append([]job.MessageID{id}, next(recordsAhead)...)
		found, err := store.Records(ctx, ids)
		if err != nil {
			return nil, err
		}
		r.known = make(map[job.MessageID]*job.Record, len(ids))
		for i, one := range found {
			r.known[ids[i]] = one
		}
		record = r.known[id]
	}
	delete(r.known, id)
	return record, nil
}

// upcoming are up to n messages that nobody took yet, those first that are taken first.
func (q *queue) upcoming(r *robot, n int) []job.MessageID {
	q.mu.Lock()
	defer q.mu.Unlock()
	steps := r.steps[max(0, len(r.steps)-n):]
	ids := make([]job.MessageID, len(steps))
	for i := range steps {
		ids[len(ids)-1-i] = steps[i].Message.ID
	}
	return ids
}
