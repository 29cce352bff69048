// Package split divides a report's input into the inputs of groups of people.
package split

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// A Part is the input of one group: the messages to its people, as if they had gone to them
// alone.
type Part struct {
	// Value is what the people have in the column; "" for those without a value.
	Value string
	Input report.Input
	// People counts the different people, ToRemind those on the list of unread.
	People, ToRemind int
	Counts           job.Counts
}

// keep is how many messages to groups are kept in memory at a time: the results are read
// once for as many groups as have so few.
const keep = 50_000

// Parts yields the parts by value. Only people who are listed are in one; those who were
// erased are in none. The results are read once to count, and once for every 50,000
// messages to groups.
func Parts(in report.Input, column string) iter.Seq2[*Part, error] {
	return func(yield func(*Part, error) bool) {
		s := &splitter{in: in, column: column, groups: make(map[string]*group)}
		if s.in.Directory == nil {
			s.in.Directory = job.NewDirectory()
		}
		if err := s.count(); err != nil {
			yield(nil, err)
			return
		}
		for some := range s.batches() {
			if err := s.fill(some); err != nil {
				yield(nil, err)
				return
			}
			for _, g := range some {
				if !yield(s.part(g), nil) {
					return
				}
				g.results = nil
			}
		}
	}
}

type splitter struct {
	in     report.Input
	column string
	groups map[string]*group
}

// A group is what is known of a part before it is made.
type group struct {
	value            string
	messages         int
	counts           job.Counts
	people, toRemind map[string]struct{}
	results          []*job.Result
}

// count reads the results once for the figures of the groups.
func (s *splitter) count() error {
	unread := metrics.NewUnread(&s.in)
	for r, err := range s.in.Results() {
		if err != nil {
			return fmt.Errorf("divide the people: %w", err)
		}
		for value, ids := range s.divide(r) {
			g := s.groups[value]
			if g == nil {
				g = &group{value: value, people: make(map[string]struct{}), toRemind: make(map[string]struct{})}
				s.groups[value] = g
			}
			part := partOf(r, ids)
			g.messages++
			g.counts = g.counts.Add(part.Counts)
			for _, id := range ids {
				g.people[id] = struct{}{}
			}
			for id := range unread.List(part) {
				g.toRemind[id] = struct{}{}
			}
		}
	}
	return nil
}

// divide returns the user ids of a message's people by value.
func (s *splitter) divide(r *job.Result) map[string][]string {
	groups := make(map[string][]string)
	for d := range r.People() {
		if job.Erased(d.UserID) {
			continue
		}
		value := ""
		if p, known := s.in.Directory.Person(r.Audience.Roster, d.UserID); known {
			value = p.Value(s.column)
		}
		groups[value] = append(groups[value], d.UserID)
	}
	return groups
}

// batches yields the groups by value, as many at a time as may be kept.
func (s *splitter) batches() iter.Seq[[]*group] {
	return func(yield func([]*group) bool) {
		all := slices.SortedFunc(maps.Values(s.groups), func(a, b *group) int { return cmp.Compare(a.value, b.value) })
		var some []*group
		messages := 0
		for _, g := range all {
			if len(some) > 0 && messages+g.messages > keep {
				if !yield(some) {
					return
				}
				some, messages = nil, 0
			}
			some, messages = append(some, g), messages+g.messages
		}
		if len(some) > 0 {
			yield(some)
		}
	}
}

// fill reads the results of some groups. A group that is too large is alone, and reads them
// itself.
func (s *splitter) fill(some []*group) error {
	if some[0].messages > keep {
		return nil
	}
	wanted := make(map[string]*group, len(some))
	for _, g := range some {
		wanted[g.value] = g
	}
	for r, err := range s.in.Results() {
		if err != nil {
			return fmt.Errorf("divide the people: %w", err)
		}
		for value, ids := range s.divide(r) {
			if g := wanted[value]; g != nil {
				g.results = append(g.results, partOf(r, ids))
			}
		}
	}
	return nil
}

func (s *splitter) part(g *group) *Part {
	in := s.in
	in.Results = func() iter.Seq2[*job.Result, error] { return s.results(g) }
	// What was found in rosters and messages is of other people too.
	in.Findings, in.Trend, in.Checks, in.Outputs, in.Erased = nil, nil, nil, nil, nil
	return &Part{Value: g.value, Input: in, People: len(g.people), ToRemind: len(g.toRemind), Counts: g.counts}
}

func (s *splitter) results(g *group) iter.Seq2[*job.Result, error] {
	return func(yield func(*job.Result, error) bool) {
		if g.results != nil {
			for _, r := range g.results {
				if !yield(r, nil) {
					return
				}
			}
			return
		}
		for r, err := range s.in.Results() {
			if err == nil {
				ids := s.divide(r)[g.value]
				if len(ids) == 0 {
					continue
				}
				r = partOf(r, ids)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// partOf returns a message as if it had gone to these of its people alone. The ids are
// sorted.
func partOf(r *job.Result, ids []string) *job.Result {
	part := r.WithoutReaders()
	part.Audience = job.Audience{Form: job.AudienceListed, Size: len(ids), UserIDs: ids, Roster: r.Audience.Roster}
	part.Message.Audience, part.Message.NotDelivered = part.Audience, nil
	for _, reader := range r.Readers {
		if _, in := slices.BinarySearch(ids, reader.UserID); in {
			part.Readers = append(part.Readers, reader)
		}
	}
	part.Count()
	return part
}
