package snapshot

import (
	"slices"
)

// inline is the number of a list that is written where it is used.
const inline = 0

// maxInline is how many user ids are written where they are used: of more it is
// worth knowing whether the list was written before.
const maxInline = 16

// recentLists is how many lists are known again when they are written or read.
// Messages with one roster come one after the other.
const recentLists = 8

// lists remembers the latest lists by number, the latest used first.
type lists []numbered

type numbered struct {
	number int
	ids    []string
}

// numberOf finds a list that was written from the same slice.
func (l *lists) numberOf(ids []string) (int, bool) {
	i := slices.IndexFunc(*l, func(known numbered) bool { return len(known.ids) == len(ids) && &known.ids[0] == &ids[0] })
	if i < 0 {
		return 0, false
	}
	return l.use(i).number, true
}

// get finds a list by its number.
func (l *lists) get(number int) ([]string, bool) {
	i := slices.IndexFunc(*l, func(known numbered) bool { return known.number == number })
	if i < 0 {
		return nil, false
	}
	return l.use(i).ids, true
}

func (l *lists) use(i int) numbered {
	found := (*l)[i]
	copy((*l)[1:i+1], (*l)[:i])
	(*l)[0] = found
	return found
}

// add remembers a list in the place of the one not used for longest.
func (l *lists) add(number int, ids []string) {
	if len(*l) < recentLists {
		*l = append(*l, numbered{})
	}
	l.use(len(*l) - 1)
	(*l)[0] = numbered{number, ids}
}
