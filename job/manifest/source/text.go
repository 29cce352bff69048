package source

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// errNotText is what Text says of other data.
var errNotText = errors.New("it is not UTF-8 text")

// Text is a file's text as UTF-8 without byte order marks at its start. A mark of
// UTF-16, which PowerShell and old editors write, makes it read as that.
func Text(data []byte) ([]byte, error) {
	const mark, little, big = "\ufeff", "\xff\xfe", "\xfe\xff"
	if bytes.HasPrefix(data, []byte(little)) || bytes.HasPrefix(data, []byte(big)) {
		decoded, _, err := transform.Bytes(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder(), data)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			return nil, errNotText
		}
		data = decoded
	}
	for bytes.HasPrefix(data, []byte(mark)) {
		data = data[len(mark):]
	}
	if !utf8.Valid(data) {
		return nil, errNotText
	}
	return data, nil
}
