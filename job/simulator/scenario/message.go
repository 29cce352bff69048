package scenario

import (
	"encoding/json"
)

// A Message is one sent notice. Its State is what queries answer; Changes and Asks
// let the state change.
type Message struct {
	// Kind is private_chat (default), group or one_to_one. The other kinds' calls
	// refuse the key, unless it is listed under them too.
	Kind string `json:"kind,omitzero"`
	// Key is the processQueryKey, 1 to 256 bytes.
	Key string `json:"key,omitzero"`
	// App is the only app key that may ask for it; another's call is refused as
	// invalid.processQueryKey. Empty: any.
	App string `json:"app,omitzero"`
	// Corp is the only corp id whose tokens may ask for it, those of third-party
	// and unified apps; others are refused as invalid.processQueryKey. Empty: any.
	Corp string `json:"corp,omitzero"`
	// RobotCode is the only robot code that may be asked with; another one is
	// refused as invalidParameter.robotCode.invalid, none at all as
	// invalidParameter.robotCode.missing. Empty: any or none, but for one_to_one,
	// which is never asked without.
	RobotCode string `json:"robot_code,omitzero"`
	// OpenConversationID is the conversation it was sent to; asked with another
	// one, it is refused as invalid.openConversationId. Empty: any.
	OpenConversationID string `json:"open_conversation_id,omitzero"`
	// PageSize is the most ids of a page even when more are asked for; 0: as many
	// as asked for.
	PageSize int `json:"page_size,omitzero"`
	// Overlap is how many ids of the page before each page repeats, less than the
	// page size; 0: none.
	Overlap int `json:"overlap,omitzero"`
	// From and Until bound the time in which the key can be asked, since the
	// start: before and after, it is answered processQueryKey.expireTime. 0: open,
	// but for one_to_one, which is taken to be sent at From and closes 24 hours
	// later.
	From  Duration `json:"from,omitzero"`
	Until Duration `json:"until,omitzero"`
	// Receivers are the 1 to 20 people that a one_to_one message was sent to; its
	// readers are among them. Absent: the readers, and the people they would be
	// drawn from, up to 20.
	Receivers []string `json:"receivers,omitzero"`
	State
	// Changes are the states it passes through as time goes by, by rising After.
	Changes []Change `json:"changes,omitzero"`
	// Asks are the states that successive asks are answered with; the last one stays.
	// An ask is a first page that was answered without a fault, for any caller. Not
	// together with Changes or a state of the message's own.
	Asks []Ask `json:"asks,omitzero"`
}

// A State is what queries of a message answer for a while. In Changes and Asks, what
// a state leaves out stays as the state before had it, except an error, which ends
// with its own state. The pages of one pass are all of the state that its
// first page had.
type State struct {
	// SendStatus is SUCCESS (default), RECALLED or PROCESSING.
	SendStatus string `json:"send_status,omitzero"`
	// Readers are the ids that have read it, in the order in which they are
	// given out; repeats are given out too. Empty list: nobody.
	Readers []string `json:"readers,omitzero"`
	// ReaderCount says how many instead of who: they are drawn from
	// Options.People, and made up beyond. More readers always include the fewer.
	ReaderCount *int `json:"reader_count,omitzero"`
	// ReadRate, 0 to 1, is the chance of each person to have read it, instead. A
	// higher rate always includes the readers of a lower one. With none of the
	// three the rate is drawn, between 0.3 and 1.
	ReadRate *float64 `json:"read_rate,omitzero"`
	// Error answers instead.
	Error *Answer `json:"error,omitzero"`
}

// A Change is the state from some time on.
type Change struct {
	// After is the time since the start.
	After Duration `json:"after,omitzero"`
	State
}

// An Ask is the state for the next asks.
type Ask struct {
	// Times is for how many asks it lasts; 0: one. The last ask's has no end.
	Times int `json:"times,omitzero"`
	State
}

// An Answer is an error answer, or any other that isn't a page.
type Answer struct {
	// Code is the error code. One of the page's table or of the platform brings
	// its status and message along.
	Code string `json:"code,omitzero"`
	// Status is the HTTP status, 200 to 599, and required for a code that isn't
	// known; 0: the code's own.
	Status int `json:"status,omitzero"`
	// Message is the error message; empty: the code's own.
	Message string `json:"message,omitzero"`
	// RequiredScopes are the missing permissions. With them the body's keys are
	// capitalised, as the platform has it for permission errors.
	RequiredScopes []string `json:"required_scopes,omitzero"`
	// Body is the whole JSON body instead of one made of the code, with status 200
	// unless Status has another.
	Body json.RawMessage `json:"body,omitzero"`
	// Headers are further response headers.
	Headers map[string]string `json:"headers,omitzero"`
}
