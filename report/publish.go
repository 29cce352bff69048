package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"notifyaudit/job"
)

// cellsOf are the cells of the results.
func cellsOf(in Input, p Privacy) ([]*groupCell, error) {
	g, err := emptyGuard(in, p)
	if err != nil {
		return nil, err
	}
	pub := &publisher{
		guard: g, whole: true,
		renewals: make(map[*groupCell]*renewal), open: make(map[line][]waiting), changed: make(map[*groupCell]bool),
	}
	pub.cells = indexed(nil)
	for r, err := range in.Results() {
		if err != nil {
			return nil, fmt.Errorf("look for small groups: %w", err)
		}
		pub.take(r)
	}
	pub.renew()
	pub.fill()
	return pub.made, nil
}

// A cellIndex finds the cells of a message, in the order in which they were made.
type cellIndex struct {
	of map[job.MessageID][]*groupCell
	// parts are where the messages are in cells of many.
	parts map[*groupCell]map[job.MessageID]int
}

// fewParts is how many parts a cell has that are not worth an index.
const fewParts = 16

func indexed(cells []*groupCell) cellIndex {
	index := cellIndex{make(map[job.MessageID][]*groupCell), make(map[*groupCell]map[job.MessageID]int)}
	for _, c := range cells {
		if len(c.Parts) > fewParts {
			index.parts[c] = make(map[job.MessageID]int, len(c.Parts))
		}
		for i := range c.Parts {
			id := c.Parts[i].Message
			index.of[id] = append(index.of[id], c)
			if len(c.Parts) > fewParts {
				index.parts[c][id] = i
			}
		}
	}
	return index
}

// own are the cells that a message has by itself.
func (cells *cellIndex) own(id job.MessageID) []*groupCell {
	var own []*groupCell
	for _, c := range cells.of[id] {
		if !c.Pooled {
			own = append(own, c)
		}
	}
	return own
}

// part is what a cell has of a message.
func (cells *cellIndex) part(c *groupCell, id job.MessageID) *cellPart {
	if at, many := cells.parts[c]; many {
		return &c.Parts[at[id]]
	}
	return &c.Parts[slices.IndexFunc(c.Parts, func(p cellPart) bool { return p.Message == id })]
}

// complete reports whether the cell still has all its parts: one that was removed
// from the state has left its deliveries in the figures.
func complete(c *groupCell) bool {
	size := 0
	for i := range c.Parts {
		size += c.Parts[i].Size
	}
	return size == c.Read+c.Unread
}

// A fit is how the audience in force of a message goes with the cells of the
// message.
type fit struct {
	// present are the cells that have somebody of it, or may have.
	present []*groupCell
	// fresh are the people who are in no cell.
	fresh []string
	// whole says that everybody in the cells that are present is in the audience:
	// when fresh is empty too, the figures of the cells are those of the audience.
	whole bool
}

// fitOf compares a message with the cells it has.
func (cells *cellIndex) fitOf(r *job.Result) fit {
	of := cells.of[r.Message.ID]
	f := fit{whole: true}
	if r.Purged() || r.Audience.Form != job.AudienceListed {
		f.present = of
		f.whole = !r.Purged() && (len(of) == 0 || len(of) == 1 && !cells.part(of[0], r.Message.ID).Listed)
		return f
	}
	ids := r.Audience.UserIDs
	covered := make(map[string]bool, len(ids))
	for _, c := range of {
		part := cells.part(c, r.Message.ID)
		found := 0
		for _, id := range part.UserIDs {
			if _, in := slices.BinarySearch(ids, id); in {
				covered[id] = true
				found++
			}
		}
		if part.UserIDs != nil && found == 0 {
			continue
		}
		f.present = append(f.present, c)
		f.whole = f.whole && found == part.Size && part.UserIDs != nil
	}
	for _, id := range ids {
		if !covered[id] {
			f.fresh = append(f.fresh, id)
		}
	}
	return f
}

