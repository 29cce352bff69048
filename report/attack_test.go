package report_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
	"notifyaudit/report/internal/sample"
	reportjson "notifyaudit/report/json"
)

// An attack knows everything about an audit but who has read what: the rosters,
// the audiences, when messages were read, and how the report is made. It looks
// at everything that was published, goes through all ways in which people may
// have read, and keeps those in which the very same would have been published.
// Where all of these agree on a figure of fewer people than the minimum, that
// figure was given away.
//
// This is stronger than solving for the sums in the files: it also sees through
// the reasons for keeping something back.
type attack struct {
	minimum int
	people  []job.Person
	letters []letter
	// rounds is how many reports were published, one after the other.
	rounds int
}

// A letter is one message.
type letter struct {
	campaign string
	to       []string
	// first is the round in which it was first read.
	first int
	// still says that it was not read again in later rounds.
	still bool
}

// An unknown is one delivery: whether somebody has read a letter.
type unknown struct {
	letter int
	person string
}

func (a *attack) unknowns() []unknown {
	var all []unknown
	for i, l := range a.letters {
		for _, id := range slices.Sorted(slices.Values(l.to)) {
			all = append(all, unknown{i, id})
		}
	}
	return all
}

// A world says for each unknown from which round on it is read; rounds is never.
type world []int

// worlds are all there are.
func (a *attack) worlds() []world {
	unknowns := a.unknowns()
	all := []world{make(world, 0, len(unknowns))}
	for _, u := range unknowns {
		l := a.letters[u.letter]
		choices := []int{a.rounds}
		for round := l.first; round < a.rounds && (round == l.first || !l.still); round++ {
			choices = append(choices, round)
		}
		var longer []world
		for _, w := range all {
			for _, choice := range choices {
				longer = append(longer, append(slices.Clone(w), choice))
			}
		}
		all = longer
	}
	return all
}

// input is the audit of a round in a world.
func (a *attack) input(w world, round int) report.Input {
	in := sample.Input(report.English)
	in.Refresh = job.Refresh{}
	in.Directory = job.NewDirectory(job.NewRoster("staff", "staff.csv", a.people))
	unknowns := a.unknowns()
	var results []*job.Result
	for i, l := range a.letters {
		if l.first > round {
			results = append(results, sample.Message(a.message(i), job.StatusPending, job.Listed("staff", l.to), nil))
			continue
		}
		var readers []string
		for j, u := range unknowns {
			if u.letter == i && w[j] <= round {
				readers = append(readers, u.person)
			}
		}
		status, last := job.StatusCurrent, round
		if len(readers) == len(l.to) {
			status = job.StatusSettled
		}
		if l.still {
			last = l.first
		}
		r := sample.Message(a.message(i), status, job.Listed("staff", l.to), a.reading(last), readers...)
		for k, reader := range r.Readers {
			j := slices.Index(unknowns, unknown{i, reader.UserID})
			r.Readers[k].FirstSeenAt = a.reading(max(w[j], l.first)).FinishedAt
		}
		if last > l.first {
			r.Previous = a.reading(last - 1)
			for j, u := range unknowns {
				if u.letter == i && w[j] <= last-1 {
					r.Previous.Read++
					r.Previous.Readers++
				}
			}
		}
		results = append(results, r)
	}
	in.Results = sample.Stream(results)
	in.History = func(ids []job.MessageID) ([][]job.Reading, error) {
		all := make([][]job.Reading, len(ids))
		for k, id := range ids {
			l := a.letters[slices.IndexFunc(results, func(r *job.Result) bool { return r.Message.ID == id })]
			for at := l.first; at <= round && (at == l.first || !l.still); at++ {
				all[k] = append(all[k], *a.reading(at))
			}
		}
		return all, nil
	}
	return in
}

func (a *attack) message(i int) job.Message {
	name := fmt.Sprintf("%02d", i)
	return job.Message{
		ID:      job.MessageID{Provider: "dingtalk", Kind: job.PrivateChat, ProcessQueryKey: "k" + name},
		Address: "message.m" + name, Title: "m" + name, Campaign: a.letters[i].campaign,
		SentAt: sample.Now().AddDate(0, 0, -1), Target: 0.5,
	}
}

