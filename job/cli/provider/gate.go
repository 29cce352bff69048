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

// GateSilent is the time without a good answer after which a Gate reports it.
const GateSilent = 5 * time.Second

// A Gate notices when one provider stops giving good answers, and when it gives them
// again. Without that a run that waits looks like one that hangs.
type Gate struct {
	Provider, Host string
	Stats          func() ratelimit.Stats
	// Trouble returns the latest temporary failure, nil if there was none.
	Trouble func() *job.AnswerError
	// since is the beginning of the silence that was reported; zero if there is none.
	since time.Time
}

// A GateChange is the beginning or the end of a silence.
type GateChange struct {
	Provider, Host string
	// Waited is the length of a silence that has ended; 0 for one that begins.
	Waited time.Duration
	Stats  ratelimit.Stats
	// Trouble is the latest passing failure; nil when there was none.
	Trouble *job.AnswerError
}

// Look returns the change since the last Look, nil for none. A silence shorter than
// GateSilent is none.
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

// hostOf returns the host of an endpoint's URL.
func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return endpoint
	}
	return u.Host
}

// Reason describes a failure in a few words: its status and code, or the innermost
// error.
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
