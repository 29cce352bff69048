package atomicfile

import (
	"bufio"
	"io"
)

// A Spool keeps bytes that are written once and then read at any place: in memory
// while they are few, and past that in a ScratchFile. It is for one goroutine.
type Spool struct {
	memory  []byte
	limit   int
	folders []string
	file    *ScratchFile
	out     *bufio.Writer
}

// NewSpool returns a spool of up to limit bytes in memory, whose file is in the first
// of these folders that takes one; see Scratch.
func NewSpool(limit int, folders ...string) *Spool {
	return &Spool{limit: limit, folders: folders}
}

// Write appends to the spool.
func (s *Spool) Write(p []byte) (int, error) {
	if s.file == nil && len(s.memory)+len(p) <= s.limit {
		s.memory = append(s.memory, p...)
		return len(p), nil
	}
	if s.file == nil {
		file, err := Scratch(s.folders...)
		if err != nil {
			return 0, err
		}
		s.file, s.out = file, bufio.NewWriterSize(file, 64<<10)
		if _, err := s.out.Write(s.memory); err != nil {
			return 0, err
		}
		s.memory = nil
	}
	return s.out.Write(p)
}

// ReadAt reads what was written.
func (s *Spool) ReadAt(p []byte, at int64) (int, error) {
	if s.file != nil {
		if err := s.out.Flush(); err != nil {
			return 0, err
		}
		return s.file.ReadAt(p, at)
	}
	n := copy(p, s.memory[min(at, int64(len(s.memory))):])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Close gives the spool's content up.
func (s *Spool) Close() error {
	s.memory = nil
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
