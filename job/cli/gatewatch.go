package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"notifyaudit/job"
	"notifyaudit/ratelimit"
)

// How the gates are watched: how often they are looked at, and how long there is
// no good answer before it is worth a line.
const (
	gateLook   = time.Second
	gateSilent = 5 * time.Second
)

// A gatekeeper tells of one provider when good answers stay away, and when they
// come again: a run that waits looks like one that hangs.
type gatekeeper struct {
	provider, host string
	stats          func() ratelimit.Stats
	// trouble is the latest passing failure; nil when there was none.
	trouble func() *job.AnswerError
	// since is when the silence that was told of began; zero when none is.
	since time.Time
}

// look says what is to be told at an instant, "" for nothing. A short silence is
// passed over, and of a long one its begin and its end are told.
func (g *gatekeeper) look(now time.Time, zone *time.Location) string {
	s := g.stats()
	switch {
	case g.since.IsZero() && !s.Since.IsZero() && now.Sub(s.Since) >= gateSilent:
		g.since = s.Since
		return g.silence(s, now, zone)
	case !g.since.IsZero() && s.Since.IsZero():
		waited := now.Sub(g.since).Round(time.Second)
		g.since = time.Time{}
		return fmt.Sprintf("%s: %s answers again, after %v.", g.provider, g.host, waited)
	}
	return ""
}

func (g *gatekeeper) silence(s ratelimit.Stats, now time.Time, zone *time.Location) string {
	at := func(t time.Time) string {
		layout := time.TimeOnly
		if t.Sub(now) > 12*time.Hour {
			layout = time.DateTime
		}
		return t.In(zone).Format(layout)
	}
	text := fmt.Sprintf("%s: no answer from %s since %s", g.provider, g.host, at(s.Since))
	switch s.Closure {
	case ratelimit.ClosedThrottled:
		text = fmt.Sprintf("%s: %s has been saying \"slower\" since %s", g.provider, g.host, at(s.Since))
	case ratelimit.ClosedBanned:
		text = fmt.Sprintf("%s: %s has been turning everything away since %s", g.provider, g.host, at(s.Since))
	default:
		if f := g.trouble(); f != nil {
			text += " (" + shortReason(f) + ")"
		}
	}
	switch {
	case s.Closure == ratelimit.Open:
		text += ": trying again"
	case s.ProbeAt.Sub(now) > time.Minute:
		text += ": waiting; asks again at " + at(s.ProbeAt)
	default:
		text += ": waiting, and asking now and then"
	}
	if !s.GivesUpAt.IsZero() {
		text += "; gives up at " + at(s.GivesUpAt)
	}
	return text + "."
}

// shortReason is why there was no answer, without where it was looked for.
func shortReason(f *job.AnswerError) string {
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

// hostOf is the host of an endpoint.
func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return endpoint
	}
	return u.Host
}

// watchGates tells of every provider's silence until the returned func is called.
func (s *session) watchGates(ctx context.Context, tell func(string)) func() {
	return every(ctx, gateLook, func() {
		for _, g := range s.gates {
			if text := g.look(s.program.env.Now(), s.manifest.Location); text != "" {
				tell(text)
			}
		}
	})
}
