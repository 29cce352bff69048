package runner

import (
	"sync"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/job/shelf"
)

// A queue is the messages to ask through one provider, by robot.
type queue struct {
	provider Provider

	mu     sync.Mutex
	wake   *sync.Cond
	robots []*robot
	byCode map[string]*robot
	closed bool
	// trial: the run before ended without an answer of the provider, so that one
	// message at a time is asked until there is one.
	trial    bool
	inFlight int
	// gateway is the latest answers that weren't the API's.
	gateway streak
	// failed are the messages that failed for want of an answer since the last good
	// one: should the provider give up, the fault was not theirs.
	failed []*suspect
	// gone: the provider gave up, and no good answer came since. What was under way
	// fails after that.
	gone bool
}

func newQueue(p Provider, trial bool) *queue {
	q := &queue{provider: p, trial: trial, byCode: map[string]*robot{}}
	q.wake = sync.NewCond(&q.mu)
	return q
}

// add appends a step, whose message is kept on a shelf. It is for one goroutine, before
// the workers start.
func (q *queue) add(s plan.Step, on *shelf.Shelf, stop *job.RobotStop) {
	r, found := q.byCode[s.Message.RobotCode]
	if !found {
		r = &robot{code: s.Message.RobotCode, shelf: on, found: stop, withdrawn: make(chan struct{}), taken: map[job.MessageID]bool{}}
		q.byCode[r.code] = r
		q.robots = append(q.robots, r)
	}
	r.add(s)
}

func (q *queue) sort() {
	for _, r := range q.robots {
		r.sort()
	}
}

// left is the number of steps that no worker has taken.
func (q *queue) left() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, r := range q.robots {
		n += len(r.steps)
	}
	return n
}

// close ends the queue: no worker takes a step any more.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake.Broadcast()
}

// next takes the step with the longest chain among the robots that may be asked
// now, and waits while there are only others. False: there is none left.
func (q *queue) next() (plan.Step, *robot, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		best, waiting := q.choose()
		if best != nil {
			q.inFlight++
			step := best.take(q.trial)
			best.taken[step.Message.ID] = true
			return step, best, true
		}
		if !waiting {
			return plan.Step{}, nil, false
		}
		q.wake.Wait()
	}
}

// choose returns the robot to ask next; without one, whether there may be one
// later.
func (q *queue) choose() (best *robot, waiting bool) {
	for _, r := range q.robots {
		switch {
		case q.closed || len(r.steps) == 0:
		case r.room() <= 0 || q.trial && q.inFlight > 0:
			waiting = true
		case best == nil || r.longest() > best.longest():
			best = r
		}
	}
	return best, waiting
}

// finish gives a message's place back.
func (q *queue) finish(r *robot) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.inFlight--
	r.inFlight--
	q.wake.Broadcast()
}

// onTrial reports whether the robot, or the provider, is being tried: each message
// gets one attempt.
func (q *queue) onTrial(r *robot) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.trial || r.found != nil && !r.good
}

// answered notes a believed page: provider and robot are good. It returns the
// suspects of the streak that ends with it: those refusals were about the messages.
func (q *queue) answered(r *robot) []*suspect {
	q.mu.Lock()
	defer q.mu.Unlock()
	r.answered()
	q.reached()
	q.wake.Broadcast()
	return r.streak.end()
}

// reached notes that the API itself answered. The mutex is held.
func (q *queue) reached() {
	q.trial = false
	q.gateway.end()
	q.failed, q.gone = nil, false
}

// heard notes an answer of the API that says nothing of the robot, and so doesn't
// refuse it: the rest may follow.
func (q *queue) heard(r *robot) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r.admitted = true
	q.reached()
	q.wake.Broadcast()
}

// unheard notes a failure for want of an answer, and reports whether it ends a
// trial of the provider: it does unless the message is known to fail by itself. It
// returns the messages that did not fail by themselves: a streak of gateway answers
// that is too long to be about its messages, and x when the provider has given up.
func (q *queue) unheard(x *suspect, sound bool) (ends bool, blameless []*suspect) {
	q.mu.Lock()
	defer q.mu.Unlock()
	x.reader.robot.admitted = true
	q.wake.Broadcast()
	if q.gone {
		return false, []*suspect{x}
	}
	q.failed = append(q.failed, x)
	ends = q.trial && sound
	if x.err.Class != job.ClassGateway {
		q.gateway.end()
		return ends, nil
	}
	q.gateway.add(x)
	if q.gateway.count >= sameAnswers {
		blameless = q.gateway.take()
	}
	return ends, blameless
}

// A refusal is what a refused message makes of its robot.
type refusal int

const (
	// refusedAlone: the robot may be good.
	refusedAlone refusal = iota
	// refusedAll: this answer stops the robot.
	refusedAll
	// refusedLate: the robot was stopped when it came.
	refusedLate
)

// refused notes a final answer. It returns the suspects of the streak that the
// answer ends, and the ones that it is about when it stops the robot, or comes
// after the stop.
func (q *queue) refused(x *suspect) (verdict refusal, ended, alike []*suspect) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r := x.reader.robot
	r.admitted = r.admitted || x.err.Class != job.ClassRobot
	q.reached()
	q.wake.Broadcast()
	if isFor(r.cleared, x.err) {
		return refusedAlone, append(r.streak.end(), x), nil
	}
	ended = r.streak.add(x)
	switch {
	case r.stop != nil || r.streak.count > sameAnswers:
		return refusedLate, ended, r.streak.take()
	case r.streak.count == sameAnswers || isFor(r.found, x.err):
		return refusedAll, ended, r.streak.take()
	}
	return refusedAlone, ended, nil
}

// isGood reports whether the robot was answered well in this run.
func (q *queue) isGood(r *robot) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return r.good
}

// stopOf is why the robot is not asked any more.
func (q *queue) stopOf(r *robot) job.Stop {
	q.mu.Lock()
	defer q.mu.Unlock()
	return *r.stop
}

// halt stops one robot and returns the number of its messages that no worker has
// taken.
func (q *queue) halt(r *robot, why job.Stop) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.wake.Broadcast()
	return r.halt(why)
}

// haltAll stops all robots.
func (q *queue) haltAll(why job.Stop) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.wake.Broadcast()
	n := 0
	for _, r := range q.robots {
		n += r.halt(why)
	}
	return n
}

// unconcluded returns the suspects that are left at the end.
func (q *queue) unconcluded() (left []*suspect) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range q.robots {
		left = append(left, r.streak.end()...)
	}
	return left
}

// givenUp notes that the provider gave up. It returns the messages that failed since
// the last good answer.
func (q *queue) givenUp() []*suspect {
	q.mu.Lock()
	defer q.mu.Unlock()
	failed := q.failed
	q.failed, q.gone = nil, true
	return failed
}
