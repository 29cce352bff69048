package event

import "time"

// A StateEntry is a line of `state list -json`.
type StateEntry struct {
	Header                 // of TypeMessage
	Address         string `json:"address"`
	Provider        string `json:"provider"`
	Kind            string `json:"kind"`
	ProcessQueryKey string `json:"process_query_key"`
}

// A StateMessage is a line of `state show -json`: a message as the state
// remembers it. What is not known is null.
type StateMessage struct {
	Header                         // of TypeMessage
	Address         string         `json:"address"`
	Provider        string         `json:"provider"`
	Kind            string         `json:"kind"`
	ProcessQueryKey string         `json:"process_query_key"`
	FirstAskedAt    *time.Time     `json:"first_asked_at"`
	AudienceSize    *int           `json:"audience_size"` // as recorded at the first reading
	Roster          string         `json:"roster,omitempty"`
	Calls           int            `json:"calls"` // metered, ever
	Readings        []StateReading `json:"readings"`
	Readers         []StateReader  `json:"readers"`
	// Erased is how many of the readers were erased: they are not listed.
	Erased      int               `json:"erased_readers,omitempty"`
	PurgedAt    *time.Time        `json:"purged_at"` // when the people were purged: the counts stay
	Failure     *StateFailure     `json:"failure"`
	Interrupted *StateInterrupted `json:"interrupted"`
}

// A StateReading is one complete query, the oldest first.
type StateReading struct {
	Run        string    `json:"run"`
	StartedAt  time.Time `json:"started_at"`
	FinishedAt time.Time `json:"finished_at"`
	SendStatus string    `json:"send_status"`
	Readers    int       `json:"readers"` // so far
	Read       int       `json:"read"`    // of the audience
}

// A StateReader is a person who has read the message between NotSeenAt, the latest
// reading without them, and FirstSeenAt; NotSeenAt is null where there is none.
type StateReader struct {
	UserID      string     `json:"user_id"`
	NotSeenAt   *time.Time `json:"not_seen_at"`
	FirstSeenAt time.Time  `json:"first_seen_at"`
}

// A StateFailure is the last answer, when it was no reading.
type StateFailure struct {
	Status    string    `json:"status"`
	Class     string    `json:"class"`
	Code      string    `json:"code"`
	Message   string    `json:"message"`
	RequestID string    `json:"request_id"`
	At        time.Time `json:"at"`
}

// A StateInterrupted is a reading of which some pages arrived.
type StateInterrupted struct {
	Pages     int       `json:"pages"`
	Readers   int       `json:"readers"`
	UpdatedAt time.Time `json:"updated_at"`
}

// A PersonExport is the object that `state person export` writes: what the state
// and the manifest's rosters hold of a person.
type PersonExport struct {
	FormatVersion string         `json:"format_version"` // "1.0"
	ExportedAt    time.Time      `json:"exported_at"`
	UserID        string         `json:"user_id"`
	Rosters       []PersonRow    `json:"rosters"`
	Messages      []PersonNotice `json:"messages"`
	// NamedIn are the places of the manifest's files that name the person.
	NamedIn []string `json:"named_in"`
}

// A PersonRow is the person's row in a roster.
type PersonRow struct {
	Audience   string            `json:"audience"` // the block's name
	Source     string            `json:"source"`   // "" for a list in the manifest
	Name       string            `json:"name"`
	Department string            `json:"department"`
	Manager    string            `json:"manager"`
	Email      string            `json:"email"`
	Location   string            `json:"location"`
	Joined     *time.Time        `json:"joined"`
	Left       *time.Time        `json:"left"` // the first instant without them
	Other      map[string]string `json:"other"`
}

// A PersonNotice is a message that the state connects with the person.
type PersonNotice struct {
	Address         string `json:"address"`
	Provider        string `json:"provider"`
	Kind            string `json:"kind"`
	ProcessQueryKey string `json:"process_query_key"`
	// Title is the manifest's; "" for a message that is not in it any more.
	Title string `json:"title"`
	// InAudience says that the recorded audience has them.
	InAudience bool `json:"in_audience"`
	Read       bool `json:"read"`
	// NotSeenAt is the latest reading without them, and FirstSeenAt the first with
	// them; null where there is none.
	NotSeenAt   *time.Time `json:"not_seen_at"`
	FirstSeenAt *time.Time `json:"first_seen_at"`
	// ReadingAt is the latest reading; null without a complete one.
	ReadingAt *time.Time `json:"reading_at"`
}
