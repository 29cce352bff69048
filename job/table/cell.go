package table

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// A Cell is one value of a row.
type Cell struct {
	// Text is what the cell shows, without white space and invisible characters
	// around it. A number is written out without an exponent, unless its format
	// pads it or puts text around it: 000123. A date is 2006-01-02, with a time
	// of day 2006-01-02 15:04:05.
	Text string
	// Numeric says that an xlsx stores a number: more than 15 digits of it are
	// not what somebody typed.
	Numeric bool
	// List says that a jsonl has a list of texts and numbers here; Text is its
	// JSON, or empty when it has no element.
	List     bool
	date1904 bool
	fault    fault
	number   float64
}

// A fault is why a cell's value can't be relied on; most have none.
type fault uint8

const (
	noFault fault = iota
	// errorValue is an error of a spreadsheet; the cell's text is its name.
	errorValue
	// noValue is a formula that no program has calculated, uncalculated one that
	// has 0 or nothing for its value, from a program that leaves calculating to
	// others.
	noValue
	uncalculated
	// stale is a formula's value that such a program may have left as it was.
	stale
)

// wrong says what is wrong with a cell that has a fault.
func (c *Cell) wrong() string {
	const calculate = ": open the workbook in a spreadsheet program and save it"
	switch c.fault {
	case noFault:
	case errorValue:
		return "holds the error " + c.Text
	case noValue:
		return "holds a formula without its value" + calculate
	case uncalculated:
		return "holds a formula that was never calculated" + calculate
	case stale:
		return "holds a formula whose value may be out of date" + calculate
	}
	return ""
}

// empty reports a cell that shows nothing and has no fault.
func (c *Cell) empty() bool { return c.Text == "" && c.fault == noFault }

// Number is the number that an xlsx stores, whatever its format shows; false for
// every other cell.
func (c Cell) Number() (float64, bool) { return c.number, c.Numeric }

// Date is the wall-clock time, in no particular zone, that a numeric cell stands
// for; false for every other cell.
func (c Cell) Date() (time.Time, bool) {
	if !c.Numeric {
		return time.Time{}, false
	}
	t, err := excelize.ExcelDateToTime(c.number, c.date1904)
	if err != nil {
		return time.Time{}, false
	}
	return t.Round(time.Second), true
}

// Digits counts the digits of a whole number; 0 when the cell is none. Zeros
// that a number's format shows before it don't count.
func (c Cell) Digits() int {
	text := c.Text
	if c.Numeric {
		text = plainNumber(c.number)
	}
	digits := strings.TrimPrefix(text, "-")
	if strings.Trim(digits, "0123456789") != "" {
		return 0
	}
	return len(digits)
}

func plainNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// trim removes white space and format characters, such as byte order marks and
// marks of direction, at both ends.
func trim(text string) string {
	if trimmed(text) {
		return text
	}
	text = strings.TrimSpace(text)
	if text == "" || text[0] < utf8.RuneSelf && text[len(text)-1] < utf8.RuneSelf {
		return text
	}
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	if !unseen(first) && !unseen(last) {
		return text
	}
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unseen(r) })
}

// trimmed reports whether the text begins and ends with what is no white space
// for sure, as most do.
func trimmed(text string) bool {
	return text == "" || visible(text[0]) && visible(text[len(text)-1])
}

func visible(c byte) bool { return c > ' ' && c < utf8.RuneSelf }

// unseen reports a format character. Those beyond the basic plane are parts of
// emoji.
func unseen(r rune) bool {
	const firstIdeograph, lastHangul, basic = '\u2e80', '\ud7ff', '\uffff'
	if r < utf8.RuneSelf || r >= firstIdeograph && r <= lastHangul {
		return false
	}
	return r <= basic && unicode.Is(unicode.Cf, r)
}
