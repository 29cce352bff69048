package job_test

import (
	"strconv"
	"testing"

	"notifyaudit/job"
)

// TestShardsTakeEachProviderOnce: of any number of shards one has a provider, the same
// for all of its quota group, and no shard is left without.
func TestShardsTakeEachProviderOnce(t *testing.T) {
	const providers = 400
	for n := 1; n <= 16; n++ {
		taken := make([]int, n)
		for i := range providers {
			group := job.Limit{QuotaGroup: strconv.Itoa(i)}
			owners := 0
			for index := range n {
				s := job.Shard{Index: index, Of: n}
				if s.Has(&job.Provider{Name: "a", Limit: group}) {
					taken[index]++
					owners++
					if !s.Has(&job.Provider{Name: "b", Limit: group}) {
						t.Errorf("%s has one provider of group %d and not the other", s, i)
					}
				}
			}
			if owners != 1 {
				t.Errorf("%d of %d shards have provider %d", owners, n, i)
			}
		}
		for index, count := range taken {
			if count < providers/n/2 || count > 2*providers/n {
				t.Errorf("shard %d of %d has %d of %d providers", index, n, count, providers)
			}
		}
	}
	if !(job.Shard{}).Has(&job.Provider{}) {
		t.Error("a process alone leaves a provider out")
	}
}
