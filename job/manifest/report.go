package manifest

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/inputs"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/messages"
)

// A Report is a report block with its paths evaluated.
type Report struct {
	// Format is "excel", "csv", "json", "html" or "markdown"; Name is the block's
	// second label, empty without one.
	Format, Name string
	// Path is the file of a report, and the folder of a csv report; relative to
	// the data folder, with slashes.
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
	// Channel is how people are reminded. Batch is how many people a batch of reminders has
	// at most; 0: as many as the channel takes.
	Channel job.Channel
	Batch   int
	// Split is the column of the rosters of which each value has a file of its own, one of
	// Groups; empty: there is one file. Path is then that of the index of the files.
	Split  string
	Groups []Group
	// AnyGroup is the path of a group's file with anyGroup in place of its name.
	AnyGroup string
	// Labels heads the columns of a csv report with labels in the audit's
	// language, not with the names of the fields.
	Labels bool
}

// A reportBlock is a report block whose paths are not evaluated yet.
type reportBlock struct {
	report Report
	args   *lang.Args
	// argument is the one that holds the path.
	argument string
}

// Reports evaluates the report blocks for a run, in the manifest's order.
func (m *Manifest) Reports(run RunValues) ([]Report, Diagnostics) {
	program := m.program.Fork()
	return m.evaluateReports(program.Scope(), run), program.Diags.Finish()
}

// pathHint says what the path of a report is.
const pathHint = `It is relative to --data-dir, as in "out/audit".`

// evaluateReports evaluates the paths of the reports, and reports those that can't
// be written to.
func (m *Manifest) evaluateReports(scope *lang.Scope, run RunValues) []Report {
	scope = scope.With("run", run.Root(m.Location))
	var reports []Report
	var written inputs.Set
	if m.Textfile != "" {
		written.Add("metrics \"textfile\"", filepath.Join(m.DataDir, filepath.FromSlash(m.Textfile)))
	}
	for _, b := range m.reports {
		a, r := b.args.In(scope), b.report
		if r.Split != "" {
			if r, ok := m.evaluateSplit(a, scope, r, &written); ok {
				reports = append(reports, r)
			}
			continue
		}
		if !a.Require(b.argument, pathHint) {
			continue
		}
		v, ok := a.Shown(b.argument, cty.String)
		if !ok {
			continue
		}
		r.Path = strings.TrimSpace(v.AsString())
		if p := m.checkReport(r, &written); p != nil {
			a.FailAt(b.argument, p)
			continue
		}
		for _, file := range m.filesOf(r) {
			written.Add("the report at "+lang.Place(a.Block.At), file)
		}
		r.Path = path.Clean(r.Path)
		reports = append(reports, r)
	}
	return reports
}

// filesOf are the files of a report, in full.
func (m *Manifest) filesOf(r Report) []string {
	return reportFiles(r.Format, filepath.Join(m.DataDir, filepath.FromSlash(r.Path)))
}

// checkReport says why a report can't be written: because of its path, or because
// of what is at the place of one of its files: one of the audit's inputs, another
// report of the manifest, or somebody else's file.
func (m *Manifest) checkReport(r Report, written *inputs.Set) *diag.Problem {
	if p := checkPlace(r.Path); p != nil {
		return p
	}
	if p := checkExtension(r.Format, r.Path); p != nil {
		return p
	}
	files := m.filesOf(r)
	if p := checkTarget(m, r.Format, r.Path, files); p != nil {
		return p
	}
	for _, file := range files {
		if other, found := written.FindReplaced(file); found {
			return collision(other, shown(r.Path, file))
		}
	}
	return nil
}

// collision says that a report is to stand where something else is written.
func collision(other inputs.File, path string) *diag.Problem {
	return diag.Problemf("Two outputs in one place", "What %s writes stands where %s is to stand, or is one of its folders. Choose another path.", other.What, diag.Quote(path))
}

