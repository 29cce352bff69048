package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/session"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
)

// writeBeside writes the CSV report as files beside each other: the messages to
// out itself, the people to NAME-people.csv, and so on.
func (p *program) writeBeside(in report.Input, out string) error {
	root, err := os.OpenRoot(filepath.Dir(out))
	if err != nil {
		return fmt.Errorf("open the folder of the report: %w", err)
	}
	defer func() { _ = root.Close() }()
	files := atomicfile.NewSet(root)
	defer files.Abort()
	named := session.BesideFiles{Set: files, Out: filepath.Base(out), Names: &[]string{}}
	if err := reportcsv.Write(named, in, reportcsv.Options{}); err != nil {
		return fmt.Errorf("write the csv report: %w", err)
	}
	if err := files.Commit(); err != nil {
		return err
	}
	for _, name := range *named.Names {
		p.view.ReportWritten("csv", filepath.Join(filepath.Dir(out), name))
	}
	return nil
}
