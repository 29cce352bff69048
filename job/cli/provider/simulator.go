package provider

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/manifest"
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

// Simulator makes the transport of --simulator: the embedded API, whose readers
// are drawn from the messages' own audiences. Without a scenario the one beside
// the manifest is taken, if there is one.
func Simulator(m *manifest.Manifest, sc *scenario.Scenario, now func() time.Time) (http.RoundTripper, error) {
	if sc == nil {
		var err error
		if sc, err = besideManifest(m.Dir); err != nil {
			return nil, err
		}
	}
	people, others := map[[2]string][]string{}, crowd{}
	for message, err := range m.Messages() {
		if err != nil {
			return nil, fmt.Errorf("read the messages: %w", err)
		}
		at := [2]string{string(message.ID.Kind), message.ID.ProcessQueryKey}
		switch message.Audience.Form {
		case job.AudienceListed:
			people[at] = message.Audience.UserIDs
		case job.AudienceSized:
			people[at] = others.of(message.Audience.Size)
		case job.AudienceUnknown:
		}
	}
	var tokens []string
	for _, p := range m.Providers {
		if !p.AccessToken.IsZero() {
			tokens = append(tokens, p.AccessToken.Reveal())
		}
	}
	sim := simulator.New(simulator.Options{
		Scenario: sc, Now: now, RequestLog: NoRequestLog, AccessTokens: tokens,
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

// besideManifest is the scenario beside the manifest, nil when there is none.
func besideManifest(dir string) (*scenario.Scenario, error) {
	path := filepath.Join(dir, "simulator.json")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no scenario is a valid scenario
	}
	return ReadScenario(path)
}
