package runner

import (
	"sync"

	"notifyaudit/job"
)

// An Outcome is what became of one asked message.
type Outcome string

// The outcomes.
const (
	OutcomeRead       Outcome = "read"
	OutcomePending    Outcome = "pending"
	OutcomeFrozen     Outcome = "frozen"
	OutcomeRejected   Outcome = "rejected"
	OutcomeIncomplete Outcome = "incomplete"
	OutcomeFailed     Outcome = "failed"
	OutcomeDeferred   Outcome = "deferred" // the quota ended before it was asked
)

// Unreadable reports whether the message was asked and could not be read: its
// being put off or not ready yet is something else.
func (o Outcome) Unreadable() bool {
	return o == OutcomeRejected || o == OutcomeIncomplete || o == OutcomeFailed
}

// An Event is one step of a run: a page with more behind it, or the end of a
// message.
type Event struct {
	Message *job.Message
	// Outcome is empty for a page with more behind it.
	Outcome Outcome
	// Err says why there is no reading; nil with OutcomeRead.
	Err  *job.AnswerError
	Cost job.Cost
}

// A Summary is what a run did.
type Summary struct {
	// Planned counts the messages to ask; Outcomes what became of those asked;
	// NotAsked the rest, whatever the reason.
	Planned, NotAsked int
	Outcomes          map[Outcome]int
	// Replaced counts the messages whose audience was recorded anew without a call.
	Replaced int
	Cost     job.Cost
	// Stops are in the order in which they happened.
	Stops []job.Stop
}

// Asked counts the messages that were asked to their end.
func (s Summary) Asked() int { return s.Planned - s.NotAsked }

// Unreadable counts the messages that were asked and could not be read.
func (s Summary) Unreadable() int {
	n := 0
	for o, messages := range s.Outcomes {
		if o.Unreadable() {
			n += messages
		}
	}
	return n
}

// A runCounter adds up what the workers do.
type runCounter struct {
	mu      sync.Mutex
	observe func(Event)
	sum     Summary
}

func newRunCounter(observe func(Event)) *runCounter {
	if observe == nil {
		observe = func(Event) {}
	}
	return &runCounter{observe: observe, sum: Summary{Outcomes: map[Outcome]int{}}}
}

func (c *runCounter) page(m *job.Message, cost job.Cost) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum.Cost = c.sum.Cost.Add(cost)
	c.observe(Event{Message: m, Cost: cost})
}

func (c *runCounter) done(m *job.Message, o Outcome, e *job.AnswerError, cost job.Cost) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum.Cost = c.sum.Cost.Add(cost)
	c.sum.Outcomes[o]++
	c.observe(Event{Message: m, Outcome: o, Err: e, Cost: cost})
}

// stop notes a stop once, however many answers repeat it, and the messages that
// it left unasked. It reports whether the stop is new.
func (c *runCounter) stop(s job.Stop, notAsked int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.sum.Stops {
		if c.sum.Stops[i].Reach == s.Reach && c.sum.Stops[i].Name == s.Name {
			c.sum.Stops[i].NotAsked += notAsked
			return false
		}
	}
	s.NotAsked = notAsked
	c.sum.Stops = append(c.sum.Stops, s)
	return true
}

func (c *runCounter) summary() Summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sum
	s.NotAsked = s.Planned
	for _, n := range s.Outcomes {
		s.NotAsked -= n
	}
	return s
}
