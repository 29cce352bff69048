package ooxml

import (
	"archive/zip"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"time"

	"github.com/klauspost/compress/flate"
)

// level is a compromise: files are a twentieth larger than the smallest and made in
// half the time.
const level = 5

// ErrTooLarge reports a part of 4 GiB or more. Excel refuses such a part in the
// form of zip64 that archive/zip writes.
var ErrTooLarge = errors.New("a worksheet is larger than 4 GiB")

// A Writer zips the parts of a workbook to its destination.
type Writer struct {
	zip *zip.Writer
	// idle are compressors to be used again: each has a megabyte of tables.
	idle []*flate.Writer
}

// NewWriter begins a workbook.
func NewWriter(w io.Writer) *Writer { return &Writer{zip: zip.NewWriter(w)} }

// Close ends the package: before this it is no zip file.
func (w *Writer) Close() error {
	if err := w.zip.Close(); err != nil {
		return fmt.Errorf("end the workbook: %w", err)
	}
	return nil
}

// A Scratch keeps the bytes of a part, which are written once and then read from the
// beginning.
type Scratch interface {
	io.Writer
	io.ReaderAt
	io.Closer
}

// A Part is compressed as it is written, while other parts are written as well, and
// goes into the workbook when it is whole.
type Part struct {
	name    string
	scratch Scratch
	deflate *flate.Writer
	sum     hash.Hash32
	// size and compressed are its lengths in bytes.
	size, compressed uint64
}

// Begin begins a part, which is kept in scratch until Add closes that.
func (w *Writer) Begin(name string, scratch Scratch) (*Part, error) {
	p := &Part{name: name, scratch: scratch, sum: crc32.NewIEEE()}
	if n := len(w.idle); n > 0 {
		p.deflate, w.idle = w.idle[n-1], w.idle[:n-1]
		p.deflate.Reset(p.compressor())
		return p, nil
	}
	var err error
	if p.deflate, err = flate.NewWriter(p.compressor(), level); err != nil {
		return nil, fmt.Errorf("begin part %s: %w", name, err)
	}
	return p, nil
}

// compressor takes what was compressed.
func (p *Part) compressor() io.Writer { return (*compressed)(p) }

type compressed Part

func (c *compressed) Write(b []byte) (int, error) {
	c.compressed += uint64(len(b))
	return c.scratch.Write(b)
}

// Write adds to the part.
func (p *Part) Write(b []byte) (int, error) {
	if p.size+uint64(len(b)) > math.MaxUint32 {
		return 0, ErrTooLarge
	}
	p.size += uint64(len(b))
	p.sum.Write(b)
	return p.deflate.Write(b)
}

// End ends a part, whose compressor serves the next one.
func (w *Writer) End(p *Part) error {
	if err := p.deflate.Close(); err != nil {
		return fmt.Errorf("end part %s: %w", p.name, err)
	}
	w.idle, p.deflate = append(w.idle, p.deflate), nil
	return nil
}

// Add puts a part that has ended into the workbook and closes its scratch.
func (w *Writer) Add(p *Part) error {
	out, err := w.zip.CreateRaw(&zip.FileHeader{
		Name: p.name, Method: zip.Deflate,
		// The same for every workbook: the earliest time that a zip file can hold.
		Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC),
		CRC32:    p.sum.Sum32(), UncompressedSize64: p.size, CompressedSize64: p.compressed,
	})
	if err == nil {
		_, err = io.Copy(out, io.NewSectionReader(p.scratch, 0, int64(p.compressed)))
	}
	if err != nil {
		return fmt.Errorf("write part %s: %w", p.name, err)
	}
	return p.close()
}

func (p *Part) close() error {
	scratch := p.scratch
	p.scratch = nil
	if scratch == nil {
		return nil
	}
	if err := scratch.Close(); err != nil {
		return fmt.Errorf("write part %s: %w", p.name, err)
	}
	return nil
}

// Discard closes the scratch of a part that was not added.
func (p *Part) Discard() {
	_ = p.close() // nothing of it is wanted
}

// add writes a whole part, which is small.
func (w *Writer) add(name string, content []byte) error {
	p, err := w.Begin(name, new(Memory))
	if err != nil {
		return err
	}
	if _, err := p.Write(content); err != nil {
		return fmt.Errorf("write part %s: %w", name, err)
	}
	if err := w.End(p); err != nil {
		return err
	}
	return w.Add(p)
}

// A Memory is a Scratch in memory. The zero value is empty.
type Memory struct{ content []byte }

func (m *Memory) Write(b []byte) (int, error) {
	m.content = append(m.content, b...)
	return len(b), nil
}

// ReadAt reads what was written.
func (m *Memory) ReadAt(b []byte, at int64) (int, error) {
	n := copy(b, m.content[min(at, int64(len(m.content))):])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// Close gives the memory back.
func (m *Memory) Close() error {
	m.content = nil
	return nil
}
