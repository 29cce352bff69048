package atomicfile

import (
	"bufio"
	"io"
)

// A Spool keeps bytes that are written once and then read at any place: in memory
// while they are few, and past that in a ScratchFile. It is for one goroutine.
type Spool struct {
	// memory has chunks of chunkSize bytes, the last of which is being filled.
	memory  [][]byte
	size    int // of what is in memory
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

// chunkSize is how much memory a spool takes at a time.
const chunkSize = 64 << 10

// Write appends to the spool.
func (s *Spool) Write(p []byte) (int, error) {
	if s.file == nil && s.size+len(p) <= s.limit {
		s.keep(p)
		return len(p), nil
	}
	if s.file == nil {
		file, err := Scratch(s.folders...)
		if err != nil {
			return 0, err
		}
		s.file, s.out = file, bufio.NewWriterSize(file, 64<<10)
		for _, chunk := range s.memory {
			if _, err := s.out.Write(chunk); err != nil {
				return 0, err
			}
		}
		s.memory = nil
	}
	return s.out.Write(p)
}

// keep appends to the memory.
func (s *Spool) keep(p []byte) {
	s.size += len(p)
	for len(p) > 0 {
		last := len(s.memory) - 1
		if last < 0 || len(s.memory[last]) == chunkSize {
			s.memory = append(s.memory, make([]byte, 0, chunkSize))
			last++
		}
		n := min(len(p), chunkSize-len(s.memory[last]))
		s.memory[last], p = append(s.memory[last], p[:n]...), p[n:]
	}
}

// ReadAt reads what was written.
func (s *Spool) ReadAt(p []byte, at int64) (int, error) {
	if s.file != nil {
		if err := s.out.Flush(); err != nil {
			return 0, err
		}
		return s.file.ReadAt(p, at)
	}
	n := 0
	for n < len(p) && at < int64(s.size) {
		took := copy(p[n:], s.memory[at/chunkSize][at%chunkSize:])
		n, at = n+took, at+int64(took)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Close gives the spool's content up.
func (s *Spool) Close() error {
	s.memory, s.size = nil, 0
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
