package sqlite

import (
	"context"
	"sync"
	"time"
)

const (
	// lastWait is how long, in all, another program is waited for after the context
	// of the state has ended: what was answered should still be recorded, and the
	// process has to end.
	lastWait = 3 * time.Second
	// leastWait is for those who look at the file, when that time is over.
	leastWait = 100 * time.Millisecond
)

// A haste ends all waits for another program some time after a context has ended. It
// is safe for concurrent use.
type haste struct {
	mu    sync.Mutex
	ended time.Time // zero before
	waits map[int]context.CancelFunc
	next  int
	stop  func() bool
}

func newHaste(ctx context.Context) *haste {
	h := &haste{waits: make(map[int]context.CancelFunc)}
	h.stop = context.AfterFunc(ctx, h.begin)
	return h
}

// begin shortens the waits that are going on.
func (h *haste) begin() {
	h.mu.Lock()
	h.ended = time.Now()
	h.mu.Unlock()
	time.AfterFunc(lastWait, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, cancel := range h.waits {
			cancel()
		}
	})
}

// limit returns a context for a wait of at most patience.
func (h *haste) limit(ctx context.Context, patience time.Duration) (context.Context, context.CancelFunc) {
	if h == nil {
		return context.WithTimeout(ctx, patience)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended.IsZero() {
		patience = min(patience, max(leastWait, time.Until(h.ended.Add(lastWait))))
	}
	wait, cancel := context.WithTimeout(ctx, patience)
	id := h.next
	h.next++
	h.waits[id] = cancel
	return wait, func() {
		cancel()
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.waits, id)
	}
}
