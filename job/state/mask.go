package state

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"hash"
	"slices"
	"sync"

	"notifyaudit/job"
)

// Mask returns the audience with tombstones in the places of the people who were
// erased; a itself when none of its people was. It costs nothing while nobody
// was ever erased. Messages that share a list share the masked one.
//
// The state masks what it is given by itself. What is compared with what the
// state remembers, such as a manifest's audiences, must be masked before.
func (db *DB) Mask(a job.Audience) job.Audience {
	e := db.erasure.Load()
	if e == nil || len(a.UserIDs) == 0 {
		return a
	}
	return e.audience(a)
}

// MaskIDs is [DB.Mask] for user ids that are no audience, such as those not
// delivered to. It leaves ids alone, and returns them sorted when it changes any.
func (db *DB) MaskIDs(ids []string) []string { return db.erasure.Load().mask(ids) }

// MaskAddress is the address under which a message may be shown: cut to its block
// where the rest of it names somebody who was erased.
func (db *DB) MaskAddress(address string) string { return db.erasure.Load().label(address) }

// AnyErased reports whether anybody was ever erased: without, there is nothing to
// mask.
func (db *DB) AnyErased() bool { return db.erasure.Load() != nil }

// An erasure knows who was erased. Its methods take nil for nobody.
type erasure struct {
	// number is how many people were erased when this was so.
	number     int
	tombstones map[string]bool
	digests    sync.Pool // of hash.Hash

	mu    sync.Mutex
	lists job.PerList[[]string] // the masked ones
}

func newErasure(key []byte, number int, tombstones map[string]bool) *erasure {
	e := &erasure{number: number, tombstones: tombstones}
	e.digests.New = func() any { return hmac.New(sha256.New, key) }
	return e
}

// count is the number of people erased.
func (e *erasure) count() int {
	if e == nil {
		return 0
	}
	return e.number
}

// tombstone is what stands for a user id once the person is erased.
func (e *erasure) tombstone(userID string) string {
	digest, _ := e.digests.Get().(hash.Hash) // the pool has nothing else
	defer e.digests.Put(digest)
	digest.Reset()
	digest.Write([]byte(userID))
	return job.ErasedPrefix + hex.EncodeToString(digest.Sum(nil)[:16])
}

// erased reports whether the person with the user id was erased.
func (e *erasure) erased(userID string) bool {
	return e != nil && (job.Erased(userID) || e.tombstones[e.tombstone(userID)])
}

func (e *erasure) mask(ids []string) []string {
	if e == nil {
		return ids
	}
	var masked []string
	for i, id := range ids {
		if job.Erased(id) {
			continue
		}
		tombstone := e.tombstone(id)
		if !e.tombstones[tombstone] {
			continue
		}
		if masked == nil {
			masked = slices.Clone(ids)
		}
		masked[i] = tombstone
	}
	if masked == nil {
		return ids
	}
	slices.Sort(masked)
	return slices.Compact(masked)
}

func (e *erasure) audience(a job.Audience) job.Audience {
	if e == nil || a.Form != job.AudienceListed {
		return a
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	a.UserIDs = e.lists.Of(a.UserIDs, func() []string { return e.mask(a.UserIDs) })
	a.Size = len(a.UserIDs)
	return a
}

// label is the address under which a message may stand in the state: cut to its
// block where the rest of it names an erased person.
func (e *erasure) label(address string) string {
	if e != nil && named(address, e.erased) {
		return job.Block(address)
	}
	return address
}

// text is what the state may keep of somebody else's words: nothing when they
// name an erased person.
func (e *erasure) text(words string) string {
	if e != nil && mentions(words, e.erased) {
		return ""
	}
	return words
}

func (e *erasure) stops(stops []job.Stop) []job.Stop {
	if e == nil {
		return stops
	}
	stops = slices.Clone(stops)
	for i := range stops {
		stops[i].Message = e.text(stops[i].Message)
	}
	return stops
}

// named reports whether the row of an address is, or mentions, one of the ids.
func named(address string, is func(id string) bool) bool {
	key, found := job.RowKey(address)
	if !found {
		return mentions(address[len(job.Block(address)):], is)
	}
	return is(key) || mentions(key, is)
}

// An id in a text has at most this many parts, counting what is between letters
// and digits: a UUID has 9.
const maxParts = 16

// mentions reports whether one of the ids stands in a text, from the edge of a
// word to the edge of a word.
func mentions(text string, is func(id string) bool) bool {
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

// edges are where an id can begin or end: everywhere but between two ASCII
// letters or digits.
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

// loadErasure reads who was erased; nil for nobody.
func (t *tx) loadErasure(ctx context.Context) (*erasure, error) {
	var key sql.NullString
	var number int
	if err := t.row(ctx, `SELECT erasure_key, erased FROM meta WHERE id = 1`).Scan(&key, &number); err != nil || !key.Valid {
		return nil, err
	}
	secret, err := hex.DecodeString(key.String)
	if err != nil {
		return nil, err
	}
	tombstones := make(map[string]bool)
	err = t.each(ctx, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		tombstones[id] = true
		return err
	}, `SELECT user_id FROM person WHERE erased`)
	return newErasure(secret, number, tombstones), err
}

// learn makes the DB know who was erased up to now.
func (db *DB) learn(ctx context.Context, t *tx) error {
	e, err := t.loadErasure(ctx)
	if err == nil {
		db.erasure.Store(e)
	}
	return err
}
