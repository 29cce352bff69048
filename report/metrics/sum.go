package metrics

import (
	"notifyaudit/job"
)

// A Sum adds up counts. The counts of a bundle are exact once all its parts were added;
// as long as one is missing they are a range.
type Sum struct {
	counts  job.Counts
	bundles map[*job.Bundle]*job.Counts
	parts   map[*job.Bundle]int
}

// Add takes in a message, unless it contradicts itself.
func (s *Sum) Add(r *job.Result) {
	if r.Contradicts() {
		return
	}
	if !r.Anonymous {
		s.counts = s.counts.Add(r.Counts)
		return
	}
	for i := range r.Parts {
		s.AddPart(&r.Parts[i])
	}
}

// AddPart takes in a part of a message.
func (s *Sum) AddPart(p *job.Part) {
	if p.Bundle == nil {
		s.counts = s.counts.Add(p.Counts)
		return
	}
	if s.bundles == nil {
		s.bundles, s.parts = make(map[*job.Bundle]*job.Counts), make(map[*job.Bundle]int)
	}
	if s.bundles[p.Bundle] == nil {
		s.bundles[p.Bundle] = &job.Counts{}
	}
	*s.bundles[p.Bundle] = s.bundles[p.Bundle].Add(p.Counts)
	s.parts[p.Bundle]++
}

// Total returns the sum.
func (s *Sum) Total() job.Counts {
	all := s.counts
	for b, counts := range s.bundles {
		if s.parts[b] == b.Parts {
			counts = &job.Counts{Read: b.Read, Unread: b.Known - b.Read, Unknown: counts.Unknown}
		}
		all = all.Add(*counts)
	}
	return all
}

// SumOf returns the sum of parts.
func SumOf(parts []job.Part) job.Counts {
	var s Sum
	for i := range parts {
		s.AddPart(&parts[i])
	}
	return s.Total()
}
