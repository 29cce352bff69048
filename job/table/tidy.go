package table

import (
	"bytes"

	"golang.org/x/text/transform"
)

// dosEnd is the byte that ended a text under DOS, and that some programs still
// write.
const dosEnd = 0x1a

// A tidier makes line feeds of carriage returns that stand alone, as old Macs
// and some exports write them, and drops byte order marks, which stand where
// files were joined, and DOS's end of a file.
type tidier struct{ transform.NopResetter }

// Transform implements [transform.Transformer].
func (tidier) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		c, rest := src[nSrc], src[nSrc:]
		size := 1
		switch {
		case c == '\r':
			if len(rest) < len("\r\r\n") && !atEOF {
				return nDst, nSrc, transform.ErrShortSrc
			}
			c = '\n'
			switch {
			case bytes.HasPrefix(rest, []byte("\r\n")):
				size = len("\r\n")
			case bytes.HasPrefix(rest, []byte("\r\r\n")):
				size = len("\r\r\n")
			}
		case c == dosEnd:
			nSrc++
			continue
		case c == utf8Mark[0]:
			if len(rest) < len(utf8Mark) && !atEOF {
				return nDst, nSrc, transform.ErrShortSrc
			}
			if bytes.HasPrefix(rest, []byte(utf8Mark)) {
				nSrc += len(utf8Mark)
				continue
			}
		}
		if nDst == len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		dst[nDst] = c
		nDst++
		nSrc += size
	}
	return nDst, nSrc, nil
}

// loneReturn reports a carriage return that no line feed follows.
func loneReturn(text []byte) bool {
	for {
		i := bytes.IndexByte(text, '\r')
		if i < 0 {
			return false
		}
		if text = text[i+1:]; len(text) == 0 || text[0] != '\n' {
			return true
		}
	}
}

// A formulaOpener makes "000123" of ="000123" where a cell begins so. Exports write
// texts as formulas to keep spreadsheets from making numbers of them, without the
// quotation marks that a csv asks for around such a cell.
type formulaOpener struct {
	separator byte
	// inside says that a cell has begun.
	inside bool
}

// Reset implements [transform.Transformer].
func (f *formulaOpener) Reset() { f.inside = false }

// Transform implements [transform.Transformer].
func (f *formulaOpener) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for ; nSrc < len(src); nSrc++ {
		c := src[nSrc]
		if c == '=' && !f.inside {
			if nSrc+1 == len(src) && !atEOF {
				return nDst, nSrc, transform.ErrShortSrc
			}
			if nSrc+1 < len(src) && src[nSrc+1] == '"' {
				f.inside = true
				continue
			}
		}
		if nDst == len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		f.inside = c != f.separator && c != '\n' && c != '\r'
		dst[nDst] = c
		nDst++
	}
	return nDst, nSrc, nil
}
