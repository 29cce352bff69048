package privacy_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/job/longtest"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	reportjson "notifyaudit/report/json"
	"notifyaudit/report/metrics"
	"notifyaudit/report/privacy"
	"notifyaudit/report/sheets"
)

// An attacker has everything that the aggregate reports of one run say, knows the
// rosters, the audiences and how reports are made, and wants to know who has read
// what. Each exact figure is an equation: a sum over deliveries. The attacker may
// combine them in every linear way.
type attacker struct {
	minimum int
	results []*job.Result
	people  *job.Roster
	// deliveries are the unknowns, as they are now and as they were in earlier
	// runs; index finds them.
	deliveries []delivery
	index      map[delivery]int
	// shown are the equations, as rows over the deliveries, and banded the sets of
	// deliveries whose figure is a band or a range.
	shown, banded [][]int64
	named         map[string][]int64
}

// A delivery is one person's copy of a message, as of a run; "" is now.
type delivery struct{ message, person, run string }

// prime is the field that the attacker computes in: it has halves and thirds, and
// no rounding.
const prime = 1_000_000_007

func power(base, exponent int64) int64 {
	result := int64(1)
	for base %= prime; exponent > 0; exponent >>= 1 {
		if exponent&1 == 1 {
			result = result * base % prime
		}
		base = base * base % prime
	}
	return result
}

// audit is a random audit of people in departments.
func audit(t *rapid.T) report.Input {
	in := sample.Input(report.English)
	var people []job.Person
	for i, n := range rapid.SliceOfN(rapid.IntRange(1, 14), 1, 5).Draw(t, "departments") {
		for j := range n {
			people = append(people, job.Person{UserID: fmt.Sprintf("%c%02d", 'a'+i, j), Name: fmt.Sprint("N", i, j), Department: string(rune('A' + i))})
		}
	}
	roster := job.NewRoster("staff", "staff.csv", people)
	in.Directory = job.NewDirectory(roster)
	var results []*job.Result
	histories := make(map[job.MessageID][]job.Reading)
	for i := range rapid.IntRange(1, 9).Draw(t, "messages") {
		r, readings := letter(t, i, people)
		results = append(results, r)
		histories[r.Message.ID] = readings
	}
	in.Results = sample.Stream(results)
	in.History = func(id job.MessageID) ([]job.Reading, error) { return histories[id], nil }
	in.Run.ID = "r2"
	in.Compared = sample.Now().Add(-10 * time.Hour)
	in.Privacy = report.Privacy{People: report.PeopleAggregate, MinimumGroupSize: rapid.IntRange(2, 6).Draw(t, "minimum")}
	return in
}

// letter is a random message with its readings.
func letter(t *rapid.T, i int, people []job.Person) (*job.Result, []job.Reading) {
	m := job.Message{
		ID:      job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: fmt.Sprint("k", i)},
		Address: fmt.Sprintf("message.m%d", i), Title: fmt.Sprint("Letter ", i),
		Campaign: rapid.SampledFrom([]string{"x", "y", fmt.Sprintf("message.m%d", i)}).Draw(t, "campaign"),
		SentAt:   sample.Now().Add(-72 * time.Hour), Target: rapid.SampledFrom([]float64{0, 0.5, 0.95}).Draw(t, "target"),
	}
	eager := rapid.SampledFrom([]int{0, 0, 1, 5, 9, 10, 10}).Draw(t, "eager")
	var to, early, late []string
	most := rapid.SampledFrom([]int{1, 2, 5, 100}).Draw(t, "most")
	for _, p := range people {
		if len(to) == most || rapid.IntRange(0, 9).Draw(t, "sent") < 2 {
			continue
		}
		to = append(to, p.UserID)
		if rapid.IntRange(0, 9).Draw(t, "reads") < eager {
			late = append(late, p.UserID)
			if rapid.Bool().Draw(t, "early") {
				early = append(early, p.UserID)
			}
		}
	}
	audience := job.Listed("staff", to)
	if rapid.IntRange(0, 9).Draw(t, "form") == 0 {
		audience = job.Sized(len(to) + 1)
	}
	status := rapid.SampledFrom([]job.Status{
		job.StatusCurrent, job.StatusCurrent, job.StatusCurrent, job.StatusFresh, job.StatusFrozen, job.StatusPending, job.StatusFailed,
	}).Draw(t, "status")
	if status == job.StatusPending || status == job.StatusFailed {
		return sample.Message(m, status, audience, nil), nil
	}
	reading := func(run string, hours int, read []string) job.Reading {
		at := sample.Now().Add(-time.Duration(hours) * time.Hour)
		return job.Reading{RunID: run, StartedAt: at, FinishedAt: at.Add(time.Second), SendStatus: job.SendSuccess, Read: len(read), Readers: len(read)}
	}
	last := reading("r2", 1, late)
	if rapid.IntRange(0, 19).Draw(t, "recalled") == 0 {
		last.SendStatus, status = job.SendRecalled, job.StatusRecalled
	}
	r := sample.Message(m, status, audience, &last, late...)
	if rapid.Bool().Draw(t, "once") {
		return r, []job.Reading{last}
	}
	before := reading("r1", 20, early)
	r.Previous = &before
	for k := range r.Readers {
		if slices.Contains(early, r.Readers[k].UserID) {
			r.Readers[k].FirstSeenAt = before.FinishedAt
		}
	}
	return r, []job.Reading{before, last}
}

