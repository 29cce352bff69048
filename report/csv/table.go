package csv

import (
	"bufio"
	"errors"
	"fmt"
	"io"
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
	out     *bufio.Writer
	file    io.Closer
	column  int
	scratch []byte
	// simulated ends each row with a cell that says so.
	simulated bool
}

// text writes a cell of words.
func (t *table) text(s string) {
	s = report.CleanText(s)
	guard := startsFormula(s)
	if guard {
		t.guarded[t.column]++
	}
	t.cell()
	quoted := strings.ContainsAny(s, ",\"\r\n")
	if quoted {
		_ = t.out.WriteByte('"')
	}
	if guard {
		_ = t.out.WriteByte('\'')
	}
	for quoted {
		before, after, found := strings.Cut(s, `"`)
		_, _ = t.out.WriteString(before)
		if !found {
			_ = t.out.WriteByte('"')
			return
		}
		_, _ = t.out.WriteString(`""`)
		s = after
	}
	_, _ = t.out.WriteString(s)
}

// startsFormula reports whether a spreadsheet could take the text for a formula.
// Tab and line ends are among the characters because it may drop them and look
// at what follows; CleanText leaves no carriage return, so this one is for those
// who read the list. White space and characters that can't be seen, such as a byte
// order mark, may be dropped as well.
func startsFormula(s string) bool {
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

func (t *table) integer(n int) {
	t.cell()
	t.scratch = strconv.AppendInt(t.scratch[:0], int64(n), 10)
	_, _ = t.out.Write(t.scratch)
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
	if rate == nil {
		return
	}
	t.scratch = strconv.AppendFloat(t.scratch[:0], *rate, 'f', -1, 64)
	_, _ = t.out.Write(t.scratch)
}

func (t *table) optionalBool(b *bool) {
	t.cell()
	if b == nil {
		return
	}
	t.scratch = strconv.AppendBool(t.scratch[:0], *b)
	_, _ = t.out.Write(t.scratch)
}

// time writes an instant; the zero time is an empty cell.
func (t *table) time(at time.Time, zone *time.Location) {
	t.cell()
	if at.IsZero() {
		return
	}
	t.scratch = at.In(zone).AppendFormat(t.scratch[:0], time.RFC3339)
	_, _ = t.out.Write(t.scratch)
}

// cell begins the next cell of the row.
func (t *table) cell() {
	if t.column > 0 {
		_ = t.out.WriteByte(',')
	}
	t.column++
}

func (t *table) end() {
	if t.simulated {
		t.optionalBool(new(true))
	}
	t.column = 0
	_, _ = t.out.WriteString("\r\n")
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
		out: bufio.NewWriterSize(file, bufferSize), file: file,
	}
	s.tables = append(s.tables, t)
	_, _ = t.out.WriteString(byteOrderMark)
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

// firstError is the first error of writing, without flushing: a bufio.Writer
// keeps its error and returns it whatever it is asked to write.
func (s *output) firstError() error {
	for _, t := range s.tables {
		if _, err := t.out.Write(nil); err != nil {
			return fmt.Errorf("write %s: %w", t.name, err)
		}
	}
	return nil
}

// close flushes and closes every file and returns the first error of each.
func (s *output) close() error {
	var all []error
	for _, t := range s.tables {
		err := t.out.Flush()
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
