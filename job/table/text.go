package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The encodings of a text, as [Origin] tells them.
const (
	utf8Name    = "UTF-8"
	utf16LEName = "UTF-16LE"
	utf16BEName = "UTF-16BE"
	gb18030Name = "GB18030"
)

const (
	utf8Mark   = "\xef\xbb\xbf"
	utf16LE    = "\xff\xfe"
	utf16BE    = "\xfe\xff"
	saveAsUTF8 = `save it in Excel as "CSV UTF-8 (comma delimited)"`
)

// A textFile is the text of a csv or jsonl.
type textFile struct {
	src  *io.SectionReader
	mark int64 // the length of the byte order mark
	// encoding is the name of one of the encodings above; guessed says that
	// nothing in the file tells it.
	encoding string
	guessed  bool
	findings
}

// openText reads the whole text once to tell its encoding, UTF-8 or UTF-16.
func openText(src io.ReaderAt, size int64) (*textFile, error) {
	f := &textFile{src: io.NewSectionReader(src, 0, size), encoding: utf8Name}
	start, err := beginning(src, size)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte(zipMagic)) {
		return nil, zipNotText(src, size)
	}
	if err := foreign(src, size); err != nil {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte(utf16LE)):
		f.encoding, f.mark = utf16LEName, int64(len(utf16LE))
	case bytes.HasPrefix(start, []byte(utf16BE)):
		f.encoding, f.mark = utf16BEName, int64(len(utf16BE))
	case bytes.HasPrefix(start, []byte(utf8Mark)):
		f.mark = int64(len(utf8Mark))
	default:
		if name := unmarkedUTF16(start); name != "" {
			f.encoding, f.guessed = name, true
		}
	}
	if f.findings, err = look(f.decoded(), f.encoding != utf8Name); err != nil {
		return nil, err
	}
	switch {
	case f.nul > 0:
		return nil, fmt.Errorf("line %d has a NUL byte, as no text has: %s", f.nul, saveAsUTF8)
	case f.bad > 0 && f.encoding != utf8Name:
		return nil, fmt.Errorf("line %d is not %s: %s", f.bad, f.encoding, saveAsUTF8)
	}
	return f, nil
}

// guess tells the encoding of a text that isn't UTF-8 everywhere: it is GB18030
// only when nothing around that place is UTF-8.
func (f *textFile) guess() error {
	const around = 64 << 10
	s, err := takeShares(io.NewSectionReader(f.src, max(f.mark, f.mark+f.badAt-around), 2*around))
	if err != nil {
		return err
	}
	if f.mark > 0 || s.utf8 > s.notUTF8 {
		return fmt.Errorf("line %d is not UTF-8, which the rest of the file is: write the line again, or %s", f.bad, saveAsUTF8)
	}
	f.encoding, f.guessed = gb18030Name, true
	found, err := look(f.decoded(), true)
	if err != nil {
		return err
	}
	if found.bad > 0 || !s.chinese() {
		return fmt.Errorf("line %d is neither UTF-8 nor GB18030: %s", f.bad, saveAsUTF8)
	}
	f.findings = found
	return nil
}

// text gives the text as UTF-8, without marks.
func (f *textFile) text() io.Reader {
	if f.untidy {
		return transform.NewReader(f.decoded(), tidier{})
	}
	return f.decoded()
}

func (f *textFile) decoded() io.Reader {
	section := io.NewSectionReader(f.src, f.mark, f.src.Size()-f.mark)
	switch f.encoding {
	case utf16LEName:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(section)
	case utf16BEName:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Reader(section)
	case gb18030Name:
		return simplifiedchinese.GB18030.NewDecoder().Reader(section)
	}
	return section
}

// beginning is what files are known by.
func beginning(src io.ReaderAt, size int64) ([]byte, error) {
	const enough = 4 << 10
	start := make([]byte, min(enough, size))
	n, err := src.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the table: %w", err)
	}
	return start[:n], nil
}

// unmarkedUTF16 tells by the zero bytes of its Western characters which UTF-16 a
// text without a mark is; empty when it is none.
func unmarkedUTF16(start []byte) string {
	var zeros [2]int
	for i, b := range start {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch most := len(start) / 4; {
	case len(start)%2 == 0 && zeros[1] > most && zeros[0] == 0:
		return utf16LEName
	case len(start)%2 == 0 && zeros[0] > most && zeros[1] == 0:
		return utf16BEName
	}
	return ""
}

// findings are what a text has that matters for reading it.
type findings struct {
	// bad and nul are the first lines with something that isn't a character and
	// with a NUL; 0 for none. badAt is the former's place.
	bad, nul int
	badAt    int64
	// untidy says that the text has what [tidier] removes.
	untidy bool
}

// look reads a text up to its end or to something that ends it for the reader.
// What was decoded has U+FFFD where there was no character.
func look(r io.Reader, decoded bool) (findings, error) {
	f, line, at := findings{}, 1, int64(0)
	buf := make([]byte, 1<<16)
	for kept := 0; ; {
		n, err := io.ReadFull(r, buf[kept:])
		end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return f, fmt.Errorf("reading the table: %w", err)
		}
		text := buf[:kept+n]
		whole := len(text)
		if !end {
			whole = wholeRunes(text)
		}
		text = text[:whole]
		f.untidy = f.untidy || bytes.IndexByte(text, dosEnd) >= 0 || bytes.Contains(text, []byte(utf8Mark)) || loneReturn(text)
		if i := bytes.IndexByte(text, 0); i >= 0 {
			f.nul = line + lines(text[:i])
		}
		if i := notUnicode(text, decoded); i >= 0 {
			f.bad, f.badAt = line+lines(text[:i]), at+int64(i)
		}
		if end || f.nul > 0 || f.bad > 0 {
			return f, nil
		}
		line += lines(text)
		at += int64(whole)
		kept = copy(buf, buf[whole:kept+n])
	}
}

// notUnicode finds the first byte that isn't UTF-8, or was replaced; -1 when all
// are.
func notUnicode(text []byte, decoded bool) int {
	if decoded {
		return bytes.Index(text, []byte("\ufffd"))
	}
	if utf8.Valid(text) {
		return -1
	}
	i := 0
	for {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
}

// lines counts the ends of lines; a carriage return alone is one.
func lines(text []byte) int {
	n := bytes.Count(text, []byte("\n"))
	if n == 0 {
		return bytes.Count(text, []byte("\r"))
	}
	return n
}

// wholeRunes is the length of text without what its end cuts off: a rune, or a
// carriage return that a line feed may follow.
func wholeRunes(text []byte) int {
	if len(text) > 0 && text[len(text)-1] == '\r' {
		return len(text) - 1
	}
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
