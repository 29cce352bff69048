package job

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// A Shard is one of several processes that carry out one run side by side. The zero
// value is a process that carries it out alone.
type Shard struct {
	// Index is from 0 to Of-1.
	Index, Of int
}

// Has reports whether the shard asks the provider. Providers with one quota group are
// together, and so are those with one credential: the rate of a credential and the
// calls of a month are each kept by one process.
func (s Shard) Has(p *Provider) bool { return s.Of == 0 || p.Shard(s.Of) == s.Index }

// String is the shard as users name it: 3/8.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }

// Shard is the index of the provider's shard among n. It follows from a hash of the quota
// group, so that every process comes to the same without asking another.
func (p *Provider) Shard(n int) int {
	sum := sha256.Sum256([]byte("notifyaudit shard\x00" + p.Limit.QuotaGroup))
	return int(binary.BigEndian.Uint64(sum[:8]) % uint64(n)) //nolint:gosec // less than n
}
