package cli

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/plan"
)

// planFlags choose what is asked; plan and apply have them.
func planFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "target", Usage: "look at this `ADDRESS` or block alone; repeatable"},
		&cli.StringSliceFlag{Name: "replace", Usage: "ask this `ADDRESS` or block again, whatever the state says; repeatable"},
		&cli.BoolFlag{Name: "refresh", Value: true, Usage: "ask again what was read before and is due; -refresh=false asks only what was never read"},
		&cli.IntFlag{Name: "max-requests", Usage: "make at most `N` calls in this run; the rest is put off"},
	}
}

// planCommand shows what an apply would ask.
func (p *program) planCommand() *cli.Command {
	return &cli.Command{
		Name:  "plan",
		Usage: "show what an apply would ask, why, and what that takes",
		Flags: append(planFlags(),
			&cli.StringFlag{Name: "out", Usage: "save the plan to `FILE`, for apply"},
			&cli.BoolFlag{Name: "detailed-exitcode", Usage: "exit with 2 when there is something to ask"},
			jsonFlag()),
		Action: p.plan,
	}
}

func (p *program) plan(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	if err := checkPlanFlags(c); err != nil {
		return err
	}
	p.stream(c)
	s, err := p.load(c)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.openToRead(c.Context); err != nil {
		return err
	}
	if err := s.sameWorld(); err != nil {
		return err
	}
	// The pin is taken first: what a run records in between makes it stale.
	now := p.env.Now()
	pin, err := s.pin(c.Context, now)
	if err != nil {
		return err
	}
	made, err := s.plan(c)
	if err != nil {
		return err
	}
	if c.IsSet("out") {
		if err := s.savePlan(c, made, pin, now); err != nil {
			return err
		}
	}
	p.view.Plan(made, c.String("out"))
	if c.IsSet("out") {
		p.view.Note("\nSaved. To carry out exactly this: `apply " + c.String("out") + "`, with the flags for manifest, data and variables as here.")
	}
	if c.Bool("detailed-exitcode") && made.Counts.Asked() > 0 {
		return exit.With(exit.Changes, nil)
	}
	return nil
}

// checkPlanFlags refuses what no plan can be made from.
func checkPlanFlags(c *cli.Context) error {
	if c.IsSet("max-requests") && c.Int("max-requests") < 1 {
		return exit.Usagef("-max-requests is at least 1")
	}
	if c.IsSet("out") && c.String("out") == "" {
		return exit.Usagef("-out needs the name of a file")
	}
	return nil
}

// plan makes the plan for now.
func (s *session) plan(c *cli.Context) (*plan.Plan, error) {
	o, err := s.planOptions(c.Context, s.program.env.Now())
	if err != nil {
		return nil, err
	}
	o.Targets, o.Replace = c.StringSlice("target"), c.StringSlice("replace")
	o.NoRefresh, o.MaxRequests = !c.Bool("refresh"), c.Int("max-requests")
	made, err := plan.Make(c.Context, s.audited(), s.history(), s.manifest.Providers, o)
	if _, wrong := errors.AsType[*plan.AddressError](err); wrong {
		return nil, exit.With(exit.Usage, err)
	}
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	if err := s.addDropped(c.Context, made); err != nil {
		return nil, err
	}
	return made, nil
}

// planOptions are what the state says about a plan made at now.
func (s *session) planOptions(ctx context.Context, now time.Time) (plan.Options, error) {
	o := plan.Options{Now: now, Refresh: s.manifest.Refresh, Location: s.manifest.Location}
	if s.db == nil {
		return o, nil
	}
	run, err := s.db.LatestRun(ctx)
	if err != nil {
		return o, fmt.Errorf("look up the latest run: %w", err)
	}
	if run.Continues(now) {
		o.Run = run
	}
	if o.Stops, err = s.db.Stops(ctx); err != nil {
		return o, fmt.Errorf("look up the stopped robots: %w", err)
	}
	o.Spent, err = s.spent(ctx, now)
	return o, err
}

// shownDropped is how many dropped messages a plan names.
const shownDropped = 20

// addDropped adds the messages that the state knows and the manifest doesn't.
func (s *session) addDropped(ctx context.Context, made *plan.Plan) error {
	if s.db == nil {
		return nil
	}
	kept := map[uint64]struct{}{}
	seed := maphash.MakeSeed()
	for m, err := range s.manifest.Messages() {
		if err != nil {
			return err
		}
		kept[maphash.Comparable(seed, m.ID)] = struct{}{}
	}
	n, addresses := 0, []string{}
	for entry, err := range s.db.Messages(ctx) {
		if err != nil {
			return fmt.Errorf("look up what was dropped from the manifest: %w", err)
		}
		if _, found := kept[maphash.Comparable(seed, entry.ID)]; found {
			continue
		}
		if n++; len(addresses) < shownDropped {
			addresses = append(addresses, entry.Address)
		}
	}
	made.AddDropped(n, addresses)
	return nil
}

// history is the state as plan and audit read it, empty where there is none.
func (s *session) history() history {
	if s.db == nil {
		return noHistory{}
	}
	return s.db
}

// history is what plan and audit ask of the state.
type history interface {
	Records(ctx context.Context, ids []job.MessageID) ([]*job.Record, error)
	Readers(ctx context.Context, ids []job.MessageID) ([][]job.Reader, error)
	Members(ctx context.Context, audienceHash string) ([]string, error)
}

// noHistory is the state before there is one.
type noHistory struct{}

func (noHistory) Records(_ context.Context, ids []job.MessageID) ([]*job.Record, error) {
	return make([]*job.Record, len(ids)), nil
}

func (noHistory) Readers(_ context.Context, ids []job.MessageID) ([][]job.Reader, error) {
	return make([][]job.Reader, len(ids)), nil
}

func (noHistory) Members(context.Context, string) ([]string, error) { return nil, nil }
