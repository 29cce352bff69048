package job

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// A Result is everything the reports say of one message: the manifest's
// description joined with what the state remembers.
type Result struct {
	Message Message
	Status  Status
	// Reading is the latest one, however old; Previous the one that it is compared with.
	// Nil when there is none. OnlyReading says that Reading is known to be the whole
	// history.
	Reading, Previous *Reading
	OnlyReading       bool
	// Failure is the last answer when it was no reading, or nil.
	Failure *Failure
	// Audience is the one in force: as recorded at the first reading, the
	// manifest's before that, less the people not delivered to.
	Audience Audience
	// Readers are all who were ever reported, sorted by user id and unique.
	Readers []Reader
	Counts  Counts
	// Outside counts readers who are not in the listed audience: never in a rate.
	Outside int
	// Calls counts the metered calls spent on the message, ever.
	Calls int
	// FirstAskedAt is when the first answer about it arrived, of any kind; zero
	// before that.
	FirstAskedAt time.Time
	// Anonymous says that its people are not here; Parts are its counts by group then.
	Anonymous bool
	Parts     []Part
	// PurgedAt is when its people were purged: only the counts are left, as the
	// reading has them. Zero when they were not.
	PurgedAt time.Time
	// Pooled is how many messages this one stands for, whose audiences are too
	// small to be shown apart; 0 for a message of the manifest. Open of them have no
	// up-to-date answer.
	Pooled, Open int
}

// WithoutReaders returns a copy that stays good where r is only good until the next
// result: it shares nothing with r but lists of user ids. It has no readers.
func (r *Result) WithoutReaders() *Result {
	c := *r
	c.Readers = nil
	if r.Reading != nil {
		c.Reading = new(*r.Reading)
	}
	if r.Previous != nil {
		c.Previous = new(*r.Previous)
	}
	return &c
}

// Recalled reports whether the sender took the message back. Its people are
// neither read, unread nor unknown.
func (r *Result) Recalled() bool {
	return r.Reading != nil && r.Reading.SendStatus == SendRecalled
}

// HasCounts reports whether the message has people to count: an audience, and
// not recalled.
func (r *Result) HasCounts() bool {
	return r.Audience.Form != AudienceUnknown && !r.Recalled()
}

// Contradicts reports whether the message's figures can't be true: it has more
// readers than people, or went to nobody. It is in no figure but its own.
func (r *Result) Contradicts() bool {
	// A purged list of nobody is a size of 0 too, and no contradiction.
	sized := r.Audience.Form == AudienceSized && (!r.Purged() || r.Message.Audience.Form == AudienceSized)
	return r.HasCounts() && (r.Counts.Unread < 0 || sized && r.Audience.Size <= 0)
}

// Purged reports whether the message's people were purged and its counts stayed.
func (r *Result) Purged() bool { return !r.PurgedAt.IsZero() && r.Reading != nil }

// ReaderCount is the number of readers; a purged message has no list of them.
func (r *Result) ReaderCount() int {
	if r.Purged() {
		return r.Reading.Readers
	}
	return len(r.Readers)
}

// ReadRate is the message's rate; false without a reading, without an audience,
// when recalled, and when the rate is withheld.
func (r *Result) ReadRate() (float64, bool) {
	low, high, known := r.RateRange()
	return low, known && low == high
}

// RateRange bounds the message's rate as [Counts.RateRange] does.
func (r *Result) RateRange() (low, high float64, known bool) {
	if r.Reading == nil || !r.HasCounts() {
		return 0, 0, false
	}
	return r.Counts.RateRange()
}

// TargetMet reports whether the rate reaches the target; false, false without
// either, where the message contradicts itself, and where a withheld rate doesn't
// tell.
func (r *Result) TargetMet() (met, known bool) {
	if r.Reading == nil || !r.HasCounts() || r.Contradicts() {
		return false, false
	}
	return r.Counts.Meets(r.Message.Target)
}

