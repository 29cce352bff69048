package session

import (
	"context"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/provider"
	"notifyaudit/job/cli/publish"
	"notifyaudit/job/runner"
)

// A Reporter is told what happens in a session.
type Reporter interface {
	publish.Reporter
	// Watch begins to follow a run.
	Watch(ctx context.Context, w Watched) Observer
}

// An Observer follows a run until it is closed. It is safe for concurrent use.
type Observer interface {
	// Observe is called for every step of the run.
	Observe(e runner.Event)
	Close()
}

// Watched describes a run to follow.
type Watched struct {
	Run job.Run
	// Messages is the number of messages to ask.
	Messages int
	Gates    []*provider.Gate
	Zone     *time.Location
}
