package runner_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
)

// A witness is a memory that notes the audiences that readings bring.
type witness struct {
	*memory
	mu        sync.Mutex
	audiences map[string]job.Audience
}

func (w *witness) CommitReading(ctx context.Context, c job.ReadingCommit) error {
	w.mu.Lock()
	w.audiences[c.Message.ID.ProcessQueryKey] = c.Message.Audience
	w.mu.Unlock()
	return w.memory.CommitReading(ctx, c)
}

// Who the answer says was sent the message is its audience only where the manifest
// doesn't say, and never nobody.
func TestAudiencesThatAnswersName(t *testing.T) {
	received := job.Page{SendStatus: job.SendSuccess, ReadUserIDs: []string{"u1"}, Receivers: []string{"u2", "u1", "u9"}}
	for name, tt := range map[string]struct {
		kind     job.Kind
		audience job.Audience
		page     job.Page
		want     job.Audience
	}{
		"nobody said":       {job.OneToOne, job.Audience{Roster: "staff"}, received, job.Listed("staff", []string{"u1", "u2", "u9"})},
		"the manifest did":  {job.OneToOne, job.Listed("staff", []string{"u1", "u2"}), received, job.Listed("staff", []string{"u1", "u2"})},
		"a size":            {job.OneToOne, job.Sized(5), received, job.Sized(5)},
		"recalled and bare": {job.OneToOne, job.Audience{}, job.Page{SendStatus: job.SendRecalled}, job.Audience{}},
		"another kind":      {job.Group, job.Audience{}, received, job.Audience{}},
	} {
		t.Run(name, func(t *testing.T) {
			w := &witness{memory: newMemory(), audiences: map[string]job.Audience{}}
			m := message("dingtalk", 0)
			m.ID.Kind, m.Audience = tt.kind, tt.audience
			asker := &api{answer: func(job.Query) (job.Page, error) { return tt.page, nil }}
			sum, err := runner.Run(t.Context(), slog.New(slog.DiscardHandler), w, "run1", []runner.Provider{provider(asker)},
				slices.Values([]plan.Step{{Message: m, Pages: 1}}), runner.Options{})
			if err != nil || sum.Outcomes[runner.OutcomeRead] != 1 {
				t.Fatalf("err %v, %+v", err, sum)
			}
			if diff := cmp.Diff(tt.want, w.audiences["K0000"]); diff != "" {
				t.Errorf("audience (-want +got):\n%s", diff)
			}
			if !cmp.Equal(tt.audience, m.Audience) {
				t.Errorf("the plan's message was changed to %+v", m.Audience)
			}
		})
	}
}

// One-to-one messages through everything that goes wrong: what is recorded is the
// truth, or nothing.
func TestOneToOneThroughFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := &scenario.Scenario{Seed: 7, Latency: scenario.Duration(80 * time.Millisecond), RequestsPerSecond: 20}
		for _, kind := range []scenario.FaultKind{
			scenario.FaultSystemError, scenario.FaultReset, scenario.FaultTruncate, scenario.FaultEmptyObject,
			scenario.FaultNull, scenario.FaultWrongCase, scenario.FaultDuplicateKey, scenario.FaultTrailing,
			scenario.FaultBadUTF8, scenario.FaultNullReaders, scenario.FaultThrottle,
		} {
			sc.Faults = append(sc.Faults, scenario.Fault{Kind: kind, Share: 0.02})
		}
		sc.Messages = []scenario.Message{{
			Kind: scenario.KindOneToOne, Key: "K0000",
			State: scenario.State{Error: &scenario.Answer{Code: "invalidParameter.param.invalid"}},
		}}
		sim := simulator.New(simulator.Options{Scenario: sc})
		w := &witness{memory: newMemory(), audiences: map[string]job.Audience{}}
		list := tasks("dingtalk", 300)
		for i := range list {
			list[i].Message.ID.Kind = job.OneToOne
		}
		p := client(t, sim.RoundTripper())
		sum, err := runner.Run(t.Context(), slog.New(slog.DiscardHandler), w, "run1", []runner.Provider{p}, slices.Values(list), runner.Options{})
		if err != nil || sum.Outcomes[runner.OutcomeRead] != 299 || sum.Outcomes[runner.OutcomeRejected] != 1 {
			t.Fatalf("err %v, %+v", err, sum)
		}
		if sum.Cost.Metered != sim.Metered() || sum.Cost.Retries == 0 {
			t.Errorf("%d calls counted, %d metered, %d retries", sum.Cost.Metered, sim.Metered(), sum.Cost.Retries)
		}
		for i := 1; i < len(list); i++ {
			key := fmt.Sprintf("K%04d", i)
			truth := sim.Truth(scenario.KindOneToOne, key)
			if got := w.audiences[key].UserIDs; !slices.Equal(got, truth.Receivers) {
				t.Errorf("%s: sent to %v, not %v", key, got, truth.Receivers)
			}
			if got := w.readings[list[i].Message.ID]; !slices.Equal(got, truth.Readers) {
				t.Errorf("%s: read by %v, not %v", key, got, truth.Readers)
			}
		}
	})
}
