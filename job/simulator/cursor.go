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

// A cursorCodec makes nextTokens of cursors and reads them.
type cursorCodec struct {
	draws draws
	clock clock
	// lifetime is how long a nextToken is valid; 0: without end.
	lifetime scenario.Duration
}

// seal makes a nextToken: the cursor, unreadable, and valid for this message alone.
func (k cursorCodec) seal(c *call, to cursor) string {
	var issued int64
	if k.lifetime > 0 {
		// Otherwise the same answer would have another token each time.
		issued = int64(k.clock.elapsed(c.seen.At))
	}
	plain := make([]byte, 0, cursorSize)
	plain = binary.LittleEndian.AppendUint64(plain, k.draws.hash("cursor nonce", c.attemptID))
	for _, number := range []int64{int64(to.state), int64(to.page), int64(to.offset), issued} {
		plain = binary.LittleEndian.AppendUint64(plain, uint64(number))
	}
	plain = binary.LittleEndian.AppendUint64(plain, k.checksum(plain, c.seen.Kind, c.seen.Key))
	k.scramble(plain)
	return base64.StdEncoding.EncodeToString(plain)
}

// open returns what a nextToken stands for: the first page when it is empty, nil
// when this Simulator never gave it for this message.
func (k cursorCodec) open(token, kind, key string) *cursor {
	if token == "" {
		return &cursor{page: 1}
	}
	plain, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(plain) != cursorSize {
		return nil
	}
	k.scramble(plain)
	number := func(i int) int64 { return int64(binary.LittleEndian.Uint64(plain[8*i:])) }
	if uint64(number(5)) != k.checksum(plain[:40], kind, key) {
		return nil
	}
	return &cursor{state: int(number(1)), page: int(number(2)), offset: int(number(3)), issued: time.Duration(number(4))}
}

// stale reports whether a nextToken has outlived the scenario's lifetime.
func (k cursorCodec) stale(cur *cursor, now time.Time) bool {
	return k.lifetime > 0 && cur.page > 1 && k.clock.elapsed(now)-scenario.Duration(cur.issued) >= k.lifetime
}

func (k cursorCodec) checksum(plain []byte, kind, key string) uint64 {
	return k.draws.hash("cursor seal", string(plain), kind, key)
}

// scramble is its own inverse: every eight bytes after the nonce are combined
// with a number drawn from it.
func (k cursorCodec) scramble(text []byte) {
	for i := 8; i < len(text); i += 8 {
		mask := k.draws.hash("cursor mask", string(text[:8]), string(rune(i)))
		binary.LittleEndian.PutUint64(text[i:], binary.LittleEndian.Uint64(text[i:])^mask)
	}
}
