package session

import (
	"context"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/provider"
	"notifyaudit/job/manifest"
	"notifyaudit/job/runner"
)

// A Reporter is told what happens while a session works.
type Reporter interface {
	// Diagnostics are the mistakes in a manifest.
	Diagnostics(ds manifest.Diagnostics)
	// Watch begins to follow a run.
	Watch(ctx context.Context, w Watched) Observer
	// ReportWritten names a report that is in its place.
	ReportWritten(format, path string)
}

// An Observer follows a run until it is closed. Its methods are safe to use by
// several goroutines.
type Observer interface {
	// Observe is told of every step of the run.
	Observe(e runner.Event)
	Close()
}

// A Watched is a run to follow.
type Watched struct {
	Run job.Run
	// Messages is how many are to be asked.
	Messages int
	Gates    []*provider.Gate
	Zone     *time.Location
}
