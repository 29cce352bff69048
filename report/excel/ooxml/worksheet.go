package ooxml

import (
	"bytes"
	"fmt"
	"io"
	"slices"
)

// A Worksheet is a worksheet's part, cut where rows and the elements that excelize
// has no call for are put in: after head the rows, after middle the links, after
// lower the ignored errors.
type Worksheet struct {
	head, middle, lower, tail []byte
}

// The places where a worksheet is cut. Their order is the schema's (CT_Worksheet,
// ECMA-376 part 1, 18.3.1.99).
const (
	endOfRows    = "</sheetData>"
	printOptions = "<printOptions"
	endOfFooter  = "</headerFooter>"
)

// The bounds that excelize gives a solid data bar, which scale it to the
// column's maximum, and those that keep it between 0 and 100 %.
const (
	scaledBounds = `<x14:cfvo type="autoMin"></x14:cfvo><x14:cfvo type="autoMax"></x14:cfvo>`
	fixedBounds  = `<x14:cfvo type="num"><xm:f>0</xm:f></x14:cfvo><x14:cfvo type="num"><xm:f>1</xm:f></x14:cfvo>`
)

// Cut cuts the part of a worksheet that has print options and a footer. Its solid
// data bars, of which there must be so many, get bounds of 0 and 1.
func Cut(content []byte, dataBars int) (*Worksheet, error) {
	content, err := replaceAll(content, scaledBounds, fixedBounds, dataBars)
	if err != nil {
		return nil, err
	}
	var places [3]int
	for i, tag := range []string{endOfRows, printOptions, endOfFooter} {
		if found := bytes.Count(content, []byte(tag)); found != 1 {
			return nil, fmt.Errorf("%q is there %d times and not once", tag, found)
		}
		places[i] = bytes.Index(content, []byte(tag))
	}
	places[2] += len(endOfFooter)
	if !slices.IsSorted(places[:]) {
		return nil, fmt.Errorf("%q, %q and %q are in another order", endOfRows, printOptions, endOfFooter)
	}
	return &Worksheet{
		head:   content[:places[0]],
		middle: content[places[0]:places[1]],
		lower:  content[places[1]:places[2]],
		tail:   content[places[2]:],
	}, nil
}

// Begin writes what stands above the rows.
func (s *Worksheet) Begin(out io.Writer) error {
	_, err := out.Write(s.head)
	return err
}

// End writes what stands below the rows: the links of the rows among it, and that
// in the texts ranges numbers are meant as text.
func (s *Worksheet) End(out io.Writer, rows *RowWriter, texts []string) error {
	for _, content := range [][]byte{
		s.middle, rows.appendLinks(nil),
		s.lower, appendIgnored(nil, texts), s.tail,
	} {
		if _, err := out.Write(content); err != nil {
			return err
		}
	}
	return nil
}

// appendIgnored appends the element that keeps the green mark of a number stored as
// text from ranges, or nothing.
func appendIgnored(dst []byte, ranges []string) []byte {
	if len(ranges) == 0 {
		return dst
	}
	dst = append(dst, `<ignoredErrors>`...)
	for _, cells := range ranges {
		dst = fmt.Appendf(dst, `<ignoredError sqref="%s" numberStoredAsText="1"/>`, cells)
	}
	return append(dst, `</ignoredErrors>`...)
}
