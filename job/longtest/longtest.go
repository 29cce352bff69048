// Package longtest decides, for the whole module at once, whether tests run in
// their short form or in their long one. Only tests import it.
//
// The short form covers each promise within seconds and is the default. The long
// form is chosen by NOTIFYAUDIT_LONG=1 in the environment, which .ci/run sets.
package longtest

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// Variable is the environment variable that chooses the long form when its value
// is "1".
const Variable = "NOTIFYAUDIT_LONG"

// Enabled reports whether tests run in their long form.
func Enabled() bool {
	return os.Getenv(Variable) == "1" //nolint:forbidigo // a test's switch, not the program's
}

// Require skips the test unless tests run in their long form.
func Require(tb testing.TB) {
	tb.Helper()
	if !Enabled() {
		tb.Skipf("takes over 2 s: set %s=1 to run it", Variable)
	}
}

// N returns short or, when tests run in their long form, long: how often a test
// repeats something, or how large its data are.
func N[T any](short, long T) T {
	if Enabled() {
		return long
	}
	return short
}

// Checks makes short the default number of checks of each property test of
// pgregory.net/rapid, unless tests run in their long form. A TestMain calls it
// before it runs the tests; -rapid.checks still decides.
func Checks(short int) {
	if Enabled() {
		return
	}
	if err := flag.Set("rapid.checks", strconv.Itoa(short)); err != nil {
		panic(err) // a package without property tests
	}
}
