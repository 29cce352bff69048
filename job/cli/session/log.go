package session

import (
	"context"
	"log/slog"
)

type runKey struct{}

// withRun has the lines that are logged with the context say which run they are of.
func withRun(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, runKey{}, id)
}

// runLog is a logger whose lines have the id of the context's run. The clients are
// made before there is a run.
func runLog(log *slog.Logger) *slog.Logger { return slog.New(runHandler{log.Handler()}) }

type runHandler struct{ slog.Handler }

// Handle is slog.Handler's.
func (h runHandler) Handle(ctx context.Context, r slog.Record) error {
	if id, known := ctx.Value(runKey{}).(string); known {
		r.AddAttrs(slog.String("run", id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs is slog.Handler's.
func (h runHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return runHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup is slog.Handler's.
func (h runHandler) WithGroup(name string) slog.Handler {
	return runHandler{h.Handler.WithGroup(name)}
}
