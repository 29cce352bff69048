// Package tombstone knows the people who were erased from a state by what stands
// in their places: a keyed digest of the user id, see [job.Erased]. It masks ids,
// addresses and texts that name them.
package tombstone

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"sync"

	"notifyaudit/job"
)

// KeyLength is the length of the digests' key, in bytes.
const KeyLength = 32

// NewKey makes a key for the first person who is erased.
func NewKey() []byte {
	key := make([]byte, KeyLength)
	_, _ = rand.Read(key) // never fails: crypto/rand
	return key
}

// An Erasure is who was erased up to some instant. A nil one is nobody. All methods
// may be called concurrently.
type Erasure struct {
	number     int
	tombstones map[string]bool
	digests    sync.Pool // of hash.Hash

	mu    sync.Mutex
	lists job.PerList[[]string] // the masked ones
}

// New makes an erasure of the state's key, how many people were erased, and their
// tombstones.
func New(key []byte, number int, tombstones map[string]bool) *Erasure {
	e := &Erasure{number: number, tombstones: tombstones}
	e.digests.New = func() any { return hmac.New(sha256.New, key) }
	return e
}

// Count is how many people were erased.
func (e *Erasure) Count() int {
	if e == nil {
		return 0
	}
	return e.number
}

// Of is what stands for a user id once the person is erased.
func (e *Erasure) Of(userID string) string {
	digest, _ := e.digests.Get().(hash.Hash) // the pool has nothing else
	defer e.digests.Put(digest)
	digest.Reset()
	digest.Write([]byte(userID))
	return job.ErasedPrefix + hex.EncodeToString(digest.Sum(nil)[:job.ErasedDigits/2])
}

// Erased reports whether the person with the user id was erased.
func (e *Erasure) Erased(userID string) bool {
	return e != nil && (job.Erased(userID) || e.tombstones[e.Of(userID)])
}

// IDs returns the ids with tombstones in the places of the people who were erased:
// a sorted copy without duplicates, or ids itself when none was.
func (e *Erasure) IDs(ids []string) []string {
	if e == nil {
		return ids
	}
	var masked []string
	for i, id := range ids {
		if job.Erased(id) {
			continue
		}
		stone := e.Of(id)
		if !e.tombstones[stone] {
			continue
		}
		if masked == nil {
			masked = slices.Clone(ids)
		}
		masked[i] = stone
	}
	if masked == nil {
		return ids
	}
	slices.Sort(masked)
	return slices.Compact(masked)
}

// Audience is [Erasure.IDs] for the people of an audience. Messages that share a
// list share the masked one.
func (e *Erasure) Audience(a job.Audience) job.Audience {
	if e == nil || a.Form != job.AudienceListed || len(a.UserIDs) == 0 {
		return a
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	a.UserIDs = e.lists.Of(a.UserIDs, func() []string { return e.IDs(a.UserIDs) })
	a.Size = len(a.UserIDs)
	return a
}

// Address is the address under which a message may be kept or shown: cut to its
// block where the rest of it names somebody who was erased.
func (e *Erasure) Address(address string) string {
	if e != nil && Names(address, e.Erased) {
		return job.Block(address)
	}
	return address
}

// Text is what may be kept of somebody else's words: nothing when they name
// somebody who was erased.
func (e *Erasure) Text(words string) string {
	if e != nil && Mentions(words, e.Erased) {
		return ""
	}
	return words
}

// Stops is [Erasure.Text] for the words of stops.
func (e *Erasure) Stops(stops []job.Stop) []job.Stop {
	if e == nil {
		return stops
	}
	stops = slices.Clone(stops)
	for i := range stops {
		stops[i].Message = e.Text(stops[i].Message)
	}
	return stops
}
