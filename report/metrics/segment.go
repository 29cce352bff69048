package metrics

import (
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
)

// The columns of a roster that have a field of their own as segments.
const (
	SegmentDepartment = job.ColumnDepartment
	SegmentLocation   = job.ColumnLocation
	SegmentManager    = job.ColumnManager
)

// A Segment is one way of dividing the people: by a column of the roster.
type Segment struct {
	// Column is the roster's.
	Column string
	*Groups
}

// SegmentColumns returns the wanted columns. The default, for nil, is the department, and
// the location and the manager if any roster has them.
func SegmentColumns(wanted []string, d *job.Directory) []string {
	if wanted != nil {
		return wanted
	}
	columns := []string{SegmentDepartment}
	for _, column := range []string{SegmentLocation, SegmentManager} {
		for p := range Everybody(d) {
			if p.Value(column) != "" {
				columns = append(columns, column)
				break
			}
		}
	}
	return columns
}

// NewSegments returns the segments of these columns; of the department if there are none.
// Other is the name of the group of people without a value.
func NewSegments(columns []string, d *job.Directory, other string) []*Segment {
	if len(columns) == 0 {
		columns = []string{SegmentDepartment}
	}
	all := make([]*Segment, 0, len(columns))
	for _, column := range columns {
		all = append(all, &Segment{Column: column, Groups: newGroups(d, column, other)})
	}
	return all
}

// Named reports whether the column has a field of its own in every roster.
func (s *Segment) Named() bool {
	return slices.Contains([]string{SegmentDepartment, SegmentLocation, SegmentManager}, s.Column)
}

// Everybody yields the people of all rosters, in the rosters' order. A person in two
// rosters comes twice.
func Everybody(d *job.Directory) iter.Seq[*job.Person] {
	return func(yield func(*job.Person) bool) {
		for _, roster := range d.Rosters() {
			for _, id := range roster.AudienceAt(time.Time{}).UserIDs {
				if p, found := roster.Person(id); found && !yield(p) {
					return
				}
			}
		}
	}
}
