package excel

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/klauspost/compress/flate"
)

// level is where klauspost's flate is still fast: a twentieth larger than the
// smallest, in half the time.
const level = 5

// A packageWriter zips a workbook's parts, straight to where it goes.
type packageWriter struct{ zip *zip.Writer }

func newPackageWriter(w io.Writer) (*packageWriter, error) {
	// One for all parts, which follow one another: it has a megabyte of tables.
	deflate, err := flate.NewWriter(nil, level)
	if err != nil {
		return nil, fmt.Errorf("begin the workbook: %w", err)
	}
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		deflate.Reset(w)
		return deflate, nil
	})
	return &packageWriter{zip: z}, nil
}

// create begins a part, and so ends the one before.
func (p *packageWriter) create(name string) (io.Writer, error) {
	w, err := p.zip.CreateHeader(&zip.FileHeader{
		Name: name, Method: zip.Deflate,
		// The same for every workbook: the first time that a zip file can hold.
		Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		return nil, fmt.Errorf("begin part %s: %w", name, err)
	}
	return &partWriter{out: w, room: math.MaxUint32}, nil
}

// add writes a whole part.
func (p *packageWriter) add(name string, content []byte) error {
	w, err := p.create(name)
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return fmt.Errorf("write part %s: %w", name, err)
	}
	return nil
}

// close ends the package: before this it is no zip file.
func (p *packageWriter) close() error {
	if err := p.zip.Close(); err != nil {
		return fmt.Errorf("end the workbook: %w", err)
	}
	return nil
}

// ErrTooLarge says that a worksheet comes to 4 GiB or more. Excel refuses such
// a part in the form of zip64 that archive/zip writes.
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
