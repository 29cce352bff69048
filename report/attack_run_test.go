package report_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/report"
)

// A published is what was published in one world, and the cells that it
// was made of, round by round.
type published struct {
	world world
	cells [][]job.Cell
	// made is the round in which a cell was made, by its id.
	made map[int64]int
}

// run publishes in every world and fails where something was given away.
func (a *attack) run(t rapid.TB) {
	t.Helper()
	alike, known := make(map[string][]*published), make(map[string]step)
	structure := ""
	for _, w := range a.worlds() {
		said, p := a.publish(t, w, known)
		alike[said] = append(alike[said], p)
		if of := p.structure(); structure == "" {
			structure = of
		} else if structure != of {
			t.Fatalf("what is shown together depends on who has read it:\n%s\n%s", structure, of)
		}
	}
	for _, all := range alike {
		for round := range a.rounds {
			if group, value, given := a.givenAway(all, round); given {
				t.Fatalf("%d people: that %d of %v have read it by round %d follows from what was published, as in %v of\n%s",
					len(group), value, group, round, all[0].world, a)
			}
		}
	}
}

// A step is what came of one round: worlds that are alike so far share it.
type step struct {
	said  string
	cells []*job.Cell
}

// publish makes the reports of all rounds, each with the cells of those before.
func (a *attack) publish(t rapid.TB, w world, known map[string]step) (string, *published) {
	t.Helper()
	var said strings.Builder
	var cells []*job.Cell
	p := &published{world: w, made: make(map[int64]int)}
	for round := range a.rounds {
		key := w.until(round)
		now, same := known[key]
		if !same {
			now = a.step(t, w, round, cells)
			known[key] = now
		}
		cells = now.cells
		p.keep(cells, round)
		said.WriteString(now.said)
	}
	return said.String(), p
}

// until is what of a world has happened by a round.
func (w world) until(round int) string {
	soFar := world{round}
	for _, read := range w {
		soFar = append(soFar, min(read, round+1))
	}
	return fmt.Sprint(soFar)
}

// step makes the reports of a round.
func (a *attack) step(t rapid.TB, w world, round int, cells []*job.Cell) step {
	t.Helper()
	in := a.input(w, round)
	in.Published = &report.Published{Cells: cells, Whole: a.whole(round)}
	in, _, err := report.Publish(in, a.privacy(round))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range in.Published.Cells {
		c.ID = int64(i + 1)
	}
	said := fmt.Sprint("round ", round, "\n", a.published(t, in, a.privacy(round)))
	a.purge(in.Published.Cells, round)
	return step{said, in.Published.Cells}
}

// keep notes the cells of a round with those who were in them when they were made.
func (p *published) keep(cells []*job.Cell, round int) {
	var now []job.Cell
	for i, c := range cells {
		if p.made[c.ID] == 0 {
			p.made[c.ID] = round + 1
		}
		kept := *c
		kept.Parts = slices.Clone(c.Parts)
		if round > 0 && i < len(p.cells[round-1]) {
			kept.Parts = p.cells[round-1][i].Parts
		}
		now = append(now, kept)
	}
	p.cells = append(p.cells, now)
}

// purge takes the people out of the cells of what is purged after a round.
func (a *attack) purge(cells []*job.Cell, round int) {
	for _, c := range cells {
		for i := range c.Parts {
			part := &c.Parts[i]
			l := slices.IndexFunc(a.letters, func(l letter) bool { return l.purged > 0 && l.purged == round })
			if l >= 0 && part.Message == a.message(l, round).ID {
				part.UserIDs = nil
			}
		}
	}
}

// structure is which deliveries are in which cells since when.
func (p *published) structure() string {
	var said strings.Builder
	for round, cells := range p.cells {
		fmt.Fprintln(&said, "round", round)
		for _, c := range cells {
			fmt.Fprint(&said, c.ID, c.Pooled, c.Segment, c.Group, c.People)
			for _, part := range c.Parts {
				fmt.Fprint(&said, " ", part.Message.ProcessQueryKey, part.UserIDs)
			}
			fmt.Fprintln(&said)
		}
	}
	return said.String()
}

