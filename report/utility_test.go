package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
)

// large is an audit of forty people in four departments and a fifth of three, with
// a notice to all and a private message to each, that changes as audits do.
func large() *attack {
	people := staff(10, 10, 10, 10, 3)
	a := &attack{
		minimum: 5, people: people, rounds: 3, moves: map[int]map[string]string{1: {"a1": "b"}},
		letters: []letter{{campaign: "notice", to: ids(people)}},
	}
	for i, id := range ids(people) {
		l := letter{campaign: "pay", to: []string{id}}
		if i == 7 {
			l.gone = []int{1, 2}
		}
		a.letters = append(a.letters, l)
	}
	return a
}

// A report that keeps everything back is no answer either.
func TestGuardedReportsStayUseful(t *testing.T) {
	a := large()
	var w world
	for i := range a.unknowns() {
		w = append(w, i%4)
	}
	var cells []*job.Cell
	before := 0
	for round := range a.rounds {
		in := a.input(w, round)
		in.Published = &report.Published{Cells: cells, Whole: true}
		in, _, err := report.Publish(in, a.privacy(round))
		if err != nil {
			t.Fatal(err)
		}
		if cells = in.Published.Cells; round == 0 && len(cells) < 12 {
			t.Errorf("there are only %d cells", len(cells))
		}
		wb := build(t, in, report.Options{Privacy: a.privacy(round)})
		departments := read(t, wb, report.SheetDepartments)
		// The fifth department is in "Other", of the notice with the fourth.
		for name, deliveries := range map[string]int{"a": 20, "b": 20, "c": 20, "d": 10} {
			row := departments.find(t, "department", name)
			if n := whole(row["deliveries"]); n != deliveries || whole(row["people"]) != 10 || whole(row["unknown"]) != 0 {
				t.Errorf("round %d: %s has %d deliveries, %d unknown, to %d people", round, name, n, whole(row["unknown"]), whole(row["people"]))
			}
		}
		campaigns := read(t, wb, report.SheetCampaigns)
		if n := whole(campaigns.find(t, "campaign", "notice")["read"]); n != hasRead(w, a.of(0), round) {
			t.Errorf("round %d: %d have read the notice", round, n)
		}
		pay := campaigns.find(t, "campaign", "pay")
		now := whole(pay["read"])
		trend := read(t, wb, report.SheetTrend)
		if n := whole(trend.rows[len(trend.rows)-1]["read"]); n != now {
			t.Errorf("round %d: the trend ends with %d private messages read, not %d", round, n, now)
		}
		if now <= before || whole(pay["unknown"]) > 3 {
			t.Errorf("round %d: %d of the private messages are read, %d unknown; %d were before", round, now, whole(pay["unknown"]), before)
		}
		before = now
		for _, row := range departments.rows {
			if whole(row["deliveries"]) == 0 || whole(row["people"]) == 0 {
				t.Errorf("round %d: %s has %d deliveries to %d people", round, words(row["department"]), whole(row["deliveries"]), whole(row["people"]))
			}
		}
	}
}

// of are the unknowns of a letter.
func (a *attack) of(letter int) []int {
	var all []int
	for j, u := range a.unknowns() {
		if u.letter == letter {
			all = append(all, j)
		}
	}
	return all
}

