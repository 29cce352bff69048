package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
)

// servedLog is how many requests a served simulator remembers: none, since
// nobody asks it.
const servedLog = -1

// simulateCommand serves the embedded API on a port.
func (p *program) simulateCommand() *cli.Command {
	return &cli.Command{
		Name:  "simulate",
		Usage: "serve the embedded DingTalk API",
		Description: "Serves the API of a make-believe organisation until it is interrupted, and\n" +
			"prints its address. Any app key with a secret gets a token; without a scenario\n" +
			"every key is answered, its readers drawn from a hash of the key.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8080", Usage: "`ADDRESS` to listen on; port 0 takes a free one"},
		},
		Action: p.simulate,
	}
}

func (p *program) simulate(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	sc, err := readScenario(lastString(c, "scenario"))
	if err != nil {
		return err
	}
	sim := simulator.New(simulator.Options{Scenario: sc, Now: p.env.Now, RequestLog: servedLog})
	listener, err := new(net.ListenConfig).Listen(c.Context, "tcp", c.String("listen"))
	if err != nil {
		return exit.With(exit.Failure, fmt.Errorf("listen: %w; name another address with -listen", err))
	}
	if _, err := fmt.Fprintf(p.env.Stdout, "listening on http://%s\n", listener.Addr()); err != nil {
		return err
	}
	return serve(c.Context, listener, sim)
}

// serve answers until ctx ends, which is how it is meant to end.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// readScenario loads a scenario file; "" is none.
func readScenario(path string) (*scenario.Scenario, error) {
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
func (s *session) simulate() (http.RoundTripper, error) {
	sc, err := s.simulatorScenario()
	if err != nil {
		return nil, err
	}
	people, others := map[[2]string][]string{}, crowd{}
	for m, err := range s.manifest.Messages() {
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
	for _, p := range s.manifest.Providers {
		if !p.AccessToken.IsZero() {
			tokens = append(tokens, p.AccessToken.Reveal())
		}
	}
	sim := simulator.New(simulator.Options{
		Scenario: sc, Now: s.program.env.Now, RequestLog: servedLog, AccessTokens: tokens,
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
