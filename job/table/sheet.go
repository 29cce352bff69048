package table

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// A sheetScanner reads a sheet's rows from its XML (ECMA-376 part 1, 18.3.1).
type sheetScanner struct {
	source *xlsxSource
	tokens *tokenReader
	line   int
	cells  []Cell
	// rows and made count what was read so far, cells that a row leaves out
	// among its cells.
	rows, made int
	// text is the bytes of the row's texts.
	text int
	// faulty says that a cell of the row has a fault.
	faulty bool
	filler filler
}

// The bounds of a sheet: Excel's own of its rows, and as many cells as a sheet of
// all those rows has in 256 columns. A row of one cell, in the last column, has
// 16,384.
const (
	maxRows  = 1 << 20
	maxCells = 1 << 28
)

var errManyCells = fmt.Errorf("the sheet has more than %d cells: clear what stands far to the right of the table", maxCells)

// next returns a row; io.EOF after the last.
func (s *sheetScanner) next() (Row, error) {
	for {
		token, err := s.tokens.RawToken()
		if err != nil {
			return Row{}, s.damaged(unexpectedEnd(err))
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "row" {
				return s.row(t)
			}
		case xml.EndElement:
			if t.Name.Local == "sheetData" {
				return Row{}, io.EOF
			}
		}
	}
}

func (s *sheetScanner) row(start xml.StartElement) (Row, error) {
	if s.rows++; s.rows > maxRows {
		return Row{}, fmt.Errorf("the sheet has more than %d rows", maxRows)
	}
	s.line++
	if n, err := strconv.Atoi(attr(start, "r")); err == nil && n > 0 {
		s.line = n
	}
	s.cells, s.text, s.faulty = s.cells[:0], 0, false
	for {
		token, err := s.tokens.RawToken()
		if err != nil {
			return Row{}, s.damaged(unexpectedEnd(err))
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "c" {
				if err := s.cell(t); err != nil {
					return Row{}, s.damaged(err)
				}
			}
		case xml.EndElement:
			if t.Name.Local == "row" {
				if s.made += len(s.filler.active); s.made > maxCells {
					return Row{}, errManyCells
				}
				if s.filler.fill(s.line, &s.cells) {
					s.faulty = true
				}
				return Row{Line: s.line, Cells: s.cells, hidden: isTrue(attr(start, "hidden")), faulty: s.faulty}, nil
			}
		}
	}
}

// cell reads a <c> element into its place in the row.
func (s *sheetScanner) cell(start xml.StartElement) error {
	column := len(s.cells)
	var kind, style string
	for i := range start.Attr {
		switch a := &start.Attr[i]; a.Name.Local {
		case "r":
			if n := columnOf(a.Value); n > 0 {
				column = n - 1
			}
		case "t":
			kind = a.Value
		case "s":
			style = a.Value
		}
	}
	if column >= MaxColumns {
		return fmt.Errorf("row %d has more than %d columns", s.line, MaxColumns)
	}
	value, err := s.value()
	if err != nil {
		return err
	}
	if s.made += max(0, column+1-len(s.cells)); s.made > maxCells {
		return errManyCells
	}
	for len(s.cells) <= column {
		s.cells = append(s.cells, Cell{})
	}
	c, err := s.interpret(kind, style, value)
	if err != nil {
		return err
	}
	if s.text += len(c.Text); s.text > MaxRow {
		return fmt.Errorf("the texts of a row are longer than %d KiB", MaxRow>>10)
	}
	c.Text = trim(c.Text)
	s.faulty = s.faulty || c.fault != noFault
	s.cells[column] = c
	return nil
}

// columnOf is the number of the column in a reference such as B7, from 1; 0 when
// there is none, and more than [MaxColumns] when it is too far to the right.
func columnOf(ref string) int {
	const letters = 26
	n := 0
	for i := range len(ref) {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' || n > MaxColumns {
			break
		}
		n = n*letters + int(c-'A') + 1
	}
	return n
}

// A cellValue is what stands in a <c> element.
type cellValue struct {
	text string
	// formula says that the cell has one, there that it has a value at all.
	formula, there bool
}

