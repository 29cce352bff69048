package chase_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/chase"
	"notifyaudit/report/notices"
)

// unread is a message of a campaign that nobody of a roster has read.
func unread(campaign, title, robot string, people []string) *job.Result {
	r := &job.Result{
		Message:  job.Message{Campaign: campaign, Title: title, Address: title, RobotCode: robot},
		Status:   job.StatusCurrent,
		Audience: job.Listed("staff", people),
		Reading:  &job.Reading{RunID: "run-1", SendStatus: job.SendSuccess},
	}
	r.Count()
	return r
}

// staff is a list of nobody yet, and so many people of a roster.
func staff(count int) (list *chase.List, ids []string) {
	people := make([]job.Person, count)
	for i := range people {
		people[i] = job.Person{UserID: fmt.Sprintf("u%05d", i), Name: fmt.Sprint("Person ", i), Email: fmt.Sprintf("p%d@example.com", i)}
		ids = append(ids, people[i].UserID)
	}
	in := &report.Input{Language: report.English, Directory: job.NewDirectory(job.NewRoster("staff", "staff.csv", people))}
	return chase.NewList(in, chase.NewRoll(in)), ids
}

// TestSharedNotice: two robots sent messages of one notice. Who has read none of them is
// once in its batches, and in a call of each robot, in the order in which they first sent.
func TestSharedNotice(t *testing.T) {
	t.Parallel()
	list, ids := staff(3)
	set := notices.New()
	for _, r := range []*job.Result{
		unread("other", "all hands", "r2", ids),
		unread("slips", "slip 1", "r1", ids[:1]), unread("slips", "slip 2", "r2", ids[:1]),
		unread("slips", "slip 3", "r1", ids[2:]), unread("slips", "slip 4", "r1", ids[2:]),
	} {
		list.Add(r, set.Add(r))
	}
	var batches, sends []string
	for b := range list.Batches(2) {
		batches = append(batches, fmt.Sprint(b.Notice, " ", b.Number, " ", b.UserIDs.String(), " ", b.Emails.String()))
	}
	for s := range list.Sends(func(int) string { return "" }) {
		sends = append(sends, fmt.Sprint(s.RobotCode, " ", s.UserIDs))
	}
	if diff := cmp.Diff([]string{
		"0 1 u00000,u00001 p0@example.com;p1@example.com", "0 2 u00002 p2@example.com",
		"1 1 u00000,u00002 p0@example.com;p2@example.com",
	}, batches); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"r2 [u00000 u00001 u00002]", "r2 [u00000]", "r1 [u00000 u00002]"}, sends); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if got := list.Notices(list.Sorted()[0]); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("the first person has not read the notices %v", got)
	}
}

// TestCostOfAPerson: one message more to people on the list costs a fraction of an
// allocation a person, however many they have not read.
//
//nolint:paralleltest // all allocations of the process are counted
func TestCostOfAPerson(t *testing.T) {
	list, ids := staff(1000)
	set := notices.New()
	add := func(campaign int) {
		r := unread(strconv.Itoa(campaign), "all hands", "robot", ids)
		list.Add(r, set.Add(r))
	}
	const known = 33 // past the sizes at which lists grow often
	for i := range known {
		add(i)
	}
	next := known
	n := testing.AllocsPerRun(20, func() {
		add(next)
		next++
	})
	if each := n / float64(len(ids)); each > 0.2 {
		t.Errorf("%.2f allocations a person", each)
	}
}

// An order is that of Compare, and has no memory of the people before.
func TestOrder(t *testing.T) {
	t.Parallel()
	roster := job.NewRoster("staff", "staff.csv", []job.Person{
		{UserID: "a", Name: "Zoe", Department: "Sales"},
		{UserID: "c", Name: "Ann", Department: "Sales"},
		{UserID: "d", Name: "Bob", Department: "Law"},
		{UserID: "e"},
	})
	roll := chase.NewRoll(&report.Input{Language: report.English, Directory: job.NewDirectory(roster)})
	var order chase.Order[string]
	for _, ids := range [][]string{{"a", "b", "c", "d", "e", "f"}, {"c", "d"}} {
		var want []chase.Entry
		order.Reset(len(ids))
		for _, id := range ids {
			want = append(want, roll.Entry("staff", id))
			order.Add(want[len(want)-1], id)
		}
		slices.SortFunc(want, chase.Compare)
		at := 0
		for id := range order.Sorted() {
			if at == len(want) || *id != want[at].UserID {
				t.Fatalf("of %v the one at %d is %s, want %v", ids, at, *id, want)
			}
			at++
		}
		if at != len(want) {
			t.Errorf("of %v there are %d", ids, at)
		}
	}
}

// TestManyNotices: who has missed which of more notices than have a bit.
func TestManyNotices(t *testing.T) {
	t.Parallel()
	list, ids := staff(20)
	set := notices.New()
	want := make(map[string][]int) // by user id
	draw := rand.New(rand.NewPCG(1, 2))
	for round := range 3 { // messages of the same campaigns, once more
		for campaign := range 150 {
			missing := ids[campaign%3 : campaign%3+1]
			if round == 0 || draw.IntN(3) == 0 {
				missing = ids[draw.IntN(10):][:1]
			}
			r := unread(strconv.Itoa(campaign), "slip", "r1", missing)
			n := set.Add(r)
			list.Add(r, n)
			if of := want[missing[0]]; !slices.Contains(of, n.Place) {
				want[missing[0]] = append(of, n.Place)
			}
		}
	}
	got, batched := make(map[string][]int), make(map[string][]int)
	for _, p := range list.Sorted() {
		got[p.UserID] = list.Notices(p)
		slices.Sort(want[p.UserID])
	}
	for b := range list.Batches(1) {
		batched[b.UserIDs.String()] = append(batched[b.UserIDs.String()], b.Notice)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notices by person (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, batched); diff != "" {
		t.Errorf("batches by person (-want +got):\n%s", diff)
	}
}
