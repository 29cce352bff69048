// Package runlog provides the log of a command: a record a line, as text or JSON, with
// the id of the run once that is known.
package runlog

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"

	"notifyaudit/job/cli/exit"
)

// A Log is the log of a command on one stream. It is safe for concurrent use.
type Log struct {
	base handler
	json bool
}

// New returns a log in a format, "text" or "json". Another format is wrong usage.
func New(w io.Writer, format string) (*Log, error) {
	o := &slog.HandlerOptions{Level: slog.LevelDebug}
	run := new(atomic.Pointer[string])
	switch format {
	case "text":
		return &Log{base: handler{slog.NewTextHandler(w, o), run}}, nil
	case "json":
		return &Log{base: handler{slog.NewJSONHandler(w, o), run}, json: true}, nil
	}
	return nil, exit.Usagef("--log-format is text or json, not %q", format)
}

// FormatIn returns the value of --log-format among the arguments, "text" if it is
// missing or wrong. The log is needed before the flags are parsed.
func FormatIn(args []string) string {
	format := "text"
	for i, arg := range args {
		name, value, split := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch {
		case name != "log-format" || arg == name:
		case split:
			format = value
		case i+1 < len(args):
			format = args[i+1]
		}
	}
	if format != "json" {
		return "text"
	}
	return format
}

// JSON reports whether the records are JSON.
func (l *Log) JSON() bool { return l.json }

// SetRun adds the id of a run to all further records.
func (l *Log) SetRun(id string) { l.base.run.Store(&id) }

// Logger returns a logger that leaves out records below a level: "debug", "info",
// "warn" or "error". Another level is wrong usage.
func (l *Log) Logger(level string) (*slog.Logger, error) {
	var from slog.Level
	if err := from.UnmarshalText([]byte(level)); err != nil {
		return nil, exit.Usagef("--log-level is debug, info, warn or error, not %q", level)
	}
	return slog.New(leveled{l.base, from}), nil
}

// Always returns a logger that writes all records, for what a command says at every
// level of its log.
func (l *Log) Always() *slog.Logger { return slog.New(l.base) }

// A handler adds the run's id.
type handler struct {
	slog.Handler
	run *atomic.Pointer[string]
}

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if id := h.run.Load(); id != nil {
		r = r.Clone()
		r.AddAttrs(slog.String("run_id", *id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs), h.run}
}

func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.Handler.WithGroup(name), h.run}
}

// A leveled handler leaves out records below a level.
type leveled struct {
	slog.Handler
	from slog.Level
}

func (h leveled) Enabled(_ context.Context, level slog.Level) bool { return level >= h.from }

func (h leveled) WithAttrs(attrs []slog.Attr) slog.Handler {
	return leveled{h.Handler.WithAttrs(attrs), h.from}
}

func (h leveled) WithGroup(name string) slog.Handler {
	return leveled{h.Handler.WithGroup(name), h.from}
}
