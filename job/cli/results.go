package cli

import (
	"io"
	"sync"
)

// A resultWriter is standard output. It remembers its first error, so that no
// command can end well whose results nobody got, and it stops at it.
type resultWriter struct {
	w io.Writer

	mu     sync.Mutex
	failed error
}

func (r *resultWriter) Write(text []byte) (int, error) {
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
func (r *resultWriter) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

// Fd is the descriptor of the file below, for whoever looks for a terminal; no
// descriptor where there is no file.
func (r *resultWriter) Fd() uintptr {
	if f, ok := r.w.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}
