package runner

import (
	"cmp"
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/job/shelf"
)

// A robot is the messages of a queue with one robot code, and how it fares.
// Guarded by the queue's mutex, but for records.
type robot struct {
	code string
	// records are those of its messages.
	records records
	steps   []waiting // the longest last
	// shelf has the steps' messages.
	shelf *shelf.Shelf
	// taken are the messages that a worker took and whose records nobody has yet.
	taken map[job.MessageID]bool
	// found is the stop with which earlier runs found it, until it is answered well.
	// cleared is the one of which that proved that it was about messages.
	found, cleared *job.RobotStop
	// admitted: one request was not refused as a robot, so the rest may follow.
	// good: one was answered well.
	admitted, good bool
	inFlight       int
	streak         streak
	// withdrawn is closed when the robot is not asked any more, for the reason in
	// stop.
	withdrawn chan struct{}
	stop      *job.Stop
}

// A waiting step is one that no worker has taken: there may be a million.
type waiting struct {
	place          shelf.Place
	pages          int32
	sound, replace bool
}

// add appends a step.
func (r *robot) add(s plan.Step) {
	r.steps = append(r.steps, waiting{
		place: s.On(r.shelf), sound: s.Sound(), replace: s.ReplaceAudience,
		pages: int32(s.Pages), //nolint:gosec // of one message
	})
}

// step is a waiting one with its message.
func (r *robot) step(w waiting) plan.Step {
	return plan.Step{Message: r.shelf.Get(w.place), Pages: int(w.pages), ReplaceAudience: w.replace}
}

// sort puts the longest chains first and keeps the order of equals.
func (r *robot) sort() {
	slices.Reverse(r.steps)
	slices.SortStableFunc(r.steps, func(a, b waiting) int { return cmp.Compare(a.pages, b.pages) })
}

// room is how many more messages of the robot may be asked side by side: one until
// a first answer admits it, all while it is answered well, and else no more than
// would stop it.
func (r *robot) room() int {
	switch {
	case len(r.steps) == 0:
		return 0
	case r.good && r.streak.count == 0:
		return len(r.steps)
	case r.admitted:
		return sameAnswers - r.streak.count - r.inFlight
	}
	return 1 - r.inFlight
}

func (r *robot) longest() int { return int(r.steps[len(r.steps)-1].pages) }

// take takes the message with the longest chain; on trial the longest of those
// against which nothing is recorded, since a dead message would tell nothing.
func (r *robot) take(trial bool) plan.Step {
	at := len(r.steps) - 1
	if trial || r.found != nil {
		for i := at; i >= 0; i-- {
			if r.steps[i].sound {
				at = i
				break
			}
		}
	}
	s := r.step(r.steps[at])
	r.steps = slices.Delete(r.steps, at, at+1)
	r.inFlight++
	return s
}

// halt forgets the untaken messages, takes back those that wait to be asked, and
// returns how many were forgotten.
func (r *robot) halt(why job.Stop) int {
	n := len(r.steps)
	r.steps = nil
	if r.stop == nil {
		r.stop = &why
		close(r.withdrawn)
	}
	return n
}

// answered notes that the robot is good.
func (r *robot) answered() {
	if r.found != nil && r.found.Class != job.ClassRobot {
		r.cleared = r.found
	}
	r.admitted, r.good, r.found = true, true, nil
}

// isFor reports whether the answer is the one for which the robot was stopped.
func isFor(stop *job.RobotStop, e *job.AnswerError) bool {
	return stop != nil && stop.Class == e.Class && stop.Code == e.Code
}
