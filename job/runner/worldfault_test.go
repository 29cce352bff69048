package runner_test

import (
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/job/simulator/scenario"
)

// passingFaults are over when the same is asked again, and cost a call at most.
func passingFaults() []scenario.FaultKind {
	return []scenario.FaultKind{
		scenario.FaultSystemError, scenario.FaultReset, scenario.FaultEOF, scenario.FaultTimeout,
		scenario.FaultTruncate, scenario.FaultSlowBody, scenario.FaultLate,
		scenario.FaultGarbage, scenario.FaultEmptyObject, scenario.FaultNull, scenario.FaultErrorIn200,
		scenario.FaultWrongCase, scenario.FaultDuplicateKey, scenario.FaultTrailing, scenario.FaultBadUTF8,
		scenario.FaultNoHasMore,
	}
}

func tokenCalls() []string { return []string{"access_token"} }

// drawFaults draws what goes wrong until the world is calm.
func (w *world) drawFaults(t *rapid.T) {
	for range drawEvenly(t, "faults", 0, 4) {
		f := scenario.Fault{Kind: rapid.SampledFrom(passingFaults()).Draw(t, "fault"), Share: drawShare(t, 40)}
		if f.Kind == scenario.FaultSlowBody || f.Kind == scenario.FaultTimeout || f.Kind == scenario.FaultLate {
			// Not longer than two timeouts: past that nobody can know of a request.
			f.Delay = scenario.Duration(drawDuration(t, "delay", time.Millisecond, 2*w.providers[0].Timeout-3*time.Second))
			if f.Kind == scenario.FaultLate && rapid.Bool().Draw(t, "past the timeout") {
				f.Delay = max(f.Delay, scenario.Duration(w.providers[0].Timeout))
			}
			if f.Delay+w.scenario.Latency == scenario.Duration(w.providers[0].Timeout) {
				f.Delay += scenario.Duration(time.Millisecond) // at one instant nobody knows whether the answer arrived
			}
		}
		if drawEvenly(t, "one message", 0, 5) == 5 {
			f.Share, f.Messages = 0, []string{rapid.SampledFrom(w.messages).Draw(t, "message").ID.ProcessQueryKey}
		}
		w.trouble(f)
	}
	if drawEvenly(t, "token faults", 0, 3) == 3 {
		kind := rapid.SampledFrom([]scenario.FaultKind{
			scenario.FaultSystemError, scenario.FaultReset, scenario.FaultTruncate, scenario.FaultEmptyObject,
		}).Draw(t, "token fault")
		w.trouble(scenario.Fault{Kind: kind, Interfaces: tokenCalls(), Share: drawShare(t, 60)})
	}
	if drawEvenly(t, "throttling", 0, 2) == 2 {
		w.trouble(drawThrottle(t))
	}
	switch drawEvenly(t, "rare", 0, 11) {
	case 4:
		w.trouble(scenario.Fault{Kind: scenario.FaultBan, Share: drawShare(t, 5)})
	case 1:
		w.trouble(scenario.Fault{Kind: scenario.FaultHTML, Share: drawShare(t, 5), Status: rapid.SampledFrom([]int{200, 503}).Draw(t, "html")})
	case 2:
		w.trouble(scenario.Fault{Kind: scenario.FaultRedirect, Share: drawShare(t, 5), Location: foreignURL, Status: rapid.SampledFrom([]int{302, 307}).Draw(t, "redirect")})
	case 3:
		w.trouble(scenario.Fault{Kind: scenario.FaultQuota, From: scenario.Duration(drawDuration(t, "quota spent", 0, 10*time.Second))})
	}
}

// trouble adds a fault that ends when the world is calm.
func (w *world) trouble(f scenario.Fault) {
	f.Until = scenario.Duration(w.calm)
	w.scenario.Faults = append(w.scenario.Faults, f)
}

func drawShare(t *rapid.T, percent int) float64 {
	return float64(drawEvenly(t, "percent", 1, percent)) / 100
}

// drawThrottle draws one of the ways to say "slower".
func drawThrottle(t *rapid.T) scenario.Fault {
	f := rapid.SampledFrom([]scenario.Fault{
		{Kind: scenario.FaultThrottle},
		{Kind: scenario.FaultThrottle, Status: 429},
		{Kind: scenario.FaultThrottle, Code: "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi"},
		{Kind: scenario.FaultThrottle, Code: "Throttling.User", Status: 400},
		{Kind: scenario.FaultLegacyThrottle},
	}).Draw(t, "wording")
	if f.Kind == scenario.FaultThrottle {
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
		f := scenario.Fault{Messages: []string{m.ID.ProcessQueryKey}, Until: scenario.Duration(w.calm)}
		f.Kind = rapid.SampledFrom([]scenario.FaultKind{scenario.FaultLoopToken, scenario.FaultEmptyPages, scenario.FaultEndless}).Draw(t, "hostility")
		if f.Kind == scenario.FaultEndless {
			f.Until = 0
			m.Audience = job.Sized(crowdSize) // five thousand pages are for a million readers
		}
		w.scenario.Faults = append([]scenario.Fault{f}, w.scenario.Faults...)
	}
}
