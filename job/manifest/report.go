package manifest

import (
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// A Report is a report block with its paths evaluated.
type Report struct {
	// Format is "excel", "csv", "json", "html" or "markdown"; Name is the block's second label, ""
	// without one.
	Format, Name string
	// Path is the file of a report, and the folder of a csv
	// report; relative to the data folder, with slashes.
	Path string
	// Sheets of an excel or html report, in the order given; empty: the usual ones.
	Sheets []string
	// Campaigns that an excel, html or markdown report is confined to; empty: all.
	Campaigns []string
	// Segments are the columns of the rosters that people are divided by; empty:
	// the usual ones. Without names there is exactly one, the same in all reports
	// of the manifest without names.
	Segments []string
	// People is "named" or "aggregate".
	People string
	// MinimumGroupSize is the size of the smallest group that has figures of its
	// own; 0 where people are named.
	MinimumGroupSize int
	// Labels heads the columns of a csv report with labels in the audit's
	// language, not with the names of the fields.
	Labels bool
}

// RunValues are what the paths of reports can refer to as run.id, run.date and
// run.started_at.
type RunValues struct {
	ID string
	// Date is 2006-01-02; "" is the day of StartedAt in the audit's time zone.
	Date      string
	StartedAt time.Time
}

// A reportBlock is a report block whose paths are not evaluated yet.
type reportBlock struct {
	report Report
	args   *args
	// argument is the one that holds the path.
	argument string
}

// Reports evaluates the report blocks for a run, in the manifest's order.
func (m *Manifest) Reports(run RunValues) ([]Report, Diagnostics) {
	l := &loader{
		diags: m.loader.diags.Fork(), scope: m.loader.scope,
		limits: &limits{},
	}
	reports := l.evaluateReports(m.reports, run, m.Location)
	return reports, l.diags.Finish()
}

func (l *loader) evaluateReports(bs []reportBlock, run RunValues, zone *time.Location) []Report {
	if run.Date == "" {
		run.Date = run.StartedAt.In(zone).Format(time.DateOnly)
	}
	ctx := l.scope.context()
	ctx.Variables["run"] = cty.ObjectVal(map[string]cty.Value{
		"id":         cty.StringVal(run.ID),
		"date":       cty.StringVal(run.Date),
		"started_at": cty.StringVal(run.StartedAt.In(zone).Format(time.RFC3339)),
	})
	var reports []Report
	written := make(map[string]hcl.Range)
	for _, b := range bs {
		a := *b.args
		a.l, a.context = l, ctx
		r := b.report
		if !a.require(b.argument, `It is relative to --data-dir, as in "out/audit".`) {
			continue
		}
		v, ok := a.open(b.argument, cty.String)
		if !ok {
			continue
		}
		r.Path = strings.TrimSpace(v.AsString())
		if p := l.outputPath(r, written); p != nil {
			a.failAt(b.argument, p)
			continue
		}
		r.Path = path.Clean(r.Path)
		written[r.Path] = a.block.at
		reports = append(reports, r)
	}
	return reports
}

func (l *loader) outputPath(r Report, written map[string]hcl.Range) *diag.Problem {
	if p := writable(r.Path); p != nil {
		return p
	}
	ends := map[string]string{"excel": ".xlsx", "json": ".json", "html": ".html", "markdown": ".md"}
	if end := ends[r.Format]; !strings.HasSuffix(r.Path, end) {
		return diag.Problemf("Unsuitable path", "The path %s of a %s report must end in %s.", diag.Quote(r.Path), r.Format, end)
	}
	if at, twice := written[path.Clean(r.Path)]; twice {
		return diag.Problemf("Two reports in one file", "The report at %s is written to %s too.", place(at), diag.Quote(r.Path))
	}
	return nil
}

// reports decodes the report blocks and tries their paths with a specimen run.
func (l *loader) reports(bs blocks, m *Manifest) {
	formats := []string{"excel", "csv", "json", "html", "markdown"}
	for _, b := range bs {
		format := b.labels[0]
		if !slices.Contains(formats, format) {
			l.diags.FailAt(b.labelAt, diag.Problemf("Unknown report", "There is no report %s.%s", diag.Quote(format), diag.DidYouMeanOr(format, formats, "The reports are")))
			continue
		}
		m.reports = append(m.reports, l.reportBlock(b, m.Directory))
	}
	l.guardTogether(m.reports)
	specimen := RunValues{ID: "20261120T090000Z-1f3a", StartedAt: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	l.evaluateReports(m.reports, specimen, m.Location)
}

func reportShape(format string) shape {
	arguments := []string{"people", "minimum_group_size"}
	switch format {
	case "excel", "html":
		arguments = append(arguments, "path", "sheets", "campaigns", "segments")
	case "markdown":
		arguments = append(arguments, "path", "campaigns", "segments")
	case "csv":
		arguments = append(arguments, "directory", "headers")
	default:
		arguments = append(arguments, "path")
	}
	return shape{arguments: arguments}
}

func (l *loader) reportBlock(b block, people *job.Directory) reportBlock {
	format := b.labels[0]
	a := l.args(b, reportShape(format))
	r := reportBlock{args: a, argument: "path", report: Report{Format: format}}
	if len(b.labels) > 1 {
		r.report.Name = b.labels[1]
	}
	l.privacy(a, &r.report)
	switch format {
	case "csv":
		r.argument = "directory"
		r.report.Labels = l.headers(a)
	case "excel", "html", "markdown":
		r.report.Sheets = l.sheets(a, r.report.People)
		r.report.Campaigns = l.campaigns(a)
		r.report.Segments = l.segments(a, r.report.People, people)
	}
	return r
}

func (l *loader) sheets(a *args, people string) []string {
	known := []string{
		"summary", "campaigns", "messages", "departments", "matrix", "trend",
		"unread", "reminders", "people", "detail", "problems", "notes",
	}
	ofPeople := []string{"unread", "reminders", "people", "detail"}
	sheets := a.texts("sheets")
	for i, sheet := range sheets {
		switch {
		case people != peopleNamed && slices.Contains(ofPeople, sheet):
			a.failAt("sheets", diag.Problemf("Sheet of people", "A report with people = %s has no sheet %s.", diag.Quote(people), diag.Quote(sheet)))
		case !slices.Contains(known, sheet):
			a.failAt("sheets", diag.Problemf("Unknown sheet", "There is no sheet %s.%s", diag.Quote(sheet), diag.DidYouMeanOr(sheet, known, "The sheets are")))
		case slices.Contains(sheets[:i], sheet):
			a.failAt("sheets", diag.Problemf("Sheet named twice", "The sheet %s is named twice.", diag.Quote(sheet)))
		}
	}
	return sheets
}

// campaigns checks the names against those that messages have, unless there are
// too many to remember or mistakes that hide some.
func (l *loader) campaigns(a *args) []string {
	names := a.texts("campaigns")
	if len(l.world.campaigns) >= maxCampaigns || l.diags.HasErrors() {
		return names
	}
	for _, name := range names {
		if !l.world.campaigns[name] {
			known := slices.Sorted(maps.Keys(l.world.campaigns))
			const most = 20
			lead := "The campaigns are"
			if len(known) > most {
				lead, known = "Among the campaigns are", known[:most]
			}
			a.failAt("campaigns", diag.Problemf("Unknown campaign", "No message belongs to a campaign %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, known, lead)))
		}
	}
	return names
}

func (l *loader) headers(a *args) (labels bool) {
	known := []string{"names", "labels"}
	headers := a.text("headers", "names")
	if !slices.Contains(known, headers) {
		a.failAt("headers", diag.Problemf("Unknown headers", "There are no headers %s.%s", diag.Quote(headers), diag.DidYouMeanOr(headers, known, "They are")))
	}
	return headers == "labels"
}
