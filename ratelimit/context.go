package ratelimit

import "context"

type (
	subjectKey  struct{}
	priorityKey struct{}
	callKey     struct{}
	withdrawKey struct{}
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

// WithWithdrawal lets requests made with the context be taken back while they
// wait: once withdrawn is closed, those that have not left get ErrWithdrawn. One
// under way is not disturbed.
func WithWithdrawal(ctx context.Context, withdrawn <-chan struct{}) context.Context {
	return context.WithValue(ctx, withdrawKey{}, withdrawn)
}

// withdrawalOf returns nil, which blocks, for requests that aren't taken back.
func withdrawalOf(ctx context.Context) <-chan struct{} {
	withdrawn, _ := ctx.Value(withdrawKey{}).(<-chan struct{})
	return withdrawn
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