func (*attack) reading(round int) *job.Reading {
	at := sample.Now().Add(time.Duration(round-10) * time.Hour)
	return &job.Reading{RunID: fmt.Sprint("r", round), StartedAt: at, FinishedAt: at.Add(time.Second), SendStatus: job.SendSuccess}
}

// published is everything that a round's reports say.
func (a *attack) published(t rapid.TB, w world, round int, privacy report.Privacy) string {
	t.Helper()
	in := a.input(w, round)
	var said strings.Builder
	for _, campaigns := range [][]string{nil, {"a"}} {
		wb := build(t, in, report.Options{Privacy: privacy, Campaigns: campaigns})
		sayCells(&said, wb.Summary)
		for _, s := range wb.Sheets {
			for row, err := range s.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				sayRow(&said, row)
			}
			if s.Chart != nil {
				fmt.Fprint(&said, s.Chart.Alt)
				for _, p := range s.Chart.Points {
					fmt.Fprintln(&said, p.At.Unix(), p.Value)
				}
			}
		}
	}
	sayFiles(t, &said, in, privacy)
	return said.String()
}

// sayFiles adds what the JSON report and the CSV files say in a mode.
func sayFiles(t rapid.TB, said *strings.Builder, in report.Input, privacy report.Privacy) {
	t.Helper()
	guarded, err := report.Guarded(in, privacy)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := reportjson.Write(&out, guarded); err != nil {
		t.Fatal(err)
	}
	said.Write(out.Bytes())
	files := memory{}
	if err := reportcsv.Write(files, in, reportcsv.Options{Privacy: privacy}); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		said.WriteString(files[name].String())
	}
}

// sayCells writes down the summary without the links, which are pointers.
func sayCells(said *strings.Builder, s *report.Summary) {
	fmt.Fprintln(said, s.Complete, s.Verdict, s.Charts)
	for _, f := range slices.Concat(s.Facts, s.Figures) {
		fmt.Fprint(said, f.Key, f.Note)
		sayRow(said, []report.Cell{f.Value})
	}
	for _, list := range s.Attention {
		for _, row := range list.Rows {
			sayRow(said, row)
		}
	}
}

func sayRow(said *strings.Builder, row []report.Cell) {
	for _, c := range row {
		said.WriteString(words(c))
		if n, known := c.Number(); known {
			fmt.Fprint(said, n)
		}
		if at, known := c.Time(); known {
			said.WriteString(at.Format(time.RFC3339))
		}
		if c.Link != nil {
			fmt.Fprint(said, *c.Link)
		}
		said.WriteByte('|')
	}
	said.WriteByte('\n')
}

// memory is files that are kept in memory.
type memory map[string]*bytes.Buffer

