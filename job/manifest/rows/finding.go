package rows

import "slices"

// A FindingKind says what was found.
type FindingKind string

// What was found.
const (
	// DuplicatePerson is a user id that is in a roster more than once: the
	// first row is kept.
	DuplicatePerson FindingKind = "duplicate_person"
	// UnknownPerson is a user id in a row of messages that the roster of the rows
	// doesn't have.
	UnknownPerson FindingKind = "unknown_person"
	// CrowdedChat is a message of a kind that reaches fewer people than its
	// audience has.
	CrowdedChat FindingKind = "crowded_chat"
)

// A Finding is something that readers of the reports should know of the rosters
// and audiences.
type Finding struct {
	Kind FindingKind
	// Roster is the name of the audience block, Source the file. Both are empty
	// for messages.
	Roster, Source string
	// Examples are up to five user ids, or addresses of messages; Count is how
	// many there are.
	Examples []string
	Count    int
}

// Add counts a user id or an address.
func (f *Finding) Add(example string) {
	const most = 5
	if f.Count++; len(f.Examples) < most && !slices.Contains(f.Examples, example) {
		f.Examples = append(f.Examples, example)
	}
}
