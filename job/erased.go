package job

import "strings"

// ErasedPrefix begins the id that stands in the state for a person whose data
// was erased: a keyed digest follows, by which the state knows the person again
// should the API or a roster name them. No user id of the API has a colon.
const ErasedPrefix = "erased:"

// Erased reports whether the id stands for an erased person. Such a person is in
// every count and in no list.
func Erased(userID string) bool { return strings.HasPrefix(userID, ErasedPrefix) }
