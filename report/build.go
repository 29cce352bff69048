package report

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"notifyaudit/job"
)

// Options say what of a report is wanted. The zero value is everything.
type Options struct {
	// Sheets are the sheets wanted, in any order; nil is all.
	Sheets []SheetKey
	// Campaigns are the names of the campaigns wanted; nil is all. Every figure
	// is then of these alone.
	Campaigns []string
	// Segments are the columns of the roster that people are divided by, each on
	// a sheet of its own; charts and matrix are by the first. Nil is the
	// department, and the location and the manager where the rosters have them.
	Segments []string
}

// Build reads the results once for the figures and returns the report. The
// sheets read them again as their rows are asked for, and see the same ones.
//
// It fails on a sheet that doesn't exist and on an error of the results, which
// is also how a caller who has lost interest ends it.
func Build(in Input, opts Options) (*Workbook, error) {
	for _, key := range opts.Sheets {
		if !slices.Contains(SheetKeys(), key) {
			return nil, fmt.Errorf("there is no sheet %q", key)
		}
	}
	b, err := newBook(in, opts)
	if err != nil {
		return nil, err
	}
	if err := b.survey(); err != nil {
		return nil, err
	}
	wb := &Workbook{
		Language: b.words.lang, Title: CleanText(in.Title), Location: b.words.location,
		Version: in.Provenance.Version, CreatedAt: b.createdAt(),
	}
	for _, key := range SheetKeys() {
		switch {
		case !b.wanted(key):
		case key == SheetSummary:
			wb.Summary = b.summary()
		case key == SheetDepartments:
			wb.Sheets = append(wb.Sheets, b.segmentSheets()...)
		default:
			wb.Sheets = append(wb.Sheets, b.sheet(key))
		}
	}
	return wb, nil
}

// A book is what the sheets of one report are made from.
type book struct {
	in    Input
	opts  Options
	words *words
	// now is the time as of which people are there and readings are old: the
	// latest run's, so that the same state gives the same cells on every day.
	now time.Time

	figures *Figures
	// segments are at least one; charts and matrix are of the first.
	segments []*segment
	troubles *troubles
	texts    textCheck
	findings []Finding
	// lowMessages are the lowest with a rate.
	lowMessages lowest[lowMessage]
	// rows are those of the sheet of messages; unreadRows, reminders, deliveries
	// and observed those of the sheets of that name.
	rows, unreadRows, reminders, deliveries, observed int
	course                                            course
	personals                                         personals
	// pooled are the messages that have no row of their own, open those of them
	// without an up-to-date answer.
	pooled, open int
	// places is the order of people on the list of the unread.
	places func() map[*job.Person]int
}

// A lowMessage is what the summary needs of a message.
type lowMessage struct {
	title  string
	row    int // on the sheet of messages
	rate   float64
	target float64
	counts job.Counts
}

// maxBars is how many bars a chart has at most, maxAttention how many rows a
// list of the lowest.
const (
	maxBars      = 15
	maxAttention = 5
)

func newBook(in Input, opts Options) (*book, error) {
	w := newWords(in.Language, in.Location)
	if in.Directory == nil {
		in.Directory = job.NewDirectory()
	}
	b := &book{
		opts: opts, words: w, now: in.Run.LastSeen(),
		figures: newFigures(), troubles: newTroubles(w),
		lowMessages: lowest[lowMessage]{most: maxBars},
		course:      course{runs: make(map[string]*step)},
		personals:   personals{byID: make(map[string]*personal)},
		places: sync.OnceValue(func() map[*job.Person]int {
			return placesOf(in.Directory, w.lang)
		}),
	}
	columns := segmentColumns(opts.Segments, in.Directory)
	if !in.Privacy.Named() {
		columns = []string{cmp.Or(in.Privacy.Segment, SegmentDepartment)}
		if opts.Segments != nil && !slices.Equal(opts.Segments, columns) {
			return nil, fmt.Errorf("an aggregate report divides people by %s alone", columns[0])
		}
	}
	b.in = Guard(in).only(opts.Campaigns)
	b.segments = newSegments(columns, b.in.Directory, w)
	return b, nil
}

// aggregate reports whether people are not named.
func (b *book) aggregate() bool { return !b.in.Privacy.Named() }