func newAttacker(t rapid.TB, in report.Input) *attacker {
	t.Helper()
	a := &attacker{minimum: in.Privacy.Minimum(), people: in.Directory.Rosters()[0], index: make(map[delivery]int), named: make(map[string][]int64)}
	for r, err := range in.Results() {
		if err != nil {
			t.Fatal(err)
		}
		a.results = append(a.results, sample.Copy(r))
		if r.Reading == nil || !r.HasCounts() {
			continue
		}
		for _, run := range []string{"", "r1"} {
			for _, person := range persons(r) {
				d := delivery{r.Message.Address, person, run}
				a.index[d] = len(a.deliveries)
				a.deliveries = append(a.deliveries, d)
			}
		}
	}
	return a
}

// persons are those of an audience; of a mere number they are somebody.
func persons(r *job.Result) []string {
	if r.Audience.Form == job.AudienceListed {
		return r.Audience.UserIDs
	}
	all := make([]string, r.Audience.Size)
	for i := range all {
		all[i] = fmt.Sprint("somebody ", i)
	}
	return all
}

// set are the deliveries of a run that satisfy a condition, as a row.
func (a *attacker) set(run string, is func(message, department string) bool) []int64 {
	row := make([]int64, len(a.deliveries))
	for i, d := range a.deliveries {
		department := ""
		if p, known := a.people.Person(d.person); known {
			department = p.Department
		}
		if d.run == run && is(d.message, department) {
			row[i] = 1
		}
	}
	return row
}

func plus(x, y []int64, factor int64) []int64 {
	sum := slices.Clone(x)
	for i := range sum {
		sum[i] = ((sum[i]+factor*y[i])%prime + prime) % prime
	}
	return sum
}

// figure takes in a cell that shows how much of a set has been read.
func (a *attacker) figure(name string, set []int64, c report.Cell) {
	a.named[name] = set
	if _, exact := c.Number(); exact {
		a.shown = append(a.shown, set)
	}
	if _, band := c.Text(); band {
		a.banded = append(a.banded, set)
	}
}

// rows are the messages that stand behind a row of the sheet of messages.
func (a *attacker) rows(messages table.Table) map[string]func(string) bool {
	rows := make(map[string]func(string) bool)
	small := func(r *job.Result) bool { return r.Audience.Size < a.minimum }
	for _, row := range messages.Rows {
		address := table.Words(row["address"])
		rows[address] = func(m string) bool { return m == address }
		if !strings.Contains(table.Words(row["title"]), "to fewer than ") {
			continue
		}
		rows[address] = func(m string) bool {
			r := a.results[slices.IndexFunc(a.results, func(r *job.Result) bool { return r.Message.Address == m })]
			_, own := rows[r.Message.Campaign]
			return !row["audience_size"].Empty() && small(r) && (r.Message.Campaign == address || strings.HasPrefix(address, "Fewer than ") && !own)
		}
	}
	return rows
}

