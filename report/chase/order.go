package chase

import (
	"iter"
	"slices"
)

// An Order puts what there is to say of people into the order of a list. Its memory is that
// of the largest message: the people of one message after the other go through it. The zero
// value is ready.
type Order[T any] struct {
	all []T
	// keys are the people's positions on the roll and, in the lower half, in all: sorting
	// numbers moves less than sorting what is said of people.
	keys []uint64
}

// Reset forgets the people before, and makes room for n.
func (o *Order[T]) Reset(n int) {
	o.all, o.keys = slices.Grow(o.all[:0], n), slices.Grow(o.keys[:0], n)
}

// Add adds somebody. People must be added in the order of their user ids: those who are on
// no roster stay in it.
func (o *Order[T]) Add(e Entry, of T) {
	o.keys = append(o.keys, uint64(e.place)<<32|uint64(len(o.all))) //nolint:gosec // there are not that many
	o.all = append(o.all, of)
}

// Sorted yields what was added, in the order of the list. It is only good until the next
// Reset.
func (o *Order[T]) Sorted() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		slices.Sort(o.keys)
		for _, key := range o.keys {
			if !yield(&o.all[uint32(key)]) { //nolint:gosec // the lower half
				return
			}
		}
	}
}
