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

// NoRequestLog makes a simulator remember no requests.
const NoRequestLog = -1

// ReadScenario loads a scenario file; nil for "".
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

// Simulator makes the transport of --simulator: the embedded API, whose readers come
// from the audiences of the messages. If sc is nil it takes the scenario file beside
// the manifest, if there is one.
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

// A crowd is a list of invented people, for audiences of which only the size is known.
type crowd struct{ ids []string }

// of returns the first people of the crowd, at most as many as a group chat holds.
func (c *crowd) of(size int) []string {
	const most = 20_000
	size = min(size, most)
	for n := len(c.ids); n < size; n++ {
		c.ids = append(c.ids, fmt.Sprintf("user%04d", n+1))
	}
	return c.ids[:size:size]
}

// besideManifest reads simulator.json in the manifest's folder; nil if there is none.
func besideManifest(dir string) (*scenario.Scenario, error) {
	path := filepath.Join(dir, "simulator.json")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no scenario is a valid scenario
	}
	return ReadScenario(path)
}
