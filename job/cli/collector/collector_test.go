package collector

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync/atomic"
	"testing"
)

func TestPercent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		live uint64
		want int
	}{
		{0, 600},
		{1 << 20, 600},
		{4 << 20, 600},
		{8 << 20, 300},
		{12 << 20, 200},
		{24 << 20, 100},
		{25 << 20, 100},
		{500 << 20, 100},
		{1 << 40, 100},
	} {
		if got := percentFor(test.live); got != test.want {
			t.Errorf("%d MiB live: %d %%, want %d %%", test.live>>20, got, test.want)
		}
	}
}

// The percent follows the live heap. It is set only when it changes.
func TestAdapt(t *testing.T) {
	t.Parallel()
	var live uint64
	var set []int
	tuned := &tuner{live: func() uint64 { return live }, set: func(percent int) int {
		set = append(set, percent)
		return 0
	}}
	for _, mib := range []uint64{8, 8, 64, 500, 12} {
		live = mib << 20
		tuned.adapt()
	}
	if want := []int{300, 100, 200}; !slices.Equal(set, want) {
		t.Errorf("percents %v, want %v", set, want)
	}
}

// Each collection is noticed, not only the first.
func TestWatch(t *testing.T) {
	t.Parallel()
	var noticed atomic.Int32
	tuned := &tuner{live: func() uint64 { noticed.Add(1); return 0 }, set: func(int) int { return 0 }}
	tuned.watch()
	for noticed.Load() < 3 {
		runtime.GC()
	}
}

// The user's GOGC stays; without one the heap may grow by Growth at first.
//
//nolint:paralleltest // the percent is the process's
func TestTune(t *testing.T) {
	percent := func() uint64 {
		sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	defer debug.SetGCPercent(debug.SetGCPercent(150))
	if Tune("150"); percent() != 150 {
		t.Errorf("with a GOGC of 150 the percent is %d", percent())
	}
	if Tune(""); percent() < defaultPercent || percent() == 150 {
		t.Errorf("without a GOGC the percent is %d", percent())
	}
}

// The runtime knows the metric.
func TestLiveHeap(t *testing.T) {
	t.Parallel()
	held := make([]byte, 8<<20)
	runtime.GC()
	if got := liveHeap(); got < 8<<20 {
		t.Errorf("%d bytes live, 8 MiB at least are", got)
	}
	runtime.KeepAlive(held)
}
