// Package textfile reads text files as programs write them: in UTF-8, UTF-16 or
// GB18030, with byte order marks, with any ends of lines, and with what DOS left at
// the end.
package textfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"notifyaudit/job/table/sniff"
)

// The encodings, as people know them.
const (
	UTF8    = "UTF-8"
	UTF16LE = "UTF-16LE"
	UTF16BE = "UTF-16BE"
	GB18030 = "GB18030"
)

// SaveAsUTF8 says how to get a text whose encoding is known.
const SaveAsUTF8 = `save it in Excel as "CSV UTF-8 (comma delimited)"`

// A File is a text.
type File struct {
	// Encoding is one of the above. Guessed says that nothing in the file tells it.
	Encoding string
	Guessed  bool

	src  *io.SectionReader
	mark int64 // the length of the byte order mark
	findings
}

// Open reads a text of size bytes once, to tell whether it is UTF-8 or UTF-16. An
// error says why it is no text. Lines that are not UTF-8 are no error yet, see
// [File.Guess].
func Open(src io.ReaderAt, size int64) (*File, error) {
	f := &File{src: io.NewSectionReader(src, 0, size), Encoding: UTF8}
	if err := sniff.Text(src, size); err != nil {
		return nil, err
	}
	start, err := sniff.Beginning(src, size)
	if err != nil {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte(sniff.UTF16LEMark)):
		f.Encoding, f.mark = UTF16LE, int64(len(sniff.UTF16LEMark))
	case bytes.HasPrefix(start, []byte(sniff.UTF16BEMark)):
		f.Encoding, f.mark = UTF16BE, int64(len(sniff.UTF16BEMark))
	case bytes.HasPrefix(start, []byte(sniff.UTF8Mark)):
		f.mark = int64(len(sniff.UTF8Mark))
	default:
		if name := unmarkedUTF16(start); name != "" {
			f.Encoding, f.Guessed = name, true
		}
	}
	if f.findings, err = look(f.decoded(), f.Encoding != UTF8); err != nil {
		return nil, err
	}
	switch {
	case f.nul > 0:
		return nil, fmt.Errorf("line %d has a NUL byte, as no text has: %s", f.nul, SaveAsUTF8)
	case f.bad > 0 && f.Encoding != UTF8:
		return nil, fmt.Errorf("line %d is not %s: %s", f.bad, f.Encoding, SaveAsUTF8)
	}
	return f, nil
}

// Guess tells the encoding of a text that isn't UTF-8 everywhere: it is GB18030 only
// when hardly anything around that place is UTF-8. Otherwise an error names the
// line.
func (f *File) Guess() error {
	if f.bad == 0 {
		return nil
	}
	const around = 64 << 10
	s, err := takeShares(io.NewSectionReader(f.src, max(f.mark, f.mark+f.badAt-around), 2*around))
	if err != nil {
		return err
	}
	if f.mark > 0 || s.utf8 > s.notUTF8 {
		return fmt.Errorf("line %d is not UTF-8, which the rest of the file is: write the line again, or %s", f.bad, SaveAsUTF8)
	}
	if f.isCutOff() {
		return fmt.Errorf("line %d ends within a character, and so does the file: it was cut off. Get the whole of it, or %s", f.bad, SaveAsUTF8)
	}
	f.Encoding, f.Guessed = GB18030, true
	found, err := look(f.decoded(), true)
	if err != nil {
		return err
	}
	if found.bad > 0 || !s.chinese() {
		return fmt.Errorf("line %d is neither UTF-8 nor GB18030: %s", f.bad, SaveAsUTF8)
	}
	f.findings = found
	return nil
}

// isCutOff reports whether the first that isn't UTF-8 is a beginning of a character at
// the end of the file. What GB18030 makes of it is a character too, and a wrong one.
func (f *File) isCutOff() bool {
	rest := make([]byte, utf8.UTFMax)
	n, err := f.src.ReadAt(rest, f.mark+f.badAt)
	return errors.Is(err, io.EOF) && !utf8.FullRune(rest[:n])
}

// Text is the text from its beginning as UTF-8, without marks, with a line feed at the
// end of each line or with a carriage return before it.
func (f *File) Text() io.Reader {
	if f.untidy {
		return transform.NewReader(f.decoded(), tidier{})
	}
	return f.decoded()
}

func (f *File) decoded() io.Reader {
	section := io.NewSectionReader(f.src, f.mark, f.src.Size()-f.mark)
	switch f.Encoding {
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(section)
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Reader(section)
	case GB18030:
		return simplifiedchinese.GB18030.NewDecoder().Reader(section)
	}
	return section
}

// unmarkedUTF16 tells by the zero bytes of its Western characters which UTF-16 a
// text without a mark is; empty when it is none.
func unmarkedUTF16(start []byte) string {
	const few = 8 // of the other zeros are those of characters such as 一, U+4E00
	var zeros [2]int
	for i, b := range start {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch most := len(start) / 4; {
	case len(start)%2 == 0 && zeros[1] > most && zeros[0]*few < zeros[1]:
		return UTF16LE
	case len(start)%2 == 0 && zeros[0] > most && zeros[1]*few < zeros[0]:
		return UTF16BE
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
			return f, fmt.Errorf("reading the text: %w", err)
		}
		text := buf[:kept+n]
		whole := len(text)
		if !end {
			whole = wholeRunes(text)
		}
		text = text[:whole]
		f.untidy = f.untidy || bytes.IndexByte(text, dosEnd) >= 0 || bytes.Contains(text, []byte(sniff.UTF8Mark)) || loneReturn(text)
		if before, _, ok := bytes.Cut(text, []byte{0}); ok {
			f.nul = line + lines(before)
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
