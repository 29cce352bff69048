package textfile

import (
	"bytes"

	"golang.org/x/text/transform"

	"notifyaudit/job/table/sniff"
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
		switch c {
		case '\r':
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
		case dosEnd:
			nSrc++
			continue
		case sniff.UTF8Mark[0]:
			if len(rest) < len(sniff.UTF8Mark) && !atEOF {
				return nDst, nSrc, transform.ErrShortSrc
			}
			if bytes.HasPrefix(rest, []byte(sniff.UTF8Mark)) {
				nSrc += len(sniff.UTF8Mark)
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
