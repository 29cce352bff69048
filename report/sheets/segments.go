package sheets

import (
	"cmp"
	"fmt"
	"slices"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/order"
	"notifyaudit/report/sheets/cells"
)

// smallGroup is the number of people below which a group's row is marked: its rate says
// more about the people than about the group.
const smallGroup = 5

// A segment is one way of dividing the people, on a sheet of its own.
type segment struct {
	*metrics.Segment
	sheet report.SheetKey
	// label names the column; title and about are the sheet's.
	label, title, about string
}

// newSegments makes the segments of these columns.
func newSegments(columns []string, d *job.Directory, w *cells.Printer) []*segment {
	all := make([]*segment, 0, len(columns))
	for i, of := range metrics.NewSegments(columns, d, w.Say("other")) {
		s := &segment{Segment: of, label: report.CleanText(of.Column)}
		switch of.Column {
		case metrics.SegmentDepartment:
			s.sheet = report.SheetDepartments
		case metrics.SegmentLocation:
			s.sheet = report.SheetLocations
		case metrics.SegmentManager:
			s.sheet = report.SheetManagers
		default:
			s.sheet = report.SheetKey(fmt.Sprintf("segment_%d", i+1))
		}
		s.title, s.about = s.label, w.Say("about.segment", s.label)
		if of.Named() {
			s.label = w.Say("segment." + of.Column)
			s.title, s.about = w.Say("sheet."+string(s.sheet)), w.Say("about."+string(s.sheet))
		}
		all = append(all, s)
	}
	return all
}

// segmentSheets are the sheets of the segments.
func (b *builder) segmentSheets() []*report.Sheet {
	all := make([]*report.Sheet, 0, len(b.segments))
	for _, of := range b.segments {
		s := (&groups{b, of}).make()
		s.Key, s.Title = of.sheet, of.title
		s.Empty = b.words.Say("empty.departments")
		s.Landscape = true
		all = append(all, s)
	}
	return all
}

// groups is the sheet of a segment.
type groups struct {
	*builder
	of *segment
}

func (g *groups) make() *report.Sheet {
	w := g.words
	sorted := sortedGroups(g.of.Groups, w.Language)
	rows := make([][]report.Cell, 0, len(sorted))
	for _, d := range sorted {
		rows = append(rows, g.row(d))
	}
	columns := []report.Column{
		groupColumn(w, g.of), w.Integer("people"), w.Integer("deliveries"),
		w.Integer("read"), w.Integer("unread"), w.Integer("unknown"),
		w.RateBar(), w.KnownColumn(), w.Head("small", report.TypeText, cells.WidthNumber),
	}
	if _, common := g.overall.CommonTarget(); common {
		columns = append(columns, w.Head("gap", report.TypeChange, cells.WidthNumber))
	}
	return &report.Sheet{Columns: columns, Count: len(rows), Rows: cells.Rows(rows)}
}

// groupColumn heads the names of a segment's groups.
func groupColumn(w *cells.Printer, of *segment) report.Column {
	if of.Named() {
		return w.Wrapped(of.Column, cells.WidthTitle)
	}
	return report.Column{Key: string(of.sheet), Label: of.label, Type: report.TypeText, Width: cells.WidthTitle, Wrap: true}
}

func (g *groups) row(d *metrics.Group) []report.Cell {
	counts := d.Counts()
	rate, hasRate := counts.ReadRate()
	target, hasTarget := g.overall.CommonTarget()
	people, size := report.Integer(d.People), d.People
	if d.Sized {
		people, size = report.Cell{}, counts.Audience()
	}
	small := report.Cell{}
	if size < smallGroup {
		small = report.Text(g.words.Say("small"))
	}
	states := cells.Counts(counts, true, d.Read)
	row := append([]report.Cell{report.Text(d.Name), people}, states[:]...)
	row = append(row, g.words.RateOf(counts).Against(target), report.Text(g.words.Known(counts)), small)
	if !hasTarget { // a column of empty cells would only ask why
		return row
	}
	return append(row, report.Number(rate-target, hasRate))
}

// sortedGroups returns the groups in the order of the language, "Other" last.
func sortedGroups(all *metrics.Groups, lang report.Language) []*metrics.Group {
	names := order.Collator(lang)
	sorted := slices.Clone(all.List)
	slices.SortFunc(sorted, func(a, b *metrics.Group) int {
		return cmp.Or(order.Last(a.Name == all.Other, b.Name == all.Other),
			names.CompareString(a.Name, b.Name), cmp.Compare(a.Name, b.Name))
	})
	return sorted
}
