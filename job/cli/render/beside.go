package render

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
)

// Beside writes the CSV report as several files in one folder: the messages to out,
// the people to NAME-people.csv, and so on. It returns their paths.
func Beside(in report.Input, out string) ([]string, error) {
	root, err := openFolder(filepath.Dir(out))
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	set := atomicfile.NewSet(root)
	defer set.Abort()
	beside := &besideFiles{set: set, out: filepath.Base(out)}
	if err := reportcsv.Write(beside, in, reportcsv.Options{}); err != nil {
		return nil, fmt.Errorf("write the csv report: %w", err)
	}
	if err := set.Commit(); err != nil {
		return nil, err
	}
	for i, name := range beside.names {
		beside.names[i] = filepath.Join(filepath.Dir(out), name)
	}
	return beside.names, nil
}

// besideFiles names the files of a CSV report after one file.
type besideFiles struct {
	set   *atomicfile.Set
	out   string
	names []string
}

// BesideFiles are the paths that Beside can write.
func BesideFiles(out string) []string {
	var all []string
	for _, name := range reportcsv.FileNames() {
		all = append(all, besideName(out, name))
	}
	return all
}

// besideName is a file of the report named after out: messages.csv is out itself.
func besideName(out, name string) string {
	if name == "messages.csv" {
		return out
	}
	extension := filepath.Ext(out)
	if filepath.Ext(name) != ".csv" {
		return strings.TrimSuffix(out, extension) + "-" + name
	}
	return strings.TrimSuffix(out, extension) + "-" + strings.TrimSuffix(name, ".csv") + extension
}

// Create begins the file.
func (f *besideFiles) Create(name string) (io.WriteCloser, error) {
	name = besideName(f.out, name)
	f.names = append(f.names, name)
	return f.set.Create(name)
}

// Try reports whether a report can be written to out, before calls are spent on it.
func Try(out string) error {
	root, err := openFolder(filepath.Dir(out))
	if err != nil {
		return err
	}
	files := atomicfile.NewSet(root)
	_, err = files.Create(filepath.Base(out))
	files.Abort()
	if err = errors.Join(err, root.Close()); err != nil {
		return fmt.Errorf("the report could not be written, so nothing was asked: %w", err)
	}
	return nil
}
