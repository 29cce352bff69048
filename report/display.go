package report

import (
	"strconv"
	"strings"
	"time"

	"notifyaudit/report/percent"
)

// Display is the cell of a column of that type in words, for the forms that are
// read and not calculated with: an integer as 1,234, a rate as 63.1%, a change
// as +1.5% or −1.5%, a time to the minute in the audit's zone. An empty cell is
// "". It rounds as a spreadsheet shows a workbook's cells, so that the forms
// agree to the last digit; see [Cell.Digits].
func (wb *Workbook) Display(c Cell, t Type) string {
	switch c.kind {
	case cellEmpty:
		return ""
	case cellText:
		return c.text
	case cellTime:
		return Minute(c.time, wb.Location)
	default:
		return displayNumber(c, t)
	}
}

func displayNumber(c Cell, t Type) string {
	switch t {
	case TypeRate:
		return percent.Format(c.number, c.thresholds()...) + "%"
	case TypeChange:
		return signed(percent.Format(c.number)) + "%"
	default:
		return Grouped(int(c.number))
	}
}

func signed(number string) string {
	switch {
	case number == "0.0" || number == "-0.0":
		return "0.0"
	case strings.HasPrefix(number, "-"):
		return "−" + number[1:]
	default:
		return "+" + number
	}
}

// Grouped writes a whole number in groups of three digits.
func Grouped(n int) string {
	digits := strconv.Itoa(n)
	first := 1
	if n < 0 {
		first = 2
	}
	for i := len(digits) - 3; i >= first; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Minute is a time to the minute in a zone, nil for UTC; "" for the zero time.
func Minute(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2006-01-02 15:04")
}