// A pseudonymous report lists the people of cells of their own alone, and nobody
// comes or goes by themselves.
func TestPseudonymsAreThoseOfCells(t *testing.T) {
	a := attack{
		minimum: 3, people: staff(8), rounds: 3,
		letters: append(private("b", 0, "a1", "a2", "a3"),
			letter{campaign: "a", to: ids(staff(4)), later: map[int][]string{1: ids(staff(5)), 2: ids(staff(7))}}),
	}
	w := make(world, len(a.unknowns()))
	var cells []*job.Cell
	for round, want := range []int{4, 0, 7} {
		p := a.privacy(round)
		p.People, p.PseudonymKey = report.PeoplePseudonymous, key()
		in := a.input(w, round)
		in.Published = &report.Published{Cells: cells, Whole: true}
		in, _, err := report.Publish(in, p)
		if err != nil {
			t.Fatal(err)
		}
		cells = in.Published.Cells
		listed := read(t, build(t, in, report.Options{Privacy: p, Sheets: everySheet(p)}), report.SheetDetail)
		var titles []string
		for _, row := range listed.rows {
			titles = append(titles, words(row["title"]))
		}
		if len(titles) != want || slices.ContainsFunc(titles, func(title string) bool { return title != "m03" }) {
			t.Errorf("round %d: %d people are listed of %v, not %d", round, len(titles), slices.Compact(titles), want)
		}
	}
}

// What only repeats never says anything that was not published.
func TestRepeatingPublishesNothing(t *testing.T) {
	a := attack{minimum: 3, people: staff(6), rounds: 2, letters: append(private("a", 0, "a1", "a2", "a3"), letter{campaign: "b", to: ids(staff(6))})}
	w := world{0, 1, 2, 0, 1, 1, 2, 2, 0}
	first := a.input(w, 0)
	first.Published = &report.Published{Whole: true}
	first, changed, err := report.Publish(first, a.privacy(0))
	if err != nil || len(changed) != 2 {
		t.Fatalf("%d cells were published: %v", len(changed), err)
	}
	later := a.input(w, 1)
	later.Published = first.Published
	if _, changed, err := report.Publish(later, a.privacy(1)); err != nil || changed != nil {
		t.Fatalf("%d cells were published: %v", len(changed), err)
	}
	figures := func(in report.Input) string {
		var said strings.Builder
		for _, row := range read(t, build(t, in, report.Options{Privacy: a.privacy(0)}), report.SheetMessages).rows {
			fmt.Fprintln(&said, words(row["title"]), whole(row["audience_size"]), whole(row["read"]), whole(row["unread"]))
		}
		return said.String()
	}
	if was, now := figures(first), figures(later); was != now {
		t.Errorf("the figures were\n%sand are\n%s", was, now)
	}
	nothing := a.input(w, 1)
	nothing.Published = &report.Published{Repeat: true}
	summary := build(t, nothing, report.Options{Privacy: a.privacy(0)}).Summary
	if whole(figure(t, summary, "read").Value) != 0 || whole(figure(t, summary, "unknown").Value) != 9 {
		t.Errorf("of nothing published %d are read, %d unknown", whole(figure(t, summary, "read").Value), whole(figure(t, summary, "unknown").Value))
	}
}

