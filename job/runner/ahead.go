package runner

import (
	"context"
	"sync"

	"notifyaudit/job"
)

// recordsAhead is how many messages are looked up in the state ahead of their turns:
// some hundred take little longer than one.
const recordsAhead = 200

// records are what earlier runs recorded of a robot's messages that are asked next.
// What this run records is not among them: it asks a message once. The zero value is
// ready.
type records struct {
	mu    sync.Mutex // held while the state is asked
	known map[job.MessageID]*job.Record
}

// of is what is recorded of a message, nil for nothing. It is asked once for each
// message. Wanted are those whose records will be asked for, the message among them.
func (r *records) of(ctx context.Context, store Rememberer, id job.MessageID, wanted func() []job.MessageID) (*job.Record, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, read := r.known[id]; !read {
		if err := r.read(ctx, store, wanted()); err != nil {
			return nil, err
		}
	}
	record := r.known[id]
	delete(r.known, id)
	return record, nil
}

// read looks up those of the messages that are not known yet.
func (r *records) read(ctx context.Context, store Rememberer, wanted []job.MessageID) error {
	ids := make([]job.MessageID, 0, len(wanted))
	for _, id := range wanted {
		if _, read := r.known[id]; !read {
			ids = append(ids, id)
		}
	}
	found, err := store.Records(ctx, ids)
	if err != nil {
		return err
	}
	if r.known == nil {
		r.known = make(map[job.MessageID]*job.Record, len(ids))
	}
	for i, record := range found {
		r.known[ids[i]] = record
	}
	return nil
}

// record is what is recorded of a message that was taken from the queue.
func (q *queue) record(ctx context.Context, store Rememberer, r *robot, id job.MessageID) (*job.Record, error) {
	defer q.recorded(r, id)
	return r.records.of(ctx, store, id, func() []job.MessageID { return q.unrecorded(r) })
}

// recorded notes that nobody asks for the record of a message any more.
func (q *queue) recorded(r *robot, id job.MessageID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(r.taken, id)
}

// unrecorded are the messages that were taken and whose records nobody has yet, and
// those that are taken next.
func (q *queue) unrecorded(r *robot) []job.MessageID {
	q.mu.Lock()
	defer q.mu.Unlock()
	steps := r.steps[max(0, len(r.steps)-recordsAhead):]
	ids := make([]job.MessageID, 0, len(r.taken)+len(steps))
	for id := range r.taken {
		ids = append(ids, id)
	}
	for _, w := range steps {
		ids = append(ids, r.shelf.ID(w.place))
	}
	return ids
}
