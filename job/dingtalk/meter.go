package dingtalk

import (
	"context"
	"errors"
	"io"
	"net/http"

	"notifyaudit/job"
)

// A Budget bounds the calls that the vendor may count against the month's quota.
// Its methods are called by many goroutines at a time.
type Budget interface {
	// Spend is asked before each metered attempt. When it refuses, the attempt is
	// not made, and the answer is a temporary job.ClassQuota without a code.
	Spend() bool
	// Refund takes back a spent call that turned out not to be metered.
	Refund()
}

var errBudget = errors.New("this run's own budget is spent")

type unbounded struct{}

func (unbounded) Spend() bool { return true }
func (unbounded) Refund()     {}

// A meter stands below the limiter, so that a call is spent when it is made and
// not while it waits.
type meter struct{ base http.RoundTripper }

func (m meter) RoundTrip(req *http.Request) (*http.Response, error) {
	e := expectationOf(req.Context())
	budget := e.budget
	if !budget.Spend() {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, errBudget
	}
	answered := false
	defer func() {
		if !answered { // nor is a panic below an answer
			budget.Refund()
		}
	}()
	resp, err := m.base.RoundTrip(once(e.authorise(req)))
	answered = err == nil
	return resp, err
}

// once makes a request without a body one that net/http sends a single time. It
// would send a GET again, unpaced and uncounted, when a connection that it kept
// dies before the answer: what can't be read a second time it doesn't repeat.
func once(req *http.Request) *http.Request {
	if req.Body != nil && req.Body != http.NoBody {
		return req
	}
	req = req.Clone(req.Context())
	req.Body, req.GetBody = empty{}, nil
	return req
}

// empty is a body without a byte that net/http doesn't know to be empty.
type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, io.EOF }
func (empty) Close() error             { return nil }

// An expectation goes with a query's context to where its answers are judged:
// where their cost is counted, that of probes made on the query's behalf too. One
// attempt is made at a time.
type expectation struct {
	budget Budget
	cost   *job.Cost
	tokens *tokens // nil: the request has its token already
	// token is the one that the latest attempt was made with.
	token *token
}

// authorise gives an attempt the token in force when it leaves: the one that was
// in force when it got in line may have been replaced since.
func (e *expectation) authorise(req *http.Request) *http.Request {
	if e.tokens == nil {
		return req
	}
	e.token = e.tokens.inForce(e.token)
	req = req.Clone(req.Context())
	req.Header.Set(tokenHeader, e.token.value.Reveal())
	return req
}

// metered counts an answered attempt, unless it was refused for its rate.
func (e *expectation) metered(a *answer) {
	if a.failure != nil && (a.failure.Class == job.ClassThrottled || a.failure.Class == job.ClassBanned) {
		e.budget.Refund()
		return
	}
	e.cost.Metered++
}

type expectationKey struct{}

func withExpectation(ctx context.Context, e *expectation) context.Context {
	return context.WithValue(ctx, expectationKey{}, e)
}

// expectationOf returns what query put into the context.
func expectationOf(ctx context.Context) *expectation {
	if e, ok := ctx.Value(expectationKey{}).(*expectation); ok {
		return e
	}
	return &expectation{budget: unbounded{}, cost: &job.Cost{}}
}
