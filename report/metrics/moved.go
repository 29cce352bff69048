package metrics

import (
	"iter"
	"time"

	"notifyaudit/job"
)

// A Move is what has changed for a person and a message since the instant compared with.
type Move string

// The moves.
const (
	// MoveRead is of people who had not read it, and have.
	MoveRead Move = "newly_read"
	// MoveNone is of people who are on the list of unread and were.
	MoveNone Move = "still_unread"
	// MoveListed is of people on the list of unread whose message had no data then.
	MoveListed Move = "newly_listed"
)

// Moves yields the people of a message with their moves, in the audience's order. Everybody
// who is on the list of unread has one.
func (u *Unread) Moves(r *job.Result) iter.Seq2[job.Delivery, Move] {
	return func(yield func(job.Delivery, Move) bool) {
		end, compared := u.comparedEnd(r)
		open := u.open(r)
		for d := range r.People() {
			var move Move
			switch {
			case d.State == job.PersonRead && compared && d.FirstSeenAt.After(end) && !job.Erased(d.UserID):
				move = MoveRead
			case d.State != job.PersonUnread || !open || !u.reachable(r, d.UserID):
				continue
			case compared:
				move = MoveNone
			default:
				move = MoveListed
			}
			if !yield(d, move) {
				return
			}
		}
	}
}

// Compares reports whether a message had data at the instant compared with.
func (u *Unread) Compares(r *job.Result) bool {
	_, compared := u.comparedEnd(r)
	return compared
}

// comparedEnd is the end of the reading that a message is compared with; false if there is
// none.
func (u *Unread) comparedEnd(r *job.Result) (time.Time, bool) {
	if _, _, known := Before(r, u.in.Compared); !known {
		return time.Time{}, false
	}
	if r.Reading.StartedAt.Before(u.in.Compared) {
		return r.Reading.FinishedAt, true
	}
	return r.Previous.FinishedAt, true
}
