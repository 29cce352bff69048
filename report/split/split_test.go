package split_test

import (
	"fmt"
	"testing"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	"notifyaudit/report/sheets"
	"notifyaudit/report/split"
)

// TestPartsAreOfTheirPeopleAlone: each person is in one part, the parts add up to what is
// known of listed people, and no sheet of a part names anybody else.
func TestPartsAreOfTheirPeopleAlone(t *testing.T) {
	in := sample.Input(report.English)
	var want, got job.Counts
	for _, r := range sample.Results() {
		for d := range r.People() {
			want = want.Add(job.CountOf(d.State))
		}
	}
	groups := make(map[string]string)
	for part, err := range split.Parts(in, "manager") {
		if err != nil {
			t.Fatal(err)
		}
		got = got.Add(part.Counts)
		wb := table.Build(t, part.Input, sheets.Options{Sheets: report.SheetKeys()})
		people := table.Read(t, wb, report.SheetPeople)
		if n := table.Read(t, wb, report.SheetUnread).Sheet.Count; n != part.ToRemind || people.Sheet.Count != part.People {
			t.Errorf("%q: %d to remind of %d people, want %d of %d", part.Value, n, people.Sheet.Count, part.ToRemind, part.People)
		}
		for _, row := range people.Rows {
			id := table.Words(row["user_id"])
			if table.Words(row["manager"]) != part.Value {
				t.Errorf("%s of %q is in the part %q", id, table.Words(row["manager"]), part.Value)
			}
			if before, twice := groups[id]; twice {
				t.Errorf("%s is in the parts %q and %q", id, before, part.Value)
			}
			groups[id] = part.Value
		}
		if read, of := table.Whole(table.Figure(t, wb.Summary, "read").Value), part.Counts.Read; read != of {
			t.Errorf("%q: the workbook counts %d readers, the index %d", part.Value, read, of)
		}
	}
	if got != want || len(groups) == 0 {
		t.Errorf("the parts add up to %+v, want %+v", got, want)
	}
}

// TestPartsOfVeryMany: groups of more messages than are kept at a time read the results
// themselves, and have the same.
func TestPartsOfVeryMany(t *testing.T) {
	in := sample.Input(report.English)
	var people []job.Person
	var results []*job.Result
	for i := range 56_000 {
		id, manager := fmt.Sprint("u", i), "large"
		if i%10 == 0 {
			manager = fmt.Sprint("m", i%50)
		}
		people = append(people, job.Person{UserID: id, Manager: manager})
		results = append(results, sample.Message(job.Message{Campaign: "c"}, job.StatusPending, job.Listed("staff", []string{id}), nil))
	}
	in.Directory = job.NewDirectory(job.NewRoster("staff", "", people))
	in.Results = sample.Stream(results)
	for part, err := range split.Parts(in, "manager") {
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range part.Input.Results() {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != part.People || n != part.Counts.Unknown {
			t.Errorf("%q has %d messages to %d people", part.Value, n, part.People)
		}
	}
}
