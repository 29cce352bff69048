package privacy

import (
	"cmp"
	"math"
	"slices"

	"notifyaudit/job"
)

// A node is a figure with what it is the sum of: everything, a campaign, a message
// or a pool.
type node struct {
	nodes  []*node
	leaves []*leaf
}

// A leaf is one group of a message or a pool.
type leaf struct {
	counts job.Counts
	// low and high bound the readers as far as anybody may know; bundle is nil where
	// the exact number is shown.
	low, high int
	bundle    *job.Bundle
}

func newNode(cuts []*cut) *node {
	n := &node{leaves: make([]*leaf, len(cuts))}
	for i, c := range cuts {
		n.leaves[i] = &leaf{counts: c.counts}
	}
	return n
}

func (n *node) add(child *node) { n.nodes = append(n.nodes, child) }

// same reports whether the cuts are those that the node was made of.
func (n *node) same(cuts []*cut) bool {
	return slices.EqualFunc(n.leaves, cuts, func(l *leaf, c *cut) bool { return l.counts == c.counts })
}

// parts are the node's leaves as they are shown.
func (n *node) parts(g *guard, cuts []*cut) []job.Part {
	parts := make([]job.Part, len(cuts))
	for i, c := range cuts {
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

// The edges of a band: "≥ 90 %" and "≤ 10 %". Of few people it is wider, so that it
// always leaves at least two numbers open.
const (
	bandEdge = 0.9
	bandStep = 0.1
)

// bandOf is the band of a number of readers among people whose state is known;
// false when it is in neither.
func bandOf(read, known int) (low, high int, is bool) {
	if known < 2 {
		return 0, known, known > 0
	}
	edge := min(bandEdge, math.Floor(float64(known-1)/float64(known)/bandStep)*bandStep)
	least := int(math.Ceil(edge*float64(known) - 1e-9))
	switch {
	case read >= least:
		return least, known, true
	case read <= known-least:
		return 0, known - least, true
	default:
		return 0, known, false
	}
}

// middle bounds the numbers of readers that are in no band.
func middle(known int) (low, high int) {
	for low <= known {
		if _, _, is := bandOf(low, known); !is {
			break
		}
		low++
	}
	return low, known - low
}

// all are the leaves below a node that have somebody whose state is known.
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

// bundle withholds what a band stands for, in the smallest figure that has enough
// to hide it among. What finds nothing is returned; its bundle is never complete, so
// that no figure that it is in is exact.
func (n *node) bundle() []*leaf {
	var open []*leaf
	for _, child := range n.nodes {
		open = append(open, child.bundle()...)
	}
	for _, l := range n.leaves {
		low, high, is := bandOf(l.counts.Read, l.counts.Known())
		if is && l.counts.Known() > 0 {
			l.low, l.high, l.bundle = low, high, &job.Bundle{Parts: math.MaxInt}
			open = append(open, l)
		}
	}
	if len(open) == 0 || n.close(open) {
		return nil
	}
	return open
}

// close makes a bundle of the open leaves, with as many others below the node as it
// takes, the largest first; false when all of them are not enough.
func (n *node) close(open []*leaf) bool {
	b := &bundle{}
	for _, l := range open {
		b.add(l)
	}
	others := slices.DeleteFunc(n.all(), func(l *leaf) bool { return l.bundle != nil })
	slices.SortStableFunc(others, func(x, y *leaf) int { return cmp.Compare(y.counts.Known(), x.counts.Known()) })
	for !b.tight() {
		if len(others) == 0 {
			return false
		}
		others[0].low, others[0].high = middle(others[0].counts.Known())
		b.add(others[0])
		others = others[1:]
	}
	b.seal()
	return true
}

// A bundle is leaves of which the sum is shown.
type bundle struct {
	leaves                 []*leaf
	read, known, low, high int
}

func (b *bundle) add(l *leaf) {
	b.leaves = append(b.leaves, l)
	b.read, b.known = b.read+l.counts.Read, b.known+l.counts.Known()
	b.low, b.high = b.low+l.low, b.high+l.high
}

// of bounds the readers of a leaf by what is shown: the sum, and the bounds of the
// others.
func (b *bundle) of(l *leaf) (low, high int) {
	return max(l.low, b.read-(b.high-l.high)), min(l.high, b.read-(b.low-l.low))
}

// tight reports whether the sum may be shown: it is in no band itself, and leaves
// at least two numbers open for every leaf, given that those without a band are in
// none.
func (b *bundle) tight() bool {
	if _, _, is := bandOf(b.read, b.known); is {
		return false
	}
	return !slices.ContainsFunc(b.leaves, func(l *leaf) bool {
		low, high := b.of(l)
		return low == high
	})
}

// seal gives the leaves their bundle, and those without a band their range.
func (b *bundle) seal() {
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