// A reportDecoder decodes report blocks. Directory and messages are what people and
// campaigns are looked up in.
type reportDecoder struct {
	diags     *diag.Collector
	directory *job.Directory
	messages  *messages.Set
}

// decodeReports reads the report blocks and tries their paths with an example of a
// run.
func (m *Manifest) decodeReports(bs lang.Blocks) {
	d := reportDecoder{diags: m.program.Diags, directory: m.Directory, messages: m.messages}
	formats := []string{"excel", "csv", "json", "html", "markdown"}
	for _, b := range bs {
		format := b.Labels[0]
		if !slices.Contains(formats, format) {
			d.diags.FailAt(b.LabelAt, diag.Problemf("Unknown report", "There is no report %s.%s", diag.Quote(format), diag.DidYouMeanOr(format, formats, "The reports are")))
			continue
		}
		m.reports = append(m.reports, d.decode(m.program.Args(b)))
	}
	guardTogether(m.reports)
	m.evaluateReports(m.program.Scope(), exampleRun())
}

// exampleRun is a run to try with what refers to one.
func exampleRun() RunValues {
	return RunValues{ID: "20261120T090000Z-1f3a", StartedAt: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
}

func (d *reportDecoder) decode(a *lang.Args) reportBlock {
	labels := a.Block.Labels
	r := reportBlock{args: a, argument: "path", report: Report{Format: labels[0]}}
	if len(labels) > 1 {
		r.report.Name = labels[1]
	}
	privacy(a, &r.report)
	switch r.report.Format {
	case "csv":
		r.argument = "directory"
		r.report.Labels = headers(a)
	case "excel", "html", "markdown":
		r.report.Sheets = sheets(a, r.report.People)
		r.report.Campaigns = campaigns(a, d.messages)
		r.report.Segments = segments(a, r.report.People, d.directory)
		r.report.Channel = channel(a)
		r.report.Batch = a.Int("batch", 0, 1, r.report.Channel.Batch())
		r.report.Split = split(a, r.report.People, d.directory)
	}
	return r
}

func sheets(a *lang.Args, people string) []string {
	known := []string{
		"summary", "campaigns", "messages", "departments", "matrix", "trend", "speed",
		"unread", "read", "reminders", "changed", "people", "detail", "problems", "notes",
	}
	ofPeople := []string{"speed", "unread", "read", "reminders", "changed", "people", "detail"}
	sheets := a.Texts("sheets")
	for i, sheet := range sheets {
		switch {
		case people != peopleNamed && slices.Contains(ofPeople, sheet):
			a.FailAt("sheets", diag.Problemf("Sheet of people", "A report with people = %s has no sheet %s.", diag.Quote(people), diag.Quote(sheet)))
		case !slices.Contains(known, sheet):
			a.FailAt("sheets", diag.Problemf("Unknown sheet", "There is no sheet %s.%s", diag.Quote(sheet), diag.DidYouMeanOr(sheet, known, "The sheets are")))
		case slices.Contains(sheets[:i], sheet):
			a.FailAt("sheets", diag.Problemf("Sheet named twice", "The sheet %s is named twice.", diag.Quote(sheet)))
		}
	}
	return sheets
}

// channel is how the people of a report are reminded.
func channel(a *lang.Args) job.Channel {
	var known []string
	for _, c := range job.Channels() {
		known = append(known, string(c))
	}
	name := a.Text("channel", known[0])
	if !slices.Contains(known, name) {
		a.FailAt("channel", diag.Problemf("Unknown channel", "There is no channel %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, known, "The channels are")))
		return job.ChannelMail
	}
	return job.Channel(name)
}

func headers(a *lang.Args) (labels bool) {
	known := []string{"names", "labels"}
	headers := a.Text("headers", "names")
	if !slices.Contains(known, headers) {
		a.FailAt("headers", diag.Problemf("Unknown headers", "There are no headers %s.%s", diag.Quote(headers), diag.DidYouMeanOr(headers, known, "They are")))
	}
	return headers == "labels"
}
