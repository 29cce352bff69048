package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/transform"

	"notifyaudit/job/table/textfile"
)

// A csvSource reads a csv whose encoding and separator are known.
type csvSource struct {
	file      *textfile.File
	separator rune
	// spaced says that blanks stand between separators and quotation marks,
	// formulas that = does.
	spaced, formulas bool
	// skip is the length of a first line that only names the separator.
	skip int
}

func openCSV(src io.ReaderAt, size int64) (*csvSource, error) {
	file, err := textfile.Open(src, size)
	if err == nil {
		err = file.Guess()
	}
	if err != nil {
		return nil, err
	}
	s := &csvSource{file: file}
	head, err := bufio.NewReaderSize(file.Text(), readAhead).Peek(readAhead)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the table: %w", err)
	}
	if begin := strings.TrimSpace(string(head[:min(len(head), 64)])); strings.HasPrefix(begin, `{"`) || strings.HasPrefix(begin, "[{") {
		return nil, errors.New("the file is JSON: with an object on each line give it a name that ends in .jsonl")
	}
	s.separator, s.skip = separatorOf(string(head))
	s.formulas = bytes.Contains(head, []byte(string(s.separator)+`="`)) || bytes.Contains(head, []byte("\n=\""))
	s.spaced = bytes.Contains(head, []byte(string(s.separator)+` "`)) && s.separator != '\t'
	return s, nil
}

// separatorOf finds out what separates the cells. A first line "sep=;" says so
// itself, as Excel has it; skip is the length of a first line that is no row.
func separatorOf(head string) (separator rune, skip int) {
	line, _, _ := strings.Cut(head, "\n")
	said := strings.ToLower(strings.Trim(line, "\" \r"))
	if mark, found := strings.CutPrefix(said, "sep="); found && utf8.RuneCountInString(mark) == 1 {
		separator, _ = utf8.DecodeRuneInString(mark)
		if strings.ContainsRune(",;\t|:^~", separator) {
			return separator, min(len(line)+1, len(head))
		}
	}
	if strings.HasPrefix(line, "#TYPE ") { // PowerShell 5 writes the type of its objects
		skip = min(len(line)+1, len(head))
	}
	return separatorByHeader(head[skip:]), skip
}

// separators are what may stand between cells. Of two that fit equally well, the
// first is taken.
const separators = ",;\t|"

// separatorByHeader takes the one that stands as often in the header as in most of
// the rows behind it, or else the one that stands most often in it. Titles may
// stand before the header.
func separatorByHeader(head string) rune {
	const titles, rows = 10, 5
	var records [titles + rows]separatorCounts
	n := 0
	for ; n < len(records) && head != ""; n++ {
		records[n], head = countSeparators(head)
	}
	first := rune(0)
	for i := range min(n, titles) {
		best, agreeing := -1, 0
		for k, count := range records[i] {
			if count == 0 {
				continue
			}
			agree := 0
			for _, row := range records[i+1 : min(n, i+1+rows)] {
				if row[k] == count {
					agree++
				}
			}
			if best < 0 || agree > agreeing || agree == agreeing && count > records[i][best] {
				best, agreeing = k, agree
			}
		}
		switch {
		case best < 0:
		case agreeing > 0:
			return rune(separators[best])
		case first == 0:
			first = rune(separators[best])
		}
	}
	if first == 0 {
		return ','
	}
	return first
}

type separatorCounts [len(separators)]int

// countSeparators counts those in the first record that isn't blank and that are
// outside of quotation marks, and returns what follows the record.
func countSeparators(text string) (counts separatorCounts, rest string) {
	text = strings.TrimLeft(text, "\r\n")
	quoted := false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			return counts, text[i+1:]
		default:
			if k := strings.IndexByte(separators, c); k >= 0 {
				counts[k]++
			}
		}
	}
	return counts, ""
}

func (s *csvSource) rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		text := s.file.Text()
		if s.formulas {
			text = transform.NewReader(text, &formulaOpener{separator: byte(s.separator)}) //nolint:gosec // every separator is ASCII
		}
		limiter := &rowLimiter{r: bufio.NewReaderSize(text, readAhead)}
		above := 0
		if s.skip > 0 {
			above = 1
			_, _ = limiter.r.Discard(s.skip)
		}
		r := csv.NewReader(limiter)
		r.FieldsPerRecord, r.ReuseRecord = -1, true
		r.Comma, r.TrimLeadingSpace = s.separator, s.spaced
		var cells []Cell
		for {
			limiter.taken = 0
			record, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				err = csvError(err, above)
				if !yield(Row{}, err) || !onlyRow(err) {
					return
				}
				continue
			}
			line, _ := r.FieldPos(0)
			cells = cells[:0]
			for _, text := range record {
				if !trimmed(text) {
					text = trim(text)
				}
				if text != "" && (text[0] == '\'' || text[0] == '=') {
					text = unguarded(text)
				}
				cells = append(cells, Cell{Text: text})
			}
			if !yield(Row{Line: line + above, Cells: cells}, nil) {
				return
			}
		}
	}
}

// unguarded takes off what keeps a spreadsheet from taking a text for a formula or
// a number: ' before =, as our reports write it, and ="000123".
func unguarded(text string) string {
	if inner, found := strings.CutPrefix(text, `="`); found {
		if inner, found = strings.CutSuffix(inner, `"`); found && !strings.Contains(inner, `"`) {
			return trim(inner)
		}
		return text
	}
	rest := strings.TrimPrefix(text, "'")
	first, _ := utf8.DecodeRuneInString(rest)
	if strings.ContainsRune("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫", first) || unseen(first) {
		return trim(rest)
	}
	return text
}

func onlyRow(err error) bool {
	_, ok := errors.AsType[*RowError](err)
	return ok
}

// csvError makes a parse error the mistake of its row; reading goes on with the
// next line. Any other error is the file's.
func csvError(err error, above int) error {
	parse, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return fmt.Errorf("reading the table: %w", err)
	}
	what := errors.New(`a quotation mark is out of place: write a cell that contains one in quotation marks, and "" for each within`)
	if parse.Line != parse.StartLine {
		what = fmt.Errorf("a quoted cell begins in this row and still goes on in line %d: a quotation mark is missing", parse.Line+above)
	}
	return &RowError{Line: parse.StartLine + above, Err: what}
}

// errLongRow ends a table: a reader that is past it has lost its place.
var errLongRow = fmt.Errorf("a row is longer than %d KiB: is a closing quotation mark missing?", MaxRow>>10)

// A rowLimiter fails on a row longer than MaxRow, which encoding/csv would hold
// in memory, up to the whole file behind an unclosed quotation mark. Where a row
// ends is for encoding/csv to say: a count of quotation marks here would lose
// its place behind one that is out of place.
type rowLimiter struct {
	r *bufio.Reader
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
