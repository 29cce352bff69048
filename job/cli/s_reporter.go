package cli

import (
	"context"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
	"notifyaudit/job/runner"
)

// A reporter is told what happens while a session works.
type reporter interface {
	// Diagnostics are the mistakes in a manifest.
	Diagnostics(ds manifest.Diagnostics)
	// Watch begins to follow a run.
	Watch(ctx context.Context, w watched) observer
	// ReportWritten names a report that is in its place.
	ReportWritten(format, path string)
}

// An observer follows a run until it is closed. Its methods are safe to use by
// several goroutines.
type observer interface {
	// Observe is told of every step of the run.
	Observe(e runner.Event)
	Close()
}

// A watched is a run to follow.
type watched struct {
	run job.Run
	// messages is how many are to be asked.
	messages int
	gates    []*gate
	zone     *time.Location
}
