package runner_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
)

// A claim is what must hold in every world, and how a world breaks it.
type claim struct {
	text  string
	check func(h *history) (broken []string)
}

func claims() []claim {
	return []claim{
		{"a run ends as it should", (*history).checkEnds},
		{"the rate is kept, by the server's own clock", (*history).checkRate},
		{"every figure is the scenario's truth, or there is none", (*history).checkFigures},
		{"every message asked is accounted for, with a true reason", (*history).checkReasons},
		{"every call is on the account once", (*history).checkLedger},
		{"no call begins after the end, and all is quiet a timeout later", (*history).checkQuiet},
		{"token and secret only go to their host", (*history).checkHosts},
		{"calls are bounded", (*history).checkCalls},
		{"an outage costs few calls", (*history).checkOutages},
		{"the second run brings the rest", (*history).checkSecond},
		{"nothing that was answered is asked again", (*history).checkResume},
		{"going on costs no more than what was under way", (*history).checkCost},
	}
}

func (h *history) checkEnds() (broken []string) {
	for i, r := range h.runs {
		switch {
		case r.err == nil:
		case i == 0 && h.world.end != byItself && !r.over.Before(r.ended):
		default:
			broken = append(broken, fmt.Sprintf("run %d: %v", i+1, r.err))
		}
	}
	return broken
}

// during are the requests that arrived from the i-th run's start until the next
// run's.
func (h *history) during(i int) []simulator.Request {
	var list []simulator.Request
	for _, r := range h.server.Requests() {
		if !r.At.Before(h.runs[i].begun) && (i+1 == len(h.runs) || r.At.Before(h.runs[i+1].begun)) {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b simulator.Request) int { return a.At.Compare(b.At) })
	return list
}

func business(r simulator.Request) bool { return r.Kind != "" }

// slower reports whether the server told the caller to wait.
func slower(r simulator.Request) bool {
	return r.Fault == scenario.FaultThrottle || r.Fault == scenario.FaultLegacyThrottle || byTheLimit(r)
}

// byTheLimit reports whether it was the server's limit that refused a request,
// and no fault.
func byTheLimit(r simulator.Request) bool {
	return r.Fault == "" && strings.HasPrefix(r.Code, "Forbidden.AccessDenied.Qps")
}

// roundTrip is the longest one, of requests without a fault.
func (w *world) roundTrip() time.Duration {
	return time.Duration(w.scenario.Latency + w.scenario.Jitter)
}

// steadyLatency reports whether all answers that come take the same time.
func (w *world) steadyLatency() bool {
	late := slices.ContainsFunc(w.scenario.Faults, func(f scenario.Fault) bool {
		return f.Kind == scenario.FaultLate && time.Duration(f.Delay) < w.providers[0].Timeout
	})
	return w.scenario.Jitter == 0 && len(w.scenario.Shifts) == 0 && !late
}

func (h *history) checkRate() (broken []string) {
	limit := h.world.providers[0].Limit.RequestsPerSecond
	for i := range h.runs {
		for p := range h.world.providers {
			var all []simulator.Request
			for _, r := range h.during(i) {
				if r.Host == hostOf(p) {
					all = append(all, r)
				}
			}
			for _, text := range h.checkRateOf(all, limit) {
				broken = append(broken, fmt.Sprintf("run %d, %s: %s", i+1, hostOf(p), text))
			}
		}
	}
	return broken
}

func (h *history) checkRateOf(all []simulator.Request, limit int) (broken []string) {
	if most := mostInASecond(all); h.world.steadyLatency() && most > limit {
		broken = append(broken, fmt.Sprintf("%d requests in a second", most))
	}
	first := slices.IndexFunc(all, slower)
	if first < 0 {
		return broken
	}
	told := all[first].At.Add(h.world.roundTrip())
	if n := countOf(all, byTheLimit); n > 1 && len(h.world.scenario.Shifts) == 0 {
		broken = append(broken, fmt.Sprintf("refused for the rate %d times", n))
	}
	exact := slices.DeleteFunc(slices.Clone(all), func(r simulator.Request) bool { return !r.At.After(told.Add(h.world.roundTrip())) })
	if most := mostInASecond(exact); most > limit {
		broken = append(broken, fmt.Sprintf("%d requests in a second after a throttle answer", most))
	}
	if refused := slices.IndexFunc(exact, byTheLimit); refused >= 0 {
		broken = append(broken, fmt.Sprintf("refused for the rate again, %v after the first", exact[refused].At.Sub(all[first].At)))
	}
	return broken
}

