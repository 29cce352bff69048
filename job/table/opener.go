package table

import "golang.org/x/text/transform"

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
