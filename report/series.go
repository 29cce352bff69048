package report

import (
	"notifyaudit/job"
)

// A Series is a message with what its readings say, the oldest first.
type Series struct {
	Result       *job.Result
	Observations []Observation
}

// An Observation is what a reading says of the audience in force.
type Observation struct {
	Reading *job.Reading
	// Counts are of those whose state was known by then; none of them is unknown.
	Counts job.Counts
}
