package session

import (
	"context"
	"fmt"
	"slices"

	"notifyaudit/job/cli/backend"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
)

// SameAudit returns an error if the state is another audit's, that is, if both the title
// and all credentials differ from those that have used it, or if readings of the simulator
// would mix with real ones. Without a state it returns nil.
func (s *Session) SameAudit(ctx context.Context) error {
	if s.DB == nil {
		return nil
	}
	if err := checkSimulated(s); err != nil {
		return err
	}
	known, err := s.DB.Audits(ctx)
	if err != nil || len(known) == 0 || slices.ContainsFunc(known, func(a state.Audit) bool { return shares(s.Manifest, a) }) {
		return err
	}
	return exit.With(exit.Config, fmt.Errorf("the state %s is another audit's: that is %q with the provider %s, this one is %q, and no credential is the same. Is it the right volume? Else %s. An audit that gets a new title and new credentials gets them in two runs, one after the other",
		s.DB.Path(), known[0].Title, known[0].Provider, s.Manifest.Title, backend.Elsewhere(s.Manifest)))
}

// shares reports whether an audit has the title, or one of the credentials, of a
// manifest.
func shares(m *manifest.Manifest, a state.Audit) bool {
	return a.Title == m.Title || slices.ContainsFunc(audits(m), func(ours state.Audit) bool { return ours.Credential == a.Credential })
}

// audits are a manifest's title with each of its providers.
func audits(m *manifest.Manifest) []state.Audit {
	all := make([]state.Audit, len(m.Providers))
	for i := range m.Providers {
		p := &m.Providers[i]
		all[i] = state.Audit{Title: m.Title, Provider: p.Name, Credential: p.Credential()}
	}
	return all
}

// claim records the audit in the state, and sets New.
func claim(ctx context.Context, s *Session) error {
	run, err := s.DB.LatestRun(ctx)
	if err != nil {
		return fmt.Errorf("look up the latest run: %w", err)
	}
	known, err := s.DB.Audits(ctx)
	if err != nil {
		return err
	}
	s.New = run == nil && len(known) == 0
	fresh := slices.DeleteFunc(audits(s.Manifest), func(a state.Audit) bool { return slices.Contains(known, a) })
	if len(fresh) == 0 {
		return nil
	}
	return state.RememberAudits(ctx, s.DB, fresh)
}

// checkSimulated returns an error if readings of the simulator would mix with real ones.
func checkSimulated(s *Session) error {
	switch {
	case s.DB == nil || s.DB.Simulated() == s.Simulator:
		return nil
	case s.Simulator:
		return exit.With(exit.Failure, fmt.Errorf("%s has real readings, and the simulator would add made-up ones: leave --simulator out, or %s", s.DB.Path(), backend.Elsewhere(s.Manifest)))
	default:
		return exit.With(exit.Failure, fmt.Errorf("%s has readings that the simulator made up: remove it, or %s; to go on with it, add --simulator", s.DB.Path(), backend.Elsewhere(s.Manifest)))
	}
}