// look takes in everything that is published. The groups of a row are those that the
// guarded input has; who is in none of them is in "Other".
func (a *attacker) look(t rapid.TB, in report.Input) {
	t.Helper()
	wb := table.Build(t, in, sheets.Options{})
	messages := table.Read(t, wb, report.SheetMessages)
	rows := a.rows(messages)
	groups := make(map[string]map[string]bool)
	for r, err := range privacy.Guard(in).Results() {
		if err != nil {
			t.Fatal(err)
		}
		groups[r.Message.Address] = make(map[string]bool)
		for _, p := range r.Parts {
			groups[r.Message.Address][p.Group] = true
		}
	}
	row := func(address string) func(m, d string) bool {
		return func(m, _ string) bool { return rows[address](m) }
	}
	cell := func(address, group string) func(m, d string) bool {
		return func(m, d string) bool {
			if !groups[address][d] {
				d = ""
			}
			return rows[address](m) && d == group
		}
	}
	for _, key := range []report.SheetKey{report.SheetMessages, report.SheetCampaigns, report.SheetDepartments} {
		for _, r := range table.Read(t, wb, key).Rows {
			for _, size := range []string{"audience_size", "deliveries", "people"} {
				if n, shown := r[size].Number(); shown && int(n) < a.minimum {
					t.Errorf("a row of %s is of %v people", key, n)
				}
			}
		}
	}
	for _, r := range messages.Rows {
		address := table.Words(r["address"])
		a.figure("message "+address, a.set("", row(address)), r["read_rate"])
		a.figure("read "+address, a.set("", row(address)), r["read"])
		if _, known := r["change"].Number(); known {
			a.shown = append(a.shown, plus(a.set("", row(address)), a.set("r1", row(address)), -1))
		}
	}
	column := func(group string) func(m, d string) bool {
		return func(m, d string) bool {
			return slices.ContainsFunc(messages.Rows, func(r map[string]report.Cell) bool { return cell(table.Words(r["address"]), group)(m, d) })
		}
	}
	for _, r := range table.Read(t, wb, report.SheetDepartments).Rows {
		group := table.Words(r["department"])
		if group == "Other" {
			group = ""
		}
		a.figure("department "+group, a.set("", column(group)), r["read_rate"])
		a.figure("department read "+group, a.set("", column(group)), r["read"])
	}
	matrix := table.Read(t, wb, report.SheetMatrix)
	for _, r := range matrix.Rows {
		address := noticeAddress(r)
		for i, c := range matrix.Sheet.Columns[2:] {
			a.figure(fmt.Sprint("cell ", address, c.Label), a.set("", cell(address, c.Label)), r[fmt.Sprint("group_", i+1)])
		}
		// "Other" is in no column, and is what is left.
		a.named["other "+address] = a.set("", cell(address, ""))
	}
	campaign := func(name string) func(m, d string) bool {
		return func(m, _ string) bool {
			return slices.ContainsFunc(messages.Rows, func(r map[string]report.Cell) bool {
				address := table.Words(r["address"])
				own := slices.IndexFunc(a.results, func(r *job.Result) bool { return r.Message.Address == address })
				return rows[address](m) && (own < 0 && address == name || own >= 0 && a.results[own].Message.Campaign == name)
			})
		}
	}
	for _, r := range table.Read(t, wb, report.SheetCampaigns).Rows {
		name := table.Words(r["campaign"]) // or the title that its messages have
		if own := slices.IndexFunc(a.results, func(r *job.Result) bool { return r.Message.Title == name }); own >= 0 {
			name = a.results[own].Message.Campaign
		}
		a.figure("campaign "+name, a.set("", campaign(name)), r["read_rate"])
		a.figure("campaign read "+name, a.set("", campaign(name)), r["read"])
	}
	all := func(m, _ string) bool {
		return slices.ContainsFunc(messages.Rows, func(r map[string]report.Cell) bool { return rows[table.Words(r["address"])](m) })
	}
	a.figure("everything", a.set("", all), table.Figure(t, wb.Summary, "read_rate").Value)
	a.figure("everything read", a.set("", all), table.Figure(t, wb.Summary, "read").Value)
	a.mean(t, in, messages, row)
	a.trend(t, wb, row)
	a.forms(t, in, row)
}

// noticeAddress is the address of the message, or the campaign of the small groups, that a
// row of a notice is of.
func noticeAddress(r map[string]report.Cell) string {
	title := table.Words(r["notice"])
	if n, is := strings.CutPrefix(title, "Letter "); is {
		return "message.m" + n
	}
	campaign, _, _ := strings.Cut(title, " (")
	return campaign
}

