package session

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// latestReaders bounds the readers that are named.
const latestReaders = 10

// A MessageDetail is one message as `show ADDRESS` knows it.
type MessageDetail struct {
	Result *job.Result
	Next   plan.Line
	Drift  plan.Drift
	// History has every reading, and observed those of the current audience.
	History  []job.Reading
	observed []report.Observation
}

// planFor returns the plan for what an address names.
func (s *lookup) planFor(ctx context.Context, address string) (*plan.Plan, error) {
	o, err := s.planOptions(ctx, s.Now())
	if err != nil {
		return nil, err
	}
	o.Targets = []string{address}
	return plan.Make(ctx, s.audited(), s.History(), s.Manifest.Providers, o)
}

// only returns the results that an address names.
func only(results func() iter.Seq2[*job.Result, error], address string) func() iter.Seq2[*job.Result, error] {
	return func() iter.Seq2[*job.Result, error] {
		return func(yield func(*job.Result, error) bool) {
			for r, err := range results() {
				if err == nil && r.Message.Address != address && job.Block(r.Message.Address) != address {
					continue
				}
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}

// detail collects what is known about one message; made is the plan for it alone.
func (s *lookup) detail(ctx context.Context, r *job.Result, made *plan.Plan) (*MessageDetail, error) {
	one := &MessageDetail{Result: r}
	for _, g := range made.Groups {
		one.Drift = g.Drift
		for _, part := range g.Parts {
			if len(part.Examples) > 0 {
				one.Next = part.Examples[0]
			}
		}
	}
	if s.DB == nil {
		return one, nil
	}
	for reading, err := range s.DB.History(ctx, r.Message.ID) {
		if err != nil {
			return nil, err
		}
		one.History = append(one.History, reading)
	}
	readings, err := s.DB.Histories(ctx, []job.MessageID{r.Message.ID})
	if err != nil {
		return nil, err
	}
	one.observed = metrics.Observations(r, readings[0])
	return one, nil
}

// Latest returns the readers who were first seen last, the latest first, without those
// who were erased.
func (o *MessageDetail) Latest() []job.Reader {
	all := slices.DeleteFunc(slices.Clone(o.Result.Readers), func(r job.Reader) bool { return job.Erased(r.UserID) })
	slices.SortStableFunc(all, func(a, b job.Reader) int {
		return cmp.Or(b.FirstSeenAt.Compare(a.FirstSeenAt), cmp.Compare(a.UserID, b.UserID))
	})
	return all[:min(len(all), latestReaders)]
}

// Share returns how many people had read the message at a reading, and the read rate.
// They refer to the current audience; without one the rate is not known, and read is
// what the reading counted.
func (o *MessageDetail) Share(r *job.Reading) (read int, rate float64, known bool) {
	for i := range o.observed {
		if of := &o.observed[i]; of.Reading.StartedAt.Equal(r.StartedAt) {
			rate, known = of.Counts.ReadRate()
			return of.Counts.Read, rate, known
		}
	}
	return r.Read, 0, false
}
