package cli

// The exit statuses, as the contract has them. 64, 75 and 78 are those of
// sysexits.h (EX_USAGE, EX_TEMPFAIL, EX_CONFIG).
const (
	exitOK         = 0
	exitFailure    = 1  // the same again would fail
	exitChanges    = 2  // plan -detailed-exitcode: there is something to ask
	exitIncomplete = 3  // done, but some messages could not be read
	exitCheck      = 4  // done, but a check of severity error failed
	exitUsage      = 64 // wrong usage
	exitRetry      = 75 // not finished: again within the hour goes on
	exitConfig     = 78 // the manifest, a credential or a permission is wrong
)

// An exitError ends the program with a status. A nil err ends it in silence,
// because everything was said already.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return "exit status"
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func exitWith(status int, err error) error { return &exitError{status: status, err: err} }
