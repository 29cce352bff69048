package cli

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/plan"
)

// planChoice is what the flags choose to ask.
func planChoice(c *cli.Context) plan.FileOptions {
	return plan.FileOptions{
		Targets: listOf(c, "target"), Replace: listOf(c, "replace"),
		Refresh: c.Bool("refresh"), MaxRequests: c.Int("max-requests"),
	}
}

// listOf is a flag's list, never nil.
func listOf(c *cli.Context, name string) []string {
	return append([]string{}, c.StringSlice(name)...)
}

// spentPlan says how an interrupted run goes on: the plan it had is stale by what
// the run recorded.
func spentPlan(ctx context.Context, err error) error {
	if status, reason := statusOf(ctx, err); status == exit.Retry && reason != nil {
		return exit.With(exit.Retry, fmt.Errorf("%w; the saved plan is used up: make a new one, or leave it out of `notifyaudit apply`", reason))
	}
	return err
}

// planArgument is the saved plan among apply's arguments, "" without one. With it
// goes no flag that chooses what is asked: the plan has chosen.
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
