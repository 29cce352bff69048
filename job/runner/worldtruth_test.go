package runner_test

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/runner"
	"notifyaudit/job/simulator/scenario"
)

// readersAt are whom the server would report for a message at an instant.
func (h *history) readersAt(i int, at time.Time) []string {
	m := &h.world.scenario.Messages[i]
	readers := m.Readers
	for _, c := range m.Changes {
		if !h.start.Add(time.Duration(c.After)).After(at) {
			readers = c.Readers
		}
	}
	return readers
}

// hostile reports whether a message's pages never end, calm or not.
func (w *world) hostile(key string) bool {
	return slices.ContainsFunc(w.scenario.Faults, func(f scenario.Fault) bool {
		return f.Kind == scenario.FaultEndless && slices.Contains(f.Messages, key)
	})
}

func (h *history) checkFigures() (broken []string) {
	for n, r := range h.runs {
		for i, m := range h.world.messages {
			key, told := m.ID.ProcessQueryKey, &h.world.scenario.Messages[i]
			got, record := r.readers[key], r.after[key]
			if record == nil || record.Last == nil {
				if len(got) > 0 {
					broken = append(broken, fmt.Sprintf("run %d, %s: %d readers without a reading", n+1, key, len(got)))
				}
				continue
			}
			least, most := h.readersAt(i, record.Last.StartedAt), h.readersAt(i, record.Last.FinishedAt)
			if len(got) < len(least) || len(got) > len(most) || !slices.Equal(got, most[:len(got)]) || record.Last.Readers != len(got) {
				broken = append(broken, fmt.Sprintf("run %d, %s: %d readers, counted %d, want %d to %d", n+1, key, len(got), record.Last.Readers, len(least), len(most)))
			}
			if wrong := told.Error != nil || told.SendStatus == "PROCESSING" || h.world.hostile(key); wrong {
				broken = append(broken, fmt.Sprintf("run %d, %s: a reading of what can't be read", n+1, key))
			}
			if recalled := record.Last.SendStatus == job.SendRecalled; recalled != (told.SendStatus == "RECALLED") {
				broken = append(broken, fmt.Sprintf("run %d, %s: %s", n+1, key, record.Last.SendStatus))
			}
		}
	}
	return broken
}

func (h *history) checkReasons() (broken []string) {
	for n, r := range h.runs {
		if h.world.end == killed && n == 0 {
			continue
		}
		sum, found := r.sum, map[runner.Outcome]int{}
		for i, m := range h.world.messages {
			record := r.after[m.ID.ProcessQueryKey]
			switch {
			case record == nil:
			case record.Last != nil && !record.Last.FinishedAt.Before(r.begun):
				found[runner.OutcomeRead]++
			case record.Failure != nil && !record.Failure.At.Before(r.begun):
				found[runner.Outcome(record.Failure.Status)]++
				if text := h.doubt(&h.world.scenario.Messages[i], record.Failure); text != "" {
					broken = append(broken, fmt.Sprintf("run %d, %s: %s", n+1, m.ID.ProcessQueryKey, text))
				}
			}
		}
		stopped := 0
		for _, s := range sum.Stops {
			stopped += s.NotAsked
		}
		asked := 0
		for o, messages := range sum.Outcomes {
			asked += messages
			if o != runner.OutcomeDeferred && found[o] != messages {
				broken = append(broken, fmt.Sprintf("run %d: %d %s by the summary, %d by the state", n+1, messages, o, found[o]))
			}
		}
		if asked+sum.NotAsked != len(r.asked) || r.err == nil && sum.NotAsked != stopped {
			broken = append(broken, fmt.Sprintf("run %d: %d planned, %+v", n+1, len(r.asked), sum))
		}
	}
	return broken
}

// doubt is why a failure's reason can't be true.
func (h *history) doubt(told *scenario.Message, f *job.Failure) string {
	code := ""
	if told.Error != nil {
		code = told.Error.Code
	}
	expired := code == "processQueryKey.expireTime"
	switch f.Status {
	case job.StatusRejected:
		if f.Code == code && !expired {
			return ""
		}
	case job.StatusPending:
		if expired || told.SendStatus == "PROCESSING" {
			return ""
		}
	case job.StatusFrozen:
		if expired {
			return ""
		}
	case job.StatusIncomplete, job.StatusFailed:
		if code != "" && f.Code == code && !expired { // the run could not tell whether it is everybody's
			return ""
		}
		if len(h.world.scenario.Faults)+len(h.world.scenario.Outages)+len(h.world.scenario.RevokeTokens) > 0 || h.world.panics == told.Key ||
			h.world.scenario.TokenLifetime > 0 || h.world.scenario.NextTokenLifetime > 0 {
			return ""
		}
	default:
	}
	return fmt.Sprintf("%s: %s %s %s, but the server says %q %q", f.Status, f.Class, f.Code, f.Message, code, told.SendStatus)
}

