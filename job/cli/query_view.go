package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/report"
)

// besideFiles names the files of a CSV report after one file.
type besideFiles struct {
	*atomicfile.Set
	out   string
	names *[]string
}

// Create begins the file: messages.csv is the file itself.
func (f besideFiles) Create(name string) (io.WriteCloser, error) {
	if name == "messages.csv" {
		name = f.out
	} else {
		extension := filepath.Ext(f.out)
		name = strings.TrimSuffix(f.out, extension) + "-" + strings.TrimSuffix(name, ".csv") + extension
	}
	*f.names = append(*f.names, name)
	return f.Set.Create(name)
}

// answers shows what a query learned: the rate, the messages, and the people of
// each.
func (s *screen) answers(in report.Input) error {
	figures, err := report.Measure(in)
	if err != nil {
		return err
	}
	rate, known := figures.Totals.Counts.ReadRate()
	if known {
		counts := figures.Totals.Counts
		s.println(wrap(fmt.Sprintf("%s: %s of %s have read it%s", s.paint(bold, "Read rate "+percent(rate, true)),
			count(counts.Read), count(counts.Read+counts.Unread), covered(counts)), "  ", s.width))
		s.println("")
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
				r.Message.ID.ProcessQueryKey, plural(r.Reading.Readers, "reader"), r.Audience.Size))
		}
	}
	s.table(rows)
	for _, text := range odd {
		s.println(wrap(text, "  ", s.width))
	}
	if err := s.everybody(in); err != nil {
		return err
	}
	if unmeasured > 0 {
		s.println("")
		s.println(wrap("There is no read rate: the API lists readers only, so without an audience nobody knows who has not read it. "+
			"Say whom it went to with -audience FILE, or how many with -audience N.", "", s.width))
	}
	return nil
}

func answerRow(r *job.Result) []string {
	row := []string{r.Message.ID.ProcessQueryKey, string(r.Status), "–", "–", "–", percent(r.ReadRate())}
	if r.Audience.Form != job.AudienceUnknown {
		row[2] = count(r.Audience.Size)
	}
	if r.Reading == nil {
		return row
	}
	row[3] = count(r.Reading.Readers)
	if r.HasCounts() {
		row[4] = count(r.Counts.Unread)
	}
	return row
}

// everybody lists the people of each message that was read: those who haven't
// where they are known, else those who have.
func (s *screen) everybody(in report.Input) error {
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
		s.println("")
		s.println(s.paint(bold, r.Message.ID.ProcessQueryKey))
		for _, list := range lists {
			s.println(wrap("  "+list, "    ", s.width))
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

// called is "Li Na (u7)", or the id of somebody without a name.
func called(d *job.Directory, r *job.Result, userID string) string {
	id := report.CleanText(userID)
	if person, found := d.Person(r.Audience.Roster, userID); found && person.Name != "" {
		return report.CleanText(person.Name) + " (" + id + ")"
	}
	return id
}
