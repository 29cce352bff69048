package report

import (
	"iter"
	"math"
	"time"

	"notifyaudit/report/percent"
)

// A Workbook is a whole report as data, in one language, sorted. Renderers add
// nothing to it and leave nothing out.
type Workbook struct {
	Language Language
	// Title is the audit's; it is also the document's title.
	Title string
	// Location is the audit's time zone: every time in a cell is shown in it.
	Location *time.Location
	// Version is the tool's; CreatedAt stands for the time of writing in the
	// document's properties, so that the same state gives the same bytes.
	Version   string
	CreatedAt time.Time
	// Banner is a warning that stands above everything else, on every page: that the
	// figures are made up. "" without one.
	Banner string
	// Summary is nil when the sheet was not chosen.
	Summary *Summary
	Sheets  []*Sheet
	// Stream yields the rows of all sheets, at most so many of each, in one pass over what
	// they are made of; nil where each sheet has only its own Rows. See FirstRows.
	Stream func(most int) iter.Seq2[Row, error]
}

// A Row is a row of one of a workbook's sheets.
type Row struct {
	Sheet *Sheet
	// Cells are only good until the next row.
	Cells []Cell
}

// AllRows yields the rows of all sheets: those of a sheet in their order, those of
// different sheets in any. An error ends the sequence.
func (wb *Workbook) AllRows() iter.Seq2[Row, error] { return wb.FirstRows(math.MaxInt) }

