package metrics

import (
	"iter"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
)

// Unread finds the people to remind: the list of unread, the same in every form of the
// report.
type Unread struct {
	in *report.Input
	// now is the latest run's time.
	now time.Time
}

// NewUnread returns the list for the messages of an input, as of its latest run.
func NewUnread(in *report.Input) *Unread {
	return &Unread{in: in, now: in.Run.LastSeen()}
}

// List yields the user ids of the people to remind of a message, sorted.
func (u *Unread) List(r *job.Result) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !u.open(r) {
			return
		}
		for d := range r.People() {
			if d.State == job.PersonUnread && u.reachable(r, d.UserID) && !yield(d.UserID) {
				return
			}
		}
	}
}

// open reports whether it makes sense to remind people of a message: it can still be
// read, and its last reading is not older than Refresh.StopAfter.
func (u *Unread) open(r *job.Result) bool {
	if r.Reading == nil || r.Recalled() {
		return false
	}
	switch r.Status {
	case job.StatusFrozen, job.StatusRecalled, job.StatusRejected:
		return false
	default:
	}
	stop := u.in.Refresh.StopAfter
	return stop == 0 || u.now.Sub(r.Reading.StartedAt) <= stop
}

func (u *Unread) reachable(r *job.Result, userID string) bool {
	return !job.Erased(userID) && (u.in.Directory == nil || u.in.Directory.Chaseable(r.Audience.Roster, userID, u.now))
}

// A Bridge divides the unread deliveries: each is in exactly one of its numbers.
type Bridge struct {
	// ToRemind are on the list of unread.
	ToRemind int
	// Left are of people who are not in the roster any more.
	Left int
	// ByNumber are known by number only: of a mere size, purged or erased.
	ByNumber int
	// Closed are of messages that can't be read any more, or are too old.
	Closed int
}

// Total is the number of unread deliveries.
func (b Bridge) Total() int { return b.ToRemind + b.Left + b.ByNumber + b.Closed }

// add takes in a message, and tells who is to be reminded.
func (b *Bridge) add(u *Unread, r *job.Result, remind *Remind) {
	if r.Reading == nil || !r.HasCounts() || r.Contradicts() || r.Counts.Withheld > 0 {
		return
	}
	listed, open := 0, u.open(r)
	for d := range r.People() {
		if d.State != job.PersonUnread {
			continue
		}
		listed++
		switch {
		case job.Erased(d.UserID):
			b.ByNumber++
		case !open:
			b.Closed++
		case !u.reachable(r, d.UserID):
			b.Left++
		default:
			b.ToRemind++
			remind.add(u.in.Directory, r.Audience.Roster, d.UserID)
		}
	}
	b.ByNumber += r.Counts.Unread - listed
}
