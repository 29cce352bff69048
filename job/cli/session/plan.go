package session

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/plan"
	"notifyaudit/job/state"
)

// Plan makes a plan for now. choice is what the user chose to ask.
func (s *Session) Plan(ctx context.Context, choice plan.FileOptions) (*plan.Plan, error) {
	o, err := s.planOptions(ctx, s.Now())
	if err != nil {
		return nil, err
	}
	o.Targets, o.Replace = choice.Targets, choice.Replace
	o.NoRefresh, o.MaxRequests = !choice.Refresh, choice.MaxRequests
	seen := newSeen()
	made, err := plan.Make(ctx, ownMessages(s, seen.watch(s.audited())), s.History(), s.Manifest.Providers, o)
	if _, wrong := errors.AsType[*plan.AddressError](err); wrong {
		return nil, exit.With(exit.Usage, err)
	}
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	return made, addDropped(ctx, s.DB, made, seen)
}

// planOptions returns what the state contributes to a plan made at now.
func (s *Session) planOptions(ctx context.Context, now time.Time) (plan.Options, error) {
	o := plan.Options{Now: now, Refresh: s.Manifest.Refresh, Location: s.Manifest.Location}
	if s.DB == nil {
		return o, nil
	}
	run, err := s.DB.LatestRun(ctx)
	if err != nil {
		return o, fmt.Errorf("look up the latest run: %w", err)
	}
	switch {
	case s.part != nil:
		o.Run = &s.part.Run
	case run.Continues(now):
		o.Run = run
	}
	if o.Stops, err = s.DB.Stops(ctx); err != nil {
		return o, fmt.Errorf("look up the stopped robots: %w", err)
	}
	if o.Refusals, err = s.DB.QuotaRefusals(ctx, now); err != nil {
		return o, fmt.Errorf("look up the refused quotas: %w", err)
	}
	o.Spent, err = s.Spent(ctx, now)
	return o, err
}

// shownDropped bounds the dropped messages that a plan names.
const shownDropped = 20

// seen has the messages that passed by: a hash of each, to the memory of 8 bytes.
type seen struct {
	seed   maphash.Seed
	hashes []uint64
	sorted bool
}

func newSeen() *seen { return &seen{seed: maphash.MakeSeed()} }

// watch notes the messages that are yielded.
func (s *seen) watch(messages iter.Seq2[job.Message, error]) iter.Seq2[job.Message, error] {
	return func(yield func(job.Message, error) bool) {
		for m, err := range messages {
			if err == nil {
				s.hashes = append(s.hashes, maphash.Comparable(s.seed, m.ID))
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

func (s *seen) has(id job.MessageID) bool {
	if !s.sorted {
		slices.Sort(s.hashes)
		s.sorted = true
	}
	_, found := slices.BinarySearch(s.hashes, maphash.Comparable(s.seed, id))
	return found
}

// addDropped adds the messages that the state knows and the manifest, of which all
// messages were seen, doesn't.
func addDropped(ctx context.Context, db *state.DB, made *plan.Plan, manifest *seen) error {
	if db == nil {
		return nil
	}
	n, addresses := 0, []string{}
	for entry, err := range db.Messages(ctx) {
		if err != nil {
			return fmt.Errorf("look up what was dropped from the manifest: %w", err)
		}
		if manifest.has(entry.ID) {
			continue
		}
		if n++; len(addresses) < shownDropped {
			addresses = append(addresses, entry.Address)
		}
	}
	made.AddDropped(n, addresses)
	return nil
}

// History returns the state as plan and audit read it; an empty one if there is none.
func (s *Session) History() History {
	if s.DB == nil {
		return noHistory{}
	}
	return s.DB
}

// History is what plan and audit read of a state.
type History interface {
	Records(ctx context.Context, ids []job.MessageID) ([]*job.Record, error)
	ReadingsBefore(ctx context.Context, ids []job.MessageID, before time.Time) ([]*job.Reading, error)
	Readers(ctx context.Context, records []*job.Record) ([][]job.Reader, error)
	Members(ctx context.Context, audienceHash string) ([]string, error)
}

// noHistory is a state without messages.
type noHistory struct{}

func (noHistory) Records(_ context.Context, ids []job.MessageID) ([]*job.Record, error) {
	return make([]*job.Record, len(ids)), nil
}

func (noHistory) ReadingsBefore(_ context.Context, ids []job.MessageID, _ time.Time) ([]*job.Reading, error) {
	return make([]*job.Reading, len(ids)), nil
}

func (noHistory) Readers(_ context.Context, records []*job.Record) ([][]job.Reader, error) {
	return make([][]job.Reader, len(records)), nil
}

func (noHistory) Members(context.Context, string) ([]string, error) { return nil, nil }
