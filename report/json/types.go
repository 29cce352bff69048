package json

import (
	"encoding/json"

	"notifyaudit/job"
	"notifyaudit/report"
)

// FormatVersion is the version of the format. A reader of 1.x can read every
// later 1.y: fields are added, and none is taken away or given another meaning.
const FormatVersion = "1.0"

// A Report is the whole document. Times are RFC 3339 in the audit's time zone,
// rates are numbers from 0 to 1, and what isn't known is null.
type Report struct {
	FormatVersion string `json:"format_version"`
	Audit         Audit  `json:"audit"`
	// Simulated says that the simulator made the figures up.
	Simulated bool       `json:"simulated"`
	AsOf      AsOf       `json:"as_of"`
	Run       *Run       `json:"run"` // null before the first run
	Summary   Summary    `json:"summary"`
	Totals    Totals     `json:"totals"`
	Campaigns []Campaign `json:"campaigns"` // in the order of their first messages
	Messages  []Message  `json:"messages"`  // in the manifest's order
	Checks    []Check    `json:"checks"`    // in the manifest's order
	// Outputs are the manifest's output values by name.
	Outputs map[string]json.RawMessage `json:"outputs"`
}

// An Audit is the manifest's audit block.
type Audit struct {
	Title    string          `json:"title"`
	Language report.Language `json:"language"` // "en" or "zh-CN"
	Timezone string          `json:"timezone"` // an IANA name
	// People is "aggregate" and MinimumGroupSize the size of the
	// smallest group that has figures; a report with names has neither.
	People           report.People `json:"people,omitempty"`
	MinimumGroupSize int           `json:"minimum_group_size,omitempty"`
}

// A Summary says in words, in the audit's language, what the figures mean.
type Summary struct {
	Sentences []string `json:"sentences"`
	// Trust is how far the figures can be relied on, "complete", "almost_complete" or
	// "incomplete", and Verdict says why.
	Trust   report.Trust `json:"trust"`
	Verdict string       `json:"verdict"`
}

// An AsOf bounds the times of the readings that the figures rest on.
type AsOf struct {
	Oldest *string `json:"oldest"`
	Newest *string `json:"newest"`
}

// A Run is the latest one.
type Run struct {
	ID        string `json:"id"`
	StartedAt string `json:"started_at"`
	// FinishedAt is null while it runs and after it was killed.
	FinishedAt *string `json:"finished_at"`
	// Complete reports that everything planned was asked.
	Complete bool `json:"complete"`
	// Calls counts metered calls, Retries repeated attempts, Throttled the
	// answers that said "slower". A report without names has 0: what everybody has
	// read isn't asked again, so the calls tell who hasn't.
	Calls     int `json:"calls"`
	Retries   int `json:"retries"`
	Throttled int `json:"throttled"`
}

// Totals are the figures over all messages; audience_size = read + unread +
// unknown. Recalled messages are in messages and recalled only.
type Totals struct {
	Messages        int `json:"messages"`
	CountedMessages int `json:"counted_messages"` // those with a rate of their own
	// AudienceSize and Unknown are null when no message has a known audience,
	// Read and Unread also when none of those has a reading.
	AudienceSize *int `json:"audience_size"`
	Read         *int `json:"read"`
	Unread       *int `json:"unread"`
	Unknown      *int `json:"unknown"`
	// UnreadBreakdown says what becomes of the unread; null where unread is, and in an
	// aggregate report.
	UnreadBreakdown *UnreadBreakdown `json:"unread_breakdown"`
	// ReadRate is read / (read + unread); MeanReadRate the mean of the messages'
	// own rates.
	ReadRate     *float64 `json:"read_rate"`
	ReadRateBand string   `json:"read_rate_band,omitempty"`
	MeanReadRate *float64 `json:"mean_read_rate"`
	// Coverage is (read + unread) / audience_size.
	Coverage       *float64 `json:"coverage"`
	Recalled       int      `json:"recalled"`
	WithoutReading int      `json:"without_reading"`
}

// An UnreadBreakdown divides the unread; its sum is the total's unread.
type UnreadBreakdown struct {
	// ToRemind are on the list of unread of the workbook and in unread.csv.
	ToRemind int `json:"to_remind"`
	// Left are of people who are not in the roster any more.
	Left int `json:"left"`
	// ByNumber are known by number only: of a size, purged or erased.
	ByNumber int `json:"by_number"`
	// Closed are of messages that can't be read any more, or are too old.
	Closed int `json:"closed"`
}

