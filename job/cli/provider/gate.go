package provider

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"
	"time"

	"notifyaudit/job"
	"notifyaudit/ratelimit"
)

// GateSilent is how long there is no good answer before it is worth a line.
const GateSilent = 5 * time.Second

// A Gate tells of one provider when good answers stay away, and when they come
// again: a run that waits looks like one that hangs.
type Gate struct {
	Provider, Host string
	Stats          func() ratelimit.Stats
	// Trouble is the latest passing failure; nil when there was none.
	Trouble func() *job.AnswerError
	// since is when the silence that was told of began; zero when none is.
	since time.Time
}

// A GateChange is that good answers stay away, or that they come again.
type GateChange struct {
	Provider, Host string
	// Waited is how long there was none; 0 while they stay away.
	Waited time.Duration
	Stats  ratelimit.Stats
	// Trouble is the latest passing failure; nil when there was none.
	Trouble *job.AnswerError
}

// Look is what is to be told at an instant, nil for nothing. A short silence is
// passed over, and of a long one its begin and its end are told.
func (g *Gate) Look(now time.Time) *GateChange {
	s := g.Stats()
	change := &GateChange{Provider: g.Provider, Host: g.Host, Stats: s}
	switch {
	case g.since.IsZero() && !s.Since.IsZero() && now.Sub(s.Since) >= GateSilent:
		g.since = s.Since
		change.Trouble = g.Trouble()
		return change
	case !g.since.IsZero() && s.Since.IsZero():
		change.Waited = now.Sub(g.since)
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

// Reason is why there was no answer, in a few words: a status and a code, or the
// innermost error.
func Reason(f *job.AnswerError) string {
	if f.Err == nil {
		status := ""
		if f.Status != 0 {
			status = "status " + strconv.Itoa(f.Status) + " "
		}
		return cmp.Or(status+f.Code, f.Message, string(f.Class))
	}
	err := f.Err
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}