// survey is the one pass over the results that everything else rests on.
func (b *book) survey() error {
	for r, err := range b.in.Results() {
		if err != nil {
			return fmt.Errorf("build the report: %w", err)
		}
		b.look(r)
	}
	b.figures.finish()
	if b.wanted(SheetTrend) {
		for p, err := range b.in.pasts() {
			if err != nil {
				return fmt.Errorf("build the report: %w", err)
			}
			b.observed += len(p.Observations)
			b.course.add(p.Observations)
		}
	}
	b.texts.directory(b.in.Directory, b.hides)
	b.findings = b.allFindings()
	return nil
}

// urgency orders the messages that need attention: by rate, those to one person
// behind all others. Such a message has a rate of 0 until its person has read it,
// which says nothing of the notice; the people are on the sheet of the unread.
func urgency(rate float64, r *job.Result) float64 {
	if r.Audience.Size <= 1 {
		return rate + 2 // above any rate, but for an audience that is too small
	}
	return rate
}

// hides reports whether somebody of the rosters must not be named.
func (b *book) hides(userID string) bool {
	return b.aggregate() || b.in.Erased != nil && b.in.Erased(userID)
}

// look takes in one message.
func (b *book) look(r *job.Result) {
	if low, high, known := r.RateRange(); known {
		b.lowMessages.add(urgency(drawn(low, high), r), lowMessage{
			title: CleanText(r.Message.Title), row: b.rows, rate: high,
			target: r.Message.Target, counts: r.Counts,
		})
	}
	b.rows++
	b.figures.add(r)
	for _, of := range b.segments {
		of.add(r, of.shares(r))
	}
	if r.Pooled > 0 {
		b.pooled, b.open = b.pooled+r.Pooled, b.open+r.Open
	} else {
		b.troubles.add(r, b.now)
	}
	b.texts.message(r)
	b.lists(r)
}

// lists counts the rows of the lists of people.
func (b *book) lists(r *job.Result) {
	if b.wanted(SheetMessages) || b.wanted(SheetUnread) {
		b.unreadRows += b.chaseCount(r)
	}
	if b.wanted(SheetReminders) {
		for range b.reminderBatches(r) {
			b.reminders++
		}
	}
	if b.wanted(SheetPeople) {
		b.personals.add(r)
	}
	if b.wanted(SheetDetail) && r.HasCounts() {
		b.deliveries += len(r.Audience.UserIDs) - len(erasedAmong(r.Audience.UserIDs))
	}
}

// wanted reports whether the report has a sheet; the lists of everybody only
// when they are asked for.
func (b *book) wanted(key SheetKey) bool {
	switch {
	case slices.ContainsFunc(b.segments, func(of *segment) bool { return of.sheet == key }):
		key = SheetDepartments
	case b.aggregate() && ofPeople(key):
		return false
	}
	if b.opts.Sheets == nil {
		return key != SheetPeople && key != SheetDetail
	}
	return slices.Contains(b.opts.Sheets, key)
}

// ofPeople reports whether a sheet lists people.
func ofPeople(key SheetKey) bool {
	return slices.Contains([]SheetKey{SheetUnread, SheetReminders, SheetPeople, SheetDetail}, key)
}

// createdAt stands for the time of writing.
func (b *book) createdAt() time.Time {
	if b.now.IsZero() {
		return b.figures.Newest
	}
	return b.now
}

// link leads to a row of a sheet, if the report has that sheet.
func (b *book) link(c Cell, sheet SheetKey, row int) Cell {
	if !b.wanted(sheet) || c.Empty() {
		return c
	}
	return c.To(sheet, row)
}

func (b *book) sheet(key SheetKey) *Sheet {
	makers := map[SheetKey]func() *Sheet{
		SheetCampaigns: b.campaignSheet, SheetMessages: b.messageSheet, SheetMatrix: b.matrixSheet,
		SheetTrend: b.trendSheet, SheetUnread: b.unreadSheet, SheetReminders: b.reminderSheet,
		SheetPeople: b.peopleSheet, SheetDetail: b.detailSheet, SheetProblems: b.problemSheet, SheetNotes: b.noteSheet,
	}
	s := makers[key]()
	s.Key = key
	s.Title = b.words.say("sheet." + string(key))
	s.Empty = b.words.say("empty." + string(key))
	s.Landscape = true
	return s
}

// segmentSheets are the sheets of the segments.
func (b *book) segmentSheets() []*Sheet {
	all := make([]*Sheet, 0, len(b.segments))
	for _, of := range b.segments {
		s := b.segmentSheet(of)
		s.Key, s.Title = of.sheet, b.segmentTitle(of)
		s.Empty = b.words.say("empty.departments")
		s.Landscape = true
		all = append(all, s)
	}
	return all
}
