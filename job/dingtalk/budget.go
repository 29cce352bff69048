package dingtalk

import "errors"

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

// ErrNotSent marks an error of the transport below: it refused a request, and would refuse it
// again. It is not tried again, and says nothing about the server.
var ErrNotSent = errors.New("not sent")

type unbounded struct{}

func (unbounded) Spend() bool { return true }
func (unbounded) Refund()     {}
