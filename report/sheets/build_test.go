package sheets_test

import (
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"testing"
	"time"
	"weak"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets"
)

func TestBuildChoosesSheets(t *testing.T) {
	wb := table.Build(t, sample.Input(report.English), sheets.Options{
		Sheets: []report.SheetKey{report.SheetUnread, report.SheetMessages},
	})
	if wb.Summary != nil || len(wb.Sheets) != 2 || wb.Sheets[0].Key != report.SheetMessages {
		t.Errorf("got the summary %v and %d sheets", wb.Summary != nil, len(wb.Sheets))
	}
	if _, err := sheets.Build(sample.Input(report.English), sheets.Options{Sheets: []report.SheetKey{"matrices"}}); err == nil {
		t.Error("a sheet that doesn't exist was built")
	}
	alone := table.Build(t, sample.Input(report.English), sheets.Options{Sheets: []report.SheetKey{report.SheetCampaigns}})
	for _, row := range table.Read(t, alone, report.SheetCampaigns).Rows {
		if row["campaign"].Link != nil {
			t.Error("a link leads to a sheet that isn't there")
		}
	}
}

func TestBuildChoosesCampaigns(t *testing.T) {
	in := sample.Input(report.English)
	in.Results = sample.Stream(sample.Results()[:5])
	all := table.Build(t, in, sheets.Options{})
	wb := table.Build(t, sample.Input(report.English), sheets.Options{Campaigns: []string{"q4", "typo"}})
	messages := table.Read(t, wb, report.SheetMessages)
	if messages.Sheet.Count != 3 {
		t.Errorf("got %d messages, want 3", messages.Sheet.Count)
	}
	if got := table.Whole(table.Figure(t, wb.Summary, "deliveries").Value); got != messages.Sum("audience_size") {
		t.Errorf("%d deliveries over messages to %d", got, messages.Sum("audience_size"))
	}
	if got := table.Words(table.Figure(t, wb.Summary, "campaigns").Value); got != "q4, typo" {
		t.Errorf("the summary names the campaigns %q", got)
	}
	problems := table.Read(t, wb, report.SheetTechnical)
	problems.Find(t, "examples", "typo")
	if len(all.Summary.Facts) == len(wb.Summary.Facts) {
		t.Error("a report of everything names its campaigns")
	}
}

func TestBuildPassesErrorsOn(t *testing.T) {
	broken := errors.New("disk on fire")
	in := sample.Input(report.English)
	in.Results = func() iter.Seq2[*job.Result, error] {
		return func(yield func(*job.Result, error) bool) {
			if yield(sample.Results()[0], nil) {
				yield(nil, broken)
			}
		}
	}
	if _, err := sheets.Build(in, sheets.Options{}); !errors.Is(err, broken) {
		t.Errorf("Build returned %v", err)
	}
	if _, err := sheets.Build(in, sheets.Options{Campaigns: []string{"q4"}}); !errors.Is(err, broken) {
		t.Errorf("Build of a campaign returned %v", err)
	}
	if _, err := metrics.Measure(in); !errors.Is(err, broken) {
		t.Errorf("Measure returned %v", err)
	}
}

func TestSheetsPassErrorsOn(t *testing.T) {
	broken := errors.New("disk on fire")
	good, bad := sample.Stream(sample.Results()), false
	in := sample.Input(report.English)
	in.Results = func() iter.Seq2[*job.Result, error] {
		if !bad {
			return good()
		}
		return func(yield func(*job.Result, error) bool) { yield(nil, broken) }
	}
	wb := table.Build(t, in, sheets.Options{Sheets: []report.SheetKey{report.SheetMessages, report.SheetRead}})
	bad = true
	for _, s := range wb.Sheets {
		var got error
		for _, err := range s.Rows() {
			got = err
		}
		if !errors.Is(got, broken) {
			t.Errorf("sheet %s ended with %v", s.Key, got)
		}
	}
}

func TestSameInputSameCells(t *testing.T) {
	type contents struct {
		Workbook *report.Workbook
		Rows     [][]report.Cell
	}
	once := func() (c contents) {
		c.Workbook = table.Build(t, sample.Input(report.Chinese), sheets.Options{})
		for _, s := range c.Workbook.Sheets {
			for row, err := range s.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				c.Rows = append(c.Rows, slices.Clone(row))
			}
			s.Rows = nil
		}
		c.Workbook.Stream = nil
		return c
	}
	same := cmp.Options{
		cmp.AllowUnexported(report.Cell{}),
		cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
	}
	if diff := cmp.Diff(once(), once(), same); diff != "" {
		t.Errorf("two reports of one state differ (-first +second):\n%s", diff)
	}
}

