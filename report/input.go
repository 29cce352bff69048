// Package report has the data of a report: the input that it is made of, and the sheets
// of columns and rows that it consists of, sorted once, in the language of the audit.
//
// Package sheets makes the sheets of the input, with the numbers of package metrics.
// Packages excel, html, markdown and mail render them; csv and json write the same
// figures for programs.
//
// Nothing here holds all rows. The Results of an Input are read several times, and must
// be the same each time.
package report

import (
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
)

// A Language is one that the reports speak.
type Language string

// The languages of the reports.
const (
	English Language = "en"
	Chinese Language = "zh-CN"
)

// An Input is all that a report is made of.
type Input struct {
	Title    string
	Language Language
	// CampaignTitles are what people know campaigns by, by name. A campaign without one
	// is known by the title that all its messages have, or by its name.
	CampaignTitles map[string]string
	// Location is the time zone of every printed time.
	Location *time.Location
	// Run is the latest run; nil before the first.
	Run *job.Run
	// Directory knows people's names and departments.
	Directory *job.Directory
	// Compared is the instant that the figures are compared with: a change is from the
	// latest readings that began before it. The zero time compares with nothing.
	Compared time.Time
	// Results are the messages in the manifest's order, each only good until the next one;
	// see [job.Result.WithoutReaders]. A Result's Previous must be of the same audience as
	// its Reading, or nil: the change is computed from the two.
	Results func() iter.Seq2[*job.Result, error]
	// History returns the readings of a message whose readers are known, and all of
	// a purged message, the oldest first. Messages are asked for in their order. Nil:
	// the latest reading and the one of the run before are all that is known.
	History func(id job.MessageID) ([]job.Reading, error)
	// Refresh is the audit's: the unread of a message whose latest reading is
	// older than StopAfter at the run's time are no list to work through. The
	// zero value calls no reading stale.
	Refresh job.Refresh
	// Checks are the outcomes of the audit's checks, in the manifest's order, and
	// Outputs its output values by name: anything that encoding/json encodes.
	// Only the JSON report has them.
	Checks  []Check
	Outputs map[string]any
	// ListReaders says that the JSON report lists who has read the messages that have no
	// list of their audience.
	ListReaders bool
	// Explain returns the vendor's explanation of an error code in a language,
	// "" when there is none; Advise what to do about a failure, likewise.
	Explain func(code string, lang Language) string
	Advise  func(f *job.Failure, lang Language) string
	// Erased reports whether a person in the rosters was erased: no report names them. Nil
	// if nobody was.
	Erased func(userID string) bool
	// Simulated says that the simulator made the figures up: every form says so at its
	// top.
	Simulated bool
	// Findings are problems that were found before there were results: in
	// rosters and tables.
	Findings []Finding
	// Privacy says how much of people is shown; see package privacy.
	Privacy Privacy
	// Trend is what the readings of each message say, in the messages' order; nil
	// makes it of Results and History.
	Trend func() iter.Seq2[Series, error]
	// Guarded says that only what Privacy allows is left in it.
	Guarded bool
	// Provenance is what Notes says of where the figures come from.
	Provenance Provenance
}

// A CheckStatus is the outcome of a check.
type CheckStatus string

// The outcomes of a check. One whose condition rests on a figure that isn't
// known is unknown, which is not a failure.
const (
	CheckPass    CheckStatus = "pass"
	CheckFail    CheckStatus = "fail"
	CheckUnknown CheckStatus = "unknown"
)

// A Check is a check's outcome.
type Check struct {
	Name   string
	Status CheckStatus
	// Message is the check's own error message, "" when it passed.
	Message string
}

// The severities of a Finding.
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
	SeverityInfo    = "info"
)

// A Finding is something a reader of the figures should know.
type Finding struct {
	// Severity is "error", "warning" or "info".
	Severity string
	// The texts are in the report's language. What was found, what it Means for the
	// figures and who to Ask are for people who use them; the Code with its explanation,
	// Examples with their places, RequestIDs, and what to Do about it are for those who mend
	// it.
	What, Means, Ask               string
	Code, Examples, RequestIDs, Do string
	Count                          int
	// Unasked says that Count is of messages that were left unasked. Those that
	// everybody has read are not among them, so it is kept back with the figures.
	Unasked bool
}

// A Provenance is where the figures come from.
type Provenance struct {
	Version  string
	Lineage  string
	Serial   int64
	Sources  []SourceFile
	Spending []Spending
}

// A SourceFile is a file that the audit read.
type SourceFile struct {
	Path   string
	SHA256 string // lower-case hex
	// ReadAs is the encoding of a table, or the sheet of a workbook; empty for
	// other files.
	ReadAs string
}

// A Spending is what a quota group has spent in a month by the state's count.
type Spending struct {
	QuotaGroup string
	Month      string // 2006-01
	Calls      int
	// Allowed is what may be spent; 0 without a quota.
	Allowed int
}

// Only returns the input with the results of these campaigns; nil is all.
func (in Input) Only(campaigns []string) Input {
	if campaigns == nil {
		return in
	}
	in.Results = only(in.Results, func(r *job.Result) bool { return slices.Contains(campaigns, r.Message.Campaign) })
	if in.Trend != nil {
		in.Trend = only(in.Trend, func(s Series) bool { return slices.Contains(campaigns, s.Result.Message.Campaign) })
	}
	return in
}

// only yields what is wanted, and the first error.
func only[T any](all func() iter.Seq2[T, error], wanted func(T) bool) func() iter.Seq2[T, error] {
	return func() iter.Seq2[T, error] {
		return func(yield func(T, error) bool) {
			for item, err := range all() {
				if err == nil && !wanted(item) {
					continue
				}
				if !yield(item, err) || err != nil {
					return
				}
			}
		}
	}
}
