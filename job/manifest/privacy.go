package manifest

import (
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
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
func privacy(a *lang.Args, r *Report) {
	modes := []string{peopleNamed, peopleAggregate}
	r.People = a.Text("people", peopleNamed)
	if !slices.Contains(modes, r.People) {
		a.FailAt("people", diag.Problemf("Unknown mode", "People can't be shown %s.%s", diag.Quote(r.People), diag.DidYouMeanOr(r.People, modes, "The modes are")))
		r.People = peopleNamed
		return
	}
	if r.People == peopleAggregate {
		r.MinimumGroupSize = a.Int("minimum_group_size", usualMinimumGroup, 2, maxMinimumGroup)
		return
	}
	if a.IsSet("minimum_group_size") {
		a.FailAt("minimum_group_size", diag.Problemf("Without effect", `minimum_group_size has no effect on a report that names people. Set people = "aggregate", or remove it.`))
	}
}

// segments checks the columns that people are divided by.
func segments(a *lang.Args, people string, directory *job.Directory) []string {
	segments := a.Texts("segments")
	known := segmentColumns(segments, directory)
	for i, column := range segments {
		switch {
		case column == "":
			a.FailAt("segments", diag.Problemf("Empty value", "segments has an empty name."))
		case slices.Contains(segments[:i], column):
			a.FailAt("segments", diag.Problemf("Segment named twice", "The segment %s is named twice.", diag.Quote(column)))
		case !slices.Contains(known, column):
			a.FailAt("segments", diag.Problemf("Unknown segment", "No roster has a column %s.%s", diag.Quote(column), diag.DidYouMeanOr(column, known, "The columns are")))
		}
	}
	if len(segments) > maxSegments {
		a.FailAt("segments", diag.Problemf("Too many segments", "A report has at most %d segments.", maxSegments))
	}
	if people != peopleNamed && len(segments) > 1 {
		a.FailAt("segments", diag.Problemf("Too many segments", "A report with people = %s has one segment: two ways of dividing the same people can be subtracted from each other.", diag.Quote(people)))
	}
	return segments
}

// segmentColumns are the columns of the rosters by which people can be divided;
// those without a field of their own are looked for only when they are wanted.
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

// guardTogether makes sure that one report without names doesn't tell what another
// keeps back: they all divide people in one way and have one minimum. Those that
// take no segments follow the others.
func guardTogether(bs []reportBlock) {
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
			b.args.FailAt("minimum_group_size", diag.Problemf("Two minimum group sizes",
				"The report at %s has minimum_group_size = %d. Reports without names need the same one: otherwise the one shows what the other hides.",
				lang.Place(first.args.Block.At), first.report.MinimumGroupSize))
		}
		if !takesSegments(b.report.Format) {
			continue
		}
		own := "department"
		if len(b.report.Segments) > 0 {
			own = b.report.Segments[0]
		}
		if segment != "" && own != segment {
			b.args.FailAt("segments", diag.Problemf("Two ways to divide people",
				"The report at %s divides people by %s. Reports without names need the same segment: two ways of dividing the same people can be subtracted from each other.",
				lang.Place(at), diag.Quote(segment)))
			continue
		}
		segment, at = own, b.args.Block.At
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
