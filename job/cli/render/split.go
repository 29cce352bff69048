package render

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"notifyaudit/job"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
	"notifyaudit/report/chase"
	reportcsv "notifyaudit/report/csv"
	"notifyaudit/report/split"
)

// Split writes a file for each group of a report that is split, each whole or not at all,
// and then the index of those that have people. It returns the paths of all of them, the
// index's first.
func Split(root *os.Root, in report.Input, r manifest.Report) ([]string, error) {
	paths := make(map[string]string, len(r.Groups))
	for _, g := range r.Groups {
		paths[g.Value] = g.Path
	}
	only, roll := in.Only(campaignsOf(r)), chase.NewRoll(&in)
	written, rows := []string{r.Path}, []reportcsv.IndexRow(nil)
	for part, err := range split.Parts(only, r.Split) {
		if err != nil {
			return nil, err
		}
		one := r
		one.Path = paths[part.Value]
		if part.Value != "" {
			part.Input.Title += " · " + part.Value
		}
		if err := Below(root, part.Input, one); err != nil {
			return nil, err
		}
		written = append(written, one.Path)
		row, err := indexRow(part, one.Path, r)
		if err != nil {
			return nil, err
		}
		if r.Split == job.ColumnManager {
			row.Email = roll.Mail(part.Value)
		}
		rows = append(rows, row)
	}
	set := atomicfile.NewSet(root)
	defer set.Abort()
	if err := reportcsv.WriteIndex(set, r.Path, &in, rows); err != nil {
		return nil, fmt.Errorf("write the index of the report: %w", err)
	}
	return written, set.Commit()
}

// campaignsOf are the campaigns that a report is confined to; nil for all.
func campaignsOf(r manifest.Report) []string {
	if len(r.Campaigns) == 0 {
		return nil
	}
	return r.Campaigns
}

func indexRow(part *split.Part, file string, r manifest.Report) (reportcsv.IndexRow, error) {
	from, err := filepath.Rel(filepath.FromSlash(path.Dir(r.Path)), filepath.FromSlash(file))
	if err != nil {
		return reportcsv.IndexRow{}, fmt.Errorf("name %s in the index: %w", file, err)
	}
	return reportcsv.IndexRow{
		Group: part.Value, File: filepath.ToSlash(from), People: part.People, ToRemind: part.ToRemind, Counts: part.Counts,
	}, nil
}
