package cli

import (
	"io"
	"sync"
)

// A resultWriter is standard output. It keeps its first error and writes nothing after
// it, so that a command whose results were lost can't end well.
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

// Fd returns the descriptor of the file below, to find out whether it is a terminal; an
// invalid descriptor if there is no file.
func (r *resultWriter) Fd() uintptr {
	if f, ok := r.w.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}
