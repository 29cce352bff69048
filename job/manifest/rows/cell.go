package rows

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/table"
)

// timeLayouts are the ways in which a time without a zone is written; it is in the
// audit's zone.
func timeLayouts() []string {
	return []string{
		"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
		"2006/1/2 15:04:05", "2006/1/2 15:04", "2006-01-02", "2006/1/2",
	}
}

// ParseTime reads an instant.
func ParseTime(c table.Cell, zone *time.Location) (time.Time, *diag.Problem) {
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
// day in the cell is ignored.
func parseDay(c table.Cell, zone *time.Location) (time.Time, *diag.Problem) {
	t, p := ParseTime(c, zone)
	if p != nil {
		return time.Time{}, diag.Problemf("Unsuitable date", `%s is no date: write it like "2026-11-20".`, diag.Quote(c.Text))
	}
	year, month, day := t.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone), nil
}

// maxDigits is how many digits of a number a spreadsheet keeps.
const maxDigits = 15

// Exact refuses a numeric cell that has lost digits already.
func Exact(c table.Cell, what string) *diag.Problem {
	if c.Numeric && c.Digits() > maxDigits {
		return diag.Problemf("Digits lost", "The %s is stored as a number of more than %d digits, of which the spreadsheet keeps %d: format the column as text and enter the values again.", what, maxDigits, maxDigits)
	}
	return nil
}

// MaxID is the length in bytes of a key, a code or an id.
const MaxID = 256

// ParseID reads an identifier that the API gave out.
func ParseID(c table.Cell, what string) (string, *diag.Problem) {
	if p := Exact(c, what); p != nil {
		return "", p
	}
	switch {
	case len(c.Text) > MaxID:
		return "", diag.Problemf("Unsuitable value", "The %s is longer than %d bytes.", what, MaxID)
	case !utf8.ValidString(c.Text) || strings.ContainsFunc(c.Text, unicode.IsControl):
		return "", diag.Problemf("Unsuitable value", "The %s %s holds a control character: copy it again.", what, diag.Quote(c.Text))
	}
	return c.Text, nil
}

// ParseIDs reads user ids separated by semicolons; empty ones are left out.
func ParseIDs(c table.Cell) ([]string, *diag.Problem) {
	if p := Exact(c, "user id"); p != nil {
		return nil, p
	}
	var ids []string
	for id := range strings.SplitSeq(c.Text, ";") {
		id, p := ParseID(table.Cell{Text: strings.TrimSpace(id)}, "user id")
		if p != nil {
			return nil, p
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
