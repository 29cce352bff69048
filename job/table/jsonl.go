package table

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"notifyaudit/job/table/textfile"
)

// A jsonlSource reads JSON lines: one flat object a line. Its header is every
// name that an object has, in the order of their first mention, so that a row
// may leave out what it doesn't have.
type jsonlSource struct {
	file   *textfile.File
	size   int64
	header []string
	index  map[string]int
	// width is the bytes of all names.
	width int
}

func openJSONL(src io.ReaderAt, size int64) (*jsonlSource, error) {
	file, err := textfile.Open(src, size)
	if err != nil {
		return nil, err
	}
	s := &jsonlSource{file: file, size: size, index: make(map[string]int)}
	found := false
	var wrong error // with the first row that has a mistake
	for line, err := range s.lines() {
		if err != nil {
			return nil, err
		}
		if !found && bytes.HasPrefix(line.text, []byte("[")) {
			return nil, errors.New("the file is one JSON array: write each object on a line of its own, without brackets and commas around them")
		}
		found = true
		err := s.members(line.text, func(name string, _ Cell) error { return s.name(name) })
		if err != nil && wrong == nil {
			wrong = fmt.Errorf("line %d: %w", line.number, err)
		}
		if len(s.header) > MaxColumns || s.width > MaxRow {
			return nil, fmt.Errorf("the objects have more than %d different names, or names of more than %d KiB together", MaxColumns, MaxRow>>10)
		}
	}
	switch {
	case !found:
		return nil, errors.New("the table is empty: each line must be a JSON object")
	case len(s.header) == 0 && wrong != nil:
		return nil, wrong
	}
	// Otherwise a row with a mistake is told when the rows are read.
	return s, nil
}

func (s *jsonlSource) name(name string) error {
	if _, known := s.index[name]; !known {
		s.index[name] = len(s.header)
		s.header = append(s.header, name)
		s.width += len(name)
	}
	return nil
}

// rows yields the header first, as the other formats do.
func (s *jsonlSource) rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		cells := make([]Cell, len(s.header))
		for i, name := range s.header {
			cells[i] = Cell{Text: name}
		}
		if !yield(Row{Cells: cells}, nil) {
			return
		}
		filled := make([]int, len(s.header))
		made := int64(0)
		for line, err := range s.lines() {
			if made += int64(len(s.header)); err == nil && made > maxCells+2*s.size {
				err = fmt.Errorf("line %d: the objects have %d names, and most of the rows hardly any of them", line.number, len(s.header))
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			clear(cells)
			if err := s.fill(cells, filled, line); err != nil {
				err = &RowError{Line: line.number, Text: string(line.text), Err: err}
				if !yield(Row{Line: line.number}, err) {
					return
				}
				continue
			}
			if !yield(Row{Line: line.number, Cells: cells}, nil) {
				return
			}
		}
	}
}

// fill puts a line's values into their columns; filled remembers in which line a
// column was set last.
func (s *jsonlSource) fill(cells []Cell, filled []int, line jsonLine) error {
	return s.members(line.text, func(name string, c Cell) error {
		i, known := s.index[name]
		if !known {
			return fmt.Errorf("the file has changed while it was read: %q is new", name)
		}
		if filled[i] == line.number {
			return fmt.Errorf("the object has %q twice", name)
		}
		filled[i], cells[i] = line.number, c
		return nil
	})
}

// A jsonLine is a line that isn't blank; its text is good until the next one.
type jsonLine struct {
	number int // from 1
	text   []byte
}

func (s *jsonlSource) lines() iter.Seq2[jsonLine, error] {
	return func(yield func(jsonLine, error) bool) {
		r := bufio.NewReaderSize(s.file.Text(), MaxRow)
		for number := 1; ; number++ {
			text, err := r.ReadSlice('\n')
			if errors.Is(err, bufio.ErrBufferFull) {
				yield(jsonLine{}, fmt.Errorf("line %d is longer than %d KiB: write one object a line", number, MaxRow>>10))
				return
			}
			if err != nil && !errors.Is(err, io.EOF) {
				yield(jsonLine{}, fmt.Errorf("reading the table: %w", err))
				return
			}
			text = bytes.TrimSpace(text)
			if len(text) > 0 && !yield(jsonLine{number: number, text: text}, nil) || err != nil {
				return
			}
		}
	}
}

