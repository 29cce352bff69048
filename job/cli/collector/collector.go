// Package collector sets how often the garbage collector runs.
//
// Go's default collects when the heap has grown by its live size. Most runs have 3 to
// 12 MiB live, and would collect some thirty times a second, which takes a tenth of their
// CPU. Runs of a million messages have hundreds of MiB live, and a larger percent would
// double what they need. So the collector waits for [Growth] where little is live, and
// keeps Go's default where more is.
package collector

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Growth is how much the heap grows at least before it is collected, in bytes.
const Growth = 24 << 20

// defaultPercent is Go's GOGC. At mostPercent the heap of a process that begins is
// collected at Growth, since Go collects the first time at 4 MiB × percent / 100.
const (
	defaultPercent = 100
	mostPercent    = Growth / (4 << 20) * 100
)

// Tune sets the percent now and after each collection, for the rest of the process, unless
// the user set it: gogc is GOGC in the environment, "" for none. It doesn't touch the memory
// limit: near GOMEMLIMIT the runtime collects sooner, whatever the percent is.
func Tune(gogc string) {
	if gogc != "" {
		return
	}
	t := &tuner{live: liveHeap, set: debug.SetGCPercent}
	t.use(mostPercent)
	t.watch()
}

// A tuner adapts the percent to the live heap.
type tuner struct {
	live    func() uint64
	set     func(percent int) int
	percent int
}

// watch adapts the percent after each collection: it is told of one by the cleanup of an
// object that nothing refers to.
func (t *tuner) watch() {
	type sentinel struct{ _ *sentinel }
	runtime.AddCleanup(new(sentinel), func(t *tuner) {
		t.adapt()
		t.watch()
	}, t)
}

func (t *tuner) adapt() { t.use(percentFor(t.live())) }

// use sets the percent if it is another one, since setting it stops the world.
func (t *tuner) use(percent int) {
	if percent != t.percent {
		t.percent = percent
		t.set(percent)
	}
}

// percentFor is the percent at which a heap with so many bytes live grows by Growth, or
// by its size.
func percentFor(live uint64) int {
	if live == 0 {
		return mostPercent
	}
	return int(min(max(Growth*100/live, defaultPercent), mostPercent)) //nolint:gosec // between two constants
}

// liveHeap returns the bytes that the latest collection left.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
