// Package event has the lines that commands write with -json, for those that
// decode them: one JSON object a line, on standard output. Every object begins
// with a Header, whose Type says which of the types here it is. The lines of
// `state list -json` and `state show -json` are here too, and the object of
// `state person export`.
//
// A reader of 1.x can read every later 1.y: types and fields are added, and none
// is taken away or given another meaning. It skips the types that it doesn't
// know. Texts for people are English. Nothing here holds a secret.
package event

import (
	"time"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/job/plan/shards"
)

// FormatVersion is the version of the events.
const FormatVersion = "1.0"

// A Type names a type of event.
type Type string

// The types, in the order in which a run has them.
const (
	TypeDiagnostic     Type = "diagnostic"
	TypeValidation     Type = "validation"
	TypePlanGroup      Type = "plan_group"
	TypePlan           Type = "plan"
	TypePlanShard      Type = "plan_shard"
	TypeRunStarted     Type = "run_started"
	TypeMessage        Type = "message"
	TypeProgress       Type = "progress"
	TypeStop           Type = "stop"
	TypeRunFinished    Type = "run_finished"
	TypeCheck          Type = "check"
	TypeOutput         Type = "output"
	TypeReportWritten  Type = "report_written"
	TypePurged         Type = "purged"
	TypeReportExpired  Type = "report_expired"
	TypeDelivered      Type = "delivered"
	TypeReport         Type = "report"
	TypeMessageDetails Type = "message_details"
	TypeError          Type = "error"
)

// A Header is the first three members of every event.
type Header struct {
	Type Type `json:"type"`
	// Time is when the event was written, RFC 3339 in UTC.
	Time          time.Time `json:"@timestamp"`
	FormatVersion string    `json:"format_version"`
}

// A Diagnostic is a mistake in the manifest, or something to look at there.
type Diagnostic struct {
	Header
	Severity string `json:"severity"` // "error" or "warning"
	// Summary is the same for every mistake of a kind; Detail says what is wrong
	// here and what to write instead.
	Summary string `json:"summary"`
	Detail  string `json:"detail"`
	// File is relative to the manifest's folder, "" when the mistake is in none.
	File string `json:"file"`
	// Line, Column and EndColumn count from 1, 0 when unknown; a column is a
	// character, EndColumn the one behind the last.
	Line      int `json:"line"`
	Column    int `json:"column"`
	EndColumn int `json:"end_column"`
	// Snippet is the text of the line, secrets masked.
	Snippet string `json:"snippet"`
	// Count is how often the mistake was made; the place is the first.
	Count int `json:"count"`
}

// A Validation is the verdict on a manifest, behind its diagnostics.
type Validation struct {
	Header
	Valid    bool `json:"valid"`
	Errors   int  `json:"errors"`
	Warnings int  `json:"warnings"`
	// Messages and Providers count what is declared; 0 when not valid.
	Messages  int `json:"messages"`
	Providers int `json:"providers"`
}

// A PlanGroup is what is done about the messages of one block, and why.
type PlanGroup struct {
	Header
	plan.Group
}

// A Plan is the sum of a plan, behind its groups.
type Plan struct {
	Header
	// Counts are the messages by action: read, refresh, settled, fresh, rejected,
	// frozen, deferred, dropped.
	Counts plan.Counts `json:"counts"`
	// ToAsk is the number of messages to ask.
	ToAsk int `json:"to_ask"`
	// DurationSeconds is how long the calls of Forecast take.
	DurationSeconds float64       `json:"duration_seconds"`
	Forecast        plan.Forecast `json:"forecast"`
	Summary         string        `json:"summary"`
	// SavedTo is the file of `plan -out`, "" without one.
	SavedTo string `json:"saved_to"`
}

// A PlanShard says what one of several processes would ask that carry out a plan side by
// side.
type PlanShard struct {
	Header
	shards.Forecast
	// Of is the number of processes.
	Of int `json:"of"`
	// DurationSeconds is how long the calls take: as long as those of Slowest.
	DurationSeconds float64 `json:"duration_seconds"`
	// SetsPace says that the whole plan takes as long.
	SetsPace bool `json:"sets_pace"`
}

// A RunStarted says that asking begins.
type RunStarted struct {
	Header
	RunID string `json:"run_id"`
	// Continues says that it goes on with an interrupted run.
	Continues bool `json:"continues"`
	// Messages is how many are to be asked.
	Messages int `json:"messages"`
}

// A Message is what became of one asked message.
type Message struct {
	Header
	Address         string   `json:"address"`
	Provider        string   `json:"provider"`
	Kind            job.Kind `json:"kind"`
	ProcessQueryKey string   `json:"process_query_key"`
	// Outcome is "read", "pending", "frozen", "rejected", "incomplete", "failed"
	// or "deferred".
	Outcome string `json:"outcome"`
	// Calls, Retries and Throttled are what its last page took.
	Calls     int `json:"calls"`
	Retries   int `json:"retries"`
	Throttled int `json:"throttled"`
	// Error is why there is no reading, or null.
	Error *Failure `json:"error"`
}