func countOf[T any](list []T, is func(T) bool) (n int) {
	for _, x := range list {
		if is(x) {
			n++
		}
	}
	return n
}

func (h *history) checkLedger() (broken []string) {
	ledger := 0
	for i, r := range h.runs {
		certain, doubtful := 0, 0
		for _, q := range h.during(i) {
			switch {
			case !business(q) || q.Status == 0 || q.Left || slower(q) || q.Code == "1111":
			case q.Fault == scenario.FaultHTML: // it may be a ban, which isn't metered
				doubtful++
			default:
				certain++
			}
		}
		lost := 0
		if i == 0 && h.world.panics != "" {
			lost = r.probes() // what those on a query's behalf cost goes with it when it blows up
			doubtful += lost
			certain -= lost
		}
		spent := r.ledger - ledger
		ledger = r.ledger
		dead := i == 0 && h.world.end == killed && r.err != nil
		if spent > certain+doubtful || !dead && spent < certain {
			broken = append(broken, fmt.Sprintf("run %d: %d on the account, %d to %d answered", i+1, spent, certain, certain+doubtful))
		}
		callBudgets := 0
		for group, p := range r.budgets {
			callBudgets += int(p.spent.Load())
			if limit := p.limit.Load(); limit > 0 && p.spent.Load() > limit {
				broken = append(broken, fmt.Sprintf("run %d: %s spent %d of %d", i+1, group, p.spent.Load(), limit))
			}
		}
		if !dead && callBudgets > spent+lost || callBudgets < spent {
			broken = append(broken, fmt.Sprintf("run %d: %d on the account, %d out of the budgets", i+1, spent, callBudgets))
		}
		if cost := r.sum.Cost.Metered; !dead && cost != spent {
			broken = append(broken, fmt.Sprintf("run %d: %d on the account, %d by the summary", i+1, spent, cost))
		}
	}
	// The vendor's own count has what its answers found nobody for, and lacks what
	// a redirect, a web page or a spent quota cost a call that it doesn't count.
	left, extra := 0, 0
	for _, q := range h.server.Requests() {
		switch {
		case !business(q) || q.Status == 0 || slower(q) || q.Code == "1111":
		case q.Fault == scenario.FaultHTML || q.Fault == scenario.FaultRedirect || q.Fault == scenario.FaultQuota:
			extra++
		case q.Left:
			left++
		}
	}
	if ledger > h.server.Metered()-left+extra {
		broken = append(broken, fmt.Sprintf("%d on the account, the server counts %d, %d of them unheard, and not %d", ledger, h.server.Metered(), left, extra))
	}
	return broken
}

func (h *history) checkQuiet() (broken []string) {
	r, w := h.runs[0], h.world
	if r.ended.IsZero() || r.err == nil {
		return nil
	}
	const grace = 5 * time.Second
	for _, s := range h.wire.between(r.ended.Add(1), h.runs[1].begun) {
		if w.end == cancelled {
			broken = append(broken, fmt.Sprintf("a request to %s %v after the end", s.path, s.at.Sub(r.ended)))
		}
	}
	for _, s := range h.wire.between(r.begun, h.runs[1].begun) {
		if w.end == cancelled && s.back.Sub(r.ended) > w.providers[0].Timeout {
			broken = append(broken, fmt.Sprintf("a request came back %v after the end", s.back.Sub(r.ended)))
		}
	}
	if w.end == cancelled && r.over.Sub(r.ended) > grace {
		broken = append(broken, fmt.Sprintf("it took %v to end", r.over.Sub(r.ended)))
	}
	return broken
}

