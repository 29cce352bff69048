package cli

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/usage"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
)

// newReportCommand returns report: write the reports again.
func newReportCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:  "report",
		Usage: "write the reports again from the state; asks nothing of the API",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Usage: "write one report in this `FORMAT`, excel, csv, json, html or markdown, instead of those in the manifest"},
			&cli.StringFlag{Name: "o", Usage: "`PATH` of that report: a file, a folder for csv, or - for json, html or markdown on standard output"},
		},
		Action: reportCommand{p}.run,
	}
}

type reportCommand struct{ *program.Program }

func (p reportCommand) run(c *cli.Context) error {
	if err := usage.NoArguments(c); err != nil {
		return err
	}
	wanted, err := oneReport(c)
	if err != nil {
		return err
	}
	s, err := p.Load(c)
	if err != nil {
		return err
	}
	defer s.Close()
	if out := c.String("o"); wanted != nil && out != "-" {
		if err := s.Manifest.CheckReport(wanted.Format, out); err != nil {
			return exit.Usagef("-o: %v", err)
		}
	}
	if err := s.OpenToRead(c.Context); err != nil {
		return err
	}
	if s.DB == nil {
		return exit.With(exit.Failure, errors.New("there is no state to report from: `notifyaudit apply` makes one"))
	}
	in, _, err := s.Input(c.Context)
	if err != nil {
		return err
	}
	if wanted != nil {
		return writeTo(p.Program, in, *wanted, c.String("o"))
	}
	if err := s.OpenData(); err != nil {
		return err
	}
	return s.Reports().Write(c.Context, in)
}

// oneReport returns the report of -format and -o, nil without them.
func oneReport(c *cli.Context) (*manifest.Report, error) {
	formats := render.Formats()
	format, out := c.String("format"), c.String("o")
	if format == "" && out == "" {
		return nil, nil //nolint:nilnil // neither flag: the manifest's reports
	}
	if format == "" {
		switch strings.ToLower(filepath.Ext(out)) {
		case ".xlsx":
			format = "excel"
		case ".json":
			format = "json"
		case ".html":
			format = "html"
		case ".md":
			format = "markdown"
		}
	}
	switch {
	case format == "":
		return nil, exit.Usagef("-o needs -format %s unless the path ends in .xlsx, .json, .html or .md", strings.Join(formats, ", "))
	case !slices.Contains(formats, format):
		return nil, exit.Usagef("-format is one of %s, not %q%s", strings.Join(formats, ", "), format, term.DidYouMean(format, formats))
	case out == "":
		return nil, exit.Usagef("-format %s needs -o, where to write it", format)
	case out == "-" && (format == "excel" || format == "csv"):
		return nil, exit.Usagef("-format %s doesn't go to standard output; json, html and markdown do", format)
	}
	return &manifest.Report{Format: format}, nil
}

// writeTo writes a report to a path, or with - to standard output.
func writeTo(p *program.Program, in report.Input, r manifest.Report, out string) error {
	if out == "-" {
		return render.To(p.Env.Stdout, in, r)
	}
	if err := render.File(in, r, out); err != nil {
		return err
	}
	p.View.ReportWritten(r.Format, out)
	return nil
}
