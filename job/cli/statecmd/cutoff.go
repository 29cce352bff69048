package statecmd

import (
	"time"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/manifest"
)

// cutoff returns the instant that the DATE of state purge -before means: the beginning
// of a day in the zone, an instant, or an age before now. An error is wrong usage.
func cutoff(text string, zone *time.Location, now time.Time) (time.Time, error) {
	before, err := time.Parse(time.RFC3339, text)
	if day, wrong := time.ParseInLocation(time.DateOnly, text, zone); wrong == nil {
		before, err = day, nil
	}
	if age, ok := manifest.ParseDuration(text); ok {
		before, err = now.Add(-age), nil
	}
	switch {
	case err != nil:
		return time.Time{}, exit.Usagef("-before is a day such as 2026-05-01, an instant such as 2026-05-01T09:00:00+08:00 or an age such as 180d, not %q", text)
	case before.After(now):
		return time.Time{}, exit.Usagef("-before %s is in the future: nothing is older than that yet", text)
	}
	return before, nil
}
