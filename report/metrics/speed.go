package metrics

import (
	"time"

	"notifyaudit/job"
)

// NumAges is the number of ages.
const NumAges = 4

// Ages are how long after sending the speed of reading is measured.
func Ages() [NumAges]time.Duration {
	const hour = time.Hour
	return [NumAges]time.Duration{4 * hour, 24 * hour, 72 * hour, 7 * 24 * hour}
}

// A Speed has the share of recipients who had read messages so long after they were sent.
// The vendor gives no time of reading: somebody has read a message between the last reading
// without them and the first with them, so each share has two bounds.
type Speed struct {
	// SentAt is when the first of the messages was sent; zero where that is not known.
	SentAt time.Time
	ages   [NumAges]speedSum
}

// A speedSum counts the deliveries that were read by an age, at least and at most; those
// that were read until now; and those whose state is known.
type speedSum struct{ least, most, read, known int }

// Share bounds the share of those who had read at an age of [Ages] by its place; false if
// no message was read at that age or later.
func (s *Speed) Share(age int) (least, most float64, known bool) {
	sum := &s.ages[age]
	if sum.known == 0 {
		return 0, 0, false
	}
	return float64(sum.least) / float64(sum.known), float64(sum.most) / float64(sum.known), true
}

// Open reports whether the readings say nothing of an age of [Ages] by its place: everybody
// who has read the messages may have done so before it or after it.
func (s *Speed) Open(age int) bool {
	sum := &s.ages[age]
	return sum.least == 0 && sum.most > 0 && sum.most == sum.read
}

// add takes in a message. One without a time of sending, without people to count or with
// people who were purged has no speed.
func (s *Speed) add(r *job.Result) {
	sent := r.Message.SentAt
	if sent.IsZero() || r.Reading == nil || !r.HasCounts() || r.Contradicts() || r.Purged() || r.Anonymous {
		return
	}
	if s.SentAt.IsZero() || sent.Before(s.SentAt) {
		s.SentAt = sent
	}
	for i, age := range Ages() {
		if !r.Reading.StartedAt.Before(sent.Add(age)) {
			s.ages[i].known += r.Counts.Known()
		}
	}
	if r.Audience.Form == job.AudienceSized {
		for i := range r.Readers {
			s.read(r, r.Readers[i].NotSeenAt, r.Readers[i].FirstSeenAt)
		}
		return
	}
	for d := range r.People() {
		if d.State == job.PersonRead {
			s.read(r, d.NotSeenAt, d.FirstSeenAt)
		}
	}
}

// read takes in somebody who has read a message between two instants.
func (s *Speed) read(r *job.Result, notSeen, firstSeen time.Time) {
	for i, age := range Ages() {
		at := r.Message.SentAt.Add(age)
		if r.Reading.StartedAt.Before(at) {
			return
		}
		s.ages[i].read++
		if !firstSeen.After(at) {
			s.ages[i].least++
		}
		if notSeen.Before(at) {
			s.ages[i].most++
		}
	}
}
