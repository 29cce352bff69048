package simulator

import (
	"time"
)

const (
	banWindow       = 20 * time.Second
	banTime         = 5 * time.Minute
	defaultBanLimit = 10_000
	defaultMaxPage  = 200
)

// A window is a true sliding window: the instants of the latest requests let in.
type window struct {
	instants []time.Time // a ring once it has its full length
	oldest   int
}

// admit lets a request in unless limit were let in within the span before now; one
// exactly a span old is out of it.
func (w *window) admit(now time.Time, limit int, span time.Duration) bool {
	if len(w.instants) < limit {
		w.instants = append(w.instants, now)
		return true
	}
	if now.Sub(w.instants[w.oldest]) < span {
		return false
	}
	w.instants[w.oldest] = now
	w.oldest = (w.oldest + 1) % limit
	return true
}

// A rateBook has the windows of every app and interface.
type rateBook map[rateKey]*window

type rateKey struct{ app, name string }

// maxRateKeys bounds the memory for apps that are not listed.
const maxRateKeys = 10_000

func (b rateBook) admit(app, name string, now time.Time, perSecond int) bool {
	if perSecond == 0 {
		return true
	}
	key := rateKey{app, name}
	w, found := b[key]
	if !found {
		if len(b) >= maxRateKeys {
			clear(b)
		}
		w = new(window)
		b[key] = w
	}
	return w.admit(now, perSecond, time.Second)
}

// A ban shuts everybody out for a while after too many requests. All callers
// count as one address.
type ban struct {
	window window
	until  time.Time
}

func (b *ban) refuses(now time.Time, limit int) bool {
	if limit < 0 {
		return false
	}
	if now.Before(b.until) {
		return true
	}
	if b.window.admit(now, limit, banWindow) {
		return false
	}
	b.until, b.window = now.Add(banTime), window{}
	return true
}

// A quota is the metered calls of one calendar month.
type quota struct {
	month string
	calls int
}

func (q *quota) spend(now time.Time) {
	q.startMonth(now)
	q.calls++
}

func (q *quota) spent(now time.Time) int {
	q.startMonth(now)
	return q.calls
}

// startMonth begins a new count with each month of Asia/Shanghai, which has been
// UTC+8 all year since 1991.
func (q *quota) startMonth(now time.Time) {
	if month := now.UTC().Add(8 * time.Hour).Format("2006-01"); month != q.month {
		q.month, q.calls = month, 0
	}
}
