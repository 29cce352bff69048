package view

import (
	"context"
	"fmt"
	"time"

	"notifyaudit/job/cli/provider"
	"notifyaudit/ratelimit"
)

// gateLook is the interval at which the gates are checked.
const gateLook = time.Second

// watchGates calls tell for every change of a gate until the returned func is called.
func watchGates(ctx context.Context, gates []*provider.Gate, now func() time.Time, zone *time.Location, tell func(string)) (end func()) {
	return every(ctx, gateLook, func() {
		for _, g := range gates {
			if change := g.Look(now()); change != nil {
				tell(gateWords(change, now(), zone))
			}
		}
	})
}

// gateWords describes a change: no good answers, and how long the run waits for them,
// or good answers again.
func gateWords(g *provider.GateChange, now time.Time, zone *time.Location) string {
	if g.Waited > 0 {
		return fmt.Sprintf("%s: %s answers again, after %v.", g.Provider, g.Host, g.Waited.Round(time.Second))
	}
	s := &g.Stats
	at := func(t time.Time) string {
		layout := time.TimeOnly
		if t.Sub(now) > 12*time.Hour {
			layout = time.DateTime
		}
		return t.In(zone).Format(layout)
	}
	text := fmt.Sprintf("%s: no answer from %s since %s", g.Provider, g.Host, at(s.Since))
	switch s.Closure {
	case ratelimit.ClosedThrottled:
		text = fmt.Sprintf("%s: %s has been saying \"slower\" since %s", g.Provider, g.Host, at(s.Since))
	case ratelimit.ClosedBanned:
		text = fmt.Sprintf("%s: %s has been turning everything away since %s", g.Provider, g.Host, at(s.Since))
	default:
		if g.Trouble != nil {
			text += " (" + provider.Reason(g.Trouble) + ")"
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
		text += "; gives up after " + at(s.GivesUpAt)
	}
	return text + "."
}
