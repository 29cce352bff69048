package view

import (
	"fmt"
	"time"

	"notifyaudit/job/cli/term"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
)

// PurgedWords tells what a purge removed.
func PurgedWords(gone personal.Purged, before time.Time, zone *time.Location) string {
	return fmt.Sprintf("Purged the people of %s last read before %s: their counts stay, and %s no longer in the state.",
		term.Plural(gone.Messages, "message"), term.Time(before, zone), Are(gone.People))
}

// Are returns "1 person is" or "2 people are".
func Are(n int) string {
	if n == 1 {
		return "1 person is"
	}
	return term.People(n) + " are"
}

// Were returns "1 message was" or "2 messages were".
func Were(n int) string {
	if n == 1 {
		return "1 message was"
	}
	return term.Plural(n, "message") + " were"
}

// listedReports bounds the reports that are listed.
const listedReports = 20

// Reports lists reports, each with the day on which it was written.
func (s Printer) Reports(all []state.WrittenReport, path func(state.WrittenReport) string, zone *time.Location) {
	for _, r := range all[:min(len(all), listedReports)] {
		s.Println("  " + r.WrittenAt.In(zone).Format(time.DateOnly) + "  " + path(r))
	}
	if more := len(all) - listedReports; more > 0 {
		s.Printf("  and %s\n", term.Plural(more, "more file"))
	}
}
