package session

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/runner"
	"notifyaudit/job/state"
	"notifyaudit/job/state/shard"
)

// An Assignment is the part of a run that a process has of several.
type Assignment struct {
	Shard job.Shard
	// Schedule names the run: processes with the same name share it.
	Schedule string
}

// A part is the shard of a run that a session holds.
type part struct {
	*shard.Part
	claim shard.Claim
}

// OpenShard is [Session.OpenToWrite] for one of several processes: it takes the assigned shard of
// the run, and the locks of its credentials. Asked means that the shard is finished, so
// that there is nothing to ask.
func OpenShard(ctx context.Context, s *Session, a Assignment, wait time.Duration) (asked bool, err error) {
	if s.Manifest.Backend.Path != "" {
		return false, exit.Usagef("-shard needs the state in PostgreSQL, where several processes record: write backend \"postgres\" { url = … } into the audit block; `state export` and `state import` take a state there")
	}
	if err := open(ctx, s, OpenOptions{Wait: wait}); err != nil {
		return false, err
	}
	s.part = &part{claim: shard.Claim{Schedule: a.Schedule, Shard: a.Shard, Holder: holder(s.Now()) + ", shard " + a.Shard.String(), Timeout: wait, Now: s.Now()}}
	if err := take(ctx, s); err != nil || s.part.Lock == nil {
		return true, err
	}
	if err := claim(ctx, s); err != nil {
		return false, err
	}
	return false, s.lockCredentials(ctx, wait)
}

// OpenReports takes the reports of the run of which this session had a shard; false when
// other shards have work left, or when the run has its reports.
func OpenReports(ctx context.Context, s *Session) (bool, error) {
	if !s.part.AllAsked || s.part.Told {
		return false, nil
	}
	s.locks.release()
	s.locks = locks{}
	s.part.claim.Reports, s.part.claim.Now = true, s.Now()
	err := take(ctx, s)
	return err == nil && s.part.Lock != nil, err
}

// take takes what the part claims.
func take(ctx context.Context, s *Session) (err error) {
	s.part.Part, err = shard.Take(ctx, s.DB, s.part.claim)
	if size, wrong := errors.AsType[*shard.SizeError](err); wrong {
		return exit.With(exit.Usage, size)
	}
	if err != nil {
		return err
	}
	s.OnRun(s.part.Run.ID)
	if s.part.Lock != nil {
		s.locks.held = append(s.locks.held, s.part.Lock)
		s.Locked = true
	}
	return nil
}

// Concluded is the run whose reports this session has, as all shards left it. read counts
// the messages that it read.
func Concluded(ctx context.Context, s *Session) (*RunResult, error) {
	run := s.part.Run
	read, err := state.ReadIn(ctx, &s.DB.View, run.ID)
	if err != nil {
		return nil, err
	}
	stops := slices.DeleteFunc(slices.Clone(run.Stops), func(s job.Stop) bool { return s.Planned() })
	gaveUp := interruptedStops(runner.Summary{Stops: stops})
	for i := range stops {
		stops[i].Temporary = false // no shard of this run tries again
	}
	return &RunResult{Run: run, GaveUp: gaveUp, Summary: runner.Summary{Stops: stops, Outcomes: map[runner.Outcome]int{runner.OutcomeRead: read}}}, nil
}

// Conclude records that the results of the run were told.
func Conclude(ctx context.Context, s *Session) error {
	return s.part.Conclude(context.WithoutCancel(ctx), s.DB, s.Now())
}

// lastAttempt is the attempt with which a shard is finished also when a provider gave
// up: the run has its results without that one.
const lastAttempt = 3

// record writes the calls and the end of the shard to the state.
func (p *part) record(ctx context.Context, s *Session, r *RunResult) error {
	finished := r.Complete() || r.Failure == nil && p.Attempt() >= lastAttempt
	return p.Finish(ctx, s.DB, shard.Use{At: s.Now(), Cost: r.Summary.Cost, Stops: append(r.Run.Stops, r.Summary.Stops...)}, finished)
}

// Asked reports whether the shard of the session is finished.
func Asked(s *Session) bool { return s.part.Asked }

// begin begins a run, or returns the run that this session has a shard of.
func begin(ctx context.Context, s *Session) (job.Run, error) {
	if s.part == nil {
		return s.DB.BeginRun(ctx, s.Now())
	}
	return s.part.Run, nil
}

// own are the providers that this process asks.
func own(s *Session) []job.Provider {
	if s.part == nil {
		return s.Manifest.Providers
	}
	return slices.DeleteFunc(slices.Clone(s.Manifest.Providers), func(p job.Provider) bool { return !s.part.claim.Shard.Has(&p) })
}

// ownMessages are those of the providers that this process asks.
func ownMessages(s *Session, messages iter.Seq2[job.Message, error]) iter.Seq2[job.Message, error] {
	if s.part == nil {
		return messages
	}
	names := make(map[string]bool)
	for _, p := range own(s) {
		names[p.Name] = true
	}
	return func(yield func(job.Message, error) bool) {
		for m, err := range messages {
			if (err != nil || names[m.ID.Provider]) && !yield(m, err) {
				return
			}
		}
	}
}
