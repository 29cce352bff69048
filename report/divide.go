package report

import (
	"cmp"
	"slices"

	"notifyaudit/job"
)

// A group is what a message, or a pool, has of one group of the segment.
type group struct {
	counts job.Counts
	// cells and waiting are whose counts they are.
	cells   []*groupCell
	waiting []string
	// mere says that some who wait are known by number only.
	mere bool
}

// shares divides a message among the groups so that every share may be shown.
func (g *guard) shares(d *departments, r *job.Result) []share {
	var all map[string]*group
	switch {
	case r.Pooled > 0:
		all = g.pools[r.Message.Campaign].groups
	case r.Reading == nil || len(g.cells.of[r.Message.ID]) == 0 || !r.HasCounts():
		return d.shares(r)
	default:
		all = make(map[string]*group)
		for _, c := range g.shown(r) {
			if !c.Pooled {
				groupFor(all, g.label(c)).add(c, c.Counts())
			}
		}
	}
	return g.told(d, all)
}

// shown are the cells that the figures of a message are of.
func (g *guard) shown(r *job.Result) []*groupCell {
	if said, repeated := g.repeated[r.Message.ID]; repeated {
		return said.cells
	}
	f := g.cells.fitOf(r)
	return f.present
}

// label is the group that a cell is shown in: one of another segment has none.
func (g *guard) label(c *groupCell) string {
	if c.Segment != g.divide.by {
		return ""
	}
	return c.Group
}

func groupFor(all map[string]*group, name string) *group {
	if all[name] == nil {
		all[name] = &group{}
	}
	return all[name]
}

func (of *group) add(c *groupCell, counts job.Counts) {
	of.counts = of.counts.Add(counts)
	of.cells = append(of.cells, c)
}

// told are the shares of groups that may be told apart.
func (g *guard) told(d *departments, all map[string]*group) []share {
	rest, whole := &group{}, job.Counts{}
	var kept []string
	for name, of := range all {
		whole = whole.Add(of.counts)
		if name == "" || of.counts.Audience() < g.minimum {
			rest.merge(of)
			continue
		}
		kept = append(kept, name)
	}
	slices.SortFunc(kept, func(a, b string) int {
		return cmp.Or(cmp.Compare(all[b].counts.Audience(), all[a].counts.Audience()), cmp.Compare(a, b))
	})
	if n := rest.counts.Read + rest.counts.Unread; n > 0 && n < g.minimum && len(kept) > 0 {
		last := len(kept) - 1
		rest.merge(all[kept[last]])
		kept = kept[:last]
	}
	tells := telling(rest.counts)
	for _, name := range kept {
		tells = tells || telling(all[name].counts)
	}
	if tells && !unanimous(whole) {
		for _, name := range kept {
			rest.merge(all[name])
		}
		kept = nil
	}
	d.divided = d.divided[:0]
	for _, name := range kept {
		d.divided = append(d.divided, all[name].share(d, d.at(name)))
	}
	if rest.counts != (job.Counts{}) {
		d.divided = append(d.divided, rest.share(d, d.at(d.other)))
	}
	return d.divided
}

func (of *group) merge(other *group) {
	of.counts = of.counts.Add(other.counts)
	of.cells = append(of.cells, other.cells...)
	of.waiting = append(of.waiting, other.waiting...)
	of.mere = of.mere || other.mere
}

// share meets the people of a group in the row that they are shown in.
func (of *group) share(d *departments, at int) share {
	s := share{group: at, counts: of.counts, mere: of.mere}
	for _, c := range of.cells {
		for i := range c.Parts {
			for _, id := range c.Parts[i].UserIDs {
				d.meetIn(at, id)
			}
			s.mere = s.mere || c.Parts[i].UserIDs == nil
		}
	}
	for _, id := range of.waiting {
		d.meetIn(at, id)
	}
	return s
}

// telling reports whether fewer than two of a group have read, or have not.
func telling(c job.Counts) bool { return c.Read+c.Unread > 0 && (c.Read < 2 || c.Unread < 2) }

// unanimous reports whether everybody's state follows from the counts.
func unanimous(c job.Counts) bool { return c.Read+c.Unread > 0 && (c.Read == 0 || c.Unread <= 0) }
