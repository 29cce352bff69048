package html

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"notifyaudit/report"
	"notifyaudit/report/words"
)

// A list is a sheet as a table of the page.
type list struct {
	*words.Printer

	Key, Title, Empty, Note string
	// All is the number of the sheet's rows, Shown of those on the page.
	All, Shown int
	// printed is how many rows are printed, 0 for all that are on the page.
	printed int
	Columns []column
	// Tools says that the list is worth searching and sorting; First is how many
	// rows the script shows until all are asked for.
	Tools bool
	First int
	Trend *trend

	wb   *report.Workbook
	rows *sheetRows
}

// A column is one or two columns of the sheet.
type column struct {
	report.Column

	// Kind is "number", "time" or "text", for the script to sort by.
	Kind string
	// at is the sheet's column, and under the one that stands below it in the
	// same cell, or -1.
	at, under int
	bar       bool
	// Filter says that the list can be narrowed to one value of the column, Copy that its
	// values are addresses to copy.
	Filter, Copy bool
}

// A layout is how the page shows a sheet: its columns in an order, those that
// are not named behind them; columns below others; columns left out.
type layout struct {
	order []string
	under map[string]string
	drop  []string
}

// layoutOf is how a sheet is shown. One that isn't known here is shown as it is.
func layoutOf(s *report.Sheet) layout {
	if has := func(c report.Column) bool { return c.Key == "small" }; slices.ContainsFunc(s.Columns, has) {
		first := s.Columns[0].Key // department, location or another column of a roster
		return layout{order: []string{first, "read_rate", "known", "gap", "read", "unread", "unknown", "deliveries", "people"}}
	}
	switch s.Key {
	case report.SheetCampaigns:
		return layout{
			order: []string{"campaign", "read_rate", "known", "target", "target_met", "read", "unread", "unknown", "audience_size", "messages"},
			drop:  []string{"coverage", "oldest"},
		}
	case report.SheetMessages:
		return layout{
			order: []string{"title", "recipient", "department", "state", "read_rate", "target", "target_met", "read", "unread", "unknown", "audience_size", "change", "status", "sent_at", "reading_at"},
			under: map[string]string{"title": "address"},
			drop:  []string{"campaign", "tags", "process_query_key"},
		}
	case report.SheetTrend:
		return layout{
			order: []string{"notice", "read_rate", "read", "known_people", "hours", "when"},
		}
	case report.SheetUnread:
		return layout{
			order: []string{"name", "department", "manager", "email", "location", "unread_messages", "notices", "oldest_days", "unread_as_of"},
			under: map[string]string{"name": "user_id", "manager": "manager_email"},
			drop:  filtersOf(s),
		}
	default:
		return layout{}
	}
}

// filtersOf are the columns that only a workbook's slicers need.
func filtersOf(s *report.Sheet) []string {
	var keys []string
	for i := range s.Columns {
		if strings.HasPrefix(s.Columns[i].Key, "notice_") {
			keys = append(keys, s.Columns[i].Key)
		}
	}
	return keys
}

// newList makes the list of a sheet's rows that are shown.
func newList(w *words.Printer, wb *report.Workbook, s *report.Sheet, rows *sheetRows) *list {
	l := &list{
		Printer: w, Key: string(s.Key), Title: s.Title, Empty: s.Empty, Note: s.Note,
		All: s.Count, Shown: len(rows.ends), wb: wb, rows: rows,
		Trend: newTrend(wb, s.Chart), printed: s.PrintRows,
	}
	l.Columns = arrange(s, rows.filled)
	l.Tools = l.Shown > 12 && s.Key != report.SheetNotes
	l.First = 20
	if s.Key == report.SheetTrend { // the line says it; the readings are its proof
		l.First = 5
	}
	return l
}

