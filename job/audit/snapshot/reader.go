package snapshot

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"notifyaudit/job"
)

// A reader reads the records of a store one after the other.
type reader struct {
	snapshot *Snapshot
	in       *bufio.Reader
	// fields and text are the record's, good until the next one.
	fields, text []byte
	buf          []byte
	kept         kept
	room         room
	err          error
}

// reader reads the results.
func (s *Snapshot) reader() *reader { return s.readerOf(&s.results) }

func (s *Snapshot) readerOf(of *store) *reader {
	return &reader{snapshot: s, in: bufio.NewReaderSize(io.NewSectionReader(of, 0, of.size), 64<<10)}
}

// next goes to the next record that isn't a list, and reports whether there is one,
// or an error.
func (r *reader) next() bool {
	for r.err == nil {
		more, err := r.read()
		if err != nil {
			r.err = fmt.Errorf("read the kept results: %w", err)
			return true
		}
		if !more || len(r.fields) > 0 {
			return more
		}
	}
	return false
}

// read reads a record; false at the end.
func (r *reader) read() (bool, error) {
	if r.snapshot.closed {
		return false, os.ErrClosed
	}
	fields, err := binary.ReadUvarint(r.in)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	text, err := binary.ReadUvarint(r.in)
	if err != nil {
		return false, err
	}
	length := int(fields + text)
	if cap(r.buf) < length {
		r.buf = make([]byte, length)
	}
	r.buf = r.buf[:length]
	if _, err := io.ReadFull(r.in, r.buf); err != nil {
		return false, err
	}
	r.fields, r.text = r.buf[:fields], r.buf[fields:]
	return true, nil
}

func (r *reader) decoder() decoder {
	return decoder{fields: r.fields, text: string(r.text), table: r.snapshot.table, room: &r.room}
}

// result is the result that next went to, good until the next one.
func (r *reader) result() (*job.Result, error) {
	if r.err != nil {
		return nil, r.err
	}
	d := r.decoder()
	return d.result(&r.kept, r.snapshot.list)
}
