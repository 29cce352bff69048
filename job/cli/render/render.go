// Package render writes reports in their formats, each whole or not at all.
package render

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/origin"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
	"notifyaudit/report/excel"
	"notifyaudit/report/html"
	reportjson "notifyaudit/report/json"
	"notifyaudit/report/markdown"
	"notifyaudit/report/sheets"
)

// Formats returns the names of the formats.
func Formats() []string { return []string{"excel", "csv", "json", "html", "markdown"} }

// To writes a report that is one file to w: json, html, markdown or excel.
func To(w io.Writer, in report.Input, r manifest.Report) error { return to(w, in, r, "") }

// spoolMemory is how much of a worksheet is kept in memory until the workbook is put
// together, in bytes; more goes to a file.
const spoolMemory = 1 << 20

// to is To with temporary files in a folder, if it takes them.
func to(w io.Writer, in report.Input, r manifest.Report, folder string) error {
	in.Privacy = PrivacyOf(r)
	opts := sheets.Options{Sheets: sheetKeys(r.Sheets), Campaigns: r.Campaigns, Segments: r.Segments, Channel: r.Channel, Batch: r.Batch}
	write := func(w io.Writer, wb *report.Workbook) error {
		return excel.Write(w, wb, func() excel.Scratch { return atomicfile.NewSpool(spoolMemory, folder, "") })
	}
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
	book, err := sheets.Build(in, opts)
	if err != nil {
		return err
	}
	return write(w, book)
}

// File writes one report at a path of the user's choice: a folder for csv, which is
// made. Other folders must be there.
func File(in report.Input, r manifest.Report, out string) error {
	folder := filepath.Dir(out)
	r.Path = filepath.Base(out)
	if r.Format == "csv" {
		folder, r.Path = out, "."
		if err := os.Mkdir(out, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("make the folder of the report: %w", err)
		}
	}
	root, err := openFolder(folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return Below(root, in, r)
}

// openFolder opens the folder of a file that the user named.
func openFolder(folder string) (*os.Root, error) {
	root, err := os.OpenRoot(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: make it first, or write somewhere else", folder)
	}
	if err != nil {
		return nil, fmt.Errorf("open the folder of the report: %w", err)
	}
	return root, nil
}

// Below writes a report at its path below root, whole or not at all.
func Below(root *os.Root, in report.Input, r manifest.Report) error {
	set := atomicfile.NewSet(root)
	defer set.Abort()
	if err := into(set, root.Name(), in, r); err != nil {
		return fmt.Errorf("write the %s report: %w", r.Format, err)
	}
	return set.Commit()
}

// into adds the files of a report to a set.
func into(set *atomicfile.Set, folder string, in report.Input, r manifest.Report) error {
	in.Privacy = PrivacyOf(r)
	if r.Format == "csv" {
		return reportcsv.Write(folderFiles{set, r.Path}, in, reportcsv.Options{Labels: r.Labels})
	}
	return set.Write(r.Path, func(w io.Writer) error {
		err := to(w, in, r, folder)
		if err == nil && r.Format == "markdown" {
			_, err = io.WriteString(w, "\n"+origin.MarkdownMark+"\n")
		}
		return err
	})
}

// Folder returns the folder in which the files of a report appear.
func Folder(r manifest.Report) string {
	if r.Format == "csv" {
		return r.Path
	}
	return path.Dir(filepath.ToSlash(r.Path))
}

// PrivacyOf returns how much a report shows of people.
func PrivacyOf(r manifest.Report) report.Privacy {
	p := report.Privacy{
		People: report.People(r.People), MinimumGroupSize: r.MinimumGroupSize,
	}
	if !p.Named() && len(r.Segments) > 0 {
		p.Segment = r.Segments[0]
	}
	return p
}

// folderFiles puts files into one folder of a set.
type folderFiles struct {
	set    *atomicfile.Set
	folder string
}

// Create adds a file in the folder.
func (f folderFiles) Create(name string) (io.WriteCloser, error) {
	return f.set.Create(path.Join(filepath.ToSlash(f.folder), name))
}

func sheetKeys(names []string) []report.SheetKey {
	var keys []report.SheetKey
	for _, name := range names {
		keys = append(keys, report.SheetKey(name))
	}
	return keys
}
