package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
	"notifyaudit/report/excel"
	"notifyaudit/report/html"
	reportjson "notifyaudit/report/json"
	"notifyaudit/report/markdown"
)

// reportCommand renders the reports again.
func (p *program) reportCommand() *cli.Command {
	return &cli.Command{
		Name:  "report",
		Usage: "write the reports again from the state; asks nothing of the API",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Usage: "write one report in this `FORMAT`, excel, csv, json, html or markdown, instead of those in the manifest"},
			&cli.StringFlag{Name: "o", Usage: "`PATH` of that report: a file, a folder for csv, or - for json, html or markdown on standard output"},
		},
		Action: p.report,
	}
}

func (p *program) report(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	wanted, err := oneReport(c)
	if err != nil {
		return err
	}
	s, err := p.load(c)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.openToRead(c.Context); err != nil {
		return err
	}
	if s.db == nil {
		return exit.With(exit.Failure, errors.New("there is no state to report from: `notifyaudit apply` makes one"))
	}
	in, _, err := s.input(c.Context)
	if err != nil {
		return err
	}
	if wanted != nil {
		return p.writeTo(in, *wanted, c.String("o"))
	}
	if err := s.openData(); err != nil {
		return err
	}
	return s.writeAll(c.Context, in)
}

func reportFormats() []string { return []string{"excel", "csv", "json", "html", "markdown"} }

// oneReport is the report that -format and -o ask for, or nil.
func oneReport(c *cli.Context) (*manifest.Report, error) {
	formats := reportFormats()
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

// writeTo writes one report to a path of the user's choice, or to standard output.
func (p *program) writeTo(in report.Input, r manifest.Report, out string) error {
	if out == "-" {
		return renderTo(p.env.Stdout, in, r)
	}
	if err := writeReportTo(in, r, out); err != nil {
		return err
	}
	p.view.ReportWritten(r.Format, out)
	return nil
}

// writeReportTo writes one report to a path of the user's choice.
func writeReportTo(in report.Input, r manifest.Report, out string) error {
	folder := filepath.Dir(out)
	r.Path = filepath.Base(out)
	if r.Format == "csv" {
		folder, r.Path = out, "."
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of the report: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("open the folder of the report: %w", err)
	}
	defer func() { _ = root.Close() }()
	return writeReport(root, in, r)
}

// writeReports writes the manifest's reports after a run.
func (s *session) writeReports(ctx context.Context) (manifest.Evaluation, error) {
	in, e, err := s.input(ctx)
	if err != nil {
		return e, err
	}
	return e, s.writeAll(ctx, in)
}

// writeAll writes the manifest's reports below the data folder.
func (s *session) writeAll(ctx context.Context, in report.Input) error {
	reports, diagnostics := s.manifest.Reports(runValues(in, s.program.env.Now))
	s.reporter.Diagnostics(diagnostics)
	if diagnostics.HasErrors() {
		return exit.With(exit.Config, nil)
	}
	for _, r := range reports {
		if s.locked {
			if err := atomicfile.Sweep(s.data, folderOf(r), ""); err != nil {
				return err
			}
		}
		if err := writeReport(s.data, in, r); err != nil {
			return err
		}
		if err := s.rememberReport(ctx, r); err != nil {
			return err
		}
		s.reporter.ReportWritten(r.Format, filepath.Join(s.manifest.DataDir, r.Path))
	}
	return nil
}

// folderOf is the folder that a report's files appear in.
func folderOf(r manifest.Report) string {
	if r.Format == "csv" {
		return r.Path
	}
	return path.Dir(filepath.ToSlash(r.Path))
}

// writeReport renders one report below root, all of it or nothing.
func writeReport(root *os.Root, in report.Input, r manifest.Report) error {
	files := atomicfile.NewSet(root)
	defer files.Abort()
	if err := render(files, in, r); err != nil {
		return fmt.Errorf("write the %s report: %w", r.Format, err)
	}
	return files.Commit()
}

// render writes a report's files.
func render(files *atomicfile.Set, in report.Input, r manifest.Report) error {
	in.Privacy = privacyOf(r)
	if r.Format == "csv" {
		return reportcsv.Write(folderFiles{files, r.Path}, in, reportcsv.Options{Labels: r.Labels})
	}
	return files.Write(r.Path, func(w io.Writer) error { return renderTo(w, in, r) })
}

// renderTo writes a report that is one file.
func renderTo(w io.Writer, in report.Input, r manifest.Report) error {
	in.Privacy = privacyOf(r)
	opts := report.Options{Sheets: sheetKeys(r.Sheets), Campaigns: r.Campaigns, Segments: r.Segments}
	write := excel.Write
	switch r.Format {
	case "json":
		return reportjson.Write(w, in)
	case "html":
		write = html.Write
		if len(opts.Sheets) == 0 {
			opts.Sheets = html.Sheets()
		}
	case "markdown":
		opts.Sheets, write = markdown.Sheets(), markdown.Write
	}
	book, err := report.Build(in, opts)
	if err != nil {
		return err
	}
	return write(w, book)
}

// privacyOf is how much of people a report shows.
func privacyOf(r manifest.Report) report.Privacy {
	p := report.Privacy{
		People: report.People(r.People), MinimumGroupSize: r.MinimumGroupSize,
	}
	if !p.Named() && len(r.Segments) > 0 {
		p.Segment = r.Segments[0]
	}
	return p
}

// folderFiles makes a set's files in one folder.
type folderFiles struct {
	files  *atomicfile.Set
	folder string
}

// Create begins a file in the folder.
func (f folderFiles) Create(name string) (io.WriteCloser, error) {
	return f.files.Create(path.Join(filepath.ToSlash(f.folder), name))
}

func sheetKeys(names []string) []report.SheetKey {
	var keys []report.SheetKey
	for _, name := range names {
		keys = append(keys, report.SheetKey(name))
	}
	return keys
}

// runValues are what the paths of reports can refer to: the latest run's, or
// now's when nothing was asked yet.
func runValues(in report.Input, now func() time.Time) manifest.RunValues {
	if in.Run == nil {
		return manifest.RunValues{ID: "none", StartedAt: now()}
	}
	return manifest.RunValues{ID: in.Run.ID, StartedAt: in.Run.StartedAt}
}
