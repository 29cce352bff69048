package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// An encoding is how a csv's text is written.
type encoding struct {
	gb18030 bool
	// mark is the length of the byte order mark.
	mark int64
}

// decode gives the text as UTF-8 without its mark.
func (e encoding) decode(r *io.SectionReader) io.Reader {
	if e.gb18030 {
		return simplifiedchinese.GB18030.NewDecoder().Reader(r)
	}
	return io.NewSectionReader(r, e.mark, r.Size()-e.mark)
}

// The beginnings of files that are not what their name says.
const (
	utf8Mark   = "\xef\xbb\xbf"
	zipMagic   = "PK\x03\x04"
	oleMagic   = "\xd0\xcf\x11\xe0"
	utf16LE    = "\xff\xfe"
	utf16BE    = "\xfe\xff"
	saveAsUTF8 = `save it in Excel as "CSV UTF-8 (comma delimited)"`
)

// detect reads the whole text to tell its encoding: GB18030 is taken only when
// it isn't UTF-8 and every byte of it makes sense.
func detect(r *io.SectionReader) (encoding, error) {
	start := make([]byte, 4)
	n, err := r.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return encoding{}, fmt.Errorf("reading the table: %w", err)
	}
	start = start[:n]
	switch {
	case bytes.HasPrefix(start, []byte(utf16LE)), bytes.HasPrefix(start, []byte(utf16BE)):
		return encoding{}, errors.New("the text is UTF-16: " + saveAsUTF8)
	case bytes.HasPrefix(start, []byte(zipMagic)):
		return encoding{}, errors.New("the file is an Excel workbook in spite of its name: rename it to .xlsx")
	case bytes.HasPrefix(start, []byte(oleMagic)):
		return encoding{}, errors.New("the file is an old Excel workbook in spite of its name: save it as .xlsx")
	}
	var e encoding
	if bytes.HasPrefix(start, []byte(utf8Mark)) {
		e.mark = int64(len(utf8Mark))
	}
	line, err := badUTF8(r)
	if err != nil || line == 0 {
		return e, err
	}
	gb, err := validGB18030(r)
	if err != nil {
		return e, err
	}
	if !gb || e.mark > 0 {
		return e, fmt.Errorf("line %d is neither UTF-8 nor GB18030: %s", line, saveAsUTF8)
	}
	return encoding{gb18030: true}, nil
}

// badUTF8 finds the first line that isn't UTF-8; 0 when all are.
func badUTF8(r *io.SectionReader) (line int, err error) {
	line = 1
	buf := make([]byte, 1<<16)
	kept := 0
	for off := int64(0); ; {
		n, err := r.ReadAt(buf[kept:], off)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, fmt.Errorf("reading the table: %w", err)
		}
		off += int64(n)
		text, end := buf[:kept+n], errors.Is(err, io.EOF)
		if bytes.IndexByte(text, 0) >= 0 {
			return 0, errors.New("the text has NUL bytes, as UTF-16 has: " + saveAsUTF8)
		}
		whole := len(text)
		if !end {
			whole = wholeRunes(text)
		}
		if !utf8.Valid(text[:whole]) {
			return line + bytes.Count(text[:invalidAt(text[:whole])], []byte("\n")), nil
		}
		if end {
			return 0, nil
		}
		line += bytes.Count(text[:whole], []byte("\n"))
		kept = copy(buf, text[whole:])
	}
}

// wholeRunes is the length of text without a rune that its end cuts off.
func wholeRunes(text []byte) int {
	for i := len(text) - 1; i >= 0 && i > len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if utf8.FullRune(text[i:]) {
				return len(text)
			}
			return i
		}
	}
	return len(text)
}

func invalidAt(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(text)
}

// validGB18030 reports whether the decoder has no byte to replace.
func validGB18030(r *io.SectionReader) (bool, error) {
	text := bufio.NewReader(encoding{gb18030: true}.decode(io.NewSectionReader(r, 0, r.Size())))
	for {
		c, _, err := text.ReadRune()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, fmt.Errorf("reading the table: %w", err)
		}
		if c == utf8.RuneError {
			return false, nil
		}
	}
}
