package job

import (
	"fmt"
	"time"
)

// A Query asks for one page of a message.
type Query struct {
	Kind               Kind
	ProcessQueryKey    string
	RobotCode          string // empty: left out
	OpenConversationID string // empty: left out
	NextToken          string // empty: the first page
	// Attempts is the most attempts that count; 0: as many as the provider's retry
	// rules allow.
	Attempts int
	// Label is how the log calls the message; see [Message.Label].
	Label string
}

// A Page is one believed answer.
type Page struct {
	SendStatus SendStatus
	// ReadUserIDs may repeat ids, within the page and across pages.
	ReadUserIDs []string
	// Receivers are all people the message was sent to, readers included, where the
	// answer says so, as that for OneToOne does; nil where it doesn't. It may
	// repeat ids.
	Receivers []string
	// NextToken is not empty when HasMore.
	NextToken string
	HasMore   bool
	// AskedAt is when the request that was answered left.
	AskedAt time.Time
	Cost    Cost
}

// A Cost is what getting one answer took.
type Cost struct {
	// Metered counts the calls that the vendor may count against the month's
	// quota: answered, and not refused for their rate.
	Metered int
	// Retries counts attempts after the first; Throttled the answers that said
	// "slower".
	Retries, Throttled int
}

// Add returns the sum of two costs.
func (c Cost) Add(d Cost) Cost {
	return Cost{Metered: c.Metered + d.Metered, Retries: c.Retries + d.Retries, Throttled: c.Throttled + d.Throttled}
}

// An ErrorClass says what kind of trouble an answer is, decided on the API's
// error code first and on the HTTP status second.
type ErrorClass string

// The classes of trouble.
const (
	ClassTransient  ErrorClass = "transient"  // the server or the way to it, for now
	ClassThrottled  ErrorClass = "throttled"  // too fast
	ClassBanned     ErrorClass = "banned"     // the address is shut out for minutes
	ClassQuota      ErrorClass = "quota"      // the month's calls are spent
	ClassToken      ErrorClass = "token"      // the access token or the app's secret
	ClassDenied     ErrorClass = "denied"     // a permission, a whitelist, a region
	ClassRobot      ErrorClass = "robot"      // the robot code
	ClassCursor     ErrorClass = "cursor"     // the nextToken
	ClassExpired    ErrorClass = "expired"    // not generated yet, or gone: the code can't tell
	ClassInvalid    ErrorClass = "invalid"    // the message's own parameters
	ClassUnknown    ErrorClass = "unknown"    // a code that no page lists
	ClassUnbelieved ErrorClass = "unbelieved" // answers that can't be true: looping or endless pages
	ClassEndpoint   ErrorClass = "endpoint"   // not the API at all: a proxy, a redirect, a web page
	ClassGateway    ErrorClass = "gateway"    // an answer that isn't the API's, among others that are
	ClassProcessing ErrorClass = "processing" // no trouble: the message is still being sent
	ClassInternal   ErrorClass = "internal"   // a fault of this program
)

// A Reach says how far a final answer speaks.
type Reach string

// The reaches, from the narrowest.
const (
	ReachMessage  Reach = "message"
	ReachRobot    Reach = "robot"    // every message of the provider with this robot code
	ReachProvider Reach = "provider" // every message of the provider
	ReachQuota    Reach = "quota"    // every provider of the quota group
	ReachRun      Reach = "run"      // everything
)

// An AnswerError is why a query has no page, after all retries: the API's last
// word, or what stood in its way.
type AnswerError struct {
	Class ErrorClass
	Reach Reach
	// Temporary says that the same query may be answered later with nothing
	// changed: retries ran out, or the provider gave up for now.
	Temporary bool
	// Reversible says of a robot's refusal that it may end without a change of the
	// manifest: a robot that was stopped is started again.
	Reversible bool
	// Status is the HTTP status, 0 without an answer. Code, Message and
	// RequestID are the API's own, cleaned of control characters and bounded.
	Status                   int
	Code, Message, RequestID string
	// Advice says what to do, in English; it may be empty.
	Advice string
	Cost   Cost
	// Err is the cause below, if any.
	Err error
}

func (e *AnswerError) Error() string {
	text := string(e.Class)
	if e.Status != 0 {
		text += fmt.Sprintf(": status %d", e.Status)
	}
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.RequestID != "" {
		text += " (request " + e.RequestID + ")"
	}
	return text
}

