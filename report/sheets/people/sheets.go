// Package people makes the sheets that list people.
package people

import (
	"cmp"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/chase"
	"notifyaudit/report/metrics"
	"notifyaudit/report/notices"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// printedRows is how many rows are printed of a sheet that nobody works through on paper.
const printedRows = 100

// Lists makes the sheets that list people. It is told of every message before it makes a
// sheet.
type Lists struct {
	words     *cells.Printer
	notices   *notices.Set
	roll      *chase.Roll
	chase     *chase.List
	unread    *metrics.Unread
	personals personals
	// now is the time of the latest run; batch is how many people a batch of reminders has
	// at most, for the channel.
	now     time.Time
	batch   int
	channel job.Channel
	// readers and deliveries are the rows of the sheets of readers and of details; unlisted
	// are those of the readers who are in no list of an audience.
	readers, unlisted, deliveries int
	// moves are the rows of what has changed; compared says that some message had data at
	// the instant compared with.
	moves    int
	compared bool
}

// New returns the lists of an input before any message is added. Batch is how many people
// a batch of reminders has at most, 0 for as many as the channel takes.
func New(in *report.Input, w *cells.Printer, all *notices.Set, channel job.Channel, batch int) *Lists {
	channel = cmp.Or(channel, job.ChannelMail)
	roll := chase.NewRoll(in)
	return &Lists{
		words: w, notices: all, roll: roll, chase: chase.NewList(in, roll), unread: metrics.NewUnread(in), personals: newPersonals(),
		now: in.Run.LastSeen(), channel: channel, batch: cmp.Or(batch, channel.Batch()),
	}
}

// Add takes in a message of a notice, for the sheets that are wanted.
func (l *Lists) Add(r *job.Result, n *notices.Notice, wanted func(report.SheetKey) bool) {
	listed, unlisted := readersOf(r)
	l.readers, l.unlisted = l.readers+listed+unlisted, l.unlisted+unlisted
	if wanted(report.SheetUnread) || wanted(report.SheetReminders) {
		l.chase.Add(r, n)
	}
	if wanted(report.SheetChanged) {
		l.moves += (&changed{l}).movesOf(r)
		l.compared = l.compared || l.unread.Compares(r)
	}
	if wanted(report.SheetPeople) {
		l.personals.add(r)
	}
	if wanted(report.SheetDetail) {
		l.deliveries += deliveriesOf(r)
	}
}

// Unlisted is the number of readers of messages without a list of their audience.
func (l *Lists) Unlisted() int { return l.unlisted }

// Compared reports whether there is anything to compare with. On the first day of an audit
// there is not: everybody on the list of unread would be new there.
func (l *Lists) Compared() bool { return l.compared }

// Feeds are the sheets whose rows are made as the messages pass by.
func (l *Lists) Feeds() map[report.SheetKey]func() feed.Feed {
	return map[report.SheetKey]func() feed.Feed{
		report.SheetRead: (&read{l}).feed, report.SheetDetail: (&detail{l}).feed, report.SheetChanged: (&changed{l}).feed,
	}
}

// Sheets are those that are made once all messages were added.
func (l *Lists) Sheets() map[report.SheetKey]func() *report.Sheet {
	return map[report.SheetKey]func() *report.Sheet{
		report.SheetUnread: (&unread{l}).make, report.SheetReminders: (&reminders{l}).make, report.SheetPeople: (&people{l}).make,
	}
}