func (m memory) Create(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return nopCloser{m[name]}, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// run publishes in every world and fails where something was given away.
func (a *attack) run(t rapid.TB) {
	t.Helper()
	privacy := report.Privacy{People: report.PeopleAggregate, MinimumGroupSize: a.minimum}
	alike := make(map[string][]world)
	for _, w := range a.worlds() {
		var said strings.Builder
		for round := range a.rounds {
			said.WriteString(a.published(t, w, round, privacy))
		}
		alike[said.String()] = append(alike[said.String()], w)
	}
	for _, worlds := range alike {
		for round := range a.rounds {
			if group, value, given := a.givenAway(worlds, round); given {
				t.Fatalf("%d people: that %d of %v have read it by round %d follows from what was published of %+v, as in %v",
					len(group), value, group, round, a.letters, worlds[0])
			}
		}
	}
}

// givenAway looks for a group of fewer people than the minimum, of whom all
// worlds say the same.
func (a *attack) givenAway(worlds []world, round int) ([]unknown, int, bool) {
	unknowns := a.unknowns()
	for subset := range small(len(unknowns), a.minimum-1) {
		first := unknowns[subset[0]]
		if a.letters[first.letter].first > round || a.shownUnanimous(worlds[0], first.letter, round) {
			continue
		}
		var group []unknown
		fits := true
		for _, j := range subset {
			// What is known of people who got different messages is a sum of what is
			// known of each, or of messages that are shown together.
			fits = fits && a.together(unknowns[j].letter, first.letter) && a.letters[unknowns[j].letter].first <= round
			group = append(group, unknowns[j])
		}
		if !fits {
			continue
		}
		value := hasRead(worlds[0], subset, round)
		if !slices.ContainsFunc(worlds, func(w world) bool { return hasRead(w, subset, round) != value }) {
			return group, value, true
		}
	}
	return nil, 0, false
}

// together reports whether two letters are one cell to the reader of a report.
func (a *attack) together(i, j int) bool {
	return i == j || a.letters[i].campaign == a.letters[j].campaign && a.isSmall(i) && a.isSmall(j)
}

func (a *attack) isSmall(i int) bool { return len(a.letters[i].to) < a.minimum }

// unanimous reports whether everybody, or nobody, had read what a letter is shown
// with: a report says that much. What isn't shown at all is never unanimous.
func (a *attack) unanimous(w world, letter, round int) bool {
	if a.isSmall(letter) && !a.inBatch(letter, round) {
		return false
	}
	sum, n := 0, 0
	for j, u := range a.unknowns() {
		if a.together(u.letter, letter) && a.letters[u.letter].first <= round && (!a.isSmall(u.letter) || a.inBatch(u.letter, round)) {
			n++
			sum += hasRead(w, []int{j}, round)
		}
	}
	return sum == 0 || sum == n
}

// shownUnanimous is unanimous for a round or a later one: nobody having read
// something later, nobody had before.
func (a *attack) shownUnanimous(w world, letter, round int) bool {
	for ; round < a.rounds; round++ {
		if a.unanimous(w, letter, round) {
			return true
		}
	}
	return false
}

// inBatch reports whether a small letter is among enough others to be shown: of
// its campaign and the department of all its people, in the order in which they
// were first read.
func (a *attack) inBatch(letter, round int) bool {
	var line []int
	for i, l := range a.letters {
		if a.isSmall(i) && l.campaign == a.letters[letter].campaign && a.department(i) == a.department(letter) && l.first <= round {
			line = append(line, i)
		}
	}
	slices.SortStableFunc(line, func(i, j int) int { return a.letters[i].first - a.letters[j].first })
	people, batch := map[string]bool{}, []int{}
	for _, i := range line {
		batch = append(batch, i)
		for _, id := range a.letters[i].to {
			people[id] = true
		}
		if len(people) < a.minimum {
			continue
		}
		if slices.Contains(batch, letter) {
			return true
		}
		people, batch = map[string]bool{}, nil
	}
	return false
}

// department is that of all people of a letter, "" if they are of several or of
// one that has fewer people than the minimum.
func (a *attack) department(letter int) string {
	all, size := map[string]bool{}, map[string]int{}
	for _, p := range a.people {
		size[p.Department]++
		if slices.Contains(a.letters[letter].to, p.UserID) {
			all[p.Department] = true
		}
	}
	for name := range all {
		if len(all) == 1 && size[name] >= a.minimum {
			return name
		}
	}
	return ""
}

// hasRead counts those of the unknowns that are read by a round.
func hasRead(w world, of []int, round int) int {
	n := 0
	for _, j := range of {
		if w[j] <= round {
			n++
		}
	}
	return n
}

// small yields every choice of at most so many of n.
func small(n, most int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		for bits := 1; bits < 1<<n; bits++ {
			var of []int
			for j := range n {
				if bits&(1<<j) != 0 {
					of = append(of, j)
				}
			}
			if len(of) <= most && !yield(of) {
				return
			}
		}
	}
}

// staff are people a1, a2 … of department a, b1 … of b and so on.
func staff(sizes ...int) (people []job.Person) {
	for i, n := range sizes {
		department := string(rune('a' + i))
		for j := range n {
			id := fmt.Sprint(department, j+1)
			people = append(people, job.Person{UserID: id, Name: "N" + id, Department: department})
		}
	}
	return people
}