func (h *history) checkSecond() (broken []string) {
	r := h.runs[1]
	stopped := map[string]bool{}
	for _, s := range r.sum.Stops {
		stopped[s.Name] = true
		if s.Reach != job.ReachRobot {
			broken = append(broken, fmt.Sprintf("the second run stopped: %+v", s))
		}
	}
	for i, m := range h.world.messages {
		key, told := m.ID.ProcessQueryKey, &h.world.scenario.Messages[i]
		record := r.after[key]
		switch readable := told.Error == nil && told.SendStatus != "PROCESSING" && !h.world.hostile(key); {
		case !readable && (record == nil || record.Failure == nil) && len(h.stops(m)) == 0:
			broken = append(broken, key+": nothing is said of it")
		case readable && record != nil && !r.asked[key] && waits(record, r.begun):
			// It failed by itself, and is asked again later.
		case readable && (record == nil || record.Last == nil || record.Failure != nil || record.Cursor != nil) && len(h.stops(m)) == 0:
			broken = append(broken, fmt.Sprintf("%s: not read: %s", key, described(record)))
		}
	}
	return broken
}

// waits reports whether a message that failed was not due yet.
func waits(r *job.Record, now time.Time) bool {
	f := r.Failure
	return f != nil && f.Runs > 0 && now.Before(job.RetryAt(f.At, f.Runs, time.Time{}))
}

// described is a record in short.
func described(r *job.Record) string {
	if r == nil {
		return "the state doesn't know it"
	}
	text := fmt.Sprintf("%d calls, cursor %+v", r.Calls, r.Cursor)
	if f := r.Failure; f != nil {
		text += fmt.Sprintf(", %s %s %s %q at %v", f.Status, f.Class, f.Code, f.Message, f.At)
	}
	return text
}

// stops are why the message's robot is not asked any more.
func (h *history) stops(m job.Message) (stops []job.Stop) {
	for _, r := range h.runs {
		for _, s := range r.sum.Stops {
			if s.Reach == job.ReachRobot && s.Name == m.ID.Provider+" robot "+m.RobotCode {
				stops = append(stops, s)
			}
		}
	}
	return stops
}

// checkResume holds where the second run soon follows the first, and no cursor
// expires: what the server answered, and its answer arrived, is in the state.
func (h *history) checkResume() (broken []string) {
	w := h.world
	if h.runs[1].begun.Sub(h.runs[0].over) > job.MaxPause-time.Minute || w.scenario.NextTokenLifetime > 0 {
		return nil
	}
	again, probes := 0, h.runs[1].probes()
	answered := h.answeredPages()
	for _, q := range h.during(1) {
		if business(q) && q.Page <= answered[q.Key] {
			again++
		}
	}
	if again > probes {
		broken = append(broken, fmt.Sprintf("%d pages were asked again: %v", again-probes, answered))
	}
	return broken
}

// answeredPages is the last page of each message that the first run has to
// remember: of those it could not read to the end.
func (h *history) answeredPages() map[string]int {
	r, answered := h.runs[0], map[string]int{}
	for _, q := range h.during(0) {
		known := r.ended.IsZero() || h.world.end == cancelled || q.At.Add(h.world.roundTrip()).Before(r.ended)
		if business(q) && q.Status == http.StatusOK && q.Code == "" && q.Fault == "" && !q.Left && known {
			answered[q.Key] = max(answered[q.Key], q.Page)
		}
	}
	for i, m := range h.world.messages {
		key := m.ID.ProcessQueryKey
		record := r.after[key]
		if h.world.scenario.Messages[i].SendStatus == "PROCESSING" {
			delete(answered, key)
		}
		if record == nil || record.Failure == nil || record.Last != nil {
			continue
		}
		switch record.Failure.Class {
		case job.ClassTransient, job.ClassThrottled, job.ClassBanned, job.ClassToken, job.ClassInternal:
		default:
			delete(answered, key)
		}
	}
	return answered
}

// checkCost holds where nothing goes wrong but the end of the first run: both runs
// together make the calls that one would have made, and what was under way more.
func (h *history) checkCost() (broken []string) {
	w := h.world
	if w.calm > 0 || w.gap > job.MaxPause-time.Minute {
		return nil
	}
	needed, calls, spare := 0, 0, 0
	for i, m := range w.messages {
		told := &w.scenario.Messages[i]
		if told.Error == nil && told.SendStatus != "PROCESSING" {
			needed += w.pages(i)
			continue
		}
		for _, r := range h.runs {
			if r.asked[m.ID.ProcessQueryKey] {
				needed++
			}
		}
	}
	for i, r := range h.runs {
		for _, q := range h.during(i) {
			switch {
			case !business(q):
			case i == 0 && q.Left:
				spare++
				fallthrough
			default:
				calls++
			}
		}
		for _, s := range r.stats {
			spare += s.Throttled + s.Probes
		}
	}
	if first := h.runs[0]; w.end == killed {
		// A run finds out that it was killed when it would record the next answer.
		spare += h.wire.underWay(first.ended) + len(h.wire.between(first.ended.Add(1), h.runs[1].begun))
	}
	if calls > needed+spare {
		broken = append(broken, fmt.Sprintf("%d calls for %d, and %d under way at the end", calls, needed, spare))
	}
	return broken
}
