package runner

import (
	"context"
	"sync"

	"notifyaudit/job"
)

// recordsAhead is how many messages are looked up in the state at a time: some
// hundred take little longer than one. Up to recordsKept that were not taken stay
// when others are looked up.
const (
	recordsAhead = 200
	recordsKept  = 10 * recordsAhead
)

// records are what earlier runs recorded of the messages that are asked next, read
// ahead of their turns. What this run records is not among them: it asks a message
// once. The zero value is ready.
type records struct {
	mu    sync.Mutex // held while the state is asked
	known map[job.MessageID]*job.Record

	asking  sync.Mutex
	waiting map[job.MessageID]bool // whose records are asked for now
}

// of is what is recorded of a message, nil for nothing. Next are the messages that
// are likely to be asked after it.
func (r *records) of(ctx context.Context, store Rememberer, id job.MessageID, next func(n int) []job.MessageID) (*job.Record, error) {
	r.wait(id, true)
	defer r.wait(id, false)
	r.mu.Lock()
	defer r.mu.Unlock()
	record, read := r.known[id]
	if !read {
		ids := append(r.wanted(), next(recordsAhead)...)
		found, err := store.Records(ctx, ids)
		if err != nil {
			return nil, err
		}
		if r.known == nil || len(r.known) > recordsKept {
			r.known = make(map[job.MessageID]*job.Record, len(ids))
		}
		for i, one := range found {
			r.known[ids[i]] = one
		}
		record = r.known[id]
	}
	delete(r.known, id)
	return record, nil
}

// wait notes that somebody waits for a record, or that nobody does any more.
func (r *records) wait(id job.MessageID, waits bool) {
	r.asking.Lock()
	defer r.asking.Unlock()
	if r.waiting == nil {
		r.waiting = make(map[job.MessageID]bool)
	}
	if waits {
		r.waiting[id] = true
	} else {
		delete(r.waiting, id)
	}
}

// wanted are the messages whose records somebody waits for and that are not known.
func (r *records) wanted() (ids []job.MessageID) {
	r.asking.Lock()
	defer r.asking.Unlock()
	for id := range r.waiting {
		if _, read := r.known[id]; !read {
			ids = append(ids, id)
		}
	}
	return ids
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