func ids(people []job.Person) []string {
	var all []string
	for _, p := range people {
		all = append(all, p.UserID)
	}
	return all
}

func private(campaign string, first int, people ...string) []letter {
	var all []letter
	for _, id := range people {
		all = append(all, letter{campaign: campaign, to: []string{id}, first: first})
	}
	return all
}

func TestNothingIsGivenAway(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]attack{
		"a department of two beside one of four": {
			minimum: 3, people: staff(2, 4), rounds: 1,
			letters: []letter{{campaign: "a", to: ids(staff(2, 4))}},
		},
		"two departments of three": {
			minimum: 3, people: staff(3, 3), rounds: 1,
			letters: []letter{{campaign: "a", to: ids(staff(3, 3))}},
		},
		"three departments, two of them small": {
			minimum: 3, people: staff(1, 1, 6), rounds: 1,
			letters: []letter{{campaign: "a", to: ids(staff(1, 1, 6))}},
		},
		"one message to some, another to all but one": {
			minimum: 3, people: staff(4), rounds: 1,
			letters: []letter{{campaign: "a", to: ids(staff(4))}, {campaign: "b", to: []string{"a1", "a2", "a3"}}},
		},
		"private messages, one too few": {
			minimum: 3, people: staff(5), rounds: 1,
			letters: private("a", 0, "a1", "a2"),
		},
		"private messages, one more than a batch": {
			minimum: 3, people: staff(5), rounds: 1,
			letters: private("a", 0, "a1", "a2", "a3", "a4"),
		},
		"many private messages to one person": {
			minimum: 3, people: staff(3), rounds: 1,
			letters: private("a", 0, "a1", "a1", "a1", "a1"),
		},
		"a private message more in the second report": {
			minimum: 3, people: staff(5), rounds: 2,
			letters: append(private("a", 0, "a1", "a2", "a3"), private("a", 1, "a4")...),
		},
		"two campaigns that are small alone": {
			minimum: 3, people: staff(4), rounds: 1,
			letters: append(private("a", 0, "a1", "a2"), private("b", 0, "a3", "a4")...),
		},
		"a small audience in two departments": {
			minimum: 3, people: staff(3, 3), rounds: 1,
			letters: []letter{{campaign: "a", to: []string{"a1", "b1"}}, {campaign: "a", to: []string{"a2", "a3", "b2", "b3"}}},
		},
		"two reports of a message that is read again": {
			minimum: 3, people: staff(2, 4), rounds: 2,
			letters: []letter{{campaign: "a", to: ids(staff(2, 4))}},
		},
		"two reports of a message that is not read again": {
			minimum: 3, people: staff(3, 3), rounds: 2,
			letters: []letter{{campaign: "a", to: ids(staff(3, 3)), still: true}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a.run(t)
		})
	}
}

func TestNothingIsGivenAwayOfAnything(t *testing.T) {
	t.Parallel()
	audits := rapid.Custom(anyAttack)
	for seed := range 24 {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			a := audits.Example(seed)
			a.run(t)
		})
	}
}

func anyAttack(t *rapid.T) attack {
	a := attack{minimum: rapid.IntRange(2, 3).Draw(t, "minimum"), rounds: rapid.IntRange(1, 2).Draw(t, "rounds")}
	a.people = staff(rapid.SliceOfN(rapid.IntRange(1, 4), 1, 3).Draw(t, "departments")...)
	room := 8 - 3*(a.rounds-1)
	for room > 0 && len(a.letters) < 5 {
		to := rapid.SliceOfNDistinct(rapid.SampledFrom(ids(a.people)), 1, min(room, len(a.people)), rapid.ID).Draw(t, "to")
		if rapid.Bool().Draw(t, "private") {
			to = to[:1]
		}
		a.letters = append(a.letters, letter{
			campaign: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "campaign"), to: to,
			first: rapid.IntRange(0, a.rounds-1).Draw(t, "first"), still: rapid.Bool().Draw(t, "still"),
		})
		room -= len(to)
	}
	return a
}
