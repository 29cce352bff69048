package report

import (
	"fmt"
	"slices"

	"notifyaudit/job"
)

// The columns of a roster that have a field of their own as segments.
const (
	SegmentDepartment = "department"
	SegmentLocation   = "location"
	SegmentManager    = "manager"
)

// A segment is one way of dividing the people: by a column of the roster.
type segment struct {
	// column is the roster's; label says it in the report's language.
	column, label string
	sheet         SheetKey
	*departments
}

// segmentColumns are those wanted. Without a choice that is the department, and
// the location and the manager where somebody has one.
func segmentColumns(wanted []string, d *job.Directory) []string {
	if wanted != nil {
		return wanted
	}
	columns := []string{SegmentDepartment}
	for _, column := range []string{SegmentLocation, SegmentManager} {
		for p := range everybody(d) {
			if segmentOf(p, column) != "" {
				columns = append(columns, column)
				break
			}
		}
	}
	return columns
}

// newSegments makes the segments of these columns; the department is the first
// one of none.
func newSegments(columns []string, d *job.Directory, w *words) []*segment {
	if len(columns) == 0 {
		columns = []string{SegmentDepartment}
	}
	all := make([]*segment, 0, len(columns))
	for i, column := range columns {
		s := &segment{column: column, label: CleanText(column), departments: newDepartments(d, column, w.say("other"))}
		switch column {
		case SegmentDepartment:
			s.sheet = SheetDepartments
		case SegmentLocation:
			s.sheet = SheetLocations
		case SegmentManager:
			s.sheet = SheetManagers
		default:
			s.sheet = SheetKey(fmt.Sprintf("segment_%d", i+1))
		}
		if s.named() {
			s.label = w.say("segment." + column)
		}
		all = append(all, s)
	}
	return all
}

// named reports whether the column has a name in both languages.
func (s *segment) named() bool {
	return slices.Contains([]string{SegmentDepartment, SegmentLocation, SegmentManager}, s.column)
}

// segmentOf is what a person's row says in a column.
func segmentOf(p *job.Person, column string) string {
	switch column {
	case SegmentDepartment:
		return p.Department
	case SegmentLocation:
		return p.Location
	case SegmentManager:
		return p.Manager
	default:
		return p.Segments[column]
	}
}
