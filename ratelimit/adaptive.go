package ratelimit

import (
	"time"

	"golang.org/x/time/rate"
)

// regrowth is how long good answers take to bring the rate from nothing to full.
const regrowth = 20 * time.Second

// haste is the ratio of the pace to the rate, at full rate: the slots keep the rate,
// and a faster pace makes up for moments of idleness.
const haste = 1.1

// A pace spaces requests evenly, slower after a throttle answer. Only the
// request that has just been given a slot waits for it, one at a time: x/time/rate
// is exact for few waiters (golang/go#65508), and a new limit binds from the next
// request on. cut and grow are guarded by the limiter's mutex.
type pace struct {
	*rate.Limiter
	full  rate.Limit
	grown time.Time
}

func newPace(perSecond int) pace {
	full := rate.Limit(perSecond)
	return pace{Limiter: rate.NewLimiter(full*haste, 1), full: full}
}

// rate is the present limit.
func (p *pace) rate() rate.Limit { return min(p.Limit(), p.full) }

// isFull reports whether nothing has slowed it down.
func (p *pace) isFull() bool { return p.Limit() >= p.full }

// cut halves the rate, down to one a second.
func (p *pace) cut(now time.Time) {
	p.SetLimitAt(now, max(p.rate()/2, 1))
	p.grown = now
}

// grow raises the rate after a good answer: by the time since the last one, up to a
// second, as a share of regrowth.
func (p *pace) grow(now time.Time) {
	if p.isFull() {
		return
	}
	share := float64(min(now.Sub(p.grown), time.Second)) / float64(regrowth)
	next := p.Limit() + p.full*rate.Limit(share)
	if next >= p.full {
		next = p.full * haste
	}
	p.SetLimitAt(now, next)
	p.grown = now
}
