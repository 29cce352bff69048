package rows

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"notifyaudit/job/ident"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/table"
)

// timeLayouts are the ways in which a time without a zone is written, see [plainTime];
// it is in the audit's zone.
func timeLayouts() []string {
	return []string{
		"2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2", "20060102",
		"2006-1-2 PM3:04:05", "2006-1-2 PM3:04", "2006-1-2 3:04:05 PM", "2006-1-2 3:04 PM",
	}
}

// plainTime is a time with hyphens in the day and one blank behind it, as are
// 2026/11/20, 2026.11.20 and 2026年11月20日 下午3:04. The year comes first: elsewhere
// month and day could be meant either way.
func plainTime(text string) string {
	day, clock := text, ""
	if i := strings.IndexAny(text, " T日"); i >= 0 {
		day, clock = text[:i], strings.TrimLeft(text[i:], " T日")
	}
	day = strings.Map(func(r rune) rune {
		if strings.ContainsRune("/.年月", r) {
			return '-'
		}
		return r
	}, day)
	if clock == "" {
		return day
	}
	for chinese, half := range map[string]string{"上午": "AM", "下午": "PM"} {
		if rest, found := strings.CutPrefix(clock, chinese); found {
			clock = half + strings.TrimSpace(rest)
		}
	}
	return day + " " + clock
}

// ParseTime reads an instant between the years 2000 and 2200, and whether it is
// written with its zone; one without is in the given zone.
func ParseTime(c table.Cell, zone *time.Location) (t time.Time, hasZone bool, p *diag.Problem) {
	t, hasZone, err := parseTime(c, zone)
	if err != nil || !inRange(t) {
		return time.Time{}, false, diag.Problemf("Unsuitable time", `%s is no time between the years 2000 and 2200: %swrite it like "2026-11-20T09:00:00+08:00", or like "2026-11-20 09:00" in the audit's time zone.`,
			diag.Quote(c.Text), serialHint(c.Text))
	}
	return t, hasZone, nil
}

func inRange(t time.Time) bool { return t.Year() >= 2000 && t.Year() <= 2200 }

// serialHint explains a number of days since 1900, which a spreadsheet writes into a
// csv when its column is not formatted as a date; "" for any other text. It is not
// read as a date: some workbooks count from 1904.
func serialHint(text string) string {
	days, err := strconv.ParseFloat(text, 64)
	if err != nil || days < 1 || days > 110_000 { // the year 2200
		return ""
	}
	const until1970 = 25569
	wall := time.Unix(0, 0).UTC().Add(time.Duration((days - until1970) * float64(24*time.Hour)))
	if !inRange(wall) {
		return ""
	}
	return "it may be how a spreadsheet stores " + wall.Round(time.Minute).Format("2006-01-02 15:04") + ". Format the column as a date and save the file again, or "
}

func parseTime(c table.Cell, zone *time.Location) (t time.Time, hasZone bool, err error) {
	if wall, ok := c.Date(); ok && wall.Year() <= 9999 { // beyond it is a number such as 20261120
		return inZone(wall, zone), false, nil
	}
	if t, err = time.Parse(time.RFC3339, c.Text); err == nil {
		return t, true, nil
	}
	text := plainTime(c.Text)
	for _, layout := range timeLayouts() {
		if t, err = time.ParseInLocation(layout, text, zone); err == nil {
			return t, false, nil
		}
	}
	return t, false, err
}

func inZone(wall time.Time, zone *time.Location) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
}

// parseDay reads a date as the instant at which it begins in the zone. A time of
// day in the cell is ignored. It is zero for what means no date, such as "-".
func parseDay(c table.Cell, zone *time.Location) (time.Time, *diag.Problem) {
	if _, p := ParseID(table.Cell{Text: c.Text}, ident.UserID); c.Text == "" || p != nil && p.Summary == string(ident.Missing) {
		return time.Time{}, nil
	}
	t, _, err := parseTime(c, zone)
	if err != nil || t.Year() < 1900 {
		return time.Time{}, diag.Problemf("Unsuitable date", `%s is no date: %swrite it like "2026-11-20".`, diag.Quote(c.Text), serialHint(c.Text))
	}
	year, month, day := t.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone), nil
}

// ParseID reads an identifier; empty when the cell is.
func ParseID(c table.Cell, kind ident.Kind) (string, *diag.Problem) {
	parse := kind.Parse
	if HasLostDigits(c) {
		parse = kind.ParseNumber
	}
	id, err := parse(c.Text)
	return id, problemOf(err)
}

// ParseUserIDs reads a cell that lists user ids, see [ident.UserIDs].
func ParseUserIDs(c table.Cell) ([]string, *diag.Problem) {
	if HasLostDigits(c) {
		_, p := ParseID(c, ident.UserID)
		return nil, p
	}
	ids, err := ident.UserIDs(c.Text)
	return ids, problemOf(err)
}

// HasLostDigits reports a number of which the spreadsheet has lost digits already.
func HasLostDigits(c table.Cell) bool { return c.Numeric && c.Digits() > ident.MaxDigits }

// problemOf is what is wrong with an identifier.
func problemOf(err error) *diag.Problem {
	if err == nil {
		return nil
	}
	summary := "Unsuitable value"
	if e, ok := errors.AsType[*ident.Error](err); ok {
		summary = string(e.Reason)
	}
	return diag.Problemf(summary, "%s", diag.Sentence(err))
}
