package table

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The decompressed sizes up to which parts of a workbook are read. A sheet is
// streamed; the shared strings are held in memory.
const (
	maxSheet     = 1 << 30
	maxStrings   = 512 << 20
	maxSmallPart = 16 << 20
	maxStyles    = 1 << 16
)

// open reads a part token by token; its size and that of each token are bounded.
// RawToken keeps no stack, so nesting costs nothing.
func open(f *zip.File, limit int64) (*tokenReader, func(), error) {
	if f.UncompressedSize64 > uint64(limit) {
		return nil, nil, partTooLarge(f.Name, limit)
	}
	rc, err := f.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("the workbook's part %s is damaged: %w", f.Name, err)
	}
	r := &partLimiter{r: rc, name: f.Name, limit: limit, left: limit}
	return &tokenReader{decoder: xml.NewDecoder(r), limiter: r}, func() { _ = rc.Close() }, nil
}

// A tokenReader reads the tokens of a part.
type tokenReader struct {
	decoder *xml.Decoder
	limiter *partLimiter
}

// RawToken is [xml.Decoder.RawToken]; a token that is too long is an error.
func (t *tokenReader) RawToken() (xml.Token, error) {
	t.limiter.token = 0
	return t.decoder.RawToken()
}

func partTooLarge(name string, limit int64) error {
	return fmt.Errorf("the workbook's part %s is larger than %d MiB unpacked: remove what isn't needed, or save the sheet as csv",
		name, limit>>20)
}

// A partLimiter fails when a part is larger than its header says it may be, or
// when one tag, text, comment or whatever in it is longer than MaxRow.
type partLimiter struct {
	r     io.Reader
	name  string
	limit int64
	left  int64
	// token is how much was read since the last token, what is buffered for the
	// next ones included.
	token int
}

func (l *partLimiter) Read(p []byte) (int, error) {
	if l.token > MaxRow+readAhead {
		return 0, fmt.Errorf("the workbook's part %s has a value longer than %d KiB", l.name, MaxRow>>10)
	}
	n, err := l.r.Read(p[:min(len(p), readAhead)])
	if l.left -= int64(n); l.left < 0 {
		return 0, partTooLarge(l.name, l.limit)
	}
	l.token += n
	return n, err
}

// richText joins the <t> elements up to the end of the named element, without
// the phonetic guides of East Asian text.
func richText(tokens *tokenReader, end string) (string, error) {
	var text strings.Builder
	inText, phonetic := false, false
	for {
		token, err := tokens.RawToken()
		if err != nil {
			return "", unexpectedEnd(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
			phonetic = phonetic || t.Name.Local == "rPh"
		case xml.CharData:
			if inText && !phonetic {
				text.Write(t)
			}
		case xml.EndElement:
			inText = false
			phonetic = phonetic && t.Name.Local != "rPh"
			if t.Name.Local == end {
				return text.String(), nil
			}
		}
		if text.Len() > MaxRow {
			return "", fmt.Errorf("a text is longer than %d KiB", MaxRow>>10)
		}
	}
}

func unexpectedEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// dateStyles tells which cell styles show a number as a date.
func (b *workbook) dateStyles() ([]bool, error) {
	name := b.kinds["styles"]
	if name == "" || b.find(name) == nil {
		return nil, nil
	}
	formats := make(map[string]bool)
	var dates []bool
	inCells := false
	err := b.each(name, func(e xml.StartElement) {
		switch e.Name.Local {
		case "numFmt":
			if len(formats) < maxStyles {
				formats[attr(e, "numFmtId")] = dateFormat(attr(e, "formatCode"))
			}
		case "cellXfs":
			inCells = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if inCells && len(dates) < maxStyles {
				id := attr(e, "numFmtId")
				dates = append(dates, formats[id] || builtinDate(id))
			}
		}
	})
	return dates, err
}

// builtinDate knows the date formats that a workbook doesn't spell out
// (ECMA-376 part 1, 18.8.30), the East Asian ones among them.
func builtinDate(id string) bool {
	n, err := strconv.Atoi(id)
	return err == nil && (n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58)
}

// dateFormat reports whether a number format has a year, month, day, hour or
// second outside of quoted and bracketed text.
func dateFormat(code string) bool {
	var quoted, bracketed, escaped bool
	for _, c := range strings.ToLower(code) {
		switch {
		case escaped:
			escaped = false
		case c == '\\' || c == '_' || c == '*':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == ']':
			bracketed = c == '['
		case !bracketed && strings.ContainsRune("ymdhs", c):
			return true
		}
	}
	return false
}
