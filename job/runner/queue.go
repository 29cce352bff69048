package runner

import (
	"cmp"
	"slices"
	"sync"

	"notifyaudit/job"
)

// sameAnswers is how many identical final answers in a row, without a good one
// in this run, stop a robot: one wrong robot code costs ten calls and not a
// month.
const sameAnswers = 10

// A queue is the messages to ask through one provider, by robot.
type queue struct {
	provider Provider

	mu     sync.Mutex
	wake   *sync.Cond
	robots []*robot
	byCode map[string]*robot
	closed bool
}

// A robot is the messages of a queue with one robot code, and how it fares.
type robot struct {
	code  string
	tasks []Task // the longest last
	// admitted: one request was not refused as a robot, so the rest may follow.
	// good: one was answered well.
	admitted, good bool
	inFlight       int
	// streak counts the latest identical final answers; last is their code.
	streak int
	last   string
}

func newQueue(p Provider) *queue {
	q := &queue{provider: p, byCode: map[string]*robot{}}
	q.wake = sync.NewCond(&q.mu)
	return q
}

// add appends a task. It is for one goroutine, before the workers start.
func (q *queue) add(t Task) {
	r, found := q.byCode[t.Message.RobotCode]
	if !found {
		r = &robot{code: t.Message.RobotCode}
		q.byCode[r.code] = r
		q.robots = append(q.robots, r)
	}
	r.tasks = append(r.tasks, t)
}

// sort puts the longest chains first and keeps the order of equals.
func (q *queue) sort() {
	for _, r := range q.robots {
		slices.Reverse(r.tasks)
		slices.SortStableFunc(r.tasks, func(a, b Task) int { return cmp.Compare(a.Pages, b.Pages) })
	}
}

// left is the number of tasks that nobody took.
func (q *queue) left() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, r := range q.robots {
		n += len(r.tasks)
	}
	return n
}

// close ends the queue: tasks that nobody took stay untaken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake.Broadcast()
}

// next takes the task with the longest chain among the robots that may be asked
// now, and waits while there are only others. False: there is none left.
func (q *queue) next() (Task, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		best, waiting := (*robot)(nil), false
		for _, r := range q.robots {
			if q.closed || len(r.tasks) == 0 {
				continue
			}
			if r.room() <= 0 {
				waiting = true
				continue
			}
			if best == nil || r.longest() > best.longest() {
				best = r
			}
		}
		if best != nil {
			return best.take(), true
		}
		if !waiting {
			return Task{}, false
		}
		q.wake.Wait()
	}
}

// room is how many more messages of the robot may be asked side by side: one
// until a first answer admits it, and no more than would stop it until it was
// answered well.
func (r *robot) room() int {
	switch {
	case r.good:
		return len(r.tasks)
	case r.admitted:
		return sameAnswers - r.streak - r.inFlight
	}
	return 1 - r.inFlight
}

func (r *robot) longest() int { return r.tasks[len(r.tasks)-1].Pages }

func (r *robot) take() Task {
	last := len(r.tasks) - 1
	t := r.tasks[last]
	r.tasks = r.tasks[:last]
	r.inFlight++
	return t
}

// finish gives the task's place back.
func (q *queue) finish(t Task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.byCode[t.Message.RobotCode].inFlight--
	q.wake.Broadcast()
}

// answered notes a believed page: the robot is good.
func (q *queue) answered(code string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r := q.byCode[code]
	if r.good && r.streak == 0 {
		return
	}
	r.admitted, r.good, r.streak = true, true, 0
	q.wake.Broadcast()
}

// heard notes an answer that says nothing of the robot, and so doesn't refuse it:
// the rest may follow.
func (q *queue) heard(code string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.byCode[code].admitted = true
	q.wake.Broadcast()
}

// refused notes a final answer and reports whether it was the one too many.
func (q *queue) refused(code string, e *job.AnswerError) (stopped bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r := q.byCode[code]
	r.admitted = r.admitted || e.Class != job.ClassRobot
	if r.last != e.Code {
		r.last, r.streak = e.Code, 0
	}
	r.streak++
	q.wake.Broadcast()
	return !r.good && r.streak == sameAnswers
}

// drop forgets the robot's untaken tasks and returns their number.
func (q *queue) drop(code string) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.byCode[code].drop()
}

// dropAll forgets all untaken tasks and returns their number.
func (q *queue) dropAll() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, r := range q.robots {
		n += r.drop()
	}
	q.wake.Broadcast()
	return n
}

func (r *robot) drop() int {
	n := len(r.tasks)
	r.tasks = nil
	return n
}
