package sheets_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets"
)

// recount counts anew, in another way than the report does: person by person,
// with maps.
type recount struct {
	audience, read, unread, unknown int
	people                          map[string]bool
	chase                           int
}

func (c *recount) add(d *job.Directory, r *job.Result) {
	if r.Reading != nil && r.Reading.SendStatus == job.SendRecalled {
		return
	}
	if r.Audience.Form == job.AudienceSized && (r.Audience.Size == 0 || r.Reading != nil && len(r.Readers) > r.Audience.Size) {
		return // it contradicts itself
	}
	if r.Audience.Form == job.AudienceSized {
		c.audience += r.Audience.Size
		if r.Reading == nil {
			c.unknown += r.Audience.Size
			return
		}
		c.read += len(r.Readers)
		c.unread += r.Audience.Size - len(r.Readers)
		return
	}
	seen := make(map[string]bool)
	for _, reader := range r.Readers {
		seen[reader.UserID] = true
	}
	for _, id := range r.Audience.UserIDs {
		c.people[id] = true
		c.audience++
		switch {
		case r.Reading == nil:
			c.unknown++
		case seen[id]:
			c.read++
		default:
			c.unread++
			if toChase(d, r, id) {
				c.chase++
			}
		}
	}
}

func toChase(d *job.Directory, r *job.Result, id string) bool {
	switch r.Status {
	case job.StatusFrozen, job.StatusRejected, job.StatusRecalled:
		return false
	default:
	}
	if sample.Now().Sub(r.Reading.StartedAt) > job.DefaultRefresh().StopAfter {
		return false
	}
	return d.Chaseable(r.Audience.Roster, id, sample.Now())
}

// addsUp checks that every sheet says the same as the recount.
func addsUp(t rapid.TB, in report.Input) {
	t.Helper()
	want := recount{people: make(map[string]bool)}
	messages := 0
	for r, err := range in.Results() {
		if err != nil {
			t.Fatal(err)
		}
		want.add(in.Directory, r)
		messages++
	}
	wb := table.Build(t, in, sheets.Options{})
	for _, key := range []report.SheetKey{report.SheetCampaigns, report.SheetMessages, report.SheetDepartments} {
		sheetAddsUp(t, table.Read(t, wb, key).Rows, key, &want)
	}
	if got := table.Read(t, wb, report.SheetUnread).Sum("unread_messages"); got != want.chase {
		t.Errorf("%d messages are on the list of unread, want %d", got, want.chase)
	}
	overall, err := metrics.Measure(in)
	if err != nil {
		t.Fatal(err)
	}
	if of := overall.Bridge; of.Total() != want.unread || of.ToRemind != want.chase {
		t.Errorf("the unread are divided as %+v, want %d of %d to remind", of, want.chase, want.unread)
	}
	for key, n := range map[string]int{
		"messages": messages, "people": len(want.people), "deliveries": want.audience,
		"read": want.read, "unread": want.unread, "unknown": want.unknown,
	} {
		if got := table.Whole(table.Figure(t, wb.Summary, key).Value); got != n {
			t.Errorf("summary: %s is %d, want %d", key, got, n)
		}
	}
}

func sheetAddsUp(t rapid.TB, all []map[string]report.Cell, key report.SheetKey, want *recount) {
	t.Helper()
	audience := "audience_size"
	if key == report.SheetDepartments {
		audience = "deliveries"
	}
	var got recount
	for _, row := range all {
		if contradictory(row) {
			continue
		}
		if state := table.Words(row["state"]); state != "" {
			got.addLone(t, row, state)
			continue
		}
		size, read := table.Whole(row[audience]), table.Whole(row["read"])
		unread, unknown := table.Whole(row["unread"]), table.Whole(row["unknown"])
		if size != read+unread+unknown {
			t.Errorf("%s: %d is not %d + %d + %d", key, size, read, unread, unknown)
		}
		rate, known := row["read_rate"].Number()
		if known && rate != float64(read)/float64(read+unread) {
			t.Errorf("%s: rate %v of %d read and %d unread", key, rate, read, unread)
		}
		if known != (read+unread > 0 && !row["read"].Empty()) {
			t.Errorf("%s: rate known %v with %d read and %d unread", key, known, read, unread)
		}
		got.audience, got.read = got.audience+size, got.read+read
		got.unread, got.unknown = got.unread+unread, got.unknown+unknown
	}
	if got.audience != want.audience || got.read != want.read || got.unread != want.unread || got.unknown != want.unknown {
		t.Errorf("%s adds up to %d = %d + %d + %d, want %d = %d + %d + %d", key,
			got.audience, got.read, got.unread, got.unknown, want.audience, want.read, want.unread, want.unknown)
	}
}

// addLone adds the row of a message to one person, which has a state in place of figures.
func (c *recount) addLone(t rapid.TB, row map[string]report.Cell, state string) {
	t.Helper()
	for _, key := range []string{"audience_size", "read", "unread", "unknown", "read_rate", "target", "target_met", "change"} {
		if !row[key].Empty() {
			t.Errorf("a message to one person has the %s %v", key, row[key])
		}
	}
	c.audience++
	switch state {
	case "read", "已读":
		c.read++
	case "unread", "未读":
		c.unread++
	default:
		c.unknown++
	}
}

// contradictory reports whether a row says that it is in no total.
func contradictory(row map[string]report.Cell) bool {
	status := table.Words(row["status"])
	return strings.Contains(status, "cannot be right") || strings.Contains(status, "自相矛盾")
}

func TestSampleAddsUp(t *testing.T) {
	for _, lang := range []report.Language{report.English, report.Chinese} {
		addsUp(t, sample.Input(lang))
	}
}

func TestAnythingAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := sample.Input(rapid.SampledFrom([]report.Language{report.English, report.Chinese}).Draw(t, "language"))
		in.Results = sample.Stream(rapid.SliceOfN(rapid.Custom(anyResult), 0, 12).Draw(t, "results"))
		addsUp(t, in)
	})
}

func anyResult(t *rapid.T) *job.Result {
	ids := append(sample.Staff().AudienceAt(sample.Now().AddDate(-1, 0, 0)).UserIDs, "s1", "s2", "s3")
	some := rapid.SliceOf(rapid.SampledFrom(ids))
	audience := job.Audience{}
	switch rapid.IntRange(0, 3).Draw(t, "form") {
	case 0:
		audience = job.Sized(rapid.IntRange(0, 6).Draw(t, "size"))
	case 1, 2:
		roster := rapid.SampledFrom([]string{"", "staff"}).Draw(t, "roster")
		audience = job.Listed(roster, some.Draw(t, "audience"))
	default:
	}
	var reading *job.Reading
	if rapid.Bool().Draw(t, "was read") {
		at := sample.Now().AddDate(0, 0, -rapid.IntRange(0, 60).Draw(t, "days ago"))
		reading = &job.Reading{StartedAt: at, FinishedAt: at, SendStatus: job.SendSuccess}
		if rapid.IntRange(0, 5).Draw(t, "recalled") == 0 {
			reading.SendStatus = job.SendRecalled
		}
	}
	m := job.Message{
		Address: "message.m", Title: "m",
		Campaign: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "campaign"),
		Target:   rapid.SampledFrom([]float64{0, 0.5, 0.9}).Draw(t, "target"),
	}
	status := rapid.SampledFrom(job.Statuses()).Draw(t, "status")
	return sample.Message(m, status, audience, reading, some.Draw(t, "readers")...)
}
