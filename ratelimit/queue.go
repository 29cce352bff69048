package ratelimit

import (
	"container/heap"
	"net/http"
	"time"
)

// A waiter is a request on its way to an attempt. Everything but ready is guarded
// by the limiter's mutex.
type waiter struct {
	priority int
	seq      uint64 // kept when it gives its slot back, so that it keeps its place
	subject  string
	via      *Transport
	index    int           // in the queue; -1 outside
	ready    chan struct{} // receives once per time in the queue
	// withdrawn is closed when the request is taken back.
	withdrawn <-chan struct{}
	slot      slot  // the one that it was given
	expected  bool  // it is the next one of a chain, and doesn't wait for its spacing
	probe     bool  // it was let through a shut gate
	err       error // why there will be no attempt
	// since is when it began to wait, shutBefore how long the gate had been shut
	// until then.
	since      time.Time
	shutBefore time.Duration
}

func (l *Limiter) newWaiter(req *http.Request, via *Transport) *waiter {
	ctx := req.Context()
	w := &waiter{
		priority: priorityOf(ctx), via: via, index: -1, ready: make(chan struct{}, 1),
		withdrawn: withdrawalOf(ctx), since: time.Now(),
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	w.shutBefore = l.gate.shutFor(w.since)
	l.seq++
	w.seq, w.subject = l.seq, subjectOf(ctx, l.seq)
	return w
}

func (w *waiter) before(v *waiter) bool {
	if w.priority != v.priority {
		return w.priority > v.priority
	}
	return w.seq < v.seq
}

// A queue is the waiters for a slot, first to go on top.
type queue []*waiter

// Len is heap.Interface's.
func (q queue) Len() int { return len(q) }

// Less is heap.Interface's.
func (q queue) Less(i, j int) bool { return q[i].before(q[j]) }

// Swap is heap.Interface's.
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push is heap.Interface's.
func (q *queue) Push(x any) {
	w, _ := x.(*waiter)
	w.index = len(*q)
	*q = append(*q, w)
}

// Pop is heap.Interface's.
func (q *queue) Pop() any {
	last := len(*q) - 1
	w := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	w.index = -1
	return w
}

func (q *queue) add(w *waiter) { heap.Push(q, w) }

func (q *queue) remove(w *waiter) {
	if w.index >= 0 {
		heap.Remove(q, w.index)
	}
}

// prober is the waiter that should probe a shut gate: the first that can repeat a
// request known to be good; else the first whose subject has not failed since the
// last good answer, since a dead subject would keep the gate shut; else the first.
func (q queue) prober(failing map[string]bool) *waiter {
	rank := func(w *waiter) int {
		switch {
		case w.via.good.Load() != nil:
			return 0
		case !failing[w.subject]:
			return 1
		default:
			return 2
		}
	}
	best := q[0]
	for _, w := range q[1:] {
		if r, b := rank(w), rank(best); r < b || r == b && w.before(best) {
			best = w
		}
	}
	return best
}
