package term

import (
	"io"
	"sync"
)

// Results are standard output, which keeps its first error and takes nothing after
// it, so that a command whose results were lost can't end well.
type Results struct {
	w io.Writer

	mu     sync.Mutex
	failed error
}

// NewResults returns the results that go to w.
func NewResults(w io.Writer) *Results { return &Results{w: w} }

// Write writes to standard output, unless that failed before.
func (r *Results) Write(text []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed != nil {
		return 0, r.failed
	}
	n, err := r.w.Write(text)
	r.failed = err
	return n, err
}

// Err is why results could not be written, or nil.
func (r *Results) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

// Fd returns the descriptor of the file below, to find out whether it is a terminal; an
// invalid descriptor if there is no file.
func (r *Results) Fd() uintptr {
	if f, ok := r.w.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}