// alone reports whether the message has a cell of its own.
func (f *fit) alone() bool {
	return slices.ContainsFunc(f.present, func(c *groupCell) bool { return !c.Pooled })
}

// A publisher makes cells and brings them up to date.
type publisher struct {
	*guard
	cells cellIndex
	whole bool
	// renewals are what the results say of pooled cells, open those who wait for
	// enough others.
	renewals map[*groupCell]*renewal
	open     map[line][]waiting
	order    []line
	made     []*groupCell
	changed  map[*groupCell]bool
}

// A renewal is a pooled cell with later readings.
type renewal struct{ parts, read int }

// A line is where deliveries wait to be pooled.
type line struct{ campaign, group string }

// A waiting is a message, or what has come to it, to too few people.
type waiting struct {
	part   cellPart
	read   int
	people int // where they are a mere number
}

// take looks at one message.
func (p *publisher) take(r *job.Result) {
	if r.Reading == nil || !r.HasCounts() || r.Audience.Size <= 0 {
		return
	}
	f := p.cells.fitOf(r)
	own := p.cells.own(r.Message.ID)
	switch {
	case len(f.present) == 0 && len(f.fresh) == 0: // mere numbers
		p.sized(r)
		return
	case !f.whole:
		if !r.Purged() {
			p.mix(own)
		}
		return
	case len(f.fresh) > 0 && len(f.fresh) < p.minimum:
		if f.alone() { // they tell too much beside the others
			p.mix(own)
			return
		}
		p.wait(r, p.groupOf(r.Audience.Roster, f.fresh), waiting{
			part: cellPart{Message: r.Message.ID, Size: len(f.fresh), UserIDs: f.fresh, Listed: true},
			read: readersAmong(r, f.fresh),
		})
		return
	}
	at, since, known := p.instants(r, &f, own)
	if known && len(f.fresh) > 0 {
		p.divided(r, f.fresh, at, since)
	}
	for _, c := range f.present {
		switch {
		case c.Pooled:
			p.later(c, r)
		case known:
			p.set(c, r, at)
		}
	}
}

// sized is a message to a number of people that was in no report yet.
func (p *publisher) sized(r *job.Result) {
	part := cellPart{Message: r.Message.ID, Size: r.Audience.Size, Listed: r.Purged()}
	if r.Audience.Size < p.minimum {
		p.wait(r, "", waiting{part: part, read: r.Counts.Read, people: r.Audience.Size})
		return
	}
	p.made = append(p.made, &groupCell{
		Segment: p.divide.by, People: r.Audience.Size,
		Read: r.Counts.Read, Unread: r.Counts.Unread, AsOf: r.Reading.StartedAt, Since: r.Reading.StartedAt,
		Parts: []cellPart{part},
	})
}

// divided makes cells of people who got a message, see [publisher.instants].
func (p *publisher) divided(r *job.Result, ids []string, at, since time.Time) {
	groups := make(map[string][]string)
	for _, id := range ids {
		name := p.groupOf(r.Audience.Roster, []string{id})
		groups[name] = append(groups[name], id)
	}
	rest := groups[""]
	delete(groups, "")
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		if len(groups[name]) < p.minimum {
			rest = append(rest, groups[name]...)
			delete(groups, name)
		}
	}
	if len(rest) > 0 && len(rest) < p.minimum {
		name := slices.MinFunc(slices.Collect(maps.Keys(groups)), func(a, b string) int {
			return cmp.Or(cmp.Compare(len(groups[a]), len(groups[b])), cmp.Compare(b, a))
		})
		rest = append(rest, groups[name]...)
		delete(groups, name)
	}
	if len(rest) > 0 {
		groups[""] = rest
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		people := slices.Sorted(slices.Values(groups[name]))
		read := readersAmong(r, people)
		p.made = append(p.made, &groupCell{
			Segment: p.divide.by, Group: name, People: len(people),
			Read: read, Unread: len(people) - read, AsOf: at, Since: since,
			Parts: []cellPart{{Message: r.Message.ID, Size: len(people), UserIDs: people, Listed: true}},
		})
	}
}

