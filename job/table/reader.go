package table

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Options choose what is read of a file.
type Options struct {
	// Sheet is the name of an xlsx's worksheet. Empty is the first visible one.
	Sheet string
}

// A Reader reads a table. It is for one goroutine at a time.
type Reader struct {
	source source
	header []string
	// line is the header's.
	line int
	// used are the columns whose values matter; nil when all do.
	used     []bool
	origin   Origin
	warnings []Warning
}

// Open reads the header of a table of size bytes. The name's extension says
// which format it is. The source must stay open while rows are read.
func Open(src io.ReaderAt, size int64, name string, opts Options) (*Reader, error) {
	if size > MaxSize {
		return nil, fmt.Errorf("the file is larger than %d MiB", MaxSize>>20)
	}
	if open, found := strings.CutPrefix(path.Base(name), "~$"); found {
		return nil, fmt.Errorf("the file is what Excel leaves beside %s while the workbook is open: name that one", open)
	}
	extension := strings.ToLower(path.Ext(name))
	if opts.Sheet != "" && extension != ".xlsx" {
		return nil, errors.New("only an xlsx has sheets: leave sheet out")
	}
	var r Reader
	var err error
	switch extension {
	case ".csv":
		err = r.openCSV(src, size)
	case ".xlsx":
		err = r.openXLSX(src, size, opts.Sheet)
	case ".jsonl":
		err = r.openJSONL(src, size)
	case ".xls", ".xlsm", ".xlsb", ".xltx", ".et", ".ods", ".numbers":
		return nil, fmt.Errorf("%s files aren't read: save it as .xlsx", extension)
	default:
		return nil, fmt.Errorf("%w: the name must end in .csv, .xlsx or .jsonl", ErrFormat)
	}
	if err != nil {
		return nil, err
	}
	return &r, nil
}

func (r *Reader) openCSV(src io.ReaderAt, size int64) error {
	s, err := openCSV(src, size)
	if err != nil {
		return err
	}
	r.source = s
	r.textOrigin(s.file)
	if err := r.readHeader(); err != nil {
		return err
	}
	if len(r.header) == 1 && strings.ContainsRune(r.header[0], s.separator) {
		return fmt.Errorf("the header %q is a single column: if each line is in quotation marks as a whole, take them away", r.header[0])
	}
	return nil
}

func (r *Reader) openJSONL(src io.ReaderAt, size int64) error {
	s, err := openJSONL(src, size)
	if err != nil {
		return err
	}
	r.source = s
	r.textOrigin(s.file)
	return r.readHeader()
}

func (r *Reader) openXLSX(src io.ReaderAt, size int64, sheet string) error {
	s, err := openXLSX(src, size, sheet)
	if err != nil {
		return err
	}
	r.source, r.origin = s, Origin{Sheet: s.sheet.name}
	err = r.readHeader()
	if err == nil {
		err = r.oneRow(s.merges)
	}
	if err != nil {
		return s.elsewhere(err)
	}
	if sheet == "" {
		r.twins(s)
	}
	return nil
}

// Header is the names of the columns. A name may be empty, as of a column that
// somebody emptied; those that aren't differ from each other.
func (r *Reader) Header() []string { return r.header }

// Use names the columns whose values matter, by their places in the header. An
// error value or a formula without a value elsewhere becomes an empty cell with
// a warning, instead of a mistake in the row.
func (r *Reader) Use(columns []int) {
	r.used = make([]bool, len(r.header))
	for _, i := range columns {
		r.used[i] = true
	}
}

