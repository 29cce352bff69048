package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/audit"
	"notifyaudit/job/cli/archive"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/state"
	"notifyaudit/report"
)

// Named is what an address or an identity names: messages of one block.
type Named struct {
	// Name is the address of the message or the block. Identity means that it was named
	// by the identity of a message.
	Name     string
	Identity bool
	Input    report.Input
	// Conclusion has the checks and outputs that refer to it.
	Conclusion manifest.Evaluation
	Plan       *plan.Plan
	// Messages returns the details of its messages.
	Messages func() iter.Seq2[*MessageDetail, error]
}

// Named finds what an address or an identity names, in the manifest or else in the
// state, which remembers messages that the manifest has dropped. If there is nothing
// the error is wrong usage.
func (s *Session) Named(ctx context.Context, in report.Input, e manifest.Evaluation, name string) (*Named, error) {
	return (&lookup{Session: s, input: in, evaluation: e}).named(ctx, name)
}

// A lookup finds what names mean among the results of an audit.
type lookup struct {
	*Session
	input      report.Input
	evaluation manifest.Evaluation
}

func (s *lookup) named(ctx context.Context, name string) (*Named, error) {
	made, err := s.planFor(ctx, name)
	unknown, wrong := errors.AsType[*plan.AddressError](err)
	if !wrong {
		if err != nil {
			return nil, err
		}
		return s.kept(ctx, name, made)
	}
	var entries []state.Entry
	if s.DB != nil {
		found, err := s.Archive().Find(ctx, []string{name})
		if err != nil {
			return nil, err
		}
		entries = found.Entries
	}
	dropped, kept, err := s.partition(ctx, name, entries)
	switch {
	case err != nil:
		return nil, err
	case len(dropped) > 0:
		return s.dropped(ctx, name, dropped), nil
	case len(kept) == 0:
		return nil, noSuchAddress(name, unknown)
	}
	address := kept[0]
	if len(kept) > 1 {
		address = job.Block(address)
	}
	if made, err = s.planFor(ctx, address); err != nil {
		return nil, err
	}
	n, err := s.kept(ctx, address, made)
	if err == nil {
		n.Identity = true
	}
	return n, err
}

// kept returns what an address of the manifest names. made is the plan for it.
func (s *lookup) kept(ctx context.Context, address string, made *plan.Plan) (*Named, error) {
	o, err := s.planOptions(ctx, s.Now())
	if err != nil {
		return nil, err
	}
	n := &Named{Name: address, Input: s.input, Conclusion: s.Manifest.About(s.evaluation, address), Plan: made}
	n.Input.Results = only(s.input.Results, address)
	n.Input.Checks, n.Input.Outputs = concludedIn(n.Conclusion)
	n.Messages = s.details(ctx, n.Input, func(r *job.Result) (*plan.Plan, error) {
		alone := func(yield func(job.Message, error) bool) { yield(r.Message, nil) }
		return plan.Make(ctx, alone, s.History(), s.Manifest.Providers, o)
	})
	return n, nil
}

// details returns the results with all that is known about each; planFor makes the
// plan for one.
func (s *lookup) details(ctx context.Context, in report.Input, planFor func(*job.Result) (*plan.Plan, error)) func() iter.Seq2[*MessageDetail, error] {
	return func() iter.Seq2[*MessageDetail, error] {
		return func(yield func(*MessageDetail, error) bool) {
			for r, err := range in.Results() {
				var made *plan.Plan
				var one *MessageDetail
				if err == nil {
					made, err = planFor(r)
				}
				if err == nil {
					one, err = s.detail(ctx, r, made)
				}
				if !yield(one, err) || err != nil {
					return
				}
			}
		}
	}
}

func noSuchAddress(name string, unknown *plan.AddressError) error {
	hint := ""
	if unknown.Near != "" {
		hint = "; did you mean " + unknown.Near + "?"
	}
	return exit.Usagef("no message has the address %s, in the manifest or in the state%s", name, hint)
}

// partition divides entries of the state into messages that the manifest has dropped,
// as far as the state can describe them, and the addresses of those that are in the
// manifest. kept has the addresses of messages whose identity is the name, too.
func (s *lookup) partition(ctx context.Context, name string, entries []state.Entry) (dropped []job.Message, kept []string, err error) {
	addresses := make(map[job.MessageID]string, len(entries))
	for _, e := range entries {
		addresses[e.ID] = ""
	}
	for m, err := range s.audited() {
		if err != nil {
			return nil, nil, fmt.Errorf("read the messages: %w", err)
		}
		_, wanted := addresses[m.ID]
		switch {
		case wanted:
			addresses[m.ID] = m.Address
		case archive.Identity(m.ID) == name:
			kept = append(kept, m.Address)
		}
	}
	for _, e := range entries {
		if address := addresses[e.ID]; address != "" {
			kept = append(kept, address)
			continue
		}
		label := cmp.Or(e.Address, archive.Identity(e.ID))
		_, block, _ := strings.Cut(job.Block(label), ".")
		dropped = append(dropped, job.Message{ID: e.ID, Address: label, Title: label, Campaign: cmp.Or(block, label)})
	}
	return dropped, kept, context.Cause(ctx)
}

// dropped returns messages that only the state knows.
func (s *lookup) dropped(ctx context.Context, name string, all []job.Message) *Named {
	messages := func(yield func(job.Message, error) bool) {
		for _, m := range all {
			if !yield(m, nil) {
				return
			}
		}
	}
	o := audit.Options{Run: s.input.Run, Refresh: s.input.Refresh, Providers: s.Manifest.Providers}
	n := &Named{Name: name, Input: s.input}
	n.Input.Results = func() iter.Seq2[*job.Result, error] { return audit.Results(ctx, messages, s.History(), o) }
	n.Input.Checks, n.Input.Outputs = concludedIn(n.Conclusion)
	addresses := make([]string, len(all))
	for i, m := range all {
		addresses[i] = m.Address
	}
	n.Plan = droppedPlan(addresses)
	n.Messages = s.details(ctx, n.Input, func(r *job.Result) (*plan.Plan, error) {
		return droppedPlan([]string{r.Message.Address}), nil
	})
	return n
}

// droppedPlan returns the plan for messages that the manifest has dropped.
func droppedPlan(addresses []string) *plan.Plan {
	made := &plan.Plan{Counts: plan.Counts{}}
	made.AddDropped(len(addresses), addresses)
	return made
}