// A Campaign is the figures of the messages that belong together; see Totals.
type Campaign struct {
	Name         string   `json:"name"`
	Messages     int      `json:"messages"`
	AudienceSize *int     `json:"audience_size"`
	Read         *int     `json:"read"`
	Unread       *int     `json:"unread"`
	Unknown      *int     `json:"unknown"`
	ReadRate     *float64 `json:"read_rate"`
	ReadRateBand string   `json:"read_rate_band,omitempty"`
	Coverage     *float64 `json:"coverage"`
}

// A Message is one message; its provider, kind and process_query_key are its
// identity.
type Message struct {
	Address            string            `json:"address"`
	Campaign           string            `json:"campaign"`
	Provider           string            `json:"provider"`
	Kind               job.Kind          `json:"kind"`
	ProcessQueryKey    string            `json:"process_query_key"`
	OpenConversationID *string           `json:"open_conversation_id"`
	Title              string            `json:"title"`
	SentAt             *string           `json:"sent_at"`
	Tags               map[string]string `json:"tags"` // {} without any
	Status             job.Status        `json:"status"`
	// SendStatus and ReadingAt are the latest reading's; its time is its start.
	SendStatus *job.SendStatus `json:"send_status"`
	ReadingAt  *string         `json:"reading_at"`
	// AudienceSize, Read and Unread are null without a known audience and for a
	// recalled message; Read and Unread also without a reading.
	AudienceSize *int `json:"audience_size"`
	// Readers counts everybody who was seen to have read it, in the audience or
	// not.
	Readers *int `json:"readers"`
	Read    *int `json:"read"`
	// Unread is negative when there are more readers than the audience's size.
	Unread *int `json:"unread"`
	// OutsideAudience is null without a listed audience.
	OutsideAudience *int     `json:"outside_audience"`
	ReadRate        *float64 `json:"read_rate"` // above 1 where Unread is negative
	// ReadRateBand stands in the place of a rate that an aggregate report withholds,
	// as "≥ 90 %"; ReadRate, Read and Unread are null then. Left out everywhere else.
	ReadRateBand string   `json:"read_rate_band,omitempty"`
	Target       *float64 `json:"target"`
	TargetMet    *bool    `json:"target_met"`
	// Calls counts the metered calls spent on the message, ever; 0 in a report
	// without names, as in Run.
	Calls int `json:"calls"`
	// ReadBy are the readers of a message without a list of its audience. Only the answer
	// to a query has them.
	ReadBy []Reader `json:"read_by,omitempty"`
	// Pooled is how many messages this one stands for, whose audiences are too small
	// to be shown apart; its provider, kind, key and status are empty. Only an
	// aggregate report has such ones, behind the others.
	Pooled int `json:"pooled,omitempty"`
	// Contradictory says that the figures can't be true: there are more readers than
	// people, or the size is 0. They are in no total. Left out where they can.
	Contradictory bool `json:"contradictory,omitempty"`
	// PurgedAt is when the message's people were purged: only their counts are
	// left. Left out when they were not.
	PurgedAt *string `json:"purged_at,omitempty"`
	// Error is the last answer when it was no reading.
	Error *Error `json:"error"`
}

// A Reader is somebody who has read a message: between NotSeenAt, null where no reading
// was without them, and FirstSeenAt.
type Reader struct {
	UserID      string  `json:"user_id"`
	Name        string  `json:"name"`
	FirstSeenAt string  `json:"first_seen_at"`
	NotSeenAt   *string `json:"not_seen_at"`
}

// An Error is an answer that was no reading. Code, Message and RequestID are the
// API's own, null where it gave none.
type Error struct {
	Class     job.ErrorClass `json:"class"`
	Code      *string        `json:"code"`
	Message   *string        `json:"message"`
	RequestID *string        `json:"request_id"`
}

// A Check is a check's outcome.
type Check struct {
	Name   string             `json:"name"`
	Status report.CheckStatus `json:"status"` // "pass", "fail" or "unknown"
	// Message is null for a check that passed.
	Message *string `json:"message"`
}
