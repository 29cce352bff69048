package simulator

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
)

// draws are the only source of chance: hashes of the seed and of what is drawn, so
// that a repeated question has the same answer.
type draws struct{ seed uint64 }

// hash mixes the seed and what the draw is about into 64 bits.
func (d draws) hash(purpose string, about ...string) uint64 {
	h := fnv.New64a()
	write := func(text string) {
		var size [4]byte
		binary.LittleEndian.PutUint32(size[:], uint32(len(text)))
		_, _ = h.Write(size[:])
		_, _ = h.Write([]byte(text))
	}
	write(purpose)
	for _, text := range about {
		write(text)
	}
	// FNV alone leaves the high bits of similar texts alike.
	return rand.NewPCG(d.seed, h.Sum64()).Uint64()
}

// chance is hash as a fraction in [0, 1).
func (d draws) chance(purpose string, about ...string) float64 {
	return float64(d.hash(purpose, about...)>>11) / (1 << 53)
}

// requestID has the form of the platform's.
func (d draws) requestID(attempt string) string {
	a, b := d.hash("request id, high", attempt), d.hash("request id, low", attempt)
	return fmt.Sprintf("%08X-%04X-%04X-%04X-%012X", a>>32, a>>16&0xffff, a&0xffff, b>>48, b&0xffffffffffff)
}
