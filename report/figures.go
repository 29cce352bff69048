package report

import (
	"fmt"
	"iter"
	"slices"

	"notifyaudit/job"
)

// Figures are the numbers of a whole report, for those who want no sheets.
type Figures struct {
	Tally
	// Campaigns are in the order of their first messages.
	Campaigns []Campaign
	// Statuses counts the messages of each status.
	Statuses map[job.Status]int

	index map[string]int
	rows  int
}

// A Campaign is the figures of the messages that belong together.
type Campaign struct {
	Name string
	Tally
	firstRow int // of its first message among all
}

// Measure reads the results once and returns their figures. Its only errors are
// the results' own.
func Measure(in Input) (*Figures, error) {
	f := newFigures()
	for r, err := range in.Results() {
		if err != nil {
			return nil, fmt.Errorf("measure the messages: %w", err)
		}
		f.add(r)
	}
	f.finish()
	return f, nil
}

func newFigures() *Figures {
	return &Figures{Statuses: make(map[job.Status]int), index: make(map[string]int)}
}

// finish says what the counts are when all messages were added.
func (f *Figures) finish() {
	f.Tally.finish()
	for i := range f.Campaigns {
		f.Campaigns[i].finish()
	}
}

func (f *Figures) add(r *job.Result) {
	row := f.rows
	f.rows++
	f.Tally.add(r)
	if r.Pooled == 0 {
		f.Statuses[r.Status]++
	}
	i, known := f.index[r.Message.Campaign]
	if !known {
		i = len(f.Campaigns)
		f.index[r.Message.Campaign] = i
		f.Campaigns = append(f.Campaigns, Campaign{Name: r.Message.Campaign, firstRow: row})
	}
	f.Campaigns[i].add(r)
}

// only returns the input with the results of these campaigns; nil is all.
func (in Input) only(campaigns []string) Input {
	if campaigns == nil {
		return in
	}
	all := in.Results
	if trend := in.Trend; trend != nil {
		in.Trend = func() iter.Seq2[Past, error] {
			return func(yield func(Past, error) bool) {
				for p, err := range trend() {
					if err == nil && !slices.Contains(campaigns, p.Result.Message.Campaign) {
						continue
					}
					if !yield(p, err) || err != nil {
						return
					}
				}
			}
		}
	}
	in.Results = func() iter.Seq2[*job.Result, error] {
		return func(yield func(*job.Result, error) bool) {
			for r, err := range all() {
				if err == nil && !slices.Contains(campaigns, r.Message.Campaign) {
					continue
				}
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
	return in
}
