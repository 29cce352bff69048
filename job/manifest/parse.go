package manifest

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/table"
)

// maxDuration keeps sums of durations and times far from overflow.
const maxDuration = 100 * 365 * 24 * time.Hour

// parseDuration reads Go's syntax, and days: "90s", "1h30m", "30d".
func parseDuration(text string) (time.Duration, *diag.Problem) {
	wrong := diag.Problemf("Unsuitable duration", `%s is no duration: write it like "90s", "30m", "24h" or "30d".`, diag.Quote(text))
	total := time.Duration(0)
	rest := text
	if days, after, found := strings.Cut(text, "d"); found {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil || n < 0 || math.IsInf(n, 0) || math.IsNaN(n) || n > maxDuration.Hours()/24 {
			return 0, wrong
		}
		total, rest = time.Duration(n*float64(24*time.Hour)), after
	}
	if rest != "" {
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 {
			return 0, wrong
		}
		total += d
	}
	if text == "" || total > maxDuration {
		return 0, wrong
	}
	return total, nil
}

// ParseDuration reads a duration as the manifest has them: Go's syntax, and days,
// as in "180d"; false for anything else.
func ParseDuration(text string) (time.Duration, bool) {
	d, p := parseDuration(text)
	return d, p == nil
}

// The ways in which a time without a zone is written; it is in the audit's zone.
func timeLayouts() []string {
	return []string{
		"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
		"2006/1/2 15:04:05", "2006/1/2 15:04", "2006-01-02", "2006/1/2",
	}
}

// parseTime reads an instant.
func parseTime(c table.Cell, zone *time.Location) (time.Time, *diag.Problem) {
	t, err := time.Parse(time.RFC3339, c.Text)
	if wall, ok := c.Date(); ok {
		t, err = inZone(wall, zone), nil
	}
	for _, layout := range timeLayouts() {
		if err == nil {
			break
		}
		t, err = time.ParseInLocation(layout, c.Text, zone)
	}
	if err != nil || t.Year() < 2000 || t.Year() > 2200 {
		return time.Time{}, diag.Problemf("Unsuitable time", `%s is no time of these centuries: write it like "2026-11-20T09:00:00+08:00", or like "2026-11-20 09:00" in the audit's time zone.`, diag.Quote(c.Text))
	}
	return t, nil
}

func inZone(wall time.Time, zone *time.Location) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
}

// parseDay reads a date as the instant at which it begins in the zone. A time of
// day in the cell is let go.
func parseDay(c table.Cell, zone *time.Location) (time.Time, *diag.Problem) {
	t, p := parseTime(c, zone)
	if p != nil {
		return time.Time{}, diag.Problemf("Unsuitable date", `%s is no date: write it like "2026-11-20".`, diag.Quote(c.Text))
	}
	year, month, day := t.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone), nil
}

func parseKind(text string) (job.Kind, *diag.Problem) {
	switch kind := job.Kind(text); kind {
	case job.PrivateChat, job.Group, job.OneToOne:
		return kind, nil
	}
	return "", diag.Problemf("Unknown kind", `There is no kind %s.%s`, diag.Quote(text),
		diag.DidYouMeanOr(text, []string{string(job.PrivateChat), string(job.Group), string(job.OneToOne)}, "The kinds are"))
}

func parseTarget(text string) (float64, *diag.Problem) {
	number, percent := strings.CutSuffix(text, "%")
	target, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		target /= 100
	}
	if err != nil || !(target > 0 && target <= 1) {
		return 0, diag.Problemf("Unsuitable target", "%s is no read rate: write a number above 0 and at most 1, as in 0.9.", diag.Quote(text))
	}
	return target, nil
}

// maxDigits is how many digits of a number a spreadsheet keeps.
const maxDigits = 15

// exact refuses a numeric cell that has lost digits already.
func exact(c table.Cell, what string) *diag.Problem {
	if c.Numeric && c.Digits() > maxDigits {
		return diag.Problemf("Digits lost", "The %s is stored as a number of more than %d digits, of which the spreadsheet keeps %d: format the column as text and enter the values again.", what, maxDigits, maxDigits)
	}
	return nil
}

// maxID is the length in bytes of a key, a code or an id.
const maxID = 256

// parseID reads something that the API gave out.
func parseID(c table.Cell, what string) (string, *diag.Problem) {
	if p := exact(c, what); p != nil {
		return "", p
	}
	switch {
	case len(c.Text) > maxID:
		return "", diag.Problemf("Unsuitable value", "The %s is longer than %d bytes.", what, maxID)
	case !utf8.ValidString(c.Text) || strings.ContainsFunc(c.Text, unicode.IsControl):
		return "", diag.Problemf("Unsuitable value", "The %s %s holds a control character: copy it again.", what, diag.Quote(c.Text))
	}
	return c.Text, nil
}

// parseIDs reads user ids separated by semicolons; empty ones are left out.
func parseIDs(c table.Cell) ([]string, *diag.Problem) {
	if p := exact(c, "user id"); p != nil {
		return nil, p
	}
	var ids []string
	for id := range strings.SplitSeq(c.Text, ";") {
		id, p := parseID(table.Cell{Text: strings.TrimSpace(id)}, "user id")
		if p != nil {
			return nil, p
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// maxAudience is the most people a message can be sent to: more is a user id
// that was taken for a number.
const maxAudience = 10_000_000

// parseSize reads a whole number; false when the text is something else. A
// leading zero makes it an id.
func parseSize(text string) (n int, is bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" || text[0] == '0' && text != "0" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		n = math.MaxInt
	}
	return n, true
}