// groupOf is the group of all these people; "" if there is none, or too few are
// in it in the rosters.
func (g *guard) groupOf(roster string, ids []string) string {
	group := ""
	for i, id := range ids {
		name, _ := g.divide.nameOf(roster, id)
		if name == g.divide.other || i > 0 && name != group {
			return ""
		}
		group = name
	}
	return group
}

// readersAmong counts the readers of a message among sorted user ids.
func readersAmong(r *job.Result, ids []string) int {
	n := 0
	for i := range r.Readers {
		if _, in := slices.BinarySearch(ids, r.Readers[i].UserID); in {
			n++
		}
	}
	return n
}

// set gives a message's own cell its figures of an instant.
func (p *publisher) set(c *groupCell, r *job.Result, at time.Time) {
	part := p.cells.part(c, r.Message.ID)
	part.Size = cmp.Or(len(part.UserIDs), r.Audience.Size)
	read := r.Counts.Read
	if part.Listed {
		read = readersAmong(r, part.UserIDs)
	}
	if !c.Since.IsZero() && r.Previous != nil && r.Previous.StartedAt.After(c.AsOf) {
		c.Since = at // the reading that was not published may have been for others
	}
	p.change(c, read, part.Size-read, at)
}

// change gives a cell figures.
func (p *publisher) change(c *groupCell, read, unread int, asOf time.Time) {
	if c.Read == read && c.Unread == unread && c.AsOf.Equal(asOf) {
		return
	}
	c.Read, c.Unread, c.AsOf = read, unread, asOf
	p.changed[c] = true
}

// later takes in what a pooled cell has of a message, if that is known of a later
// time than the cell.
func (p *publisher) later(c *groupCell, r *job.Result) {
	part := p.cells.part(c, r.Message.ID)
	if !p.knownAfter(r, c.AsOf) {
		return
	}
	n := p.renewals[c]
	if n == nil {
		n = &renewal{}
		p.renewals[c] = n
	}
	n.parts++
	read := r.Counts.Read
	if part.Listed {
		read = readersAmong(r, part.UserIDs)
	}
	n.read += read
}

// renew brings those pooled cells up to date of which every part is known later.
func (p *publisher) renew() {
	for c, n := range p.renewals {
		if n.parts != len(c.Parts) || !complete(c) {
			continue
		}
		p.change(c, n.read, c.Read+c.Unread-n.read, runTime(p.raw.Run))
	}
}

func (p *publisher) wait(r *job.Result, group string, w waiting) {
	at := line{r.Message.Campaign, group}
	if p.open[at] == nil {
		p.order = append(p.order, at)
	}
	p.open[at] = append(p.open[at], w)
}

// fill makes pooled cells of those who wait, in the order of the manifest, as
// small as may be; who is left over is in the last one.
func (p *publisher) fill() {
	for _, at := range p.order {
		first, people := len(p.made), make(map[string]bool)
		fresh := groupCell{Pooled: true, Segment: p.divide.by, Group: at.group, AsOf: runTime(p.raw.Run)}
		c := new(fresh)
		for _, w := range p.open[at] {
			w.join(c, people)
			if c.People < p.minimum {
				continue
			}
			p.made = append(p.made, c)
			c = new(fresh)
			clear(people)
		}
		if len(p.made) > first {
			last := p.made[len(p.made)-1]
			last.Read, last.Unread = last.Read+c.Read, last.Unread+c.Unread
			last.Parts = append(last.Parts, c.Parts...)
		}
	}
}

// join adds what waits to a cell of these people. Mere numbers may all be the same
// people.
func (w *waiting) join(c *groupCell, people map[string]bool) {
	for _, id := range w.part.UserIDs {
		people[id] = true
	}
	c.People = max(c.People, w.people, len(people))
	c.Read, c.Unread = c.Read+w.read, c.Unread+w.part.Size-w.read
	c.Parts = append(c.Parts, w.part)
}
