package conclude

import (
	"errors"
	"slices"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
)

// CheckFindings is an error for a wrong value of -findings, if it is set.
func CheckFindings(set bool, value string) error {
	values := []string{manifest.FindingsStatus, manifest.FindingsOK}
	if set && !slices.Contains(values, value) {
		return exit.Usagef("-findings is ok or status, not %q%s", value, term.DidYouMean(value, values))
	}
	return nil
}

// WithoutFindings takes 3 and 4, as far as they say what was found and not what went
// wrong, from how a run ended.
func WithoutFindings(err error) error {
	if e, carries := errors.AsType[*exit.Error](err); carries && e.Err == nil && (e.Status == exit.Incomplete || e.Status == exit.Check) {
		return nil
	}
	return err
}
