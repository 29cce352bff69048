package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

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
