package cli

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/plan"
)

// planChoice returns what the flags choose to ask.
func planChoice(c *cli.Context) plan.FileOptions {
	return plan.FileOptions{
		Targets: listOf(c, "target"), Replace: listOf(c, "replace"),
		Refresh: c.Bool("refresh"), MaxRequests: c.Int("max-requests"),
	}
}

// listOf returns the values of a flag, never nil.
func listOf(c *cli.Context, name string) []string {
	return append([]string{}, c.StringSlice(name)...)
}

// spentPlan adds to the error of an interrupted run how to go on: what the run recorded
// has made its plan stale.
func spentPlan(ctx context.Context, err error) error {
	if status, reason := statusOf(ctx, err); status == exit.Retry && reason != nil {
		return exit.With(exit.Retry, fmt.Errorf("%w; the saved plan is used up: make a new one, or leave it out of `notifyaudit apply`", reason))
	}
	return err
}

// planArgument returns the path of the saved plan among apply's arguments, "" without
// one. Flags that choose what to ask don't go with it.
func planArgument(c *cli.Context) (string, error) {
	switch c.NArg() {
	case 0:
		return "", nil
	case 1:
	default:
		return "", exit.Usagef("apply takes one saved plan, and %q is another", c.Args().Get(1))
	}
	for _, name := range []string{"target", "replace", "refresh", "max-requests"} {
		if c.IsSet(name) {
			return "", exit.Usagef("-%s belongs to planning: give it to `notifyaudit plan -out FILE`; a saved plan is applied as it is", name)
		}
	}
	return c.Args().First(), nil
}
