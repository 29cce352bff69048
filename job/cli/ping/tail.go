package ping

import (
	"bytes"
	"io"
	"strings"
	"sync"

	"notifyaudit/job/cli/term"
)

// A Tail is standard error, of which it keeps the end. It is safe for concurrent use.
type Tail struct {
	writing sync.Mutex // one writes at a time; a reader of the end waits for none
	w       io.Writer

	mu   sync.Mutex
	last []byte
}

// NewTail returns a tail that writes to w.
func NewTail(w io.Writer) *Tail { return &Tail{w: w} }

const (
	// kept is how much of the end is kept, in bytes, and lines how many lines are told.
	kept  = 16 << 10
	lines = 30
)

// Write writes to the stream and keeps the end.
func (t *Tail) Write(text []byte) (int, error) {
	t.writing.Lock()
	defer t.writing.Unlock()
	t.mu.Lock()
	t.last = append(t.last, text...)
	if extra := len(t.last) - kept; extra > kept {
		t.last = append(t.last[:0], t.last[extra:]...)
	}
	t.mu.Unlock()
	return t.w.Write(text)
}

// Fd is the descriptor of the file below; see [term.Results.Fd].
func (t *Tail) Fd() uintptr {
	if f, ok := t.w.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}

// Text returns the last lines. Lines that name a message are left out: its address can
// have a user id.
func (t *Tail) Text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	end := t.last
	if extra := len(end) - kept; extra > 0 {
		_, end, _ = bytes.Cut(end[extra:], []byte("\n"))
	}
	var all []string
	for line := range strings.FieldsFuncSeq(string(end), func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimRight(line, " "); line != "" && !strings.Contains(line, "message.") && !strings.Contains(line, "messages.") {
			all = append(all, term.Clean(line))
		}
	}
	if extra := len(all) - lines; extra > 0 {
		all = all[extra:]
	}
	return strings.Join(all, "\n")
}
