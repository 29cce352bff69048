package session

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"notifyaudit/job"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
)

// NoRequestLog is how many requests a served simulator remembers: none, since
// nobody asks it.
const NoRequestLog = -1

// ReadScenario loads a scenario file; "" is none.
func ReadScenario(path string) (*scenario.Scenario, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // no scenario is a valid scenario
	}
	f, err := atomicfile.Open(path)
	if err != nil {
		return nil, exit.With(exit.Config, fmt.Errorf("read the scenario: %w; name a file that is there, or leave --scenario out, and every key is answered", err))
	}
	defer func() { _ = f.Close() }()
	sc, err := scenario.Load(f)
	if err != nil {
		return nil, exit.With(exit.Config, fmt.Errorf("the scenario %s: %w", path, err))
	}
	return sc, nil
}

// simulate makes the transport of --simulator: the embedded API, whose readers
// are drawn from the messages' own audiences.
func (s *Session) simulate() (http.RoundTripper, error) {
	sc, err := s.simulatorScenario()
	if err != nil {
		return nil, err
	}
	people, others := map[[2]string][]string{}, crowd{}
	for m, err := range s.Manifest.Messages() {
		if err != nil {
			return nil, fmt.Errorf("read the messages: %w", err)
		}
		at := [2]string{string(m.ID.Kind), m.ID.ProcessQueryKey}
		switch m.Audience.Form {
		case job.AudienceListed:
			people[at] = m.Audience.UserIDs
		case job.AudienceSized:
			people[at] = others.of(m.Audience.Size)
		case job.AudienceUnknown:
		}
	}
	var tokens []string
	for _, p := range s.Manifest.Providers {
		if !p.AccessToken.IsZero() {
			tokens = append(tokens, p.AccessToken.Reveal())
		}
	}
	sim := simulator.New(simulator.Options{
		Scenario: sc, Now: s.Now, RequestLog: NoRequestLog, AccessTokens: tokens,
		People: func(kind, key string) []string { return people[[2]string{kind, key}] },
	})
	return sim.RoundTripper(), nil
}

// A crowd is made-up people, for audiences of which only the size is known.
type crowd struct{ ids []string }

// of returns the first size of them, at most so many as a group chat has room for.
func (c *crowd) of(size int) []string {
	const most = 20_000
	size = min(size, most)
	for n := len(c.ids); n < size; n++ {
		c.ids = append(c.ids, fmt.Sprintf("user%04d", n+1))
	}
	return c.ids[:size:size]
}

// simulatorScenario is the scenario for --simulator: the one that was given, else
// the one beside the manifest, nil when there is none.
func (s *Session) simulatorScenario() (*scenario.Scenario, error) {
	if s.Scenario != nil {
		return s.Scenario, nil
	}
	beside := filepath.Join(s.Manifest.Dir, "simulator.json")
	if _, err := os.Stat(beside); errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no scenario is a valid scenario
	}
	return ReadScenario(beside)
}
