// Package metrics computes the numbers of a report: overall, by campaign, by group of
// people, by message, and from run to run.
package metrics

import (
	"fmt"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
)

// Overall has the numbers of a whole report.
type Overall struct {
	Totals
	// Campaigns are in the order of their first messages.
	Campaigns []Campaign
	// Statuses counts the messages of each status.
	Statuses map[job.Status]int
	// Bridge divides the unread.
	Bridge Bridge
	// Remind counts the people to remind.
	Remind Remind
	// Lost counts the messages that can't be checked any more and never had data, Open those
	// without a row of their own that have no up-to-date answer.
	Lost, Open int

	list     *Unread
	compared time.Time
	index    map[string]int
	alone    alone
}

// A Campaign has the numbers of the messages that belong together.
type Campaign struct {
	Name string
	Totals
	// Speed is how fast its messages are read; none in an aggregate report.
	Speed Speed

	// title is what all its messages are called; "" when they differ.
	title string
	begun bool
}

// CommonTitle is the title that all messages of the campaign have; "" if they differ, or
// if they have none.
func (c *Campaign) CommonTitle() string { return c.title }

func (c *Campaign) call(r *job.Result) {
	title := TitleOf(r)
	if c.begun && title != c.title {
		title = ""
	}
	c.title, c.begun = title, true
}

// TitleOf is the title that the manifest gives a message, "" if it gives none.
func TitleOf(r *job.Result) string {
	if r.Message.Title == r.Message.Address || r.Pooled > 0 {
		return ""
	}
	return r.Message.Title
}

// Measure reads the results once and returns their numbers. Its only errors are those of
// the results.
func Measure(in report.Input) (*Overall, error) {
	f := New(&in)
	for r, err := range in.Results() {
		if err != nil {
			return nil, fmt.Errorf("measure the messages: %w", err)
		}
		f.Add(r)
	}
	f.Finish()
	return f, nil
}

// New returns the numbers of an input before any result is added.
func New(in *report.Input) *Overall {
	f := &Overall{Statuses: make(map[job.Status]int), index: make(map[string]int), list: NewUnread(in), compared: in.Compared}
	return f
}

// Finish computes the totals after the last message was added.
func (f *Overall) Finish() {
	f.finish()
	for i := range f.Campaigns {
		f.Campaigns[i].finish()
	}
}

// Add takes in a message.
func (f *Overall) Add(r *job.Result) {
	f.add(r, f.compared)
	f.Bridge.add(f.list, r, &f.Remind)
	f.alone.add(r)
	f.Open += r.Open
	if r.Status == job.StatusFrozen && r.Reading == nil && r.Pooled == 0 {
		f.Lost++
	}
	if r.Pooled == 0 {
		f.Statuses[r.Status]++
	}
	i, known := f.index[r.Message.Campaign]
	if !known {
		i = len(f.Campaigns)
		f.index[r.Message.Campaign] = i
		f.Campaigns = append(f.Campaigns, Campaign{Name: r.Message.Campaign})
	}
	f.Campaigns[i].add(r, f.compared)
	f.Campaigns[i].call(r)
	f.Campaigns[i].Speed.add(r)
}

// ChangeOf returns the change of one message's rate.
func (f *Overall) ChangeOf(r *job.Result) (float64, bool) { return changeOf(r, f.compared) }

// Missing returns the campaigns of whose recipients nothing is known, by title or name.
func (f *Overall) Missing() []*Campaign {
	var all []*Campaign
	for i := range f.Campaigns {
		if c := &f.Campaigns[i]; c.Counts.Audience() > 0 && c.Counts.Known() == 0 {
			all = append(all, c)
		}
	}
	return all
}

// CountsPeople reports whether the counts are of different people: of one message, or of
// messages that went to one person each, and to everybody only once.
func (f *Overall) CountsPeople() bool { return f.alone.counted == 1 || f.alone.once }

// alone finds out whether the messages went to one person each.
type alone struct {
	// counted is the number of messages with recipients.
	counted int
	// once says that all of them had one recipient, and no two the same.
	once bool
	seen map[string]struct{}
}

func (a *alone) add(r *job.Result) {
	if !r.HasCounts() || r.Contradicts() || r.Counts.Audience() == 0 {
		return
	}
	a.counted++
	if a.counted == 1 {
		a.once, a.seen = true, make(map[string]struct{})
	}
	if !a.once {
		return
	}
	if len(r.Audience.UserIDs) != 1 {
		a.once, a.seen = false, nil
		return
	}
	id := r.Audience.UserIDs[0]
	if _, twice := a.seen[id]; twice {
		a.once, a.seen = false, nil
		return
	}
	a.seen[id] = struct{}{}
}

// Has reports whether a message of a campaign was counted.
func (f *Overall) Has(campaign string) bool {
	_, known := f.index[campaign]
	return known
}
