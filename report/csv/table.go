package csv

import (
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"
	"time"
	"unicode"

	"notifyaudit/report"
	"notifyaudit/report/words"
)

const (
	byteOrderMark = "\uFEFF"
	bufferSize    = 64 << 10
)

// A table is one file: cells in the order of its columns, then the row's end.
// Its first error stays; what is written after it goes nowhere.
type table struct {
	name    string
	columns []string
	// guarded counts the cells of each column that got a leading '.
	guarded []int
	file    io.WriteCloser
	err     error
	// buf is what is to be written; the current row begins at start, and has so many
	// cells and these that are guarded.
	buf    []byte
	start  int
	column int
	guards columnSet
	// instants are the two written last, as text: many rows have the same ones.
	instants [2]instant
	// simulated ends each row with a cell that says so.
	simulated bool
}

// A columnSet is columns by their places: no table has 64.
type columnSet uint64

// An instant is a time and its text.
type instant struct {
	at   time.Time
	text []byte
}

// cells are the first ones of a row.
type cells struct {
	content []byte
	columns int
	guards  columnSet
}

// copied returns the cells that the current row has so far, in the memory of others.
func (t *table) copied(to cells) cells {
	return cells{append(to.content[:0], t.buf[t.start:]...), t.column, t.guards}
}

// paste begins a row with cells.
func (t *table) paste(c *cells) {
	t.buf = append(t.buf, c.content...)
	t.column, t.guards = c.columns, c.guards
}

// text writes a cell of words.
func (t *table) text(s string) {
	s = report.CleanText(s)
	guard := startsFormula(s)
	if guard {
		t.guards |= 1 << t.column
	}
	t.cell()
	if !guard && !needsQuotes(s) {
		t.buf = append(t.buf, s...)
		return
	}
	t.quoted(s, guard)
}

// quoted writes a text in quotes where it needs them, behind a ' where it is to be
// guarded.
func (t *table) quoted(s string, guard bool) {
	quotes := needsQuotes(s)
	if quotes {
		t.buf = append(t.buf, '"')
	}
	if guard {
		t.buf = append(t.buf, '\'')
	}
	if !quotes {
		t.buf = append(t.buf, s...)
		return
	}
	for i := range len(s) {
		if s[i] == '"' {
			t.buf = append(t.buf, '"')
		}
		t.buf = append(t.buf, s[i])
	}
	t.buf = append(t.buf, '"')
}

// needsQuotes reports whether a cell is only one in quotes.
func needsQuotes(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case ',', '"', '\r', '\n':
			return true
		}
	}
	return false
}

// startsFormula reports whether a spreadsheet could take the text for a formula.
// Tab and line ends are among the characters because it may drop them and look
// at what follows; CleanText leaves no carriage return, so this one is for those
// who read the list. White space and characters that can't be seen, such as a byte
// order mark, may be dropped as well.
func startsFormula(s string) bool {
	if s == "" || isWordByte(s[0]) {
		return false
	}
	for _, first := range s {
		switch first {
		case '=', '+', '-', '@', '\t', '\r', '\n',
			'＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫': // full-width, and small
			return true
		}
		if !unicode.IsSpace(first) && !unicode.In(first, unicode.Cf, unicode.Mn) {
			return false
		}
	}
	return false
}

// isWordByte reports whether a text that begins so is no formula, as most.
func isWordByte(b byte) bool {
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z'
}

func (t *table) integer(n int) {
	t.cell()
	t.buf = strconv.AppendInt(t.buf, int64(n), 10)
}

func (t *table) optionalInteger(n *int) {
	if n == nil {
		t.cell()
		return
	}
	t.integer(*n)
}

func (t *table) optionalRate(rate *float64) {
	t.cell()
	if rate != nil {
		t.buf = strconv.AppendFloat(t.buf, *rate, 'f', -1, 64)
	}
}

func (t *table) optionalBool(b *bool) {
	t.cell()
	if b != nil {
		t.buf = strconv.AppendBool(t.buf, *b)
	}
}

func (t *table) bool(b bool) {
	t.cell()
	t.buf = strconv.AppendBool(t.buf, b)
}

// empty writes a cell of nothing.
func (t *table) empty() { t.cell() }

// time writes an instant; the zero time is an empty cell.
func (t *table) time(at time.Time, zone *time.Location) {
	t.cell()
	if at.IsZero() {
		return
	}
	for i := range t.instants {
		if known := &t.instants[i]; known.at.Equal(at) {
			t.buf = append(t.buf, known.text...)
			return
		}
	}
	t.instants[0], t.instants[1] = t.instants[1], t.instants[0]
	latest := &t.instants[0]
	latest.at, latest.text = at, at.In(zone).AppendFormat(latest.text[:0], time.RFC3339)
	t.buf = append(t.buf, latest.text...)
}

// cell begins the next cell of the row.
func (t *table) cell() {
	if t.column > 0 {
		t.buf = append(t.buf, ',')
	}
	t.column++
}

func (t *table) end() {
	if t.simulated {
		t.bool(true)
	}
	for guards := t.guards; guards != 0; guards &= guards - 1 {
		t.guarded[bits.TrailingZeros64(uint64(guards))]++
	}
	t.column, t.guards = 0, 0
	t.buf = append(t.buf, "\r\n"...)
	if t.start = len(t.buf); t.start >= bufferSize {
		t.flush()
	}
}

// flush writes the finished rows.
func (t *table) flush() {
	if t.err == nil {
		_, t.err = t.file.Write(t.buf[:t.start])
	}
	t.buf, t.start = append(t.buf[:0], t.buf[t.start:]...), 0
}

// An output is the files of one report.
type output struct {
	files  Files
	opts   Options
	words  *words.Printer
	tables []*table
	// simulated says that the simulator made the figures up.
	simulated bool
}

func (s *output) create(name string, columns []string) (*table, error) {
	file, err := s.files.Create(name)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	if s.simulated && name != problemsFile {
		columns = append(columns, simulatedColumn)
	}
	t := &table{
		name: name, columns: columns, guarded: make([]int, len(columns)),
		file: file, buf: make([]byte, 0, bufferSize+bufferSize/4),
	}
	s.tables = append(s.tables, t)
	t.buf = append(t.buf, byteOrderMark...)
	for _, key := range columns {
		if s.opts.Labels {
			key = s.words.Column(key)
		}
		t.text(key)
	}
	t.end()
	t.simulated = s.simulated && name != problemsFile
	return t, nil
}

// firstError is the first error of writing so far.
func (s *output) firstError() error {
	for _, t := range s.tables {
		if t.err != nil {
			return fmt.Errorf("write %s: %w", t.name, t.err)
		}
	}
	return nil
}

// close flushes and closes every file and returns the first error of each.
func (s *output) close() error {
	var all []error
	for _, t := range s.tables {
		t.flush()
		err := t.err
		if closeErr := t.file.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			all = append(all, fmt.Errorf("write %s: %w", t.name, err))
		}
	}
	return errors.Join(all...)
}

// guarded counts the guarded cells and names their columns, as
// "people.csv: name, email".
func (s *output) guarded() (cells int, columns []string) {
	for _, t := range s.tables {
		var touched []string
		for i, n := range t.guarded {
			if n > 0 {
				cells += n
				touched = append(touched, t.columns[i])
			}
		}
		if len(touched) > 0 {
			columns = append(columns, t.name+": "+strings.Join(touched, ", "))
		}
	}
	return cells, columns
}