// FirstRows yields the first rows of all sheets, at most so many of each, as AllRows does,
// and reads no more than it yields.
func (wb *Workbook) FirstRows(most int) iter.Seq2[Row, error] {
	if wb.Stream != nil {
		return wb.Stream(most)
	}
	return func(yield func(Row, error) bool) {
		for _, s := range wb.Sheets {
			for row, err := range s.First(most) {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

// First yields the sheet's first rows, at most so many.
func (s *Sheet) First(most int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		left := s.Limit(most)
		if left == 0 {
			return
		}
		for cells, err := range s.Rows() {
			if left--; !yield(Row{Sheet: s, Cells: cells}, err) || err != nil || left == 0 {
				return
			}
		}
	}
}

// Limit returns how many rows to read for at most so many. Of all there is no limit: more
// of them than Count are noticed by a renderer.
func (s *Sheet) Limit(most int) int {
	if most == math.MaxInt {
		return most
	}
	return min(most, s.Count)
}

// A Sheet is a table: a header row and data rows.
type Sheet struct {
	// Key is the sheet's name in the manifest and, capitalised, the ASCII name
	// of its table: "messages". Title is what the tab says in the language.
	Key   SheetKey
	Title string
	// Columns are at least one. The rows have as many cells.
	Columns []Column
	// Rows yields the data rows in their order, the same at every call. The
	// slice is only good until the next row. An error ends the sequence.
	Rows func() iter.Seq2[[]Cell, error]
	// Count is the number of rows that Rows yields.
	Count int
	// Empty is the sentence that stands in the only row when Count is 0.
	Empty string
	// Landscape prints it so. As many columns from the left are printed as can be read.
	Landscape bool
	// PrintRows is how many rows from the top are printed; 0 prints all.
	PrintRows int
	// Frozen is how many columns from the left stay in sight.
	Frozen int
	// Slicers are the keys of the columns that people filter by with a click.
	Slicers []string
	// Note is a sentence about the sheet, such as what it leaves out; "" for none.
	Note string
	// Chart is drawn next to the rows; nil if there is none.
	Chart *LineChart
}

// A LineChart is lines of rates over time, from 0 to 1. Its points are few enough to be
// cells of their own: they are the rows of no sheet.
type LineChart struct {
	Title string
	// Alt is the text for those who can't see it.
	Alt string
	// AtLabel and ValueLabel name the two axes: "When", "Read rate".
	AtLabel, ValueLabel string
	// Times are in their order, one a run.
	Times []time.Time
	// Lines are at most MaxLines; the first is that of everything.
	Lines []Line
}

// MaxLines is how many lines a chart has at most: more can't be told apart.
const MaxLines = 7

// A Line is a line of a chart.
type Line struct {
	Label string
	// Values are as many as the chart has times; nil where nothing was known.
	Values []*float64
}

// A SheetKey names a sheet in `sheets = [...]`.
type SheetKey string

// The sheets, in the order of a workbook.
const (
	SheetSummary     SheetKey = "summary"
	SheetCampaigns   SheetKey = "campaigns"
	SheetMessages    SheetKey = "messages"
	SheetDepartments SheetKey = "departments"
	SheetMatrix      SheetKey = "matrix"
	SheetTrend       SheetKey = "trend"
	SheetUnread      SheetKey = "unread"
	SheetReminders   SheetKey = "reminders"
	SheetSpeed       SheetKey = "speed"
	SheetChanged     SheetKey = "changed"
	SheetRead        SheetKey = "read"
	SheetPeople      SheetKey = "people"
	SheetDetail      SheetKey = "detail"
	SheetProblems    SheetKey = "problems"
	SheetTechnical   SheetKey = "technical"
	SheetNotes       SheetKey = "notes"
)

// The sheets of the other segments that have names of their own; SheetDepartments
// in `sheets = [...]` stands for them too. A segment of another column of the
// roster has the sheet "segment_1", "segment_2" … by its place in `segments`.
const (
	SheetLocations SheetKey = "locations"
	SheetManagers  SheetKey = "managers"
)

// SheetKeys are all sheets in the order of a workbook.
func SheetKeys() []SheetKey {
	return []SheetKey{
		SheetSummary, SheetCampaigns, SheetMessages, SheetDepartments, SheetMatrix, SheetTrend, SheetSpeed,
		SheetUnread, SheetRead, SheetReminders, SheetChanged, SheetPeople, SheetDetail, SheetProblems,
		SheetTechnical, SheetNotes,
	}
}

// A Column is one column of a sheet.
type Column struct {
	// Key is ASCII and stable: "read_rate". Label is the header in the language.
	Key, Label string
	Type       Type
	// Width is in characters of the default font; a CJK character takes two.
	Width float64
	// Bar draws a data bar from 0 to 100 % in a TypeRate column.
	Bar bool
	// Wrap lets long text go on in further lines.
	Wrap bool
	// Prompt is what a program says when a cell of the column is chosen, of at most 255
	// characters; "" for nothing. It is for columns that people fill in.
	Prompt string
	// Scale colours the cells of a TypeRate column from 0 to 100 % in three
	// colours that can be told apart without red and green.
	Scale bool
}

// A Type says how a column's cells look.
type Type int

// The types of a column.
const (
	TypeText    Type = iota // words
	TypeID                  // text that may look like a number and must stay text
	TypeInteger             // 1,234
	TypeRate                // 0 to 1, shown as 0.0%
	TypeChange              // a difference of rates, shown as +0.0% or −0.0%
	TypeTime                // a date with hours and minutes in the audit's zone
)

// A Cell is one value. The zero value is an empty cell: what is not known is
// left empty and never 0.
type Cell struct {
	kind   cellKind
	text   string
	number float64
	time   time.Time
	// against is what a rate must not be mistaken for; 0 for nothing.
	against float64
	// Link is where a click leads, or nil.
	Link *Link
}

type cellKind uint8

const (
	cellEmpty cellKind = iota
	cellText
	cellNumber
	cellTime
)

// A Link leads to a sheet: to its header, which stays where it is when rows are sorted.
type Link struct{ Sheet SheetKey }

// Text is a cell of words; "" is an empty cell.
func Text(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{kind: cellText, text: s}
}

// Integer is a cell with a whole number.
func Integer(n int) Cell { return Cell{kind: cellNumber, number: float64(n)} }

// Number is a cell with a rate or a change; known false makes it empty.
func Number(value float64, known bool) Cell {
	if !known {
		return Cell{}
	}
	return Cell{kind: cellNumber, number: value}
}

// Time is a cell with an instant; the zero time is an empty cell.
func Time(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{kind: cellTime, time: t}
}

// To returns the cell with a link.
func (c Cell) To(sheet SheetKey) Cell {
	c.Link = &Link{Sheet: sheet}
	return c
}

// Against returns the cell of a rate with its target, 0 for none. The rate is shown with as
// many digits as are needed to see on which side of the target it is.
func (c Cell) Against(target float64) Cell {
	c.against = target
	return c
}

// Digits returns the number of digits behind the point that a TypeRate or TypeChange cell
// is shown with in per cent: one, and as many more as are needed to see on which side of 0,
// of 100 % and of the target it is.
func (c Cell) Digits(t Type) int {
	switch {
	case c.kind != cellNumber || t != TypeRate && t != TypeChange:
		return 0
	case t == TypeRate:
		return percent.Digits(c.number, c.thresholds()...)
	default:
		return percent.Digits(c.number)
	}
}

// thresholds returns what a rate must not be mistaken for, apart from 0 and 100 %.
func (c Cell) thresholds() []float64 {
	if c.against == 0 {
		return nil
	}
	return []float64{c.against}
}

// Empty reports whether there is nothing in the cell.
func (c Cell) Empty() bool { return c.kind == cellEmpty }

// Text returns the words of a text cell.
func (c Cell) Text() (string, bool) { return c.text, c.kind == cellText }

// Number returns the value of a number cell.
func (c Cell) Number() (float64, bool) { return c.number, c.kind == cellNumber }

// Time returns the instant of a time cell.
func (c Cell) Time() (time.Time, bool) { return c.time, c.kind == cellTime }
