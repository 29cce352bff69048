// Package feed has what a sheet's rows are made of as the messages pass by.
package feed

import (
	"notifyaudit/job"
	"notifyaudit/report"
)

// A Rows makes a sheet's rows of one message: it calls yield for each, and
// returns false when yield does. It is called with the messages in their order.
type Rows func(r *job.Result, yield func([]report.Cell) bool) bool

// A Feed makes the rows of a sheet as the messages pass by.
type Feed struct {
	Sheet *report.Sheet
	// Begin starts a pass.
	Begin func() Rows
}
