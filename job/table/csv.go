package table

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// A csvSource reads a csv whose encoding is known.
type csvSource struct {
	src  io.ReaderAt
	size int64
	enc  encoding
}

func openCSV(src io.ReaderAt, size int64) (source, error) {
	enc, err := detect(io.NewSectionReader(src, 0, size))
	if err != nil {
		return nil, err
	}
	return &csvSource{src: src, size: size, enc: enc}, nil
}

func (s *csvSource) rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		text := s.enc.decode(io.NewSectionReader(s.src, 0, s.size))
		limiter := &rowLimiter{r: bufio.NewReaderSize(text, readAhead)}
		r := csv.NewReader(limiter)
		r.FieldsPerRecord, r.ReuseRecord = -1, true
		var cells []Cell
		for {
			limiter.taken = 0
			record, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				err = csvError(err)
				if !yield(Row{}, err) || !onlyRow(err) {
					return
				}
				continue
			}
			line, _ := r.FieldPos(0)
			cells = cells[:0]
			for _, text := range record {
				cells = append(cells, Cell{Text: strings.TrimSpace(text)})
			}
			if !yield(Row{Line: line, Cells: cells}, nil) {
				return
			}
		}
	}
}

func onlyRow(err error) bool {
	var row *RowError
	return errors.As(err, &row)
}

// csvError makes a parse error the mistake of its row; reading goes on with the
// next line. Any other error is the file's.
func csvError(err error) error {
	parse, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return fmt.Errorf("reading the table: %w", err)
	}
	what := errors.New(`a quotation mark is out of place: write a cell that contains one in quotation marks, and "" for each within`)
	if parse.Line != parse.StartLine {
		what = fmt.Errorf("a quoted cell begins in this row and still goes on in line %d: a quotation mark is missing", parse.Line)
	}
	return &RowError{Line: parse.StartLine, Err: what}
}

// errLongRow ends a table: a reader that is past it has lost its place.
var errLongRow = fmt.Errorf("a row is longer than %d KiB: is a closing quotation mark missing?", MaxRow>>10)

// A rowLimiter fails on a row longer than MaxRow, which encoding/csv would hold
// in memory, up to the whole file behind an unclosed quotation mark. Where a row
// ends is for encoding/csv to say: whoever counted quotation marks here would
// lose his place behind one that is out of place.
type rowLimiter struct {
	r io.Reader
	// taken is how much was read since the last row, what is buffered for the
	// next ones included.
	taken int
}

// readAhead is more than encoding/csv reads ahead at a time.
const readAhead = 1 << 16

func (l *rowLimiter) Read(p []byte) (int, error) {
	if l.taken > MaxRow+readAhead {
		return 0, errLongRow
	}
	n, err := l.r.Read(p[:min(len(p), readAhead)])
	l.taken += n
	return n, err
}