// members calls each for every member of the object, in its order, up to the
// first mistake.
func (s *jsonlSource) members(text []byte, each func(name string, c Cell) error) error {
	if !utf8.Valid(text) {
		return errors.New("the line is not UTF-8 text")
	}
	p := jsonParser{text: text}
	if !p.take('{') {
		return errors.New(`the line is no JSON object: write {"name": "value", …}`)
	}
	for n := 0; !p.take('}'); n++ {
		if n > 0 && !p.take(',') {
			return p.expected("a comma or a closing brace")
		}
		name, err := p.str()
		if name = trim(name); err == nil && name == "" {
			err = errors.New("the object has a value without a name")
		}
		if err != nil {
			return err
		}
		if !p.take(':') {
			return p.expected("a colon")
		}
		c, err := p.cell(name)
		if err != nil {
			return err
		}
		if err := each(name, c); err != nil {
			return err
		}
	}
	if p.space(); p.at < len(p.text) {
		return p.expected("the end of the line")
	}
	return nil
}

// A jsonParser reads the JSON of one line. It doesn't go into what is nested
// deeper than a list, which no cell can hold.
type jsonParser struct {
	text []byte
	at   int
}

func (p *jsonParser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// peek is the next byte that isn't white space; 0 at the end.
func (p *jsonParser) peek() byte {
	if p.space(); p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *jsonParser) take(b byte) bool {
	if p.peek() != b {
		return false
	}
	p.at++
	return true
}

func (p *jsonParser) expected(what string) error {
	if p.at >= len(p.text) {
		return fmt.Errorf("the line ends where %s is expected: an object must stand on one line", what)
	}
	return fmt.Errorf("%s is expected at character %d", what, utf8.RuneCount(p.text[:p.at])+1)
}

// str reads a text.
func (p *jsonParser) str() (string, error) {
	if p.peek() != '"' {
		return "", p.expected("a text in quotation marks")
	}
	start, escaped := p.at, false
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '\\':
			escaped = true
			p.at++
		case c == '"':
			p.at++
			return unquote(p.text[start:p.at], escaped)
		case c < ' ':
			return "", p.expected("a text without control characters")
		}
	}
	p.at = len(p.text)
	return "", p.expected("a quotation mark")
}

func unquote(quoted []byte, escaped bool) (string, error) {
	if !escaped {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		return "", fmt.Errorf("the text %s is no JSON: %w", quoted, err)
	}
	return text, nil
}

// cell reads a value: a text, a number, a truth value, null, or a list of texts
// and numbers.
func (p *jsonParser) cell(name string) (Cell, error) {
	if !p.take('[') {
		text, err := p.scalar(name)
		return Cell{Text: trim(text)}, err
	}
	start := p.at - 1
	elements := 0
	for n := 0; !p.take(']'); n++ {
		if n > 0 && !p.take(',') {
			return Cell{}, p.expected("a comma or a closing bracket")
		}
		text, err := p.scalar(name)
		if err != nil {
			return Cell{}, err
		}
		if trim(text) != "" {
			elements++
		}
	}
	if elements == 0 {
		return Cell{List: true}, nil
	}
	return Cell{Text: string(p.text[start:p.at]), List: true}, nil
}

func (p *jsonParser) scalar(name string) (string, error) {
	switch p.peek() {
	case '"':
		return p.str()
	case '{', '[':
		return "", fmt.Errorf("%q holds an object, or a list within a list: a value is a text, a number, true, false, null, or a list of texts", name)
	}
	start := p.at
	for p.at < len(p.text) && strings.IndexByte(" \t,]}", p.text[p.at]) < 0 {
		p.at++
	}
	word := p.text[start:p.at]
	if !json.Valid(word) {
		p.at = start
		return "", p.expected("a value")
	}
	if string(word) == "null" {
		return "", nil
	}
	if bytes.ContainsAny(word, "eE") && word[0] != 't' && word[0] != 'f' {
		return "", fmt.Errorf("%q holds a number in scientific notation: write it out, or as a text in quotation marks", name)
	}
	return string(word), nil
}
