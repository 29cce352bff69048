package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/credential"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/keys"
	"notifyaudit/job/cli/origin"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/query"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/report"
)

// unasked is the number of calls up to which a query does not ask for a yes.
const unasked = 100

// newQueryCommand returns query: a one-off audit.
func newQueryCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "query",
		Usage:     "who has read these messages? a one-off audit without a manifest; leaves no state behind",
		ArgsUsage: "KEY|FILE|- ...",
		Description: "Asks about processQueryKeys: arguments, files, or - for standard input. Pasted\n" +
			"text is searched for keys. The audience applies to every key.\n\n" +
			"The credential is NOTIFYAUDIT_APP_KEY with NOTIFYAUDIT_APP_SECRET, or\n" +
			"NOTIFYAUDIT_ACCESS_TOKEN, or each with _FILE for a file that holds it; else it\n" +
			"is asked for on the terminal. It is never a flag: other users can see those.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "audience", Usage: "the people that each message went to: a csv or xlsx `FILE` with a column user_id, or their number"},
			&cli.StringFlag{Name: "o", Usage: "write the report to this `FILE`, .xlsx, .csv or .json; - is JSON on standard output"},
			&cli.StringFlag{Name: "kind", Value: string(job.PrivateChat), Usage: "`KIND` of the messages: private_chat, group or one_to_one"},
			&cli.StringFlag{Name: "robot-code", Usage: "`CODE` of the robot that sent them"},
			&cli.StringFlag{Name: "endpoint", Usage: "`URL` of the API (default https://api.dingtalk.io; in mainland China https://api.dingtalk.com)"},
			&cli.BoolFlag{Name: "auto-approve", Usage: "don't ask for a yes, however many calls it takes"},
			program.LockTimeoutFlag(),
		},
		Action: queryCommand{p}.run,
	}
}

// queryOptions are the options of a query.
type queryOptions struct {
	kind     job.Kind
	audience string // a file; "" without one
	size     int    // of the audience; 0 when unknown
	output   string
	report   *manifest.Report // nil: figures on standard output
	keys     []string
	// stdin means that the keys come from standard input, which then answers nothing.
	stdin bool
}

type queryCommand struct{ *program.Program }

func (p queryCommand) run(c *cli.Context) error {
	g, err := p.Globals(c)
	if err != nil {
		return err
	}
	log, err := p.Logger(g)
	if err != nil {
		return err
	}
	s := p.NewSession(g, log)
	q, err := p.options(c)
	if err != nil {
		return err
	}
	folder, err := query.Folder(p.Env.Now())
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := p.describe(c, s, q, folder); err != nil {
		return err
	}
	defer s.Close()
	if err := s.OpenToWrite(c.Context, session.OpenOptions{Wait: c.Duration("lock-timeout")}); err != nil {
		return err
	}
	made, err := p.planQuery(c, s, q)
	if err != nil {
		return err
	}
	return oneOff(c.Context, p.carryOutQuery(c.Context, s, q, made))
}

// options reads the flags and the keys. An error is wrong usage.
func (p queryCommand) options(c *cli.Context) (*queryOptions, error) {
	for _, name := range []string{"manifest", "data-dir", "allow-dir", "var", "var-file"} {
		if slices.ContainsFunc(c.Lineage(), func(at *cli.Context) bool { return at.IsSet(name) }) {
			return nil, exit.Usagef("query has no manifest, so it takes no --%s", name)
		}
	}
	q := &queryOptions{kind: job.Kind(c.String("kind")), output: c.String("o")}
	if kinds := []string{string(job.PrivateChat), string(job.Group), string(job.OneToOne)}; !slices.Contains(kinds, string(q.kind)) {
		return nil, exit.Usagef("-kind is private_chat, group or one_to_one, not %q%s", q.kind, term.DidYouMean(string(q.kind), kinds))
	}
	if q.kind == job.OneToOne && c.String("robot-code") == "" {
		return nil, exit.Usagef("-kind one_to_one needs -robot-code: such a message is found by its robot and its key")
	}
	q.audience = c.String("audience")
	if n, err := strconv.Atoi(q.audience); err == nil {
		if n < 1 {
			return nil, exit.Usagef("-audience is a file or a number of people from 1, not %d", n)
		}
		q.audience, q.size = "", n
	}
	var err error
	if q.report, err = queryReport(q.output); err != nil {
		return nil, err
	}
	if !c.Args().Present() {
		return nil, exit.Usagef("query needs a key: give processQueryKeys, a file that has them, or - to paste them")
	}
	found, err := keys.Collect(c.Args().Slice(), p.Env.Stdin)
	if err != nil {
		return nil, err
	}
	q.keys, q.stdin = found.Keys, found.Stdin
	if note := found.String(); note != "" {
		p.View.Note(note)
	}
	return q, nil
}

// queryReport returns the report of -o, nil without it.
func queryReport(out string) (*manifest.Report, error) {
	if out == "" {
		return nil, nil //nolint:nilnil // the figures on standard output
	}
	format := map[string]string{".xlsx": "excel", ".csv": "csv", ".json": "json"}[strings.ToLower(filepath.Ext(out))]
	if out == "-" {
		format = "json"
	}
	if format == "" {
		return nil, exit.Usagef("-o ends in .xlsx, .csv or .json, which says what to write; %q doesn't", out)
	}
	return &manifest.Report{Format: format}, nil
}

