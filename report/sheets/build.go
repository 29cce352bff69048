// Package sheets makes the sheets of a report: their columns and rows, in the order
// and the language of the audit. The renderers add nothing to them and leave nothing
// out.
package sheets

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/notices"
	"notifyaudit/report/privacy"
	"notifyaudit/report/problems"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
	"notifyaudit/report/sheets/people"
	"notifyaudit/report/words"
)

// Options say what of a report is wanted. The zero value is everything.
type Options struct {
	// Sheets are the sheets wanted, in any order; nil is all but the lists of
	// everybody, SheetPeople and SheetDetail.
	Sheets []report.SheetKey
	// Campaigns are the names of the campaigns wanted; nil is all. Every figure
	// is then of these alone.
	Campaigns []string
	// Segments are the columns of the roster that people are divided by, each on
	// a sheet of its own; charts and matrix are by the first. Nil is the
	// department, and the location and the manager where the rosters have them.
	// An aggregate report divides people by its Privacy's segment alone.
	Segments []string
	// Channel is how people are reminded, by mail unless it says something else. Batch is
	// how many people a batch of reminders has at most, 0 for as many as the channel takes.
	Channel job.Channel
	Batch   int
}

// Build reads the results once for the figures and returns the report, whose rows are
// made when they are asked for: reading them all takes one more pass, and a single
// sheet another one. Every pass must see the same results.
//
// It fails on a sheet that doesn't exist and on an error of the results, which is also how
// a caller can end it.
func Build(in report.Input, opts Options) (*report.Workbook, error) {
	for _, key := range opts.Sheets {
		if !slices.Contains(report.SheetKeys(), key) {
			return nil, fmt.Errorf("there is no sheet %q", key)
		}
	}
	b, err := newBuilder(in, opts)
	if err != nil {
		return nil, err
	}
	if err := b.survey(); err != nil {
		return nil, err
	}
	wb := &report.Workbook{
		Language: b.words.Language, Title: report.CleanText(in.Title), Location: b.words.Location,
		Version: in.Provenance.Version, CreatedAt: b.createdAt(),
	}
	if in.Simulated {
		wb.Banner = b.words.Say("banner.simulated")
	}
	for _, key := range report.SheetKeys() {
		switch {
		case !b.wanted(key):
		case key == report.SheetSummary:
			wb.Summary = (&summary{b}).make()
		case key == report.SheetDepartments:
			wb.Sheets = append(wb.Sheets, b.segmentSheets()...)
		default:
			wb.Sheets = append(wb.Sheets, b.sheet(key))
		}
	}
	wb.Stream = func(most int) iter.Seq2[report.Row, error] { return b.stream(wb.Sheets, most) }
	return wb, nil
}

// A builder is what the sheets of one report are made from.
type builder struct {
	in    report.Input
	opts  Options
	words *cells.Printer
	// now is the time of the latest run. People have left and readings are old as of this
	// time, so that the same state gives the same cells on every day.
	now     time.Time
	overall *metrics.Overall
	trend   metrics.Trend
	notices *notices.Set
	// curves and divided are of the notices, by their places.
	curves  []*curve
	divided []noticeGroups
	// segments has at least one; charts and matrix are of the first.
	segments []*segment
	problems *problems.Collector
	findings []report.Finding
	lists    *people.Lists
	// feeds are the sheets whose rows are made of each message.
	feeds []feed.Feed
	// count is the number of messages that have a row, lone of those to one person.
	count, lone int
}

func newBuilder(in report.Input, opts Options) (*builder, error) {
	w := words.New(in.Language, in.Location)
	if in.Directory == nil {
		in.Directory = job.NewDirectory()
	}
	columns := metrics.SegmentColumns(opts.Segments, in.Directory)
	if !in.Privacy.Named() {
		columns = []string{cmp.Or(in.Privacy.Segment, metrics.SegmentDepartment)}
		if opts.Segments != nil && !slices.Equal(opts.Segments, columns) {
			return nil, fmt.Errorf("an aggregate report divides people by %s alone", columns[0])
		}
	}
	b := &builder{
		in: privacy.Guard(in).Only(opts.Campaigns), opts: opts, words: &cells.Printer{Printer: w}, now: in.Run.LastSeen(),
		notices: notices.New(),
	}
	b.overall, b.problems, b.lists = metrics.New(&b.in), problems.New(&b.in, w), people.New(&b.in, b.words, b.notices, opts.Channel, opts.Batch)
	b.segments = newSegments(columns, b.in.Directory, b.words)
	return b, nil
}

// aggregate reports whether people are not named.
func (b *builder) aggregate() bool { return !b.in.Privacy.Named() }

