package cli

import (
	"net/url"
	"time"

	"notifyaudit/job"
	"notifyaudit/ratelimit"
)

// gateSilent is how long there is no good answer before it is worth a line.
const gateSilent = 5 * time.Second

// A gate tells of one provider when good answers stay away, and when they come
// again: a run that waits looks like one that hangs.
type gate struct {
	provider, host string
	stats          func() ratelimit.Stats
	// trouble is the latest passing failure; nil when there was none.
	trouble func() *job.AnswerError
	// since is when the silence that was told of began; zero when none is.
	since time.Time
}

// A gateChange is that good answers stay away, or that they come again.
type gateChange struct {
	provider, host string
	// waited is how long there was none; 0 while they stay away.
	waited time.Duration
	stats  ratelimit.Stats
	// trouble is the latest passing failure; nil when there was none.
	trouble *job.AnswerError
}

// look is what is to be told at an instant, nil for nothing. A short silence is
// passed over, and of a long one its begin and its end are told.
func (g *gate) look(now time.Time) *gateChange {
	s := g.stats()
	change := &gateChange{provider: g.provider, host: g.host, stats: s}
	switch {
	case g.since.IsZero() && !s.Since.IsZero() && now.Sub(s.Since) >= gateSilent:
		g.since = s.Since
		change.trouble = g.trouble()
		return change
	case !g.since.IsZero() && s.Since.IsZero():
		change.waited = now.Sub(g.since)
		g.since = time.Time{}
		return change
	}
	return nil
}

// hostOf is the host of an endpoint.
func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return endpoint
	}
	return u.Host
}
