package table

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// The decompressed sizes up to which parts of a workbook are read. A sheet is
// streamed; the shared strings are held in memory.
const (
	maxSheet     = 1 << 30
	maxStrings   = 512 << 20
	maxSmallPart = 16 << 20
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
	return newTokenReader(rc, f.Name, limit), func() { _ = rc.Close() }, nil
}

func newTokenReader(r io.Reader, name string, limit int64) *tokenReader {
	l := &partLimiter{r: r, name: name, limit: limit, left: limit}
	decoder := xml.NewDecoder(l)
	decoder.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		encoding, err := htmlindex.Get(label)
		if err != nil {
			return nil, fmt.Errorf("the encoding %q: %w", label, err)
		}
		return encoding.NewDecoder().Reader(r), nil
	}
	return &tokenReader{decoder: decoder, limiter: l}
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
// when one tag, text, comment or anything else in it is longer than MaxRow.
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
				return xstring(text.String()), nil
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
