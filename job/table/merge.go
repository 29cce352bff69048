package table

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxMerges bounds the merged cells of a sheet, which are held in memory: 12
// bytes each.
const maxMerges = 1 << 18

// A merge is cells of several rows that are one, whose value stands in the first.
// Of several columns only the first has it.
type merge struct{ column, first, last int32 }

// merges reads the sheet's merged cells, in the order of their first rows. They
// stand behind all rows, so the whole part is unpacked for them; its XML is
// parsed from there on only. What is damaged is told when the rows are read.
func merges(part *zip.File) ([]merge, error) {
	rc, err := part.Open()
	if err != nil {
		return nil, fmt.Errorf("the workbook's part %s is damaged: %w", part.Name, err)
	}
	defer func() { _ = rc.Close() }()
	rest := &tailReader{r: io.LimitReader(rc, maxSheet)}
	if !rest.skip() {
		return nil, nil
	}
	tokens := newTokenReader(rest, part.Name, maxSheet)
	var all []merge
	for {
		token, err := tokens.RawToken()
		if err != nil {
			break
		}
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "mergeCell" {
			continue
		}
		m, several := parseMerge(attr(e, "ref"))
		if !several {
			continue
		}
		if len(all) == maxMerges {
			return nil, fmt.Errorf("the sheet has more than %d merged cells: save it as csv", maxMerges)
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b merge) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.column, b.column)) })
	return all, nil
}

// parseMerge reads a reference such as B2:B9; several says that it has more than
// one row.
func parseMerge(ref string) (m merge, several bool) {
	from, to, _ := strings.Cut(ref, ":")
	column, first, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return merge{}, false
	}
	_, last, err := excelize.CellNameToCoordinates(to)
	if err != nil || last <= first {
		return merge{}, false
	}
	return merge{column: int32(column - 1), first: int32(first), last: int32(last)}, true //nolint:gosec // excelize bounds both by Excel's own
}

// A tailReader reads what stands behind a sheet's rows.
type tailReader struct {
	r    io.Reader
	rest []byte
}

// skip goes to the end of the rows; false when there is none. A namespace may
// stand before the name: </x:sheetData>.
func (t *tailReader) skip() bool {
	const end = "sheetData>"
	buf := make([]byte, 1<<16)
	for kept := 0; ; {
		n, err := t.r.Read(buf[kept:])
		text := buf[:kept+n]
		for from := 0; ; {
			i := bytes.Index(text[from:], []byte(end))
			if i < 0 {
				break
			}
			if i += from; closes(text[:i]) {
				t.rest = text[i+len(end):]
				return true
			}
			from = i + len(end)
		}
		if err != nil {
			return false
		}
		// The end may be cut in two, with a namespace of some length before it.
		const longest = 256
		kept = copy(buf, text[max(0, len(text)-longest):])
	}
}

// closes reports whether text ends with the begin of a closing tag.
func closes(text []byte) bool {
	i := bytes.LastIndexByte(text, '<')
	return i >= 0 && bytes.HasPrefix(text[i:], []byte("</")) && !bytes.ContainsAny(text[i+2:], " >")
}

func (t *tailReader) Read(p []byte) (int, error) {
	if len(t.rest) > 0 {
		n := copy(p, t.rest)
		t.rest = t.rest[n:]
		return n, nil
	}
	return t.r.Read(p)
}

// A filler puts the values of merged cells into the rows that they hold for.
type filler struct {
	pending []merge
	active  []filling
}

type filling struct {
	merge
	cell Cell
}

// fill completes a row, and remembers the merged cells that begin in it; faulty
// says that a cell came in that has a fault.
func (f *filler) fill(line int, row *[]Cell) (faulty bool) {
	if len(f.active) > 0 {
		faulty = f.complete(line, row)
	}
	for len(f.pending) > 0 && int(f.pending[0].first) <= line {
		m := f.pending[0]
		f.pending = f.pending[1:]
		if cells := *row; int(m.first) == line && int(m.column) < len(cells) && !cells[m.column].empty() {
			f.active = append(slices.DeleteFunc(f.active, func(a filling) bool { return a.column == m.column }), filling{merge: m, cell: cells[m.column]})
		}
	}
	return faulty
}

func (f *filler) complete(line int, row *[]Cell) (faulty bool) {
	f.active = slices.DeleteFunc(f.active, func(a filling) bool { return int(a.last) < line })
	if blank(*row) {
		return false
	}
	for _, a := range f.active {
		for len(*row) <= int(a.column) {
			*row = append(*row, Cell{})
		}
		if c := &(*row)[a.column]; c.empty() {
			*c = a.cell
			faulty = faulty || c.fault != noFault
		}
	}
	return faulty
}
