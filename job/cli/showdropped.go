package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/audit"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/state"
	"notifyaudit/report"
)

// showNamed shows what an address or an identity names: in the manifest, else in
// the state, which remembers what the manifest has dropped.
func (s *session) showNamed(ctx context.Context, in report.Input, name string) error {
	made, err := s.outlook(ctx, name)
	unknown, wrong := errors.AsType[*plan.AddressError](err)
	if !wrong {
		if err != nil {
			return err
		}
		return s.showAddress(ctx, in, name, made)
	}
	var entries []state.Entry
	if s.db != nil {
		found, err := s.find(ctx, []string{name})
		if err != nil {
			return err
		}
		entries = found.entries
	}
	dropped, kept, err := s.sift(ctx, name, entries)
	switch {
	case err != nil:
		return err
	case len(dropped) > 0:
		return s.showDropped(ctx, in, name, dropped)
	case len(kept) == 0:
		return noSuchAddress(name, unknown)
	}
	address := kept[0]
	if len(kept) > 1 {
		address = job.Block(address)
	}
	s.err.Say(name + " is " + address + " in the manifest.")
	if made, err = s.outlook(ctx, address); err != nil {
		return err
	}
	return s.showAddress(ctx, in, address, made)
}

func noSuchAddress(name string, unknown *plan.AddressError) error {
	hint := ""
	if unknown.Near != "" {
		hint = "; did you mean " + unknown.Near + "?"
	}
	return exit.Usagef("no message has the address %s, in the manifest or in the state%s", name, hint)
}

// sift parts what a name means in the state into messages that the manifest has
// dropped, as far as the state can describe them, and the addresses of those that
// it has; of those too that have the name for their identity.
func (s *session) sift(ctx context.Context, name string, entries []state.Entry) (dropped []job.Message, kept []string, err error) {
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
		case identity(m.ID) == name:
			kept = append(kept, m.Address)
		}
	}
	for _, e := range entries {
		if address := addresses[e.ID]; address != "" {
			kept = append(kept, address)
			continue
		}
		label := cmp.Or(e.Address, identity(e.ID))
		_, block, _ := strings.Cut(job.Block(label), ".")
		dropped = append(dropped, job.Message{ID: e.ID, Address: label, Title: label, Campaign: cmp.Or(block, label)})
	}
	return dropped, kept, context.Cause(ctx)
}

// showDropped shows messages of which the state alone knows.
func (s *session) showDropped(ctx context.Context, in report.Input, name string, dropped []job.Message) error {
	messages := func(yield func(job.Message, error) bool) {
		for _, m := range dropped {
			if !yield(m, nil) {
				return
			}
		}
	}
	o := audit.Options{Run: in.Run, Refresh: in.Refresh, Providers: s.manifest.Providers}
	in.Results = func() iter.Seq2[*job.Result, error] { return audit.Results(ctx, messages, s.history(), o) }
	s.conclusion = manifest.Evaluation{}
	in.Checks, in.Outputs = concludedIn(s.conclusion)
	made := &plan.Plan{Counts: plan.Counts{}}
	addresses := make([]string, len(dropped))
	for i, m := range dropped {
		addresses[i] = m.Address
	}
	made.AddDropped(len(dropped), addresses)
	switch {
	case s.program.events != nil:
		return s.eventsOf(ctx, in, func(r *job.Result) (*plan.Plan, error) {
			alone := &plan.Plan{Counts: plan.Counts{}}
			alone.AddDropped(1, []string{r.Message.Address})
			return alone, nil
		})
	case len(dropped) > 1:
		return s.showBlock(in, made, name)
	}
	return s.showOne(ctx, in, made)
}
