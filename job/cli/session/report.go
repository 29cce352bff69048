package session

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"time"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
	"notifyaudit/report/excel"
	"notifyaudit/report/html"
	reportjson "notifyaudit/report/json"
	"notifyaudit/report/markdown"
)

// WriteReportTo writes one report to a path of the user's choice.
func WriteReportTo(in report.Input, r manifest.Report, out string) error {
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

// WriteReports writes the manifest's reports after a run.
func (s *Session) WriteReports(ctx context.Context) (manifest.Evaluation, error) {
	in, e, err := s.Input(ctx)
	if err != nil {
		return e, err
	}
	return e, s.WriteAll(ctx, in)
}

// WriteAll writes the manifest's reports below the data folder.
func (s *Session) WriteAll(ctx context.Context, in report.Input) error {
	reports, diagnostics := s.Manifest.Reports(runValues(in, s.Now))
	s.Reporter.Diagnostics(diagnostics)
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
		s.Reporter.ReportWritten(r.Format, filepath.Join(s.Manifest.DataDir, r.Path))
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
	return files.Write(r.Path, func(w io.Writer) error { return Render(w, in, r) })
}

// ReportFormats are the formats of reports.
func ReportFormats() []string { return []string{"excel", "csv", "json", "html", "markdown"} }

// Render writes a report that is one file.
func Render(w io.Writer, in report.Input, r manifest.Report) error {
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
