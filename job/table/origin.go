package table

import (
	"fmt"
	"slices"
	"strings"

	"notifyaudit/job/table/textfile"
)

// An Origin says how a file was read, for those who check a figure by it.
type Origin struct {
	// Encoding is a text's: UTF-8, UTF-16LE, UTF-16BE or GB18030; empty for an
	// xlsx. Guessed says that nothing in the file tells it.
	Encoding string
	Guessed  bool
	// Sheet is the name of an xlsx's worksheet.
	Sheet string
}

// String is for the notes of a report: GB18030 (guessed), or sheet "Staff".
func (o Origin) String() string {
	switch {
	case o.Sheet != "":
		return fmt.Sprintf("sheet %q", o.Sheet)
	case o.Guessed:
		return o.Encoding + " (guessed)"
	}
	return o.Encoding
}

// Origin tells how the file was read.
func (r *Reader) Origin() Origin { return r.origin }

// Warnings are what is odd about the file as a whole.
func (r *Reader) Warnings() []Warning { return r.warnings }

func (r *Reader) textOrigin(f *textfile.File) {
	r.origin = Origin{Encoding: f.Encoding, Guessed: f.Guessed}
	if f.Guessed {
		r.warnings = append(r.warnings, Warning{"Encoding guessed", fmt.Sprintf(
			"Nothing in the file says how its text is encoded. It was read as %s: look whether names are right, or %s.", f.Encoding, textfile.SaveAsUTF8)})
	}
}

// The bounds of looking for a table elsewhere than where it is read.
const (
	maxOtherSheets = 50
	firstRows      = 20
)

// others yields the other worksheets, up to a bound.
func (s *xlsxSource) others() []*sheet {
	var all []*sheet
	for i := range s.book.sheets {
		if o := &s.book.sheets[i]; o != s.sheet && o.worksheet() && len(all) < maxOtherSheets {
			all = append(all, o)
		}
	}
	return all
}

// twins warns of other sheets with the same header.
func (r *Reader) twins(s *xlsxSource) {
	var twins []string
	for _, other := range s.others() {
		for row := range s.begin(other) {
			if blank(row.Cells) {
				continue
			}
			if header, err := headerOf(row); err == nil && slices.Equal(header, r.header) {
				twins = append(twins, other.String())
			}
			break
		}
	}
	if len(twins) > 0 {
		r.warnings = append(r.warnings, Warning{"Several sheets with one header", fmt.Sprintf(
			"The workbook has the same table header in %s. The sheet %q is read, the first one that is visible: to read another one, or to confirm this one, write sheet = \"…\".",
			strings.Join(twins, ", "), s.sheet.name)})
	}
}

// elsewhere adds to an error about the sheet's header which sheet was read and
// which others there are.
func (s *xlsxSource) elsewhere(err error) error {
	if len(s.others()) == 0 {
		return fmt.Errorf("sheet %q: %w", s.sheet.name, err)
	}
	return fmt.Errorf("sheet %q: %w; the workbook's sheets are %s, to read another one write sheet = \"…\"", s.sheet.name, err, s.book.names())
}

// Whereabouts says in a sentence or two where a column is that the header
// doesn't have: in another row, below a title, or on another sheet. It is empty
// when there is nothing to say. Names may differ in case and separators.
func (r *Reader) Whereabouts(column string) string {
	var found []string
	n := 0
	for row, err := range r.source.rows() {
		if n++; n > firstRows {
			break
		}
		if err == nil && names(row.Cells, column) {
			found = append(found, fmt.Sprintf("Row %d has it: delete the rows above, so that it is the first one.", row.Line))
			break
		}
	}
	s, ok := r.source.(*xlsxSource)
	if !ok {
		return strings.Join(found, " ")
	}
	others := s.others()
	if len(others) > 0 {
		found = append(found, fmt.Sprintf("The sheet %q was read; the workbook's sheets are %s.", s.sheet.name, s.book.names()))
	}
	for _, other := range others {
		n := 0
		for row := range s.begin(other) {
			if n++; n > firstRows {
				break
			}
			if names(row.Cells, column) {
				return strings.Join(append(found, fmt.Sprintf("To read the one with the column write sheet = %q.", other.name)), " ")
			}
		}
	}
	return strings.Join(found, " ")
}

func names(cells []Cell, column string) bool {
	return slices.ContainsFunc(cells, func(c Cell) bool { return sameName(c.Text, column) })
}
