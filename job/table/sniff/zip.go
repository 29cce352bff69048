package sniff

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// maxDirectory bounds the list of a workbook's parts, in bytes. A part's entry
// takes a hundred of them; a workbook has a dozen parts, and some more for each
// sheet and picture.
const maxDirectory = 4 << 20

// openZip opens the archive that a workbook is.
func openZip(src io.ReaderAt, size int64) (*zip.Reader, error) {
	metered := &meteredReader{src: src}
	metered.left.Store(maxDirectory)
	z, err := zip.NewReader(metered, size)
	if metered.left.Load() < 0 {
		return nil, errManyParts
	}
	if err != nil {
		return nil, err
	}
	metered.open.Store(true)
	return z, nil
}

// A meteredReader reads so much and no more, until it is opened wide. archive/zip
// believes what the end of the file says of the directory's length, and holds all
// of it in memory.
type meteredReader struct {
	src  io.ReaderAt
	left atomic.Int64
	open atomic.Bool
}

var errManyParts = errors.New("the file is no Excel workbook: it has too many parts")

var errMetered = errors.New("too much was read")

func (m *meteredReader) ReadAt(p []byte, off int64) (int, error) {
	if m.open.Load() {
		return m.src.ReadAt(p, off)
	}
	if m.left.Add(-int64(len(p))) < 0 {
		return 0, fmt.Errorf("reading the directory: %w", errMetered)
	}
	return m.src.ReadAt(p, off)
}
