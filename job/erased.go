package job

import "strings"

// ErasedPrefix begins the id that stands in the state for a person whose data was
// erased. A keyed digest follows, ErasedDigits of lower-case hex, by which the
// state knows the person again should the API or a roster name them.
const ErasedPrefix = "erased:"

// ErasedDigits is the length of the digest.
const ErasedDigits = 32

// Erased reports whether the id stands for an erased person. Such a person is in
// every count and in no list. Another id with the same prefix is an id like any
// other.
func Erased(userID string) bool {
	digest, found := strings.CutPrefix(userID, ErasedPrefix)
	return found && len(digest) == ErasedDigits && strings.Trim(digest, "0123456789abcdef") == ""
}
