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

// Beside writes the CSV report as files beside each other: the messages to out
// itself, the people to NAME-people.csv, and so on. It returns their paths.
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

// Create begins the file: messages.csv is the file itself.
func (f *besideFiles) Create(name string) (io.WriteCloser, error) {
	if name == "messages.csv" {
		name = f.out
	} else {
		extension := filepath.Ext(f.out)
		name = strings.TrimSuffix(f.out, extension) + "-" + strings.TrimSuffix(name, ".csv") + extension
	}
	f.names = append(f.names, name)
	return f.set.Create(name)
}

// Try makes sure that a file can be written before the calls for it are
// spent.
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
