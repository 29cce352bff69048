package simulator

import (
	"slices"

	"notifyaudit/job/simulator/scenario"
)

// A catalog has the scenario's messages.
type catalog struct {
	entries map[scenario.MessageID]*entry
	// rejectsUnknown refuses the keys that no message has.
	rejectsUnknown bool
}

func newCatalog(sc *scenario.Scenario) *catalog {
	k := &catalog{entries: map[scenario.MessageID]*entry{}, rejectsUnknown: sc.UnknownKeys == scenario.UnknownKeysReject}
	for i := range sc.Messages {
		m := &sc.Messages[i]
		k.entries[m.ID()] = newEntry(m)
	}
	return k
}

// find is the listed message that a query is about, nil for one that isn't listed
// and is answered all the same. The code refuses the query.
func (k *catalog) find(c *call) (e *entry, code string) {
	if e, listed := k.entries[scenario.MessageID{Kind: c.seen.Kind, Key: c.seen.Key}]; listed {
		return e, e.refuses(c)
	}
	if k.rejects(c.seen.Key) {
		return nil, scenario.CodeBadKey
	}
	return nil, ""
}

// rejects reports whether a key that isn't listed under its own kind is refused: it
// is unknown and those are refused, or it is listed under another kind.
func (k *catalog) rejects(key string) bool {
	return k.rejectsUnknown || slices.ContainsFunc(scenario.Kinds(), func(kind string) bool {
		_, found := k.entries[scenario.MessageID{Kind: kind, Key: key}]
		return found
	})
}