// Text is the API's own words, or the cause where the API said nothing.
func (e *AnswerError) Text() string {
	if e.Message == "" && e.Err != nil {
		return e.Err.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *AnswerError) Unwrap() error { return e.Err }

// A Failure is the last answer about a message when it was no reading, as the
// state keeps it.
type Failure struct {
	// Status is what it makes of the message: StatusPending, StatusFrozen,
	// StatusRejected, StatusIncomplete or StatusFailed.
	Status Status
	Class  ErrorClass
	// HTTPStatus, Code, Message and RequestID are the answer's; see AnswerError.
	HTTPStatus               int
	Code, Message, RequestID string
	RunID                    string
	At                       time.Time
	// RobotCode, OpenConversationID and SentAt are what the message had when it
	// was asked: a final answer stands until one of them changes.
	RobotCode, OpenConversationID string
	SentAt                        time.Time
	// Runs is in how many runs in a row the message was asked and failed, this one
	// included: the longer the row, the longer it waits before it is asked again.
	// 0 is an answer about a robot or a provider, which doesn't count against the
	// message.
	Runs int
	// Since is when the first of those runs failed; zero when Runs is 0.
	Since time.Time
	// Same is in how many runs in a row the answer had this Class and Code, this
	// one included; 0 when Runs is.
	Same int
}

// Follow fills in Runs, Since and Same of a failure from the one recorded before
// it, or nil. Answers of one run count once, unless the run was continued later
// than the message had to wait. The state keeps what it finds.
func (f *Failure) Follow(before *Failure) {
	f.Runs, f.Since, f.Same = 1, f.At, 1
	if before == nil || before.Runs == 0 {
		return
	}
	further := 1
	if before.RunID == f.RunID && f.At.Before(RetryAt(before.At, before.Runs, time.Time{})) {
		further = 0
	}
	f.Runs, f.Since = before.Runs+further, before.Since
	if before.Class == f.Class && before.Code == f.Code {
		f.Same = before.Same + further
	}
}

// A RobotStop remembers that a robot's messages were refused ten times in a row
// with one and the same answer.
type RobotStop struct {
	Provider, RobotCode string
	// Credential is the fingerprint of the credential that was refused: with
	// another one the stop is void.
	Credential               string
	Class                    ErrorClass
	Code, Message, RequestID string
	// At is the latest such answer's time.
	At time.Time
	// Runs is in how many runs in a row the robot was found so, 1 or more: the
	// longer the row, the longer until it is tried again.
	Runs int
}

// A QuotaRefusal remembers that the vendor refused a call because the
// organisation's month is spent. Until the month of At turns (see QuotaTurns) the
// quota group isn't asked anything.
type QuotaRefusal struct {
	QuotaGroup               string
	Code, Message, RequestID string
	At                       time.Time
}

// A Stop is why a run left messages unasked: an answer that speaks for all of a
// robot, a provider or a quota group.
type Stop struct {
	Reach Reach
	// Name is the provider's, the robot's with its provider's, or the quota
	// group's; empty for what the plan put off.
	Name  string
	Class ErrorClass
	// Temporary says that going on later may help with nothing changed.
	Temporary bool
	// HTTPStatus, Code, Message and RequestID are the answer's; see AnswerError.
	HTTPStatus               int
	Code, Message, RequestID string
	// NotAsked counts the messages that were planned and not asked for it.
	NotAsked int
}

// NewStop makes a stop of the answer that caused it.
func NewStop(reach Reach, name string, e *AnswerError) Stop {
	return Stop{
		Reach: reach, Name: name, Class: e.Class, Temporary: e.Temporary,
		HTTPStatus: e.Status, Code: e.Code, Message: e.Text(), RequestID: e.RequestID,
	}
}

// Planned reports whether the plan put the messages off, before any answer.
func (s *Stop) Planned() bool { return s.Name == "" }

// Failure is the stop's answer as one about a message.
func (s *Stop) Failure() *Failure {
	return &Failure{
		Status: StatusFailed, Class: s.Class, HTTPStatus: s.HTTPStatus,
		Code: s.Code, Message: s.Message, RequestID: s.RequestID,
	}
}
