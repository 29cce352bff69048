package csv

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/words"
)

// An IndexRow is a file of a report that is split.
type IndexRow struct {
	// Group is the value that the file's people have in common, "" for none; File is the
	// path of the file from the index's folder; Email is the manager's address, if the
	// group is a manager's people and the address is known.
	Group, File, Email string
	// People counts the different people, ToRemind those of them on the list of unread.
	People, ToRemind int
	Counts           job.Counts
}

func indexColumns() []string {
	return []string{"group", "file", "email", "people", "to_remind", "deliveries", "read", "unread", "unknown", "read_rate"}
}

// WriteIndex writes a file with a row for each file of a report that is split: what a mail
// merge needs.
func WriteIndex(files Files, name string, in *report.Input, rows []IndexRow) (err error) {
	set := &output{files: files, words: words.New(in.Language, in.Location), simulated: in.Simulated}
	defer func() {
		if closeErr := set.close(); err == nil {
			err = closeErr
		}
	}()
	t, err := set.create(name, indexColumns())
	if err != nil {
		return err
	}
	for i := range rows {
		writeIndexRow(t, &rows[i])
	}
	return set.firstError()
}

func writeIndexRow(t *table, row *IndexRow) {
	t.text(row.Group)
	t.text(row.File)
	t.text(row.Email)
	for _, n := range []int{row.People, row.ToRemind, row.Counts.Audience(), row.Counts.Read, row.Counts.Unread, row.Counts.Unknown} {
		t.integer(n)
	}
	var rate *float64
	if known, is := row.Counts.ReadRate(); is {
		rate = &known
	}
	t.optionalRate(rate)
	t.end()
}
