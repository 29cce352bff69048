package sheets

import "slices"

// lowest keeps the first items of an order, at most so many. Of equal items the earlier one
// comes first.
type lowest[T any] struct {
	most  int
	order func(a, b T) int
	items []T
}

func (l *lowest[T]) add(item T) {
	at := len(l.items)
	for at > 0 && l.order(item, l.items[at-1]) < 0 {
		at--
	}
	if at == l.most {
		return
	}
	l.items = slices.Insert(l.items, at, item)
	l.items = l.items[:min(len(l.items), l.most)]
}
