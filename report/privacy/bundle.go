package privacy

import (
	"cmp"
	"math"
	"slices"

	"notifyaudit/job"
)

// A node is a figure and the figures that it is the sum of: the total, a campaign, a
// message or a pool.
type node struct {
	nodes  []*node
	leaves []*leaf
}

// A leaf is one group of a message or a pool.
type leaf struct {
	counts job.Counts
	// low and high bound the readers as shown; bundle is nil if the exact number is.
	low, high int
	bundle    *job.Bundle
}

func newNode(subsets []*subset) *node {
	n := &node{leaves: make([]*leaf, len(subsets))}
	for i, c := range subsets {
		n.leaves[i] = &leaf{counts: c.counts}
	}
	return n
}

func (n *node) add(child *node) { n.nodes = append(n.nodes, child) }

// same reports whether the node was made of these subsets.
func (n *node) same(subsets []*subset) bool {
	return slices.EqualFunc(n.leaves, subsets, func(l *leaf, c *subset) bool { return l.counts == c.counts })
}

// parts returns the node's leaves as they are shown.
func (n *node) parts(g *guard, subsets []*subset) []job.Part {
	parts := make([]job.Part, len(subsets))
	for i, c := range subsets {
		l := n.leaves[i]
		p := job.Part{Group: c.group, Counts: l.counts, Sized: c.sized > 0, Bundle: l.bundle, People: make([]string, len(c.people))}
		for j, id := range c.people {
			p.People[j] = g.alias(id)
		}
		if l.bundle != nil {
			p.Counts.Read, p.Counts.Unread, p.Counts.Withheld = l.low, l.counts.Known()-l.high, l.high-l.low
		}
		parts[i] = p
	}
	return parts
}

// bandOf returns the band that a number of readers is in, "≥ 90 %" or "≤ 10 %"; false if it
// is in neither. The bands are wider for few people, so that at least two numbers are
// always possible: "≥ 80 %" of 5 people is 4 or 5.
func bandOf(read, known int) (low, high int, is bool) {
	if known < 2 {
		return 0, known, known > 0
	}
	tenths := min(9, (known-1)*10/known)
	least := (tenths*known + 9) / 10
	switch {
	case read >= least:
		return least, known, true
	case read <= known-least:
		return 0, known - least, true
	default:
		return 0, known, false
	}
}

// betweenBands bounds the numbers of readers that are in no band.
func betweenBands(known int) (low, high int) {
	for low <= known {
		if _, _, is := bandOf(low, known); !is {
			break
		}
		low++
	}
	return low, known - low
}

// all returns the leaves below a node with people whose state is known.
func (n *node) all() []*leaf {
	var all []*leaf
	for _, child := range n.nodes {
		all = append(all, child.all()...)
	}
	for _, l := range n.leaves {
		if l.counts.Known() > 0 {
			all = append(all, l)
		}
	}
	return all
}

// protect withholds the exact figures of the leaves in a band. It covers them in the
// smallest figure that has enough other people; it returns those that it could not cover,
// which leave every figure that includes them a range.
func (n *node) protect() []*leaf {
	var exposed []*leaf
	for _, child := range n.nodes {
		exposed = append(exposed, child.protect()...)
	}
	for _, l := range n.leaves {
		low, high, is := bandOf(l.counts.Read, l.counts.Known())
		if is && l.counts.Known() > 0 {
			l.low, l.high, l.bundle = low, high, &job.Bundle{Parts: math.MaxInt} // never complete
			exposed = append(exposed, l)
		}
	}
	if len(exposed) == 0 || n.cover(exposed) {
		return nil
	}
	return exposed
}

// cover makes a bundle of leaves and as many others below the node as are needed, the
// largest first. It returns false if all of them are not enough.
func (n *node) cover(exposed []*leaf) bool {
	b := &bundle{}
	for _, l := range exposed {
		b.add(l)
	}
	others := slices.DeleteFunc(n.all(), func(l *leaf) bool { return l.bundle != nil })
	slices.SortStableFunc(others, func(x, y *leaf) int { return cmp.Compare(y.counts.Known(), x.counts.Known()) })
	for !b.safe() {
		if len(others) == 0 {
			return false
		}
		others[0].low, others[0].high = betweenBands(others[0].counts.Known())
		b.add(others[0])
		others = others[1:]
	}
	b.apply()
	return true
}

// A bundle is leaves whose sum is shown, and whose own figures are not.
type bundle struct {
	leaves                 []*leaf
	read, known, low, high int
}

func (b *bundle) add(l *leaf) {
	b.leaves = append(b.leaves, l)
	b.read, b.known = b.read+l.counts.Read, b.known+l.counts.Known()
	b.low, b.high = b.low+l.low, b.high+l.high
}

// of bounds the readers of a leaf by what is shown: the sum and the bounds of the other
// leaves.
func (b *bundle) of(l *leaf) (low, high int) {
	return max(l.low, b.read-(b.high-l.high)), min(l.high, b.read-(b.low-l.low))
}

// safe reports whether the sum may be shown: it is in no band itself, and at least two
// numbers remain possible for every leaf, given that a leaf without a band is in none.
func (b *bundle) safe() bool {
	if _, _, is := bandOf(b.read, b.known); is {
		return false
	}
	return !slices.ContainsFunc(b.leaves, func(l *leaf) bool {
		low, high := b.of(l)
		return low == high
	})
}

// apply gives the leaves their bundle, and those without a band their range.
func (b *bundle) apply() {
	sum := &job.Bundle{Parts: len(b.leaves), Read: b.read, Known: b.known}
	type bounds struct{ low, high int }
	ranges := make([]bounds, len(b.leaves))
	for i, l := range b.leaves {
		ranges[i].low, ranges[i].high = b.of(l)
	}
	for i, l := range b.leaves {
		if l.bundle == nil {
			l.low, l.high = ranges[i].low, ranges[i].high
		}
		l.bundle = sum
	}
}