// describe makes the session's manifest from the options and the credential.
func (p queryCommand) describe(c *cli.Context, s *session.Session, q *queryOptions, folder string) error {
	if q.report != nil && q.output != "-" {
		if err := render.Try(q.output); err != nil {
			return err
		}
	}
	o := credential.Options{Environ: p.Environ, Terminal: p.Env.Stdin, Screen: p.Err.Screen, Simulator: s.Simulator}
	if q.stdin {
		o.Terminal = nil // it has the keys
	}
	cred, err := credential.Find(c.Context, o)
	if err != nil {
		return err
	}
	m, diagnostics := manifest.LoadDirect(c.Context, manifest.Direct{
		Title:    fmt.Sprintf("Query of %s on %s", term.Plural(len(q.keys), "message"), p.Env.Now().UTC().Format(time.DateOnly)),
		Endpoint: c.String("endpoint"), RobotCode: c.String("robot-code"),
		AppKey: cred.AppKey, AppSecret: cred.AppSecret, AccessToken: cred.AccessToken,
		Audience: q.audience, DataDir: folder, CheckTarget: origin.Check,
		Messages: func(people *job.Roster) []job.Message {
			return query.Messages(q.kind, c.String("robot-code"), q.keys, people, q.size)
		},
	})
	if err := context.Cause(c.Context); err != nil {
		return err
	}
	p.View.Diagnostics(diagnostics)
	if diagnostics.HasErrors() {
		return exit.With(exit.Config, nil)
	}
	s.Manifest = m
	return p.checkOutput(c, m, q)
}

// checkOutput is an error if the query would replace a file that it reads, or that this
// program did not write.
func (p queryCommand) checkOutput(c *cli.Context, m *manifest.Manifest, q *queryOptions) error {
	if q.report == nil || q.output == "-" {
		return nil
	}
	for _, arg := range c.Args().Slice() {
		m.Inputs().Add("a file with keys", arg)
	}
	for name, path := range p.Environ {
		if strings.HasPrefix(name, "NOTIFYAUDIT_") && strings.HasSuffix(name, "_FILE") {
			m.Inputs().Add("the value of a credential", path)
		}
	}
	files := []string{q.output}
	if q.report.Format == "csv" {
		files = render.BesideFiles(q.output)
	}
	for _, file := range files {
		if err := m.CheckFile(q.report.Format, file); err != nil {
			return exit.Usagef("-o: %v", err)
		}
	}
	return nil
}

// planQuery makes the plan and shows what it takes. Above unasked calls it asks for a
// yes.
func (p queryCommand) planQuery(c *cli.Context, s *session.Session, q *queryOptions) (*plan.Plan, error) {
	made, err := s.Plan(c.Context, plan.FileOptions{Refresh: true})
	if err != nil {
		return nil, err
	}
	p.Err.Println(p.Err.Paint(term.Bold, term.Plural(len(q.keys), "key")+".") + " " + made.Forecast.String())
	if made.Forecast.Calls <= unasked || c.Bool("auto-approve") {
		return made, nil
	}
	if _, ok := term.FileDescriptor(p.Env.Stdin); !ok || q.stdin {
		return nil, exit.Usagef("above %d calls query asks for a yes, and there is no terminal to ask: add -auto-approve", unasked)
	}
	return made, p.Confirm(c.Context, "Ask the API now?", "nothing was asked")
}

// carryOutQuery asks, and shows or writes the answers, also if the run ended early.
func (p queryCommand) carryOutQuery(ctx context.Context, s *session.Session, q *queryOptions, made *plan.Plan) error {
	r, err := s.AskAll(ctx, made, 0)
	if r != nil {
		p.View.RunEnded(r)
	}
	if err != nil {
		return err
	}
	in, _, err := s.Input(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	in.ListReaders = true
	switch {
	case q.report == nil:
		p.Err.Println("")
		err = p.Out.Answers(in)
	case q.report.Format == "csv":
		var written []string
		written, err = render.Beside(in, q.output)
		for _, path := range written {
			p.View.ReportWritten("csv", path)
		}
	default:
		err = writeTo(p.Program, in, *q.report, q.output)
	}
	if p.Results.Err() != nil {
		return p.keepAnswer(in)
	}
	verdict := r.Verdict(ctx, r.Summary.Unreadable())
	if err != nil {
		return teller(p.Program, nil).Worse(ctx, verdict, err)
	}
	return verdict
}

// keepAnswer writes an answer that standard output did not take to a file, in this
// folder or else in that for temporary files: its calls are spent.
func (p queryCommand) keepAnswer(in report.Input) error {
	name := "notifyaudit-query-" + p.Env.Now().UTC().Format("20060102T150405.000Z") + ".json"
	err := writeTo(p.Program, in, manifest.Report{Format: "json"}, name)
	if err != nil {
		err = writeTo(p.Program, in, manifest.Report{Format: "json"}, filepath.Join(os.TempDir(), name))
	}
	if err != nil {
		return fmt.Errorf("the answer could not be kept in a file either: %w", err)
	}
	return nil // Main says that standard output failed
}

// oneOff replaces an error that says that a run can go on: a query can't.
func oneOff(ctx context.Context, err error) error {
	if status, _ := statusOf(ctx, err); status != exit.Retry {
		return err
	}
	return exit.With(exit.Retry, errors.New("not all was asked. A query starts anew each time; an audit with a manifest, which `notifyaudit init` begins, goes on where it stopped"))
}
