package cli

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/state"
	"notifyaudit/job/state/lock"
)

// TestStatusOf holds the map from an error to the exit status to its order.
func TestStatusOf(t *testing.T) {
	signal, disk := errors.New("signal"), errors.New("disk full")
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(signal)
	for name, test := range map[string]struct {
		ctx    context.Context
		err    error
		status int
		shown  string
	}{
		"nothing":                      {t.Context(), nil, exit.OK, ""},
		"nothing, after the end":       {ended, nil, exit.OK, ""},
		"an error":                     {t.Context(), disk, exit.Failure, "disk full"},
		"a status":                     {t.Context(), exit.With(exit.Config, disk), exit.Config, "disk full"},
		"a status, after the end":      {ended, exit.With(exit.Config, disk), exit.Config, "disk full"},
		"a status below":               {ended, fmt.Errorf("plan: %w", exit.With(exit.Usage, disk)), exit.Usage, "disk full"},
		"a silent status":              {t.Context(), exit.With(exit.Check, nil), exit.Check, ""},
		"the end":                      {ended, signal, exit.Retry, "interrupted: signal"},
		"the end, below":               {ended, fmt.Errorf("open the state: %w", signal), exit.Retry, "interrupted: signal"},
		"an error, after the end":      {ended, disk, exit.Retry, "interrupted: disk full"},
		"a lock":                       {t.Context(), fmt.Errorf("open: %w", lock.ErrHeld), exit.Retry, "open: " + lock.ErrHeld.Error()},
		"a lock that another has":      {t.Context(), state.ErrFenced, exit.Retry, state.ErrFenced.Error()},
		"a status for a lock":          {t.Context(), exit.With(exit.Failure, lock.ErrHeld), exit.Failure, lock.ErrHeld.Error()},
		"another context's end is not": {t.Context(), context.Canceled, exit.Failure, "context canceled"},
	} {
		status, err := statusOf(test.ctx, test.err)
		shown := ""
		if err != nil {
			shown = err.Error()
		}
		if status != test.status || shown != test.shown {
			t.Errorf("%s: exit status %d, %q; want %d, %q", name, status, shown, test.status, test.shown)
		}
	}
}
