package ratelimit

import "context"

type (
	subjectKey  struct{}
	priorityKey struct{}
	callKey     struct{}
	withdrawKey struct{}
)

// WithSubject names the subject of the requests made with the context. Failures of one
// subject say nothing about others; failures of several in a row are an outage. Without
// a name, every Call is its own subject.
func WithSubject(ctx context.Context, subject string) context.Context {
	return context.WithValue(ctx, subjectKey{}, subject)
}

// WithPriority sets the priority of the requests made with the context: of those that
// wait for a slot the highest goes first, among equals the one that came first. The
// default is 0.
func WithPriority(ctx context.Context, priority int) context.Context {
	return context.WithValue(ctx, priorityKey{}, priority)
}

// WithWithdrawal lets the caller withdraw requests made with the context while they
// wait: once withdrawn is closed, those that have not been sent get ErrWithdrawn. A
// request in flight is not affected.
func WithWithdrawal(ctx context.Context, withdrawn <-chan struct{}) context.Context {
	return context.WithValue(ctx, withdrawKey{}, withdrawn)
}

// withdrawalOf returns nil, which blocks, for requests that can't be withdrawn.
func withdrawalOf(ctx context.Context) <-chan struct{} {
	withdrawn, _ := ctx.Value(withdrawKey{}).(<-chan struct{})
	return withdrawn
}

// subjectOf returns the subject of the request with the number seq.
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
