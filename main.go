// Command notifyaudit answers "who has read it?" for notices sent through
// DingTalk robots: it reads a manifest of messages, asks the API who has read
// them and writes the answer as spreadsheets.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the container has no time zones of its own

	_ "golang.org/x/crypto/x509roots/fallback" // nor roots of trust, when run alone

	"notifyaudit/job/cli"
	"notifyaudit/job/cli/collector"
	"notifyaudit/job/cli/termination"
	"notifyaudit/job/disk"
)

func main() {
	collector.Tune(os.Getenv("GOGC"))
	disk.AllowOwner()
	ctx, stop := signal.NotifyContext(context.Background(), windDownSignals()...)
	// The first signal winds down; after that the default is back: the second kills.
	context.AfterFunc(ctx, stop)
	// Of a reader, a server or a database that is gone the write's error tells. A signal
	// would not say which it is.
	signal.Ignore(syscall.SIGPIPE)
	status := cli.Main(ctx, cli.Env{
		Args: os.Args[1:], Environ: os.Environ(),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		TerminationLog: termination.Path,
	})
	os.Exit(status)
}

// windDownSignals end a run in good order. SIGHUP stays ignored under nohup.
func windDownSignals() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}
