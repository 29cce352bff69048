package render

import (
	"fmt"
	"iter"
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

// A Group is a file of a report that is split.
type Group struct {
	*split.Part
	// Path is that of the file.
	Path string
	// Email is the address of the manager whose people the group is; "" if it is not known,
	// or the report is split by another column.
	Email string
}

// Groups yields the groups of a report that is split, of those that have people, by value.
func Groups(in report.Input, r manifest.Report) iter.Seq2[Group, error] {
	paths := make(map[string]string, len(r.Groups))
	for _, g := range r.Groups {
		paths[g.Value] = g.Path
	}
	roll := chase.NewRoll(&in)
	return func(yield func(Group, error) bool) {
		for part, err := range split.Parts(in.Only(campaignsOf(r)), r.Split) {
			if err != nil {
				yield(Group{}, err)
				return
			}
			g := Group{Part: part, Path: paths[part.Value]}
			if part.Value != "" {
				part.Input.Title += " · " + part.Value
			}
			if r.Split == job.ColumnManager {
				g.Email = roll.Mail(part.Value)
			}
			if !yield(g, nil) {
				return
			}
		}
	}
}

// Split writes a file for each group of a report that is split, each whole or not at all,
// and then the index of those that have people. It returns the paths of all of them, the
// index's first.
func Split(root *os.Root, in report.Input, r manifest.Report) ([]string, error) {
	written, rows := []string{r.Path}, []reportcsv.IndexRow(nil)
	for g, err := range Groups(in, r) {
		if err != nil {
			return nil, err
		}
		one := r
		one.Path = g.Path
		if err := Below(root, g.Input, one); err != nil {
			return nil, err
		}
		written = append(written, one.Path)
		row, err := indexRow(g, r)
		if err != nil {
			return nil, err
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

func indexRow(g Group, r manifest.Report) (reportcsv.IndexRow, error) {
	from, err := filepath.Rel(filepath.FromSlash(path.Dir(r.Path)), filepath.FromSlash(g.Path))
	if err != nil {
		return reportcsv.IndexRow{}, fmt.Errorf("name %s in the index: %w", g.Path, err)
	}
	return reportcsv.IndexRow{
		Group: g.Value, File: filepath.ToSlash(from), Email: g.Email, People: g.People, ToRemind: g.ToRemind, Counts: g.Counts,
	}, nil
}
