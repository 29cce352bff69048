package snapshot

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
)

// A File is a temporary file; closing it removes it.
type File interface {
	io.Writer
	io.ReaderAt
	io.Closer
}

// A store has the bytes of a snapshot: written once, then read at any place.
type store struct {
	// memory has up to limit bytes.
	memory []byte
	limit  int
	// create makes the file that follows; it is nil while memory is enough.
	create func() (File, error)
	file   File
	out    *bufio.Writer
	size   int64
}

func newStore(o Options) store {
	return store{limit: cmp.Or(o.Memory, defaultMemory), create: o.Create}
}

func (s *store) Write(p []byte) (int, error) {
	s.size += int64(len(p))
	if s.file == nil && len(s.memory)+len(p) <= s.limit {
		s.memory = append(s.memory, p...)
		return len(p), nil
	}
	if s.file == nil {
		if err := s.spill(); err != nil {
			return 0, err
		}
	}
	return s.out.Write(p)
}

// spill moves what was written to a file.
func (s *store) spill() error {
	file, err := s.create()
	if err != nil {
		return fmt.Errorf("make a file for the results: %w", err)
	}
	s.file, s.out = file, bufio.NewWriterSize(file, 64<<10)
	_, err = s.out.Write(s.memory)
	s.memory = nil
	return err
}

// finish ends the writing.
func (s *store) finish() error {
	if s.file == nil {
		return nil
	}
	err := s.out.Flush()
	s.out = nil
	return err
}

// ReadAt reads at any place, after finish.
func (s *store) ReadAt(p []byte, at int64) (int, error) {
	if s.file != nil {
		return s.file.ReadAt(p, at)
	}
	n := copy(p, s.memory[min(at, int64(len(s.memory))):])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (s *store) Close() error {
	s.memory = nil
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