func (h *history) checkHosts() (broken []string) {
	for _, s := range h.wire.between(h.start, time.Now()) {
		if !strings.HasSuffix(s.host, ".example") || s.host == "elsewhere.example" {
			broken = append(broken, "a request to "+s.host)
		}
		for i, p := range h.world.providers {
			if s.host != hostOf(i) && strings.Contains(s.said, p.AppSecret.Reveal()) {
				broken = append(broken, fmt.Sprintf("%s was told the secret of %s", s.host, p.Name))
			}
		}
	}
	for _, q := range h.server.Requests() {
		for i, p := range h.world.providers {
			if q.App == p.AppKey && q.Host != hostOf(i) {
				broken = append(broken, fmt.Sprintf("%s was told the token of %s", q.Host, p.Name))
			}
		}
	}
	return broken
}

// pages is how many pages the message has at most.
func (w *world) pages(i int) int {
	m, readers := &w.scenario.Messages[i], 0
	if m.Error != nil || m.SendStatus == "PROCESSING" || w.messages[i].ID.Kind == job.OneToOne {
		return 1
	}
	readers = len(m.Readers)
	for _, c := range m.Changes {
		readers = max(readers, len(c.Readers))
	}
	pages := 1
	for left := readers - m.PageSize; left > 0; left -= m.PageSize - m.Overlap {
		pages++
	}
	return pages
}

// falsePages is how many pages more than it has a hostile message gives out until
// it is not believed any more.
func (w *world) falsePages(key string) int {
	for _, f := range w.scenario.Faults {
		switch {
		case !slices.Contains(f.Messages, key):
		case f.Kind == scenario.FaultEndless:
			return 111
		case f.Kind == scenario.FaultLoopToken, f.Kind == scenario.FaultEmptyPages:
			return 3
		}
	}
	return 0
}

func (h *history) checkCalls() (broken []string) {
	w := h.world
	for n, r := range h.runs {
		pages := 0
		for i, m := range w.messages {
			if r.asked[m.ID.ProcessQueryKey] {
				pages += w.pages(i)
			}
			pages += w.falsePages(m.ID.ProcessQueryKey)
		}
		calls, uncounted := 0, 0
		for _, q := range h.during(n) {
			if business(q) {
				calls++
			}
		}
		for _, s := range r.stats {
			// What was under way when the gate shut isn't counted against its message.
			uncounted += s.Throttled + s.Probes*(1+w.providers[0].Limit.MaxInFlight)
		}
		passes := 1
		if w.scenario.NextTokenLifetime > 0 {
			passes = 2
		}
		tokens := len(r.asked) // one refused token each
		if calls > pages*passes*w.providers[0].Retry.MaxAttempts+uncounted+tokens {
			broken = append(broken, fmt.Sprintf("run %d: %d calls for %d pages, %d uncounted", n+1, calls, pages, uncounted))
		}
	}
	return broken
}

func (h *history) checkOutages() (broken []string) {
	w := h.world
	for _, o := range w.scenario.Outages {
		for p := range w.providers {
			limit, calls, tokens := w.providers[p].Limit, 0, 0
			for _, q := range h.during(0) {
				at := scenario.Duration(q.At.Sub(h.start))
				switch {
				case q.Host != hostOf(p) || at < o.From || at >= o.Until:
				case business(q):
					calls++
				default:
					tokens++
				}
			}
			length := time.Duration(o.Until - o.From)
			// What is under way until five messages have failed, or the attempts of
			// fewer than five; then the probes.
			begins := 2*max(limit.MaxInFlight, limit.RequestsPerSecond) + 5*w.providers[p].Retry.MaxAttempts
			probes := 6 + int(length/(30*time.Second))
			// A token call alone is no outage of five: it insists, at its backoff's pace.
			insisting := 10 + int(4*length/w.providers[p].Retry.MaxBackoff)
			if calls > begins+probes || tokens > insisting {
				broken = append(broken, fmt.Sprintf("%s: %d calls and %d for tokens in an outage of %v", hostOf(p), calls, tokens, length))
			}
		}
	}
	return broken
}
