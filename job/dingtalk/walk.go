package dingtalk

import (
	"bytes"
	"encoding/json"
	"iter"
)

// What encoding/json found to be valid JSON is taken apart here without being copied:
// its Decoder's tokens cost ten times as much. Names and values are parts of the text.

// members yields the members of an object: names as they stand, quoted, and values
// without the space around them.
func members(object []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for rest := skipSpace(object[bytes.IndexByte(object, '{')+1:]); rest[0] != '}'; {
			name, after := cutValue(rest)
			value, after := cutValue(skipSpace(skipSpace(after)[1:])) // a colon
			if !yield(name, value) {
				return
			}
			rest = next(after)
		}
	}
}

// elements yields the elements of an array.
func elements(array []byte) iter.Seq[[]byte] {
	return func(yield func(value []byte) bool) {
		for rest := skipSpace(array[bytes.IndexByte(array, '[')+1:]); rest[0] != ']'; {
			value, after := cutValue(rest)
			if !yield(value) {
				return
			}
			rest = next(after)
		}
	}
}

// next goes behind a comma, or stays before the end.
func next(text []byte) []byte {
	if text = skipSpace(text); text[0] == ',' {
		return skipSpace(text[1:])
	}
	return text
}

func skipSpace(text []byte) []byte { return bytes.TrimLeft(text, " \t\r\n") }

// cutValue cuts off the value that the text begins with.
func cutValue(text []byte) (value, rest []byte) {
	depth := 0
	for i := 0; ; {
		switch text[i] {
		case '"':
			i = stringEnd(text, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\t', '\r', '\n':
			i++ // inside
			continue
		default:
			i = wordEnd(text, i)
		}
		if depth == 0 {
			return text[:i], text[i:]
		}
	}
}

// stringEnd is where the string ends that begins at i.
func stringEnd(text []byte, i int) int {
	for i++; text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// wordEnd is where the number, true, false or null ends that begins at i.
func wordEnd(text []byte, i int) int {
	if n := bytes.IndexAny(text[i:], ",:]} \t\r\n"); n >= 0 {
		return i + n
	}
	return len(text)
}

// unquote reads a string of a text that is valid UTF-8.
func unquote(quoted []byte) (s string, err error) {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	err = json.Unmarshal(quoted, &s)
	return s, err
}
