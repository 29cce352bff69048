package ratelimit

import "context"

type (
	subjectKey  struct{}
	priorityKey struct{}
	callKey     struct{}
)

// WithSubject says whose requests are made with the context. Failures of one
// subject are its own affair; those of several in a row are an outage. Without
// one, every Call is its own subject.
func WithSubject(ctx context.Context, subject string) context.Context {
	return context.WithValue(ctx, subjectKey{}, subject)
}

// WithPriority says how urgent the requests made with the context are: of those
// that wait for a slot the highest goes first, among equals the one that came
// first. Without one it is 0.
func WithPriority(ctx context.Context, priority int) context.Context {
	return context.WithValue(ctx, priorityKey{}, priority)
}

func subjectOf(ctx context.Context) (string, bool) {
	subject, ok := ctx.Value(subjectKey{}).(string)
	return subject, ok
}

func priorityOf(ctx context.Context) int {
	priority, _ := ctx.Value(priorityKey{}).(int)
	return priority
}

func callOf(ctx context.Context) *Call {
	call, _ := ctx.Value(callKey{}).(*Call)
	return call
}