// givenAway looks for a group of fewer people than the minimum, of whom all
// worlds say the same.
func (a *attack) givenAway(all []*published, round int) ([]unknown, int, bool) {
	unknowns := a.unknowns()
	for subset := range small(len(unknowns), a.least()-1) {
		var group []unknown
		fits := true
		for _, j := range subset {
			// What is known of deliveries that are never shown in one figure is a sum of
			// what is known of each.
			fits = fits && a.letters[unknowns[j].letter].first <= round &&
				(unknowns[j].letter == unknowns[subset[0]].letter || all[0].together(unknowns[j], unknowns[subset[0]])) &&
				!a.unanimous(all[0], unknowns[j], round)
			group = append(group, unknowns[j])
		}
		if !fits {
			continue
		}
		value := hasRead(all[0].world, subset, round)
		if !slices.ContainsFunc(all, func(p *published) bool { return hasRead(p.world, subset, round) != value }) {
			return group, value, true
		}
	}
	return nil, 0, false
}

// lastAsked is the last round so far that would have asked a letter.
func (a *attack) lastAsked(letter, round int) int {
	rounds := a.letters[letter].asked(round + 1)
	return rounds[len(rounds)-1]
}

// String describes the audit.
func (a *attack) String() string {
	var said strings.Builder
	fmt.Fprintf(&said, "minimum %d %v, %d rounds, moves %v, segments %v", a.minimum, a.minimums, a.rounds, a.moves, a.segments)
	for _, p := range a.people {
		fmt.Fprint(&said, ", ", p.UserID)
	}
	for _, l := range a.letters {
		fmt.Fprintf(&said, "\n%+v", l)
	}
	return said.String()
}

// least is the smallest minimum of all rounds.
func (a *attack) least() int {
	least := a.minimum
	for _, minimum := range a.minimums {
		least = min(least, minimum)
	}
	return least
}

// has reports whether a delivery is in a cell; in that of a mere number are all.
func has(c *job.Cell, u unknown) bool {
	return slices.ContainsFunc(c.Parts, func(part job.CellPart) bool {
		return part.Message.ProcessQueryKey == fmt.Sprintf("k%02d", u.letter) &&
			(part.UserIDs == nil || slices.Contains(part.UserIDs, u.person))
	})
}

// together reports whether two deliveries are in one cell.
func (p *published) together(x, y unknown) bool {
	last := p.cells[len(p.cells)-1]
	return slices.ContainsFunc(last, func(c job.Cell) bool { return has(&c, x) && has(&c, y) })
}

// unanimous reports whether a delivery's state by a round follows from that of
// everybody, or nobody, of a whole: of a pooled cell, or of the cells that a
// message got at one time. A report says that much.
func (a *attack) unanimous(p *published, u unknown, round int) bool {
	by := a.lastAsked(u.letter, round)
	for _, cells := range p.cells {
		i := slices.IndexFunc(cells, func(c job.Cell) bool { return has(&c, u) })
		if i < 0 {
			continue
		}
		whole, people := job.Counts{}, 0
		var of []job.CellPart
		for j := range cells {
			c := &cells[j]
			if i == j || !cells[i].Pooled && !c.Pooled && c.Parts[0].Message == cells[i].Parts[0].Message && p.made[c.ID] == p.made[cells[i].ID] {
				whole = whole.Add(c.Counts())
				people += c.People
				of = append(of, c.Parts...)
			}
		}
		if people < a.least() {
			continue
		}
		asOf := a.lastAsked(u.letter, a.roundOf(cells[i].AsOf))
		if whole.Read == 0 && asOf >= by || whole.Unread == 0 && asOf <= by || !cells[i].Pooled && a.trend(p.world, u.letter, of, by) {
			return true
		}
	}
	return false
}

// trend reports whether everybody, or nobody, of the own cells of a message had
// read it by a round: the trend has a figure of each.
func (a *attack) trend(w world, letter int, of []job.CellPart, round int) bool {
	read, all := 0, 0
	for j, u := range a.unknowns() {
		if u.letter == letter && slices.ContainsFunc(of, func(part job.CellPart) bool { return slices.Contains(part.UserIDs, u.person) }) {
			all++
			read += hasRead(w, []int{j}, round)
		}
	}
	return read == 0 || read == all
}

// roundOf is the round that an instant is in.
func (a *attack) roundOf(at time.Time) int {
	round := 0
	for round+1 < a.rounds && !a.reading(round+1).StartedAt.After(at) {
		round++
	}
	return round
}

// hasRead counts those of the unknowns that are read by a round.
func hasRead(w world, of []int, round int) int {
	n := 0
	for _, j := range of {
		if w[j] <= round {
			n++
		}
	}
	return n
}

// small yields every choice of at most so many of n.
func small(n, most int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		for bits := 1; bits < 1<<n; bits++ {
			var of []int
			for j := range n {
				if bits&(1<<j) != 0 {
					of = append(of, j)
				}
			}
			if len(of) <= most && !yield(of) {
				return
			}
		}
	}
}
