package job

import "time"

// A SendStatus is what the API says of the sending itself.
type SendStatus string

// The documented values of sendStatus.
const (
	SendSuccess    SendStatus = "SUCCESS"
	SendRecalled   SendStatus = "RECALLED"
	SendProcessing SendStatus = "PROCESSING"
)

// A Reading is what one complete query of a message saw: every page of it
// arrived and was believed. PROCESSING is no reading.
type Reading struct {
	RunID string
	// StartedAt is when its first page was asked, FinishedAt when its last page
	// had arrived. Who is not among the readers had not read it at StartedAt.
	StartedAt, FinishedAt time.Time
	SendStatus            SendStatus
	// Readers counts the distinct user ids seen by this reading and all before
	// it: once read stays read. Read counts those of them in the recorded
	// audience.
	Readers, Read int
}

// A Reader is a user id that the API has reported as having read a message. The
// person read it between NotSeenAt, the start of the last reading without them
// (zero: there was none), and FirstSeenAt, the end of the first with them.
type Reader struct {
	UserID      string
	NotSeenAt   time.Time
	FirstSeenAt time.Time
}

// A Record is what the state remembers of one message. The zero value is a
// message that was never asked.
type Record struct {
	// Row is where the state that made the record keeps the message. It means nothing to
	// another one.
	Row int64
	// FirstAskedAt is when the first answer about it arrived, of any kind.
	FirstAskedAt time.Time
	// Audience is the audience recorded at the first reading, without its user
	// ids; its Form is AudienceUnknown until then. AudienceHash names the
	// recorded list: equal hashes are equal lists.
	Audience     Audience
	AudienceHash string
	// Last is the latest reading; Previous is the latest one of an earlier run
	// than Last's. Nil when there is none. OnlyReading says that Last is known to be the
	// whole history of the people in force.
	Last, Previous *Reading
	OnlyReading    bool
	// Failure is the last answer when it was no reading; a reading clears it.
	Failure *Failure
	// ExpiredSince is when the first of the latest unbroken run of
	// processQueryKey.expireTime answers came; zero when the last answer was
	// another one.
	ExpiredSince time.Time
	// Cursor is where an interrupted reading goes on; nil when none was.
	Cursor *Cursor
	// Calls counts the metered calls spent on the message, ever.
	Calls int
	// PurgedAt is when its people were purged; zero when they were not. Audience
	// is then of the form sized, or unknown as before, less the people not
	// delivered to; the readings keep their counts.
	PurgedAt time.Time
}

// Asked reports whether the message was ever answered about.
func (r *Record) Asked() bool { return !r.FirstAskedAt.IsZero() }

// A Cursor is the middle of a reading: the pages before NextToken are in the
// state.
type Cursor struct {
	NextToken string
	// Tokens are all the tokens this reading was given so far, NextToken last,
	// so that a server that loops is found out after a resume too.
	Tokens []string
	// Pages counts the pages that arrived, Readers the distinct ids on them.
	Pages, Readers int
	// EmptyPages counts the latest pages in a row that brought no new id.
	EmptyPages int
	// StartedAt is when the first page was asked; UpdatedAt when the last one
	// had arrived.
	StartedAt, UpdatedAt time.Time
}

// MaxCursorAge is how old a cursor's last page may be for the reading to go on
// there. The vendor doesn't say how long a nextToken lives; past this the
// message starts again from its first page.
const MaxCursorAge = time.Hour

// Resumable reports whether the reading can go on at the cursor.
func (c *Cursor) Resumable(now time.Time) bool {
	return c != nil && c.NextToken != "" && now.Sub(c.UpdatedAt) <= MaxCursorAge
}

// A Run is one apply. An interrupted run that is continued keeps its identity.
type Run struct {
	// ID sorts by time: 20261120T090000Z-1f3a.
	ID        string
	StartedAt time.Time
	// FinishedAt is when it ended, complete or not; zero while it runs and after
	// a kill.
	FinishedAt time.Time
	// UpdatedAt is when it last committed anything.
	UpdatedAt time.Time
	// Complete says that everything planned was asked.
	Complete bool
	// Calls counts metered calls, Retries repeated attempts, Throttled the
	// answers that said "slower".
	Calls, Retries, Throttled int
	// Stops are why messages were left unasked, in the order in which they came.
	Stops []Stop
	// Schedule is what the shards of the run have in common, such as the name of their
	// Job, and Shards is their number; "" and 0 for a run of one process.
	Schedule string
	Shards   int
}

// LastSeen is the latest instant that the run recorded; zero for no run, nil.
func (r *Run) LastSeen() time.Time {
	if r == nil {
		return time.Time{}
	}
	latest := r.StartedAt
	for _, t := range [...]time.Time{r.UpdatedAt, r.FinishedAt} {
		if t.After(latest) {
			latest = t
		}
	}
	return latest
}

// MaxPause is how long after an interrupted run's last commit an apply still
// continues that run instead of starting a new one.
const MaxPause = time.Hour

// Continues reports whether an apply at now goes on with r. A run of the future,
// made when a clock was ahead, is over; one of several processes is theirs.
func (r *Run) Continues(now time.Time) bool {
	return r != nil && r.Schedule == "" && !r.Complete && now.Sub(r.UpdatedAt).Abs() <= MaxPause
}

// ClockSkew is how far two honest clocks may differ. What the state has from later
// than that was recorded while a clock was ahead.
const ClockSkew = 5 * time.Minute

// Ahead reports whether an instant of the state is in the future at now: a clock was
// ahead when it was recorded, and no wait counts from it.
func Ahead(at, now time.Time) bool { return at.Sub(now) > ClockSkew }
