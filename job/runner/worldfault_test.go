package runner_test

import (
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/job/simulator"
)

// passingFaults are over when the same is asked again, and cost a call at most.
func passingFaults() []simulator.FaultKind {
	return []simulator.FaultKind{
		simulator.FaultSystemError, simulator.FaultReset, simulator.FaultEOF, simulator.FaultTimeout,
		simulator.FaultTruncate, simulator.FaultSlowBody, simulator.FaultLate,
		simulator.FaultGarbage, simulator.FaultEmptyObject, simulator.FaultNull, simulator.FaultErrorIn200,
		simulator.FaultWrongCase, simulator.FaultDuplicateKey, simulator.FaultTrailing, simulator.FaultBadUTF8,
		simulator.FaultNoHasMore,
	}
}

func tokenCalls() []string { return []string{"access_token"} }

// drawFaults draws what goes wrong until the world is calm.
func (w *world) drawFaults(t *rapid.T) {
	for range drawEvenly(t, "faults", 0, 4) {
		f := simulator.Fault{Kind: rapid.SampledFrom(passingFaults()).Draw(t, "fault"), Share: drawShare(t, 40)}
		if f.Kind == simulator.FaultSlowBody || f.Kind == simulator.FaultTimeout || f.Kind == simulator.FaultLate {
			// Not longer than two timeouts: past that nobody can know of a request.
			f.Delay = simulator.Duration(drawDuration(t, "delay", time.Millisecond, 2*w.providers[0].Timeout-3*time.Second))
			if f.Kind == simulator.FaultLate && rapid.Bool().Draw(t, "past the timeout") {
				f.Delay = max(f.Delay, simulator.Duration(w.providers[0].Timeout))
			}
		}
		if drawEvenly(t, "one message", 0, 5) == 5 {
			f.Share, f.Messages = 0, []string{rapid.SampledFrom(w.messages).Draw(t, "message").ID.ProcessQueryKey}
		}
		w.trouble(f)
	}
	if drawEvenly(t, "token faults", 0, 3) == 3 {
		kind := rapid.SampledFrom([]simulator.FaultKind{
			simulator.FaultSystemError, simulator.FaultReset, simulator.FaultTruncate, simulator.FaultEmptyObject,
		}).Draw(t, "token fault")
		w.trouble(simulator.Fault{Kind: kind, Interfaces: tokenCalls(), Share: drawShare(t, 60)})
	}
	if drawEvenly(t, "throttling", 0, 2) == 2 {
		w.trouble(drawThrottle(t))
	}
	switch drawEvenly(t, "rare", 0, 11) {
	case 4:
		w.trouble(simulator.Fault{Kind: simulator.FaultBan, Share: drawShare(t, 5)})
	case 1:
		w.trouble(simulator.Fault{Kind: simulator.FaultHTML, Share: drawShare(t, 5), Status: rapid.SampledFrom([]int{200, 503}).Draw(t, "html")})
	case 2:
		w.trouble(simulator.Fault{Kind: simulator.FaultRedirect, Share: drawShare(t, 5), Location: foreignURL, Status: rapid.SampledFrom([]int{302, 307}).Draw(t, "redirect")})
	case 3:
		w.trouble(simulator.Fault{Kind: simulator.FaultQuota, From: simulator.Duration(drawDuration(t, "quota spent", 0, 10*time.Second))})
	}
}

// trouble adds a fault that ends when the world is calm.
func (w *world) trouble(f simulator.Fault) {
	f.Until = simulator.Duration(w.calm)
	w.scenario.Faults = append(w.scenario.Faults, f)
}

func drawShare(t *rapid.T, percent int) float64 {
	return float64(drawEvenly(t, "percent", 1, percent)) / 100
}

// drawThrottle draws one of the ways to say "slower".
func drawThrottle(t *rapid.T) simulator.Fault {
	f := rapid.SampledFrom([]simulator.Fault{
		{Kind: simulator.FaultThrottle},
		{Kind: simulator.FaultThrottle, Status: 429},
		{Kind: simulator.FaultThrottle, Code: "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi"},
		{Kind: simulator.FaultThrottle, Code: "Throttling.User", Status: 400},
		{Kind: simulator.FaultLegacyThrottle},
	}).Draw(t, "wording")
	if f.Kind == simulator.FaultThrottle {
		f.RetryAfter = rapid.SampledFrom([]string{
			"", "0", "1", "100000", "9999999999", "-1", "soon", "Sat, 01 Jan 2000 00:00:03 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
		}).Draw(t, "Retry-After")
	}
	f.Share = drawShare(t, 30)
	return f
}

// drawHostility draws messages whose pages have no end. Strangers among the pages
// would be taken for readers once the server is honest again: it never is.
func (w *world) drawHostility(t *rapid.T) {
	for i := range w.messages {
		m := &w.messages[i]
		if m.ID.Kind == job.OneToOne || drawEvenly(t, "hostile", 0, 19) != 19 {
			continue
		}
		f := simulator.Fault{Messages: []string{m.ID.ProcessQueryKey}, Until: simulator.Duration(w.calm)}
		f.Kind = rapid.SampledFrom([]simulator.FaultKind{simulator.FaultLoopToken, simulator.FaultEmptyPages, simulator.FaultEndless}).Draw(t, "hostility")
		if f.Kind == simulator.FaultEndless {
			f.Until = 0
			m.Audience = job.Sized(crowdSize) // five thousand pages are for a million readers
		}
		w.scenario.Faults = append([]simulator.Fault{f}, w.scenario.Faults...)
	}
}
