package sheets

import "slices"

// lowest keeps the items with the lowest rates, the earlier one where two are
// the same, in the memory of so many.
type lowest[T any] struct {
	most  int
	items []rated[T]
}

type rated[T any] struct {
	rate float64
	item T
}

func (l *lowest[T]) add(rate float64, item T) {
	if len(l.items) == l.most {
		if l.most == 0 || rate >= l.items[l.most-1].rate {
			return
		}
		l.items = l.items[:l.most-1]
	}
	at := len(l.items)
	for at > 0 && rate < l.items[at-1].rate {
		at--
	}
	l.items = slices.Insert(l.items, at, rated[T]{rate: rate, item: item})
}

// all are the items, the lowest first.
func (l *lowest[T]) all() []T {
	all := make([]T, 0, len(l.items))
	for _, r := range l.items {
		all = append(all, r.item)
	}
	return all
}
