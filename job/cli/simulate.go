package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/provider"
	"notifyaudit/job/cli/usage"
	"notifyaudit/job/simulator"
)

// newSimulateCommand returns simulate: serve the embedded API on a port.
func newSimulateCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:  "simulate",
		Usage: "serve the embedded DingTalk API",
		Description: "Serves the API of an invented organisation until it is interrupted, and\n" +
			"prints its address. Any app key with a secret gets a token; without a scenario\n" +
			"every key is answered, its readers drawn from a hash of the key.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8080", Usage: "`ADDRESS` to listen on; port 0 takes a free one"},
		},
		Action: simulateCommand{p}.run,
	}
}

type simulateCommand struct{ *program.Program }

func (p simulateCommand) run(c *cli.Context) error {
	if err := usage.NoArguments(c); err != nil {
		return err
	}
	sc, err := provider.ReadScenario(program.LastString(c, "scenario"))
	if err != nil {
		return err
	}
	sim := simulator.New(simulator.Options{Scenario: sc, Now: p.Env.Now, RequestLog: provider.NoRequestLog})
	listener, err := new(net.ListenConfig).Listen(c.Context, "tcp", c.String("listen"))
	if err != nil {
		return exit.With(exit.Failure, fmt.Errorf("listen: %w; name another address with -listen", err))
	}
	if _, err := fmt.Fprintf(p.Env.Stdout, "listening on http://%s\n", listener.Addr()); err != nil {
		return err
	}
	return serve(c.Context, listener, sim)
}

// serve answers requests until ctx ends.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
