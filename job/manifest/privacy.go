package manifest

import (
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// The modes of a report.
const (
	peopleNamed     = "named"
	peopleAggregate = "aggregate"
)

const (
	// usualMinimumGroup is the smallest group with figures of its own where nobody
	// is named.
	usualMinimumGroup = 5
	maxMinimumGroup   = 1000
	maxSegments       = 10
)

// privacy decodes how much of people a report shows.
func (l *loader) privacy(a *args, r *Report) {
	modes := []string{peopleNamed, peopleAggregate}
	r.People = a.text("people", peopleNamed)
	if !slices.Contains(modes, r.People) {
		a.failAt("people", diag.Problemf("Unknown mode", "People can't be shown %s.%s", diag.Quote(r.People), diag.DidYouMeanOr(r.People, modes, "The modes are")))
		r.People = peopleNamed
		return
	}
	if r.People == peopleAggregate {
		r.MinimumGroupSize = a.integer("minimum_group_size", usualMinimumGroup, 2, maxMinimumGroup)
		return
	}
	if a.given("minimum_group_size") {
		a.failAt("minimum_group_size", diag.Problemf("Without effect", `minimum_group_size has no effect on a report that names people. Set people = "aggregate", or remove it.`))
	}
}

// segments checks the columns that people are divided by.
func (l *loader) segments(a *args, people string, directory *job.Directory) []string {
	segments := a.texts("segments")
	known := segmentColumns(segments, directory)
	for i, column := range segments {
		switch {
		case column == "":
			a.failAt("segments", diag.Problemf("Empty value", "segments has an empty name."))
		case slices.Contains(segments[:i], column):
			a.failAt("segments", diag.Problemf("Segment named twice", "The segment %s is named twice.", diag.Quote(column)))
		case !slices.Contains(known, column):
			a.failAt("segments", diag.Problemf("Unknown segment", "No roster has a column %s.%s", diag.Quote(column), diag.DidYouMeanOr(column, known, "The columns are")))
		}
	}
	if len(segments) > maxSegments {
		a.failAt("segments", diag.Problemf("Too many segments", "A report has at most %d segments.", maxSegments))
	}
	if people != peopleNamed && len(segments) > 1 {
		a.failAt("segments", diag.Problemf("Too many segments", "A report with people = %s has one segment: two ways of dividing the same people can be subtracted from each other.", diag.Quote(people)))
	}
	return segments
}

// segmentColumns are the columns of the rosters by which people can be divided;
// those that have no field of their own are looked for only if need be.
func segmentColumns(wanted []string, directory *job.Directory) []string {
	known := []string{"department", "location", "manager"}
	if directory == nil || !slices.ContainsFunc(wanted, func(column string) bool { return !slices.Contains(known, column) }) {
		return known
	}
	more := make(map[string]bool)
	for _, roster := range directory.Rosters() {
		for _, id := range roster.AudienceAt(time.Time{}).UserIDs {
			if p, found := roster.Person(id); found {
				for column := range p.Segments {
					more[column] = true
				}
			}
		}
	}
	return append(known, slices.Sorted(maps.Keys(more))...)
}

// guardTogether sees to it that what one report without names keeps back can't
// be had from another: they all divide people in one way and have one minimum.
// Those that take no segments follow the others.
func (l *loader) guardTogether(bs []reportBlock) {
	var first *reportBlock
	segment, at := "", hcl.Range{}
	for i := range bs {
		b := &bs[i]
		if b.report.People == peopleNamed {
			continue
		}
		if first == nil {
			first = b
		}
		if b.report.MinimumGroupSize != first.report.MinimumGroupSize {
			b.args.failAt("minimum_group_size", diag.Problemf("Two minimum group sizes",
				"The report at %s has minimum_group_size = %d. Reports without names need the same one: otherwise the one tells what the other keeps back.",
				place(first.args.block.at), first.report.MinimumGroupSize))
		}
		if !takesSegments(b.report.Format) {
			continue
		}
		own := "department"
		if len(b.report.Segments) > 0 {
			own = b.report.Segments[0]
		}
		if segment != "" && own != segment {
			b.args.failAt("segments", diag.Problemf("Two ways to divide people",
				"The report at %s divides people by %s. Reports without names need the same segment: two ways of dividing the same people can be subtracted from each other.",
				place(at), diag.Quote(segment)))
			continue
		}
		segment, at = own, b.args.block.at
	}
	for i := range bs {
		if segment != "" && bs[i].report.People != peopleNamed {
			bs[i].report.Segments = []string{segment}
		}
	}
}

func takesSegments(format string) bool {
	return slices.Contains([]string{"excel", "html", "markdown"}, format)
}