// arrange picks and orders the columns. One that would be empty is left out,
// unless it is the first.
func arrange(s *report.Sheet, filled []bool) []column {
	how := layoutOf(s)
	at := make(map[string]int, len(s.Columns))
	for i := range s.Columns {
		at[s.Columns[i].Key] = i
	}
	keys := slices.Clone(how.order)
	for i := range s.Columns {
		if key := s.Columns[i].Key; !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	below := make(map[string]bool)
	for over, key := range how.under {
		_, has := at[over]
		below[key] = has && filled[at[over]]
	}
	var columns []column
	for _, key := range keys {
		i, has := at[key]
		if !has || below[key] || slices.Contains(how.drop, key) || !filled[i] && len(columns) > 0 {
			continue
		}
		c := newColumn(s.Columns[i], i)
		if under, has := at[how.under[key]]; has && filled[under] {
			c.under = under
		}
		columns = append(columns, c)
	}
	return columns
}

func newColumn(c report.Column, at int) column {
	kind := "text"
	switch c.Type {
	case report.TypeInteger, report.TypeRate, report.TypeChange:
		kind = "number"
	case report.TypeTime:
		kind = "time"
	case report.TypeText, report.TypeID:
	}
	return column{
		Column: c, Kind: kind, at: at, under: -1, bar: c.Bar,
		Filter: c.Key == "department" || c.Key == "manager", Copy: c.Key == "email",
	}
}

// Cut is a sentence about the rows that are left out; "" when none are.
func (l *list) Cut() string {
	if l.Shown == l.All {
		return ""
	}
	return l.Say("page.cut", l.number(l.Shown), l.number(l.All), l.number(l.All-l.Shown))
}

// Paper is a sentence about the rows that are not printed; "" when none are.
func (l *list) Paper() string {
	if l.printed == 0 || l.Shown <= l.printed {
		return ""
	}
	return l.Say("page.paper", l.number(l.printed), l.number(l.All))
}

// Number is how many rows there are.
func (l *list) Number() string { return l.number(l.All) }

// Count is Number in words.
func (l *list) Count() string { return l.Say("page.rows", l.Number()) }

func (l *list) number(n int) string { return l.wb.Display(report.Integer(n), report.TypeInteger) }

// onPhones is page.css's own condition for a narrow screen.
const onPhones = "@media screen and (max-width: 40rem)"

// style writes the rules that depend on which column is where: numbers to the
// right, and on a phone, where a row is a card, each cell's label.
func (l *list) style(css *strings.Builder) {
	isNumber := func(i int) bool {
		return i >= 0 && i < len(l.Columns) && l.Columns[i].Kind == "number" && !l.Columns[i].bar
	}
	if l.Paper() != "" {
		fmt.Fprintf(css, "@media print{#%s:not(.narrowed) tbody tr:nth-child(n+%d){display:none}}\n", l.Key, l.printed+1)
	}
	for i, c := range l.Columns {
		at := fmt.Sprintf("#%s td:nth-child(%d)", l.Key, i+1)
		switch {
		case isNumber(i):
			fmt.Fprintf(css, "%s{text-align:right}\n", at)
			if isNumber(i-1) || isNumber(i+1) { // two side by side on a card
				fmt.Fprintf(css, onPhones+"{%s{grid-column:auto;grid-template-columns:auto auto;justify-content:space-between}}\n", at)
			}
		case c.Kind == "time":
			fmt.Fprintf(css, "%s{min-width:7.25rem;padding-left:.75rem}\n", at)
		case c.Key == "status": // with an error code as long as it pleases
			fmt.Fprintf(css, "%s{min-width:7.5rem;overflow-wrap:anywhere}\n", at)
		}
		if i > 0 {
			fmt.Fprintf(css, onPhones+"{%s::before{content:%s}}\n", at, quoteCSS(c.Label))
		}
	}
}

// quoteCSS writes a text as a CSS string in which nothing but its own end can
// end it (CSS Syntax 3, section 4.3.7: escapes).
func quoteCSS(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r == ' ':
			b.WriteRune(r)
		default:
			b.WriteString(`\` + strconv.FormatInt(int64(r), 16) + " ")
		}
	}
	b.WriteByte('"')
	return b.String()
}
