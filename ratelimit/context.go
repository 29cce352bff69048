package ratelimit

import "context"

type (
	subjectKey  struct{}
	priorityKey struct{}
	callKey     struct{}
)

// WithSubject names what the requests made with the context are about. Failures of
// one subject say nothing of the others; those of several in a row are an outage.
// Without a name, every Call is its own subject.
func WithSubject(ctx context.Context, subject string) context.Context {
	return context.WithValue(ctx, subjectKey{}, subject)
}

// WithPriority says how urgent the requests made with the context are: of those
// that wait for a slot the highest goes first, among equals the one that came
// first. Without one it is 0.
func WithPriority(ctx context.Context, priority int) context.Context {
	return context.WithValue(ctx, priorityKey{}, priority)
}

// subjectOf is the subject of a request with that number.
func subjectOf(ctx context.Context, seq uint64) string {
	if subject, named := ctx.Value(subjectKey{}).(string); named {
		return subject
	}
	if call := callOf(ctx); call != nil {
		return call.subject
	}
	return anonymous(seq)
}

func priorityOf(ctx context.Context) int {
	priority, _ := ctx.Value(priorityKey{}).(int)
	return priority
}

func callOf(ctx context.Context) *Call {
	call, _ := ctx.Value(callKey{}).(*Call)
	return call
}
