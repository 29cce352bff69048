package runlog

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// Lines returns a writer that logs each line as a record of level info. It leaves out
// blank lines, and a last line without a line break. It is safe for concurrent use.
func Lines(log *slog.Logger) io.Writer { return &lines{log: log} }

type lines struct {
	log *slog.Logger

	mu   sync.Mutex
	rest []byte
}

// Write never fails.
func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, text...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(text), nil
		}
		if said := strings.TrimSpace(string(line)); said != "" {
			l.log.Info(said) //nolint:sloglint // the line is the message
		}
		l.rest = rest
	}
}