// Rows reads the data rows from the first, at every call. Blank rows are left
// out. A *RowError stands for one row and is followed by further rows; any other
// error ends the sequence.
func (r *Reader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		seen := false
		cells := make([]Cell, len(r.header))
		for row, err := range r.source.rows() {
			if err == nil && blank(row.Cells) {
				continue
			}
			if !seen {
				seen = true
				continue
			}
			if err == nil {
				err = r.fit(&row, cells)
			}
			if len(row.Warnings) > 0 && blank(row.Cells) {
				continue
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// fit gives the row as many cells as the header has, and looks for what is wrong
// with it.
func (r *Reader) fit(row *Row, cells []Cell) error {
	clear(cells)
	n := copy(cells, row.Cells)
	wrong := func(err error) error { return &RowError{Line: row.Line, Text: row.String(), Err: err} }
	if !blank(row.Cells[n:]) {
		cause := "a separator or a quotation mark is missing or too many"
		if r.origin.Sheet != "" {
			cause = "name the column, or clear the cell beyond it"
		}
		return wrong(fmt.Errorf("the row has %s and the header has %d: %s", count(len(row.Cells), "cell"), len(cells), cause))
	}
	if r.repeats(cells) {
		return wrong(errors.New("the row repeats the header: remove it"))
	}
	if !row.faulty && !row.hidden {
		row.Cells = cells
		return nil
	}
	return r.doubt(row, cells)
}

// doubt looks at a row with faults and at a hidden one.
func (r *Reader) doubt(row *Row, cells []Cell) error {
	for i := range cells {
		c := &cells[i]
		if c.fault == noFault {
			continue
		}
		where := fmt.Sprintf("cell %s, in the column %s, %s", cellName(i, row.Line), columnName(r.header, i), c.wrong())
		used := r.used == nil || r.used[i]
		switch {
		case used && c.fault == stale:
			row.Warnings = append(row.Warnings, Warning{"Formula not calculated anew", "The " + where + "."})
		case used:
			return &RowError{Line: row.Line, Text: row.String(), Err: errors.New(where)}
		case c.fault != stale:
			row.Warnings = append(row.Warnings, Warning{"Cell without a value", "The " + where + ". Nothing uses the column, and the cell is taken as empty."})
			*c = Cell{}
		}
	}
	if row.hidden {
		row.Warnings = append(row.Warnings, Warning{
			"Hidden row", fmt.Sprintf("Row %d is hidden in the sheet and is read like the others. Delete it if it doesn't belong to the table.", row.Line),
		})
	}
	row.Cells = cells
	return nil
}

// repeats reports whether the row is the header again, as it is where tables
// were put one below the other. Names may differ in case and separators.
func (r *Reader) repeats(cells []Cell) bool {
	named := false
	for i := range cells {
		if cells[i].Text == "" {
			continue
		}
		if !sameName(cells[i].Text, r.header[i]) {
			return false
		}
		named = true
	}
	return named
}

// sameName compares two names without regard to case and to _, - and blanks.
func sameName(a, b string) bool {
	for {
		first, restA := letter(a)
		second, restB := letter(b)
		if first != second || first == 0 {
			return first == second
		}
		a, b = restA, restB
	}
}

// letter is the first character of a name in lower case, after separators; 0 at the
// end.
func letter(name string) (first rune, rest string) {
	for name != "" {
		r, size := utf8.DecodeRuneInString(name)
		name = name[size:]
		if r != '_' && r != '-' && r != ' ' {
			return unicode.ToLower(r), name
		}
	}
	return 0, ""
}

func cellName(column, line int) string {
	name, err := excelize.CoordinatesToCellName(column+1, line)
	if err != nil {
		return fmt.Sprintf("of column %d and row %d", column+1, line)
	}
	return name
}

func columnName(header []string, i int) string {
	if header[i] == "" {
		return "without a name"
	}
	return fmt.Sprintf("%q", header[i])
}

func (r *Reader) readHeader() error {
	for row, err := range r.source.rows() {
		if err != nil {
			return err
		}
		if !blank(row.Cells) {
			r.header, err = headerOf(row)
			r.line = row.Line
			return err
		}
	}
	return errors.New("the table is empty: its first row must name the columns")
}

// oneRow refuses a header over several rows.
func (r *Reader) oneRow(merges []merge) error {
	for _, m := range merges {
		if int(m.first) == r.line && int(m.column) < len(r.header) && r.header[m.column] != "" {
			return fmt.Errorf("cell %s of the header is merged with cells below it: name each column in a cell of one row", cellName(int(m.column), r.line))
		}
	}
	return nil
}

func headerOf(row Row) ([]string, error) {
	var header []string
	for i, c := range row.Cells {
		if c.fault != noFault && c.fault != stale {
			return nil, fmt.Errorf("cell %s of the header %s", cellName(i, row.Line), c.wrong())
		}
		header = append(header, c.Text)
	}
	for header[len(header)-1] == "" {
		header = header[:len(header)-1]
	}
	if len(header) == 1 && strings.ContainsAny(header[0], "，；、｜") {
		return nil, fmt.Errorf("the header %q is a single column: put commas between the cells, not their full-width forms", header[0])
	}
	if len(header) > MaxColumns {
		return nil, fmt.Errorf("the header has %d columns, more than %d", len(header), MaxColumns)
	}
	firsts := make(map[string]int, len(header))
	for i, name := range header {
		if first, twice := firsts[name]; name != "" && twice {
			return nil, fmt.Errorf("the header names the column %q twice, in columns %d and %d", name, first+1, i+1)
		}
		firsts[name] = i
	}
	return header, nil
}
