package snapshot

import "io"

// A File keeps the bytes of a snapshot: they are written once, and then read at any
// place until it is closed.
type File interface {
	io.Writer
	io.ReaderAt
	io.Closer
}

// A store counts what is written to a file.
type store struct {
	File

	size int64
}

func (s *store) Write(p []byte) (int, error) {
	n, err := s.File.Write(p)
	s.size += int64(n)
	return n, err
}