// Count fills in Counts and Outside from Audience, Reading and Readers. With a
// listed audience the readers are matched by user id; with only a size they
// are all taken for its people; of purged people the reading's counts are left.
func (r *Result) Count() {
	r.Counts, r.Outside = Counts{}, 0
	if !r.HasCounts() {
		return
	}
	if r.Reading == nil {
		r.Counts.Unknown = r.Audience.Size
		return
	}
	if r.Purged() {
		r.Counts = Counts{Read: r.Reading.Read, Unread: r.Audience.Size - r.Reading.Read}
		r.Outside = r.Reading.Readers - r.Reading.Read
		return
	}
	if r.Audience.Form == AudienceSized {
		r.Counts = Counts{Read: len(r.Readers), Unread: r.Audience.Size - len(r.Readers)}
		return
	}
	for p := range r.People() {
		if p.State == PersonRead {
			r.Counts.Read++
		}
	}
	r.Counts.Unread = r.Audience.Size - r.Counts.Read
	r.Outside = len(r.Readers) - r.Counts.Read
}

// A PersonState is what is known of one person and one message.
type PersonState string

// The states of a person.
const (
	PersonRead    PersonState = "read"
	PersonUnread  PersonState = "unread"
	PersonUnknown PersonState = "unknown"
)

// A Delivery is one person's copy of a message.
type Delivery struct {
	// UserID may stand for an erased person, who is counted and never listed; see
	// [Erased].
	UserID string
	State  PersonState
	// FirstSeenAt is when a reading first had them among the readers; zero when
	// none did. NotSeenAt is the start of the latest reading without them; zero
	// when there was none.
	FirstSeenAt, NotSeenAt time.Time
}

// People are the deliveries to the listed audience, by user id. There are none
// with only a size, without an audience, and for a recalled message.
func (r *Result) People() iter.Seq[Delivery] {
	return func(yield func(Delivery) bool) {
		if !r.HasCounts() {
			return
		}
		i := 0
		for _, id := range r.Audience.UserIDs {
			for i < len(r.Readers) && r.Readers[i].UserID < id {
				i++
			}
			d := Delivery{UserID: id, State: PersonUnknown}
			switch {
			case r.Reading == nil:
			case i < len(r.Readers) && r.Readers[i].UserID == id:
				d.State = PersonRead
				d.FirstSeenAt, d.NotSeenAt = r.Readers[i].FirstSeenAt, r.Readers[i].NotSeenAt
			default:
				d.State = PersonUnread
				d.NotSeenAt = r.Reading.StartedAt
			}
			if !yield(d) {
				return
			}
		}
	}
}

// CountOf is one person of a state.
func CountOf(state PersonState) Counts {
	switch state {
	case PersonRead:
		return Counts{Read: 1}
	case PersonUnread:
		return Counts{Unread: 1}
	default:
		return Counts{Unknown: 1}
	}
}

// UnlistedReaders are the readers of a message without a list of its audience, by user
// id, but for those who were erased: all that is known of its people. Of a recalled
// message, and of one whose people are not here, there are none.
func (r *Result) UnlistedReaders() iter.Seq[Reader] {
	return func(yield func(Reader) bool) {
		if r.Audience.Form == AudienceListed || r.Recalled() || r.Anonymous {
			return
		}
		for _, reader := range r.Readers {
			if !Erased(reader.UserID) && !yield(reader) {
				return
			}
		}
	}
}

// OutsideReaders are the readers who are not in the listed audience, by user
// id; without a listed audience, all of them.
func (r *Result) OutsideReaders() iter.Seq[Reader] {
	return func(yield func(Reader) bool) {
		rest := r.Audience.UserIDs
		for _, reader := range r.Readers {
			skipped, in := FindUserID(rest, reader.UserID)
			rest = rest[skipped:]
			if !in && !yield(reader) {
				return
			}
		}
	}
}

// FindUserID is a binary search of a sorted list, and faster for one of the first two: those
// who are looked up in their order, each in the rest behind the one before, are often there.
func FindUserID(sorted []string, userID string) (at int, found bool) {
	for i := range min(2, len(sorted)) {
		if sorted[i] == userID {
			return i, true
		}
	}
	return slices.BinarySearch(sorted, userID)
}

// CompareUserIDs orders readers by user id.
func CompareUserIDs(a, b Reader) int { return cmp.Compare(a.UserID, b.UserID) }
