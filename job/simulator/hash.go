package simulator

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
)

// hash mixes the seed and what the draw is about into 64 bits. It is the only
// source of chance here, so the same question always has the same answer.
func (s *Simulator) hash(purpose string, about ...string) uint64 {
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
	return rand.NewPCG(s.scenario.Seed, h.Sum64()).Uint64()
}

// chance is hash as a fraction in [0, 1).
func (s *Simulator) chance(purpose string, about ...string) float64 {
	return float64(s.hash(purpose, about...)>>11) / (1 << 53)
}

// requestID looks like the platform's.
func (s *Simulator) requestID(attempt string) string {
	a, b := s.hash("request id, high", attempt), s.hash("request id, low", attempt)
	return fmt.Sprintf("%08X-%04X-%04X-%04X-%012X", a>>32, a>>16&0xffff, a&0xffff, b>>48, b&0xffffffffffff)
}
