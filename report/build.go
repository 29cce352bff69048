package report

import (
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
	b := newBook(in, opts)
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

	figures     *Figures
	departments *departments
	troubles    *troubles
	texts       textCheck
	findings    []Finding
	// lowMessages are the lowest with a rate.
	lowMessages lowest[lowMessage]
	unreadRows  int
	// places is the order of people on the list of the unread.
	places func() map[*job.Person]int
}

// A lowMessage is what the summary needs of a message.
type lowMessage struct {
	title  string
	row    int // on the sheet of messages
	target float64
	counts job.Counts
}

// maxBars is how many bars a chart has at most, maxAttention how many rows a
// list of the lowest.
const (
	maxBars      = 15
	maxAttention = 5
)

func newBook(in Input, opts Options) *book {
	w := newWords(in.Language, in.Location)
	in = in.only(opts.Campaigns)
	if in.Directory == nil {
		in.Directory = job.NewDirectory()
	}
	return &book{
		in: in, opts: opts, words: w, now: runTime(in.Run),
		figures:     newFigures(),
		departments: newDepartments(in.Directory, w.say("other")),
		troubles:    newTroubles(w),
		lowMessages: lowest[lowMessage]{most: maxBars},
		places: sync.OnceValue(func() map[*job.Person]int {
			return placesOf(in.Directory, w.lang)
		}),
	}
}

// runTime is when the run last did something; zero without one.
func runTime(r *job.Run) time.Time {
	if r == nil {
		return time.Time{}
	}
	latest := r.StartedAt
	for _, t := range []time.Time{r.UpdatedAt, r.FinishedAt} {
		if t.After(latest) {
			latest = t
		}
	}
	return latest
}

// survey is the one pass over the results that everything else rests on.
func (b *book) survey() error {
	for r, err := range b.in.Results() {
		if err != nil {
			return fmt.Errorf("build the report: %w", err)
		}
		if rate, known := r.ReadRate(); known {
			b.lowMessages.add(rate, lowMessage{
				title: CleanText(r.Message.Title), row: b.figures.Totals.Messages,
				target: r.Message.Target, counts: r.Counts,
			})
		}
		b.figures.add(r)
		b.departments.add(r)
		b.troubles.add(r, b.now)
		b.texts.message(r)
		b.unreadRows += b.chaseCount(r)
	}
	b.texts.directory(b.in.Directory)
	b.findings = b.allFindings()
	return nil
}

func (b *book) wanted(key SheetKey) bool {
	return b.opts.Sheets == nil || slices.Contains(b.opts.Sheets, key)
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
	var s *Sheet
	switch key {
	case SheetCampaigns:
		s = b.campaignSheet()
	case SheetMessages:
		s = b.messageSheet()
	case SheetDepartments:
		s = b.departmentSheet()
	case SheetUnread:
		s = b.unreadSheet()
	case SheetProblems:
		s = b.problemSheet()
	default:
		s = b.noteSheet()
	}
	s.Key = key
	s.Title = b.words.say("sheet." + string(key))
	s.Empty = b.words.say("empty." + string(key))
	s.Landscape = true
	return s
}
