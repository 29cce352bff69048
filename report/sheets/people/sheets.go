// Package people makes the sheets that list people.
package people

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// Lists makes the sheets that list people. It is told of every message before it makes a
// sheet.
type Lists struct {
	words     *cells.Printer
	list      *reminderList
	personals personals
	// unread, batches, readers and deliveries are the rows of the lists of unread,
	// reminders and readers, and of the details.
	unread, batches, readers, deliveries int
	// moves are the rows of what has changed.
	moves int
}

// New returns the lists of an input before any message is added.
func New(in *report.Input, w *cells.Printer) *Lists {
	return &Lists{words: w, list: newReminderList(in), personals: newPersonals()}
}

// Add takes in a message, for the sheets that are wanted.
func (l *Lists) Add(r *job.Result, wanted func(report.SheetKey) bool) {
	l.readers += unlistedReaders(r)
	if wanted(report.SheetUnread) {
		l.unread += l.list.count(r)
	}
	if wanted(report.SheetReminders) {
		for range l.list.batches(r) {
			l.batches++
		}
	}
	if wanted(report.SheetChanged) {
		l.moves += l.list.moves(r)
	}
	if wanted(report.SheetPeople) {
		l.personals.add(r)
	}
	if wanted(report.SheetDetail) {
		l.deliveries += listed(r)
	}
}

// Readers is the number of rows of the list of readers.
func (l *Lists) Readers() int { return l.readers }

// Feeds are the sheets whose rows are made as the messages pass by.
func (l *Lists) Feeds() map[report.SheetKey]func() feed.Feed {
	return map[report.SheetKey]func() feed.Feed{
		report.SheetUnread: (&unread{l}).feed, report.SheetReminders: (&reminders{l}).feed,
		report.SheetChanged: (&changed{l}).feed, report.SheetReaders: (&readers{l}).feed, report.SheetDetail: (&detail{l}).feed,
	}
}

// People makes the sheet with a row for each person.
func (l *Lists) People() *report.Sheet { return (&people{l}).make() }
