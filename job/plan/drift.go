package plan

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"notifyaudit/job"
)

// A Drift is how far the manifest's audiences of a block have moved from those
// recorded at the first readings, which stay in force.
type Drift struct {
	// Messages counts those whose audience is another one now.
	Messages int `json:"messages"`
	// Joined and Left count the people in one list and not in the other, each
	// person once; an audience of which only the size is known adds nothing.
	Joined int `json:"joined"`
	Left   int `json:"left"`

	// merged are the differences that are in the sets of people.
	merged       map[*difference]struct{}
	joined, left map[string]struct{}
}

// String says it in a phrase, "" without a drift: "12 joined, 3 left since it
// was recorded; -replace takes the roster anew".
func (d *Drift) String() string {
	var moves []string
	if d.Joined > 0 {
		moves = append(moves, number(d.Joined)+" joined")
	}
	if d.Left > 0 {
		moves = append(moves, number(d.Left)+" left")
	}
	switch {
	case d.Messages == 0:
		return ""
	case len(moves) == 0:
		return fmt.Sprintf("the audience of %s changed since it was recorded; -replace takes it anew", inMessages(d.Messages))
	}
	return strings.Join(moves, ", ") + " since it was recorded; -replace takes the roster anew"
}

func inMessages(n int) string {
	if n == 1 {
		return "1 message"
	}
	return number(n) + " messages"
}

// drifts compares audiences, each pair of lists once.
type drifts struct {
	history History
	hasher  job.Hasher
	known   map[hashPair]*difference
}

type hashPair struct{ recorded, now string }

type difference struct{ joined, left []string }

// rememberedPairs bounds the memory; there are about as many as rosters.
const rememberedPairs = 256

// note adds what the message contributes to its block's drift.
func (s *drifts) note(ctx context.Context, d *Drift, m *job.Message, r *job.Record) error {
	if r == nil || r.Audience.Form == job.AudienceUnknown || m.Learned(r.Audience) || !r.PurgedAt.IsZero() {
		return nil
	}
	if r.Audience.Form != job.AudienceListed || m.Audience.Form != job.AudienceListed {
		if r.Audience.Form != m.Audience.Form || r.Audience.Size != m.Audience.Size {
			d.Messages++
		}
		return nil
	}
	pair := hashPair{recorded: r.AudienceHash, now: s.hasher.Hash(m.Audience)}
	if pair.recorded == pair.now {
		return nil
	}
	d.Messages++
	if _, found := s.known[pair]; !found {
		members, err := s.history.Members(ctx, pair.recorded)
		if err != nil {
			return fmt.Errorf("look up the recorded audience of %s: %w", m.Address, err)
		}
		if len(s.known) >= rememberedPairs {
			clear(s.known)
		}
		s.known[pair] = &difference{
			joined: missing(m.Audience.UserIDs, members),
			left:   missing(members, m.Audience.UserIDs),
		}
	}
	d.merge(s.known[pair])
	return nil
}

// merge counts the people of a difference who were not counted before.
func (d *Drift) merge(diff *difference) {
	if _, done := d.merged[diff]; done {
		return
	}
	if d.merged == nil {
		d.merged = make(map[*difference]struct{})
		d.joined, d.left = make(map[string]struct{}), make(map[string]struct{})
	}
	d.merged[diff] = struct{}{}
	for _, id := range diff.joined {
		d.joined[id] = struct{}{}
	}
	for _, id := range diff.left {
		d.left[id] = struct{}{}
	}
	d.Joined, d.Left = len(d.joined), len(d.left)
}

// forget gives up the people behind the counts.
func (d *Drift) forget() { d.merged, d.joined, d.left = nil, nil, nil }

// missing are the ids that are not in the sorted list.
func missing(ids, list []string) []string {
	var out []string
	for _, id := range ids {
		if _, found := slices.BinarySearch(list, id); !found {
			out = append(out, id)
		}
	}
	return out
}
