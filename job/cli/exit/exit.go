// Package exit defines the exit statuses and an error that carries one.
package exit

import "fmt"

// The exit statuses. 64, 75 and 78 are those of sysexits.h: EX_USAGE, EX_TEMPFAIL and
// EX_CONFIG.
const (
	OK         = 0
	Failure    = 1  // running the same again would fail again
	Changes    = 2  // plan -detailed-exitcode: there is something to ask
	Incomplete = 3  // done, but some messages could not be read, or something was not delivered
	Check      = 4  // done, but a check of severity error failed
	Usage      = 64 // wrong usage
	Retry      = 75 // not finished: a run within the hour goes on
	Config     = 78 // the manifest, a credential or a permission is wrong
)

// Meaning is what a status means, in a few words.
func Meaning(status int) string {
	switch status {
	case OK:
		return "what was planned was done"
	case Changes:
		return "there is something to ask"
	case Incomplete:
		return "done, but some messages could not be read"
	case Check:
		return "done, but a check failed"
	case Usage:
		return "wrong usage"
	case Retry:
		return "not finished, a run within the hour goes on"
	case Config:
		return "the manifest, a credential or a permission is wrong"
	}
	return "it failed"
}

// An Error ends the program with a status. If Err is nil, everything was said and
// nothing more is shown.
type Error struct {
	Status int
	Err    error
	// Said is what Err would be if it had not been shown already; it may be nil.
	Said error
}

func (e *Error) Error() string {
	if e.Err == nil {
		return "exit status"
	}
	return e.Err.Error()
}

// InShort is Said; nil of a nil error.
func (e *Error) InShort() error {
	if e == nil {
		return nil
	}
	return e.Said
}

func (e *Error) Unwrap() error { return e.Err }

// With returns an Error with a status. err may be nil; see Error.
func With(status int, err error) error { return &Error{Status: status, Err: err} }

// Told returns an Error with a status of which everything was said, and what that was in
// short.
func Told(status int, said error) error { return &Error{Status: status, Said: said} }

// Usagef returns an Error for wrong usage. The text says what is wrong with the command
// line and what to do.
func Usagef(format string, args ...any) error {
	return &Error{Status: Usage, Err: fmt.Errorf(format, args...)}
}