// A Failure is an answer that was no reading.
type Failure struct {
	Class job.ErrorClass `json:"class"`
	// HTTPStatus is 0 without an answer; Code, Message and RequestID are the
	// API's own, "" where it gave none.
	HTTPStatus int    `json:"http_status"`
	Code       string `json:"code"`
	Message    string `json:"message"`
	RequestID  string `json:"request_id"`
	// Explanation is the vendor's of the code, Advice what to do about it.
	Explanation string `json:"explanation"`
	Advice      string `json:"advice"`
}

// A Progress is written every ten seconds while a run asks.
type Progress struct {
	Header
	// Done of Total messages have come to their end, with Calls so far.
	Done  int `json:"done"`
	Total int `json:"total"`
	Calls int `json:"calls"`
	// CallsPerSecond is the mean since the start.
	CallsPerSecond float64 `json:"calls_per_second"`
	// SecondsLeft is an estimate; null before the first message is done.
	SecondsLeft *float64 `json:"seconds_left"`
}

// A Stop is why a run left messages unasked: an answer that speaks for all of a
// robot, a provider or a quota group.
type Stop struct {
	Header
	Reach job.Reach `json:"reach"` // "robot", "provider" or "quota"
	// Name is the provider's, the robot's with its provider's, or the quota
	// group's.
	Name string `json:"name"`
	// Temporary says that running again may help with nothing changed.
	Temporary bool `json:"temporary"`
	// NotAsked counts the messages that were planned and not asked for it.
	NotAsked int     `json:"not_asked"`
	Error    Failure `json:"error"`
}

// A RunFinished is what a run did.
type RunFinished struct {
	Header
	RunID string `json:"run_id"`
	// Complete says that everything planned was asked.
	Complete bool `json:"complete"`
	// Outcomes counts the asked messages by outcome; see Message.
	Outcomes map[string]int `json:"outcomes"`
	// NotAsked counts the planned messages that were not asked.
	NotAsked int `json:"not_asked"`
	// Calls, Retries and Throttled are of this apply; a run that it continues had
	// some before.
	Calls     int `json:"calls"`
	Retries   int `json:"retries"`
	Throttled int `json:"throttled"`
}

// A Check is a check's outcome.
type Check struct {
	Header
	Name     string `json:"name"`
	Status   string `json:"status"`   // "pass", "fail" or "unknown"
	Severity string `json:"severity"` // "error" or "warning"
	// Message is the check's own, "" when it passed.
	Message string `json:"message"`
}

// An Output is an output's value.
type Output struct {
	Header
	Name string `json:"name"`
	// Value is any JSON value; null when a figure in it isn't known.
	Value any `json:"value"`
}

// A ReportWritten is a report that is in its place.
type ReportWritten struct {
	Header
	Format string `json:"format"` // as the report block's label
	Path   string `json:"path"`
}

// A Purged is what a purge by the audit's retention took; the counts stay.
type Purged struct {
	Header
	// Before bounds the messages: their latest reading ended before it.
	Before time.Time `json:"before"`
	// Messages are those whose people were purged, and People those who are
	// nowhere in the state any more.
	Messages int `json:"messages"`
	People   int `json:"people"`
}

// A ReportExpired is a report that is older than the audit's retention and still
// there. It may name people; nothing deletes it but you.
type ReportExpired struct {
	Header
	Path      string    `json:"path"`
	WrittenAt time.Time `json:"written_at"`
}

// A Delivered is what became of a delivery that was owed.
type Delivered struct {
	Header
	// Target names the deliver block: "email.hr".
	Target string `json:"target"`
	// Error is why it was not taken, "" when it was.
	Error string `json:"error"`
}

// A Report is the JSON report on one line: the header's FormatVersion is the
// report's, and behind it come its other members, as `report "json"` writes them.
// Decode them with the types of report/json.
type Report struct {
	Header
}

// A MessageDetails is what `show ADDR` knows of a message beyond the report.
type MessageDetails struct {
	Header
	Address string `json:"address"`
	// Next is what an apply now would do about it: an action, with its cause and
	// the reason in words.
	Next plan.Line `json:"next"`
	// Failure is the last answer when it was no reading, or null.
	Failure *Failure `json:"failure"`
	// Drift is how far the manifest's audience has moved from the recorded one.
	Drift plan.Drift `json:"drift"`
	// History is every reading, the oldest first.
	History []Reading `json:"history"`
	// Latest are the readers who were seen last, the latest first, at most 10.
	Latest []Reader `json:"latest_readers"`
}

// A Reading is what one complete query of a message saw.
type Reading struct {
	RunID string `json:"run_id"`
	// StartedAt is when its first page was asked, FinishedAt when its last page
	// had arrived.
	StartedAt  time.Time      `json:"started_at"`
	FinishedAt time.Time      `json:"finished_at"`
	SendStatus job.SendStatus `json:"send_status"`
	// Readers counts everybody seen until then, Read those in the audience.
	Readers int `json:"readers"`
	Read    int `json:"read"`
}

// A Reader is one person who has read the message, between NotSeenAt (null when
// no reading was without them) and FirstSeenAt.
type Reader struct {
	UserID      string     `json:"user_id"`
	NotSeenAt   *time.Time `json:"not_seen_at"`
	FirstSeenAt time.Time  `json:"first_seen_at"`
}

// An Error is why the command failed, where no other event says so; it is the
// last event.
type Error struct {
	Header
	// ExitStatus is the process's.
	ExitStatus int    `json:"exit_status"`
	Message    string `json:"message"`
}