// The first rows of all sheets are those that the sheets yield one by one, in one pass of
// which no row is read in vain.
func TestFirstRows(t *testing.T) {
	in := sample.Input(report.English)
	passes, all := 0, in.Results
	in.Results = func() iter.Seq2[*job.Result, error] {
		passes++
		return all()
	}
	wb := table.Build(t, in, sheets.Options{Sheets: report.SheetKeys()})
	for _, most := range []int{0, 1, 3, 1000} {
		passes = 0
		got := make(map[*report.Sheet]int)
		for row, err := range wb.FirstRows(most) {
			if err != nil {
				t.Fatal(err)
			}
			got[row.Sheet]++
		}
		for _, s := range wb.Sheets {
			if want := min(most, s.Count); got[s] != want {
				t.Errorf("%d of %d rows of sheet %s, want %d", got[s], s.Count, s.Key, want)
			}
		}
		if want := min(most, 1); passes != want {
			t.Errorf("the results are read %d times for %d rows, want %d", passes, most, want)
		}
	}
}

// One pass yields the rows that the sheets yield one by one.
func TestAllRowsAreThoseOfTheSheets(t *testing.T) {
	for _, people := range []report.People{report.PeopleNamed, report.PeopleAggregate} {
		in := sample.Input(report.Chinese)
		in.Privacy.People = people
		wb := table.Build(t, in, sheets.Options{Sheets: report.SheetKeys()})
		got := make(map[report.SheetKey][][]report.Cell)
		for row, err := range wb.AllRows() {
			if err != nil {
				t.Fatal(err)
			}
			got[row.Sheet.Key] = append(got[row.Sheet.Key], slices.Clone(row.Cells))
		}
		for _, s := range wb.Sheets {
			var want [][]report.Cell
			for cells, err := range s.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, slices.Clone(cells))
			}
			if diff := cmp.Diff(want, got[s.Key], cmp.AllowUnexported(report.Cell{})); diff != "" {
				t.Errorf("%s: rows of sheet %s (-its own +all):\n%s", people, s.Key, diff)
			}
		}
	}
}

func TestNothingIsHeld(t *testing.T) {
	const messages, atOnce = 50_000, 20
	hoard := &census{messages: 1000, watch: 1, every: 1000}
	var held []*job.Result
	for r, err := range hoard.results() {
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, r)
	}
	if hoard.most != len(held) {
		t.Fatalf("the census counts %d of %d results that are held", hoard.most, len(held))
	}
	live := &census{messages: messages, watch: 10, every: 25_000}
	in := sample.Input(report.English)
	in.Results = live.results
	wb := table.Build(t, in, sheets.Options{})
	for _, err := range wb.AllRows() {
		if err != nil {
			t.Fatal(err)
		}
	}
	if live.passes != 2 {
		t.Errorf("the results were read %d times, want 2: for the figures, and for the rows of all sheets", live.passes)
	}
	if live.most > atOnce {
		t.Errorf("up to %d of the results watched were held at once", live.most)
	}
	if got := table.Whole(table.Figure(t, wb.Summary, "messages").Value); got != messages {
		t.Errorf("%d messages counted", got)
	}
}

// census makes results, watches one in so many of them, and counts every so
// often those that somebody still holds.
type census struct {
	messages, watch, every, passes, most int
}

func (c *census) results() iter.Seq2[*job.Result, error] {
	c.passes++
	return func(yield func(*job.Result, error) bool) {
		var made []weak.Pointer[job.Result]
		reading := &job.Reading{StartedAt: sample.Now(), SendStatus: job.SendSuccess}
		people := []string{"u01", "u02"}
		for i := range c.messages {
			r := &job.Result{
				Message:  job.Message{Address: fmt.Sprint("m", i), Title: "m", Campaign: "c"},
				Status:   job.StatusCurrent,
				Audience: job.Audience{Form: job.AudienceListed, Size: 2, UserIDs: people, Roster: "staff"},
				Reading:  reading,
			}
			r.Count()
			if i%c.watch == 0 {
				made = append(made, weak.Make(r))
			}
			if !yield(r, nil) {
				return
			}
			if i%c.every == c.every-1 {
				runtime.GC()
				made = slices.DeleteFunc(made, func(p weak.Pointer[job.Result]) bool { return p.Value() == nil })
				c.most = max(c.most, len(made))
			}
		}
	}
}
