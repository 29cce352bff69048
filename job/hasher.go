package job

// A Hasher computes the hashes of audiences and remembers those of the latest
// lists that messages share, so that a roster of a thousand people is hashed
// once and not once a message. The zero value is ready; it is for one goroutine.
type Hasher struct {
	known map[sharedList]string
}

// A sharedList is the identity of a slice. The pointer keeps the list alive, so
// that no other one can take its place in memory.
type sharedList struct {
	first *string
	n     int
}

const (
	// shortList is a length up to which a hash is computed sooner than found.
	shortList = 8
	// rememberedLists bounds the memory; there are about as many as rosters.
	rememberedLists = 64
)

// Hash returns a.Hash().
func (h *Hasher) Hash(a Audience) string {
	if len(a.UserIDs) <= shortList {
		return a.Hash()
	}
	key := sharedList{first: &a.UserIDs[0], n: len(a.UserIDs)}
	if hash, found := h.known[key]; found {
		return hash
	}
	if h.known == nil || len(h.known) >= rememberedLists {
		h.known = make(map[sharedList]string, rememberedLists)
	}
	hash := a.Hash()
	h.known[key] = hash
	return hash
}
