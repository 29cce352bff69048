package view

import (
	"fmt"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/cli/term"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// Answers shows the result of a query: the rate, the messages, and the people of each
// message.
func (s Printer) Answers(in report.Input) error {
	figures, err := metrics.Measure(in)
	if err != nil {
		return err
	}
	rate, known := figures.Counts.ReadRate()
	if known {
		counts := figures.Counts
		s.Say(fmt.Sprintf("%s: %s of %s have read it%s", s.Paint(term.Bold, "Read rate "+term.Percent(rate, true)),
			term.Count(counts.Read), term.Count(counts.Read+counts.Unread), covered(counts)))
		s.Println("")
	}
	rows := [][]string{{"Key", "Status", "Audience", "Readers", "Unread", "Rate"}}
	unmeasured := 0
	var odd []string
	for r, err := range in.Results() {
		if err != nil {
			return err
		}
		rows = append(rows, answerRow(r))
		if r.Reading != nil && r.Audience.Form == job.AudienceUnknown {
			unmeasured++
		}
		if r.Counts.Unread < 0 {
			odd = append(odd, fmt.Sprintf("%s has %s, but an audience of %d: that number can't be right.",
				r.Message.ID.ProcessQueryKey, term.Plural(r.Reading.Readers, "reader"), r.Audience.Size))
		}
	}
	s.Table(rows)
	for _, text := range odd {
		s.Say(text)
	}
	if err := s.everybody(in); err != nil {
		return err
	}
	if unmeasured > 0 {
		s.Println("")
		s.Hang("There is no read rate: the API lists readers only, so without an audience it is not known who has not read it. "+
			"Give the audience with -audience FILE, or its size with -audience N.", "")
	}
	return nil
}

func answerRow(r *job.Result) []string {
	row := []string{r.Message.ID.ProcessQueryKey, string(r.Status), "–", "–", "–", term.Percent(r.ReadRate())}
	if r.Audience.Form != job.AudienceUnknown {
		row[2] = term.Count(r.Audience.Size)
	}
	if r.Reading == nil {
		return row
	}
	row[3] = term.Count(r.Reading.Readers)
	if r.HasCounts() {
		row[4] = term.Count(r.Counts.Unread)
	}
	return row
}

// everybody lists, for each message with a reading, the people who have not read it
// or, where these are unknown, those who have.
func (s Printer) everybody(in report.Input) error {
	for r, err := range in.Results() {
		if err != nil {
			return err
		}
		if r.Reading == nil {
			continue
		}
		var lists []string
		if r.Audience.Form == job.AudienceListed && !r.Recalled() {
			lists = append(lists, unreadList(in.Directory, r))
			if r.Outside > 0 {
				lists = append(lists, outsideList(in.Directory, r))
			}
		} else {
			lists = append(lists, readerList(in.Directory, r))
		}
		s.Println("")
		s.Println(s.Paint(term.Bold, r.Message.ID.ProcessQueryKey))
		for _, list := range lists {
			s.Hang("  "+list, "    ")
		}
	}
	return nil
}

func unreadList(d *job.Directory, r *job.Result) string {
	var names []string
	for person := range r.People() {
		if person.State == job.PersonUnread {
			names = append(names, called(d, r, person.UserID))
		}
	}
	if len(names) == 0 {
		return "Everybody has read it."
	}
	return "Unread: " + strings.Join(names, ", ")
}

func outsideList(d *job.Directory, r *job.Result) string {
	var names []string
	for reader := range r.OutsideReaders() {
		names = append(names, called(d, r, reader.UserID))
	}
	return "Readers outside the audience: " + strings.Join(names, ", ")
}

func readerList(d *job.Directory, r *job.Result) string {
	if len(r.Readers) == 0 {
		return "Nobody has read it."
	}
	names := make([]string, len(r.Readers))
	for i, reader := range r.Readers {
		names[i] = called(d, r, reader.UserID)
	}
	return "Read by: " + strings.Join(names, ", ")
}

// called returns "Li Na (u7)", or the user id of a person without a name.
func called(d *job.Directory, r *job.Result, userID string) string {
	id := report.CleanText(userID)
	if person, found := d.Person(r.Audience.Roster, userID); found && person.Name != "" {
		return report.CleanText(person.Name) + " (" + id + ")"
	}
	return id
}
