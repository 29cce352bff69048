package ooxml

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/klauspost/compress/flate"
)

// level is a compromise: files are a twentieth larger than the smallest and made in
// half the time.
const level = 5

// A Writer zips the parts of a workbook to its destination.
type Writer struct{ zip *zip.Writer }

// NewWriter begins a workbook.
func NewWriter(w io.Writer) (*Writer, error) {
	// One compressor for all parts, which are written one after the other: it has a
	// megabyte of tables.
	deflate, err := flate.NewWriter(nil, level)
	if err != nil {
		return nil, fmt.Errorf("begin the workbook: %w", err)
	}
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		deflate.Reset(w)
		return deflate, nil
	})
	return &Writer{zip: z}, nil
}

// Create begins a part and ends the one before.
func (p *Writer) Create(name string) (io.Writer, error) {
	w, err := p.zip.CreateHeader(&zip.FileHeader{
		Name: name, Method: zip.Deflate,
		// The same for every workbook: the earliest time that a zip file can hold.
		Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		return nil, fmt.Errorf("begin part %s: %w", name, err)
	}
	return &partWriter{out: w, room: math.MaxUint32}, nil
}

// add writes a whole part.
func (p *Writer) add(name string, content []byte) error {
	w, err := p.Create(name)
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return fmt.Errorf("write part %s: %w", name, err)
	}
	return nil
}

// Close ends the package: before this it is no zip file.
func (p *Writer) Close() error {
	if err := p.zip.Close(); err != nil {
		return fmt.Errorf("end the workbook: %w", err)
	}
	return nil
}

// ErrTooLarge reports a part of 4 GiB or more. Excel refuses such a part in the
// form of zip64 that archive/zip writes.
var ErrTooLarge = errors.New("a worksheet is larger than 4 GiB")

type partWriter struct {
	out  io.Writer
	room uint64
}

func (p *partWriter) Write(b []byte) (int, error) {
	if uint64(len(b)) > p.room {
		return 0, ErrTooLarge
	}
	p.room -= uint64(len(b))
	return p.out.Write(b)
}
