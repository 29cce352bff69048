package tombstone

import "notifyaudit/job"

// Names reports whether the row of an address is, or mentions, an id that is says.
func Names(address string, is func(id string) bool) bool {
	key, found := job.RowKey(address)
	if !found {
		return Mentions(address[len(job.Block(address)):], is)
	}
	return is(key) || Mentions(key, is)
}

// maxParts is how many parts an id in a text has at most, counting what is between
// letters and digits: a UUID has 9.
const maxParts = 16

// Mentions reports whether an id that is says stands in a text, from the edge of a
// word to the edge of a word.
func Mentions(text string, is func(id string) bool) bool {
	bounds := edges(text)
	for i, from := range bounds {
		for _, to := range bounds[i+1 : min(len(bounds), i+1+maxParts)] {
			if to-from <= job.MaxID && is(text[from:to]) {
				return true
			}
		}
	}
	return false
}

// edges are where an id can begin or end: everywhere but between two ASCII letters
// or digits.
func edges(text string) []int {
	var bounds []int
	inside := false
	for i, r := range text {
		alphanumeric := '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
		if !inside || !alphanumeric {
			bounds = append(bounds, i)
		}
		inside = alphanumeric
	}
	return append(bounds, len(text))
}