// publishIn publishes a round of a world and returns what a report of it is made
// of.
func (a *attack) publishIn(t *testing.T, w world, round int, cells []*job.Cell) report.Input {
	t.Helper()
	in := a.input(w, round)
	in.Published = &report.Published{Cells: cells, Whole: a.whole(round)}
	in, _, err := report.Publish(in, a.privacy(round))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// What was shown under a smaller minimum is not shown under a larger one.
func TestCellsUnderRaisedMinimum(t *testing.T) {
	a := attack{
		minimum: 2, minimums: map[int]int{1: 4}, people: staff(3), rounds: 3,
		letters: append(private("pay", 0, "a1", "a2"), letter{campaign: "notice", to: ids(staff(3))}),
	}
	w := world{0, 3, 0, 1, 3}
	var cells []*job.Cell
	for round, want := range []map[string]int{{"read": 2, "unread": 3, "unknown": 0}, {"unknown": 5}, {"unknown": 5}} {
		in := a.publishIn(t, w, round, cells)
		cells = in.Published.Cells
		summary := build(t, in, report.Options{Privacy: a.privacy(round)}).Summary
		for _, key := range []string{"read", "unread", "unknown"} {
			if n := whole(figure(t, summary, key).Value); n != want[key] {
				t.Errorf("round %d: %d are %s, not %d", round, n, key, want[key])
			}
		}
	}
}

// The trend of a message whose former figures stand says those, as of then.
func TestTrendOfStandingMessages(t *testing.T) {
	a := attack{
		minimum: 3, people: staff(5), rounds: 4,
		letters: []letter{{campaign: "a", to: ids(staff(4)), later: map[int][]string{2: ids(staff(5))}}},
	}
	var cells []*job.Cell
	for round, want := range []int{1, 2, 1, 1} {
		in := a.publishIn(t, world{0, 1, 2, 4, 3}, round, cells)
		cells = in.Published.Cells
		rows := read(t, build(t, in, report.Options{Privacy: a.privacy(round)}), report.SheetTrend).rows
		if len(rows) != want {
			t.Fatalf("round %d: the trend has %d readings, not %d", round, len(rows), want)
		}
		last := rows[len(rows)-1]
		at, _ := last["when"].Time()
		if read := min(round, 1); whole(last["read"]) != read+1 || !at.Equal(a.reading(read).StartedAt) {
			t.Errorf("round %d: the trend says %d have read it at %v", round, whole(last["read"]), at)
		}
	}
}

// What was read while no such report was written is not in the trend.
func TestTrendAfterUnpublishedReading(t *testing.T) {
	a := attack{minimum: 3, people: staff(3), rounds: 4, letters: []letter{{campaign: "a", to: ids(staff(3))}}}
	var cells []*job.Cell
	for _, c := range []struct{ round, want int }{{0, 1}, {2, 1}, {3, 2}} {
		in := a.publishIn(t, world{0, 1, 4}, c.round, cells)
		cells = in.Published.Cells
		trend := read(t, build(t, in, report.Options{Privacy: a.privacy(c.round)}), report.SheetTrend)
		if len(trend.rows) != c.want {
			t.Errorf("round %d: the trend has %d readings, not %d", c.round, len(trend.rows), c.want)
		}
	}
}

// A message that once was to too few others as well is shown again when it is due,
// as of the end of a run that was to ask everything, with its people, and without a
// trend.
func TestFormerlyMixedMessage(t *testing.T) {
	a := attack{
		minimum: 3, people: staff(4), rounds: 5,
		letters: []letter{
			{campaign: "a", to: ids(staff(3)), later: map[int][]string{1: ids(staff(4)), 2: ids(staff(3))}},
			{campaign: "b", to: []string{"a1"}, skipped: []int{3}},
		},
	}
	var cells []*job.Cell
	for round, want := range []struct {
		read int
		at   time.Time
		old  bool
	}{
		{1, a.reading(0).StartedAt, false},
		{1, a.reading(0).StartedAt, true},
		{2, a.reading(2).FinishedAt, false},
		{2, a.reading(2).FinishedAt, true},
		{3, a.reading(4).FinishedAt, false},
	} {
		in := a.publishIn(t, world{0, 2, 3, 1, 5}, round, cells)
		cells = in.Published.Cells
		p := a.privacy(round)
		p.People, p.PseudonymKey = report.PeoplePseudonymous, key()
		wb := build(t, in, report.Options{Privacy: p, Sheets: everySheet(p)})
		trend := read(t, wb, report.SheetTrend).rows
		at, _ := trend[0]["when"].Time()
		if n := whole(trend[0]["read"]); len(trend) != 1 || n != want.read || !at.Equal(want.at) {
			t.Errorf("round %d: %d have read it at %v, in a trend of %d", round, n, at, len(trend))
		}
		if n := len(read(t, wb, report.SheetDetail).rows); (n == 0) != want.old {
			t.Errorf("round %d: %d people are listed", round, n)
		}
		old := slices.ContainsFunc(read(t, wb, report.SheetProblems).rows, func(row map[string]report.Cell) bool {
			return strings.HasPrefix(words(row["problem"]), "Messages whose former figures")
		})
		if old != want.old {
			t.Errorf("round %d: that its former figures stand: %v", round, old)
		}
	}
}
