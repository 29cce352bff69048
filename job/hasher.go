package job

// A Hasher computes the hashes of audiences and remembers those of the latest
// lists that messages share, so that a roster of a thousand people is hashed
// once and not once a message. The zero value is ready; it is for one goroutine.
type Hasher struct{ known PerList[string] }

// Hash returns a.Hash().
func (h *Hasher) Hash(a Audience) string { return h.known.Of(a.UserIDs, a.Hash) }

// A PerList remembers what was made of the latest lists of user ids that messages
// share. The zero value is ready; it is for one goroutine.
type PerList[T any] struct{ known map[sharedList]T }

// A sharedList is the identity of a slice. The pointer keeps the list alive, so
// that no other one can take its place in memory.
type sharedList struct {
	first *string
	n     int
}

const (
	// shortList is a length up to which something is made sooner than found.
	shortList = 8
	// rememberedLists bounds the memory; there are about as many as rosters.
	rememberedLists = 64
)

// Of returns what was made of the list before, or what is made of it now.
func (p *PerList[T]) Of(ids []string, made func() T) T {
	if len(ids) <= shortList {
		return made()
	}
	key := sharedList{first: &ids[0], n: len(ids)}
	if known, found := p.known[key]; found {
		return known
	}
	if p.known == nil || len(p.known) >= rememberedLists {
		p.known = make(map[sharedList]T, rememberedLists)
	}
	value := made()
	p.known[key] = value
	return value
}