// value reads up to the end of a <c> element: its <v>, or its inline text.
func (s *sheetScanner) value() (v cellValue, err error) {
	var text strings.Builder
	inValue := false
	for {
		token, err := s.tokens.RawToken()
		if err != nil {
			return v, unexpectedEnd(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			inValue = t.Name.Local == "v"
			v.there = v.there || inValue
			v.formula = v.formula || t.Name.Local == "f"
			if t.Name.Local == "is" {
				if v.text, err = richText(s.tokens, "is"); err != nil {
					return v, err
				}
				v.there = true
			}
		case xml.CharData:
			if inValue {
				text.Write(t)
			}
		case xml.EndElement:
			inValue = false
			if t.Name.Local == "c" {
				if text.Len() > 0 {
					v.text = text.String()
				}
				return v, nil
			}
		}
		if text.Len() > MaxRow {
			return v, fmt.Errorf("a value is longer than %d KiB", MaxRow>>10)
		}
	}
}

// interpret makes a cell of a value by the cell's type.
func (s *sheetScanner) interpret(kind, style string, v cellValue) (Cell, error) {
	if v.formula {
		f := s.uncalculated(kind, v)
		if f == noValue || f == uncalculated {
			return Cell{fault: f}, nil
		}
		c, err := s.constant(kind, style, v.text)
		if c.fault == noFault {
			c.fault = f
		}
		return c, err
	}
	return s.constant(kind, style, v.text)
}

func (s *sheetScanner) constant(kind, style, value string) (Cell, error) {
	switch kind {
	case "s":
		if value == "" {
			return Cell{}, nil
		}
		i, err := strconv.Atoi(value)
		if err != nil || i < 0 || i >= s.source.strings.len() {
			return Cell{}, errors.New("a cell points outside of the shared strings")
		}
		return Cell{Text: s.source.strings.at(i)}, nil
	case "str":
		return Cell{Text: xstring(value)}, nil
	case "inlineStr":
		return Cell{Text: value}, nil
	case "d":
		return Cell{Text: isoDate(value)}, nil
	case "b":
		return Cell{Text: strings.ToUpper(strconv.FormatBool(isTrue(value)))}, nil
	case "e":
		return Cell{Text: value, fault: errorValue}, nil
	}
	number, isNumber := parseNumber(value)
	if !isNumber {
		return Cell{Text: value}, nil
	}
	return s.number(number, style), nil
}

// uncalculated looks whether the program that wrote the workbook left a formula's
// calculation to others. Some write 0 in its place.
func (s *sheetScanner) uncalculated(kind string, v cellValue) fault {
	switch {
	case !v.there, v.text == "" && kind != "str":
		return noValue
	case s.source.book.recalculate && (v.text == "0" || v.text == ""):
		return uncalculated
	case s.source.book.recalculate:
		return stale
	}
	return noFault
}

// number makes a cell of a number, as its style shows it.
func (s *sheetScanner) number(n float64, style string) Cell {
	c := Cell{Text: plainNumber(n), Numeric: true, number: n, date1904: s.source.book.date1904}
	i, err := strconv.Atoi(style)
	if err != nil || i < 0 || i >= len(s.source.formats) || s.source.formats[i] == nil {
		return c
	}
	format := s.source.formats[i]
	if !format.Date {
		if text, shown := format.Show(n, c.Text); shown {
			c.Text = text
		}
	} else if t, ok := c.Date(); ok {
		c.Text = dateText(t)
	}
	return c
}

func parseNumber(text string) (float64, bool) {
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && !math.IsInf(n, 0) && !math.IsNaN(n)
}

// isoDate is the wall-clock time of a cell that holds a date as text; some programs
// write Z behind it, but a sheet knows no zones.
func isoDate(value string) string {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return dateText(time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC))
		}
	}
	return value
}

func dateText(t time.Time) string {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.DateTime)
}

func (s *sheetScanner) damaged(err error) error {
	return fmt.Errorf("the sheet is damaged at row %d: %w", s.line, err)
}
