// Package csv writes an audit as CSV files: messages.csv, people.csv, unread.csv
// and problems.csv, with reminders.jsonl beside them.
//
// The files are UTF-8 with a byte order mark and RFC 4180: commas, quotes only
// where a cell needs them, CRLF. Numbers are plain, rates from 0 to 1 in full
// precision, times RFC 3339 in the audit's zone, yes and no are true and false,
// and what isn't known is empty. Texts are as report.CleanText has them, so
// that they agree with the workbook.
//
// No cell starts a formula: a text that begins with one of = + - @, their
// full-width forms, a tab or a line end, behind white space and invisible
// characters too, gets a leading ', and problems.csv says in which columns.
package csv

import (
	"fmt"
	"io"
	"strings"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/privacy"
	"notifyaudit/report/problems"
	"notifyaudit/report/words"
)

// Files makes the files of a report.
type Files interface {
	// Create returns a new file of that name. Write closes every file that it
	// was given, after an error too: they are good only all together, and only
	// when Write returns nil.
	Create(name string) (io.WriteCloser, error)
}

// Options say how the files are written.
type Options struct {
	// Labels writes the headers in the audit's language. Otherwise they are the
	// names of the columns, which never change.
	Labels bool
}

// simulatedColumn is the last column of a simulated audit's files.
const simulatedColumn = "simulated"

// The names of the files.
const (
	messagesFile = "messages.csv"
	peopleFile   = "people.csv"
	unreadFile   = "unread.csv"
	problemsFile = "problems.csv"
	// remindersFile has the calls that remind everybody of unread.csv.
	remindersFile = "reminders.jsonl"
)

// FileNames are the names of the files that Write makes.
func FileNames() []string {
	return []string{messagesFile, peopleFile, unreadFile, problemsFile, remindersFile}
}

func messageColumns() []string {
	return []string{
		"address", "campaign", "provider", "kind", "process_query_key", "open_conversation_id", "title", "sent_at",
		"status", "send_status", "reading_at", "audience_size", "readers", "read", "unread", "outside_audience",
		"read_rate", "target", "target_met", "calls", "error_class", "error_code", "error_message",
	}
}

func peopleColumns() []string {
	return []string{
		"address", "title", "user_id", "name", "department", "manager", "email", "location",
		"read", "first_seen_at", "not_seen_at",
	}
}

func unreadColumns() []string { return append(peopleColumns(), "campaign", "sent_at", "left") }

func problemColumns() []string {
	return []string{"severity", "problem", "count", "examples", "advice", "meaning", "ask", "code", "request_ids"}
}

// Write writes the files. people.csv has a row for everybody in a listed
// audience of a message that isn't recalled: read is true, false, or empty as
// long as it is not known. A message without such a list has its readers there,
// for they are all that is known; a purged one has nobody. unread.csv has the people to
// remind, as the workbook's sheet of unread, a row for each message: people who are still
// there, of messages that can still be read. Erased people are in neither. reminders.jsonl
// has the calls of the robot that remind them, a line each. In an aggregate
// report the three have no rows; they are there nevertheless, in the place of older ones
// that had names. Of a simulated audit the three have one more column, simulated, which
// is true in every row.
func Write(files Files, in report.Input, opts Options) (err error) {
	set := &output{files: files, opts: opts, words: words.New(in.Language, in.Location), simulated: in.Simulated}
	defer func() {
		if closeErr := set.close(); err == nil {
			err = closeErr
		}
	}()
	in = privacy.Guard(in)
	if in.Directory == nil {
		in.Directory = job.NewDirectory()
	}
	found := &findings{problems: problems.New(&in, set.words), people: metrics.NewSegments(nil, in.Directory, "")[0]}
	reminders := newReminders(&in, set.words)
	if err := writeResults(set, &in, found, reminders); err != nil {
		return err
	}
	if err := writeProblems(set, found.all(&in)); err != nil {
		return err
	}
	return reminders.write(files)
}

// findings collects the problems of the results as they pass by.
type findings struct {
	problems *problems.Collector
	// people are met to find those without a name.
	people *metrics.Segment
}

func (f *findings) add(r *job.Result) {
	f.problems.Add(r)
	f.people.Shares(r)
}

func (f *findings) all(in *report.Input) []report.Finding {
	nameless := f.people.Nameless
	if !in.Privacy.Named() {
		nameless = 0
	}
	return f.problems.Findings(nil, nameless)
}

// writeResults reads the results once, for the three files of them and for the
// problems.
func writeResults(set *output, in *report.Input, found *findings, reminders *reminders) error {
	messages, err := set.create(messagesFile, messageColumns())
	if err != nil {
		return err
	}
	people, err := set.create(peopleFile, peopleColumns())
	if err != nil {
		return err
	}
	unread, err := set.create(unreadFile, unreadColumns())
	if err != nil {
		return err
	}
	m := &messageWriter{table: messages, zone: location(in), words: set.words}
	p := &peopleWriter{all: people, unread: unread, list: metrics.NewUnread(in), directory: in.Directory, location: location(in)}
	for r, err := range in.Results() {
		if err != nil {
			return fmt.Errorf("write the CSV report: %w", err)
		}
		m.write(r)
		p.write(r)
		found.add(r)
		reminders.add(r)
		if err := set.firstError(); err != nil {
			return err
		}
	}
	return nil
}

// writeProblems comes last: only now it is known which cells were guarded.
func writeProblems(set *output, all []report.Finding) error {
	t, err := set.create(problemsFile, problemColumns())
	if err != nil {
		return err
	}
	for i := range all {
		writeProblem(t, &all[i], set.words)
	}
	if cells, columns := set.guarded(); cells > 0 {
		writeProblem(t, &report.Finding{
			Severity: report.SeverityInfo, What: set.words.Say("problem.guarded"), Count: cells,
			Examples: strings.Join(columns, "; "), Do: set.words.Say("do.guarded"),
			Means: set.words.Say("mean.guarded"), Ask: set.words.Say("ask.nobody"),
		}, set.words)
	}
	return set.firstError()
}

func writeProblem(t *table, f *report.Finding, w *words.Printer) {
	t.text(w.Say("severity." + f.Severity))
	t.text(f.What)
	t.integer(f.Count)
	t.text(f.Examples)
	t.text(f.Do)
	t.text(f.Means)
	t.text(f.Ask)
	t.text(f.Code)
	t.text(f.RequestIDs)
	t.end()
}