// mean takes in the mean of the messages' rates, which the JSON report has.
func (a *attacker) mean(t rapid.TB, in report.Input, messages table.Table, row func(string) func(m, d string) bool) {
	overall, err := metrics.Measure(privacy.Guard(in))
	if err != nil {
		t.Fatal(err)
	}
	if _, exact := overall.MeanReadRate(); !exact {
		return
	}
	mean := make([]int64, len(a.deliveries))
	for _, r := range messages.Rows {
		if known := table.Whole(r["audience_size"]) - table.Whole(r["unknown"]); known > 0 && !strings.Contains(table.Words(r["title"]), "to fewer than ") {
			mean = plus(mean, a.set("", row(table.Words(r["address"]))), power(int64(known), prime-2))
		}
	}
	a.shown = append(a.shown, mean)
}

// trend takes in earlier readings and the line.
func (a *attacker) trend(t rapid.TB, wb *report.Workbook, row func(string) func(m, d string) bool) {
	t.Helper()
	trend := table.Read(t, wb, report.SheetTrend)
	last := make(map[string]int)
	for i, r := range trend.Rows {
		last[noticeAddress(r)] = i
	}
	for i, r := range trend.Rows {
		run, address := "r1", noticeAddress(r)
		if last[address] == i {
			run = ""
		}
		a.figure(fmt.Sprint("trend ", i), a.set(run, row(address)), r["read_rate"])
		a.figure(fmt.Sprint("trend read ", i), a.set(run, row(address)), r["read"])
	}
	if trend.Sheet.Chart == nil {
		return
	}
	// A point of the line is of exact rows alone, or else it is new.
	for i, p := range trend.Sheet.Chart.Lines[0].Values {
		run := []string{"r1", ""}[i]
		read, known := 0, 0
		for j, r := range trend.Rows {
			if own := last[noticeAddress(r)] == j; own && run == "" || !own && run == "r1" {
				if _, exact := r["read"].Number(); exact {
					rate, _ := r["read_rate"].Number()
					read += table.Whole(r["read"])
					known += int(math.Round(float64(table.Whole(r["read"])) / max(rate, 1e-9)))
				}
			}
		}
		if known > 0 && math.Abs(*p-float64(read)/float64(known)) > 1e-9 {
			t.Errorf("the point %v of the line is not of the rows that are shown: %d of %d", *p, read, known)
		}
	}
}