// survey reads the results once for everything but the rows.
func (b *builder) survey() error {
	observed := b.wanted(report.SheetTrend)
	for m, err := range b.series(observed && b.in.Trend == nil) {
		if err != nil {
			return fmt.Errorf("build the report: %w", err)
		}
		b.observe(b.look(m.Result), m.Observations)
	}
	if observed && b.in.Trend != nil {
		if err := b.observeTrend(); err != nil {
			return err
		}
	}
	b.overall.Finish()
	b.notices.Name(b.in.CampaignTitles, b.words.Printer)
	nameless := b.segments[0].Nameless
	if b.aggregate() {
		nameless = 0
	}
	b.findings = b.problems.Findings(b.missing(), nameless)
	return nil
}

// missing returns the wanted campaigns without a message.
func (b *builder) missing() []string {
	if b.aggregate() { // its messages may be shown together with those of others
		return nil
	}
	var missing []string
	for _, name := range b.opts.Campaigns {
		if !b.overall.Has(name) {
			missing = append(missing, name)
		}
	}
	return missing
}

// observeTrend adds the readings of an aggregate report: they are of those of its messages
// that have a row of their own, which come first and in the same order.
func (b *builder) observeTrend() error {
	own := notices.New()
	for m, err := range b.in.Trend() {
		if err != nil {
			return fmt.Errorf("build the report: %w", err)
		}
		b.observe(b.notices.List[own.Add(m.Result).Place], m.Observations)
	}
	return nil
}

// look adds one message, and returns its notice.
func (b *builder) look(r *job.Result) *notices.Notice {
	n := b.notices.Add(r)
	b.count++
	if _, is := loneState(r); is {
		b.lone++
	}
	b.overall.Add(r)
	for i, of := range b.segments {
		if i > 0 && !b.wanted(report.SheetDepartments) {
			continue
		}
		shares := of.Shares(r)
		of.Add(r, shares)
		if i == 0 && b.wanted(report.SheetMatrix) {
			b.divide(n, shares)
		}
	}
	b.problems.Add(r)
	b.lists.Add(r, n, b.wanted)
	return n
}

// wanted reports whether the report has a sheet. The lists of all people are only there on
// request.
func (b *builder) wanted(key report.SheetKey) bool {
	switch {
	case slices.ContainsFunc(b.segments, func(of *segment) bool { return of.sheet == key }):
		key = report.SheetDepartments
	case key == report.SheetTechnical:
		key = report.SheetProblems // its second part
	}
	if b.aggregate() && (ofPeople(key) || key == report.SheetSpeed) {
		return false
	}
	if b.opts.Sheets == nil {
		return key != report.SheetPeople && key != report.SheetDetail
	}
	return slices.Contains(b.opts.Sheets, key)
}

// ofPeople reports whether a sheet lists people.
func ofPeople(key report.SheetKey) bool {
	return slices.Contains([]report.SheetKey{
		report.SheetUnread, report.SheetReminders, report.SheetChanged, report.SheetRead, report.SheetPeople, report.SheetDetail,
	}, key)
}

// createdAt is the document's time: that of the data, not of writing.
func (b *builder) createdAt() time.Time {
	if b.now.IsZero() {
		return b.overall.Newest
	}
	return b.now
}

// link links a cell to a sheet, if the report has that sheet.
func (b *builder) link(c report.Cell, sheet report.SheetKey) report.Cell {
	if !b.wanted(sheet) || c.Empty() {
		return c
	}
	return c.To(sheet)
}

func (b *builder) sheet(key report.SheetKey) *report.Sheet {
	makers := map[report.SheetKey]interface{ make() *report.Sheet }{
		report.SheetCampaigns: &campaigns{b}, report.SheetMessages: &messages{b}, report.SheetMatrix: &matrix{b},
		report.SheetTrend: &trend{b}, report.SheetSpeed: &speed{b}, report.SheetProblems: &problemRows{b},
		report.SheetTechnical: &technicalRows{b}, report.SheetNotes: &notes{builder: b},
	}
	var s *report.Sheet
	if fed := b.lists.Feeds()[key]; fed != nil {
		s = b.feed(fed())
	} else if make := b.lists.Sheets()[key]; make != nil {
		s = make()
	} else {
		s = makers[key].make()
	}
	s.Key = key
	s.Title = b.words.Say("sheet." + string(key))
	s.Empty = b.words.Say("empty." + string(key) + b.reason(key))
	s.Landscape = true
	return s
}

// reason returns ".blind" for a sheet that is empty only because the audiences are unknown,
// and ".first" for one that has nothing to compare with.
func (b *builder) reason(key report.SheetKey) string {
	if key == report.SheetChanged && !b.lists.Compared() {
		return ".first"
	}
	needs := []report.SheetKey{report.SheetTrend, report.SheetUnread, report.SheetReminders}
	if slices.Contains(needs, key) && b.lists.Unlisted() > 0 && !b.overall.HasReading {
		return ".blind"
	}
	return ""
}
