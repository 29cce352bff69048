package problems

import (
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
)

// departures are the people who are only counted: those of purged messages, and those who
// were erased.
type departures struct {
	// purged counts the messages whose people were purged, between first and last.
	purged      int
	first, last time.Time
	erased      map[string]struct{}
}

// departed adds one message.
func (c *Collector) departed(r *job.Result) {
	if r.Purged() {
		c.purged++
		if c.first.IsZero() || r.PurgedAt.Before(c.first) {
			c.first = r.PurgedAt
		}
		if r.PurgedAt.After(c.last) {
			c.last = r.PurgedAt
		}
		c.note(kindPurged, nil, 1, func() string { return r.Message.Address })
	}
	for _, id := range erasedAmong(r.Audience.UserIDs) {
		c.erase(id)
	}
	readers, _ := slices.BinarySearchFunc(r.Readers, job.Reader{UserID: job.ErasedPrefix}, job.CompareUserIDs)
	for ; readers < len(r.Readers) && strings.HasPrefix(r.Readers[readers].UserID, job.ErasedPrefix); readers++ {
		c.erase(r.Readers[readers].UserID)
	}
}

func (d *departures) erase(id string) {
	if !job.Erased(id) {
		return
	}
	if d.erased == nil {
		d.erased = make(map[string]struct{})
	}
	d.erased[id] = struct{}{}
}

// erasedAmong returns the ids of a sorted list that may stand for an erased person.
func erasedAmong(sorted []string) []string {
	from, _ := slices.BinarySearch(sorted, job.ErasedPrefix)
	to := from
	for to < len(sorted) && strings.HasPrefix(sorted[to], job.ErasedPrefix) {
		to++
	}
	return sorted[from:to]
}

// Departed returns the number of messages whose people were purged, when they were, and the
// number of people who were erased.
func (c *Collector) Departed() (purged int, when string, erased int) {
	return c.purged, c.days(), len(c.erased)
}

// days says when people were purged.
func (c *Collector) days() string {
	from, to := c.words.Day(c.first), c.words.Day(c.last)
	if from == to {
		return from
	}
	return c.words.Say("between", from, to)
}