// forms takes in the JSON report and the CSV file.
func (a *attacker) forms(t rapid.TB, in report.Input, row func(string) func(m, d string) bool) {
	t.Helper()
	var out bytes.Buffer
	if err := reportjson.Write(&out, in); err != nil {
		t.Fatal(err)
	}
	var doc reportjson.Report
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for _, m := range doc.Messages {
		a.figure("json "+m.Address, a.set("", row(m.Address)), rateCell(m.ReadRate, m.ReadRateBand))
	}
	files := table.Files{}
	if err := reportcsv.Write(files, in, reportcsv.Options{}); err != nil {
		t.Fatal(err)
	}
	lines, err := stdcsv.NewReader(strings.NewReader(files["messages.csv"].String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(lines[0], "read_rate")
	for _, l := range lines[1:] {
		var rate float64
		if n, err := fmt.Sscan(l[at], &rate); n == 1 && err == nil && !strings.Contains(l[at], "%") {
			a.figure("csv "+l[0], a.set("", row(l[0])), report.Number(rate, true))
		} else {
			a.figure("csv "+l[0], a.set("", row(l[0])), report.Text(l[at]))
		}
	}
}

func rateCell(rate *float64, band string) report.Cell {
	if rate != nil {
		return report.Number(*rate, true)
	}
	return report.Text(band)
}

// solve brings the equations into echelon form and returns what reduces a row by
// them: what is left of it is nothing when it follows from them.
func (a *attacker) solve() func(row []int64) []int64 {
	var basis [][]int64
	var pivots []int
	reduce := func(row []int64) []int64 {
		for i, b := range basis {
			if f := row[pivots[i]]; f != 0 {
				row = plus(row, b, -f)
			}
		}
		return row
	}
	for _, row := range a.shown {
		row = reduce(row)
		if at := slices.IndexFunc(row, func(n int64) bool { return n != 0 }); at >= 0 {
			basis = append(basis, plus(make([]int64, len(row)), row, power(row[at], prime-2)))
			pivots = append(pivots, at)
		}
	}
	return reduce
}

// conclude fails the test when something is given away.
func (a *attacker) conclude(t rapid.TB) {
	t.Helper()
	a.tooFew(t)
	reduce := a.solve()
	follows := func(set []int64) bool {
		return !slices.ContainsFunc(reduce(set), func(n int64) bool { return n != 0 })
	}
	for _, set := range a.banded {
		if follows(set) {
			t.Errorf("the exact figure behind a band follows from the others: %s", a.names(set))
		}
	}
	for name, set := range a.named {
		read, known := a.count(set)
		if known == 0 || !follows(set) {
			continue
		}
		if few := max(1, known/10); read <= few || known-read <= few {
			t.Errorf("%s: that %d of %d have read it follows, and needs a band: %s", name, read, known, a.names(set))
		}
	}
}

// tooFew looks for figures of too few people. Deliveries that are together in all
// equations are together in all combinations of them; so every combination is of at
// least as many people as the smallest such class has.
func (a *attacker) tooFew(t rapid.TB) {
	t.Helper()
	classes := make(map[string]map[string]bool)
	for i, d := range a.deliveries {
		var column strings.Builder
		in := false
		for _, row := range a.shown {
			fmt.Fprint(&column, row[i], " ")
			in = in || row[i] != 0
		}
		if !in {
			continue
		}
		if classes[column.String()] == nil {
			classes[column.String()] = make(map[string]bool)
		}
		classes[column.String()][d.person] = true
	}
	for _, people := range classes {
		if len(people) < a.minimum {
			t.Errorf("a figure of %d people can be had: %v", len(people), people)
		}
	}
}

// count is how many of a set have read it.
func (a *attacker) count(set []int64) (read, known int) {
	for i, d := range a.deliveries {
		if set[i] == 0 {
			continue
		}
		known++
		r := a.results[slices.IndexFunc(a.results, func(r *job.Result) bool { return r.Message.Address == d.message })]
		if r.Audience.Form != job.AudienceListed {
			var n int
			_, _ = fmt.Sscanf(d.person, "somebody %d", &n)
			if n < len(r.Readers) && (d.run == "" || !r.Readers[n].FirstSeenAt.After(sample.Now().Add(-19*time.Hour))) {
				read++
			}
			continue
		}
		for _, reader := range r.Readers {
			if reader.UserID == d.person && (d.run == "" || !reader.FirstSeenAt.After(sample.Now().Add(-19*time.Hour))) {
				read++
			}
		}
	}
	return read, known
}

func (a *attacker) names(set []int64) string {
	read, known := a.count(set)
	var all []string
	for i, d := range a.deliveries {
		if set[i] != 0 {
			all = append(all, d.message+"/"+d.person+d.run)
		}
	}
	return fmt.Sprintf("%d of %d: %v", read, known, all)
}

// bounds checks that no range is narrowed down to one number: by the sum of the
// bundle that it is in, and by the bounds of the others.
func bounds(t rapid.TB, in report.Input) {
	t.Helper()
	bundles := make(map[*job.Bundle][]job.Counts)
	for r, err := range privacy.Guard(in).Results() {
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Parts {
			if p.Bundle != nil {
				bundles[p.Bundle] = append(bundles[p.Bundle], p.Counts)
			}
		}
	}
	for b, all := range bundles {
		if len(all) != b.Parts { // the sum is not shown
			continue
		}
		low, high := 0, 0
		for _, c := range all {
			low, high = low+c.Read, high+c.Read+c.Withheld
		}
		for _, c := range all {
			least := max(c.Read, b.Read-(high-c.Read-c.Withheld))
			if most := min(c.Read+c.Withheld, b.Read-(low-c.Read)); least >= most {
				t.Errorf("that %d of %d have read it follows from the sum %d and the other ranges: %v", least, c.Known(), b.Read, all)
			}
		}
	}
}

// Nothing follows from an aggregate report of fewer people than the minimum, and
// nothing of a group that almost everybody, or almost nobody, has read.
func TestNothingIsGivenAway(t *testing.T) {
	for range longtest.N(4, 400) {
		rapid.Check(t, func(t *rapid.T) {
			in := audit(t)
			a := newAttacker(t, in)
			a.look(t, in)
			a.conclude(t)
			bounds(t, in)
		})
	}
}
