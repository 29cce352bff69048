package state

import (
	"encoding/json"
	"slices"
	"time"

	"notifyaudit/job"
)

// exportVersion is the version of the form that Export writes; Import reads it
// and the earlier ones. 1.1 has who was erased, what was purged and the reports;
// 1.2 has rows of failures and refused quotas.
const exportVersion = "1.2"

// readableExport reports whether Import reads a form.
func readableExport(version string) bool {
	return slices.Contains([]string{"1.0", "1.1", exportVersion}, version)
}

// The types of the lines of an export, in the order in which they come. The
// lines from lineReading to lineCursorReaders belong to the lineMessage before
// them, lineMembers to the lineAudience.
const (
	lineState         = "state"
	lineRun           = "run"
	lineLedger        = "ledger"
	lineRefusal       = "quota_refusal"
	lineStop          = "robot_stop"
	lineReportFile    = "report_file"
	lineErased        = "erased"
	lineAudience      = "audience"
	lineMembers       = "members"
	lineMessage       = "message"
	lineReading       = "reading"
	lineReaders       = "readers"
	lineFailure       = "failure"
	lineCursor        = "cursor"
	lineCursorReaders = "cursor_readers"
	lineEnd           = "end"
)

// A stateLine is the first line: which state this is.
type stateLine struct {
	Type          string `json:"type"`
	FormatVersion string `json:"format_version"`
	Lineage       string `json:"lineage"`
	Serial        int64  `json:"serial"`
	// ErasureKey is the key of the tombstones; empty before the first erasure.
	ErasureKey string `json:"erasure_key,omitempty"`
}

// A runLine is a run; its stops are as the state keeps them.
type runLine struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	StartedAt  time.Time       `json:"started_at"`
	UpdatedAt  time.Time       `json:"updated_at"`
	FinishedAt time.Time       `json:"finished_at,omitzero"`
	Complete   bool            `json:"complete"`
	Calls      int             `json:"calls"`
	Retries    int             `json:"retries"`
	Throttled  int             `json:"throttled"`
	Stops      json.RawMessage `json:"stops"`
}

// A ledgerLine is the calls of a quota group's month.
type ledgerLine struct {
	Type       string `json:"type"`
	QuotaGroup string `json:"quota_group"`
	Month      string `json:"month"`
	Calls      int    `json:"calls"`
}

// A refusalLine is a month's calls that the vendor refused.
type refusalLine struct {
	Type       string    `json:"type"`
	QuotaGroup string    `json:"quota_group"`
	Code       string    `json:"code"`
	Message    string    `json:"message"`
	RequestID  string    `json:"request_id"`
	At         time.Time `json:"at"`
}

// A stopLine is a robot that was stopped.
type stopLine struct {
	Type       string         `json:"type"`
	Provider   string         `json:"provider"`
	RobotCode  string         `json:"robot_code"`
	Credential string         `json:"credential"`
	Class      job.ErrorClass `json:"class"`
	Code       string         `json:"code"`
	Message    string         `json:"message"`
	RequestID  string         `json:"request_id"`
	At         time.Time      `json:"at"`
	Runs       int            `json:"runs,omitempty"`
}

// A reportFileLine is a report that was written.
type reportFileLine struct {
	Type      string    `json:"type"`
	Path      string    `json:"path"`
	WrittenAt time.Time `json:"written_at"`
}

// An audienceLine is a list of people, who follow.
type audienceLine struct {
	Type string `json:"type"`
	Hash string `json:"hash"`
	Size int    `json:"size"`
}

// A peopleLine is some user ids: the tombstones of all who were erased, people of
// an audience, readers whom the reading with the number saw first, readers before
// a cursor.
type peopleLine struct {
	Type    string   `json:"type"`
	Reading int      `json:"reading,omitempty"`
	UserIDs []string `json:"user_ids"`
}

// A messageLine is a message without what follows.
type messageLine struct {
	Type            string    `json:"type"`
	Provider        string    `json:"provider"`
	Kind            job.Kind  `json:"kind"`
	ProcessQueryKey string    `json:"process_query_key"`
	Address         string    `json:"address"`
	FirstAskedAt    time.Time `json:"first_asked_at,omitzero"`
	ExpiredSince    time.Time `json:"expired_since,omitzero"`
	Calls           int       `json:"calls"`
	// Audience is the hash of a listed audience, AudienceSize the size of one
	// that isn't listed.
	Audience     string `json:"audience,omitempty"`
	AudienceSize *int   `json:"audience_size,omitempty"`
	Roster       string `json:"roster,omitempty"`
	// PreviousReading is the number of the reading to compare with; 0: none.
	PreviousReading int `json:"previous_reading,omitempty"`
	// PurgedAt is when its people were purged; ForgottenReadings counts the
	// readings whose readers were.
	PurgedAt          time.Time `json:"purged_at,omitzero"`
	ForgottenReadings int       `json:"forgotten_readings,omitempty"`
}

// A readingLine is a reading; a message's are numbered from 1.
type readingLine struct {
	Type       string         `json:"type"`
	Number     int            `json:"number"`
	Run        string         `json:"run"`
	StartedAt  time.Time      `json:"started_at"`
	FinishedAt time.Time      `json:"finished_at"`
	SendStatus job.SendStatus `json:"send_status"`
	Readers    int            `json:"readers"`
	Read       int            `json:"read"`
}

// A failureLine is the last answer that was no reading.
type failureLine struct {
	Type               string         `json:"type"`
	Status             job.Status     `json:"status"`
	Class              job.ErrorClass `json:"class"`
	HTTPStatus         int            `json:"http_status"`
	Code               string         `json:"code"`
	Message            string         `json:"message"`
	RequestID          string         `json:"request_id"`
	Run                string         `json:"run"`
	At                 time.Time      `json:"at"`
	RobotCode          string         `json:"robot_code"`
	OpenConversationID string         `json:"open_conversation_id"`
	SentAt             time.Time      `json:"sent_at,omitzero"`
	Runs               int            `json:"runs,omitempty"`
	Since              time.Time      `json:"since,omitzero"`
	Same               int            `json:"same,omitempty"`
}

// A cursorLine is the middle of a reading.
type cursorLine struct {
	Type      string    `json:"type"`
	NextToken string    `json:"next_token"`
	Tokens    []string  `json:"tokens"`
	Pages     int       `json:"pages"`
	Readers   int       `json:"readers"`
	Barren    int       `json:"barren"`
	StartedAt time.Time `json:"started_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// An endLine is the last line: without it the export was cut.
type endLine struct {
	Type string `json:"type"`
	// Lines counts the lines before it.
	Lines int `json:"lines"`
}
