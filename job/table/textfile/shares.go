package textfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// shares count what the bytes of a text beyond ASCII make, read as UTF-8 and as
// GB18030.
type shares struct {
	// utf8 are characters of several bytes; notUTF8 are bytes that are none, of which
	// those of a character that is cut off count once.
	utf8, notUTF8 int
	// common are the characters of two bytes that GB 2312 has, rare those that
	// only its successors have. letters are those of the latter whose second byte
	// is a Latin letter.
	common, rare, letters int
}

// chinese reports whether the text is likely to be Chinese. Text in a Western
// encoding read as Chinese consists of letters; text in another encoding of East
// Asia has many rare characters, where Chinese has a few in its names.
func (s *shares) chinese() bool {
	const few = 16
	all := s.common + s.rare
	return 2*s.letters <= all && (all < few || 3*s.rare <= all)
}

func takeShares(src io.Reader) (s shares, err error) {
	r := bufio.NewReaderSize(src, 1<<16)
	// skip are the bytes of a character that was counted already, in each
	// reading.
	for skipUTF8, skipGB := 0, 0; ; {
		next, err := r.Peek(utf8.UTFMax)
		if len(next) == 0 {
			if errors.Is(err, io.EOF) {
				return s, nil
			}
			return s, fmt.Errorf("reading the text: %w", err)
		}
		if skipUTF8--; skipUTF8 < 0 && next[0] >= utf8.RuneSelf {
			skipUTF8 = s.asUTF8(next) - 1
		}
		if skipGB--; skipGB < 0 && next[0] >= utf8.RuneSelf {
			skipGB = s.asGB18030(next) - 1
		}
		_, _ = r.Discard(1)
	}
}

func (s *shares) asUTF8(text []byte) (size int) {
	r, size := utf8.DecodeRune(text)
	if r == utf8.RuneError {
		s.notUTF8++
		size = 1
		for n := 2; n <= len(text) && !utf8.FullRune(text[:n]); n++ {
			size = n
		}
		return size
	}
	s.utf8++
	return size
}

func (s *shares) asGB18030(text []byte) (size int) {
	const four = 4
	switch {
	case len(text) < 2:
		return 1
	case text[1] >= '0' && text[1] <= '9':
		return four
	case text[0] >= 0xa1 && text[0] <= 0xf7 && text[1] >= 0xa1:
		s.common++
	default:
		s.rare++
		if c := text[1] | 0x20; c >= 'a' && c <= 'z' {
			s.letters++
		}
	}
	return 2
}
