package report

// A Summary is the first sheet: what a head of HR reads. It fits one portrait
// page.
type Summary struct {
	// Sheet is the tab's title.
	Sheet string
	// Title is the audit's.
	Title string
	Headline
	// Facts are "data as of", time zone and the like.
	Facts []Figure
	// Figures are the numbers, the read rate first among them.
	Figures []Figure
	// Charts are drawn in this order; one without bars is left out.
	Charts []Chart
	// Attention are the lists of the lowest messages and departments.
	Attention []AttentionList
	// Contents leads to the other sheets.
	ContentsLabel string
	Contents      []ContentsEntry
}

// A Figure is a labelled value.
type Figure struct {
	// Key is ASCII and stable: "read_rate". Name, if not empty, is the defined
	// name of the value's cell: ReadRate, Coverage, DataAsOf.
	Key, Name string
	Label     string
	Type      Type
	Value     Cell
	// Note stands beside the value in words: "based on 12 % of recipients".
	Note string
}

// A Chart is horizontal bars of rates from 0 to 1, each with an optional target.
type Chart struct {
	Title string
	// Alt is the text for those who can't see it.
	Alt string
	// ValueLabel and TargetLabel name the two series.
	ValueLabel, TargetLabel string
	Bars                    []Bar
}

// A Bar is one bar of a chart.
type Bar struct {
	Label string
	// Known says how much of the whole is known; "" where that is nearly all. Rate is the
	// value, or the band that it is the edge of, in words.
	Known, Rate string
	Value       float64
	// Target is 0 without one.
	Target float64
}

// An AttentionList is a short table of what is lowest.
type AttentionList struct {
	Title string
	// Columns and Rows are a table; the first cell of a row has a link.
	Columns []Column
	Rows    [][]Cell
	Empty   string // stands there when there are no rows
}

// A ContentsEntry leads to a sheet and says what it is for.
type ContentsEntry struct {
	Sheet       SheetKey
	Title       string
	Description string
}
