package job

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxID is the length in bytes of the longest user id and of the longest process
// query key. The vendor bounds neither; a user id has at most 64 bytes in its
// directory API.
const MaxID = 256

// CheckID says why the text can't be a user id or a process query key, nil when it
// can: it has 1 to MaxID bytes of valid UTF-8 without NUL. An answer of the API
// with another id isn't believed, so that the state can keep every id that a page
// brings.
func CheckID(id string) error {
	switch {
	case id == "" || len(id) > MaxID:
		return fmt.Errorf("an id has 1 to %d bytes, this one %d", MaxID, len(id))
	case !utf8.ValidString(id):
		return errors.New("an id is UTF-8, this one isn't")
	case strings.ContainsRune(id, 0):
		return errors.New("an id has no NUL, this one has")
	}
	return nil
}
