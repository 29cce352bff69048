package simulator

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"notifyaudit/job/simulator/scenario"
)

// A cursor is a place in a message's pages.
type cursor struct {
	state  int // of the first page of the pass
	page   int // from 1
	offset int // ids before it
	issued time.Duration
}

// cursorSize is the length of a nextToken's bytes: nonce, four numbers, seal.
const cursorSize = 48

// seal makes a nextToken: the cursor, unreadable, and good for this message
// alone.
func (s *Simulator) seal(c *call, to cursor) string {
	var issued int64
	if s.scenario.NextTokenLifetime > 0 {
		// Otherwise the same answer would have another token each time.
		issued = int64(s.elapsed(c.seen.At))
	}
	plain := make([]byte, 0, cursorSize)
	plain = binary.LittleEndian.AppendUint64(plain, s.hash("cursor nonce", c.attemptID))
	for _, number := range []int64{int64(to.state), int64(to.page), int64(to.offset), issued} {
		plain = binary.LittleEndian.AppendUint64(plain, uint64(number))
	}
	plain = binary.LittleEndian.AppendUint64(plain, s.cursorSeal(plain, c.seen.Kind, c.seen.Key))
	s.scramble(plain)
	return base64.StdEncoding.EncodeToString(plain)
}

// open returns what a nextToken stands for: the first page when it is empty, nil
// when this Simulator never gave it for this message.
func (s *Simulator) open(token, kind, key string) *cursor {
	if token == "" {
		return &cursor{page: 1}
	}
	plain, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(plain) != cursorSize {
		return nil
	}
	s.scramble(plain)
	number := func(i int) int64 { return int64(binary.LittleEndian.Uint64(plain[8*i:])) }
	if uint64(number(5)) != s.cursorSeal(plain[:40], kind, key) {
		return nil
	}
	return &cursor{state: int(number(1)), page: int(number(2)), offset: int(number(3)), issued: time.Duration(number(4))}
}

// stale reports whether a nextToken has outlived the scenario's lifetime.
func (s *Simulator) stale(cur *cursor, now time.Time) bool {
	lifetime := s.scenario.NextTokenLifetime
	return lifetime > 0 && cur.page > 1 && s.elapsed(now)-scenario.Duration(cur.issued) >= lifetime
}

func (s *Simulator) cursorSeal(plain []byte, kind, key string) uint64 {
	return s.hash("cursor seal", string(plain), kind, key)
}

// scramble is its own inverse: every eight bytes after the nonce are combined
// with a number drawn from it.
func (s *Simulator) scramble(text []byte) {
	for i := 8; i < len(text); i += 8 {
		mask := s.hash("cursor mask", string(text[:8]), string(rune(i)))
		binary.LittleEndian.PutUint64(text[i:], binary.LittleEndian.Uint64(text[i:])^mask)
	}
}
