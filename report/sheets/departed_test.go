package sheets_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	reportjson "notifyaudit/report/json"
	"notifyaudit/report/sheets"
)

// purged is a result as the audit has it when its people were purged.
func purged(r *job.Result) *job.Result {
	after := *r
	after.PurgedAt, after.Readers, after.Counts, after.Outside = sample.Now(), nil, job.Counts{}, 0
	if after.Audience.Form == job.AudienceListed {
		after.Audience = job.Sized(r.Audience.Size)
	}
	after.Count()
	return &after
}

// erased is a result as the audit has it when these people were erased.
func erased(r *job.Result, ids ...string) *job.Result {
	tombstone := func(id string) string {
		if slices.Contains(ids, id) {
			return job.ErasedPrefix + "00ff" + fmt.Sprintf("%0*x", job.ErasedDigits-4, id)
		}
		return id
	}
	all := func(ids []string) []string {
		masked := make([]string, 0, len(ids))
		for _, id := range ids {
			masked = append(masked, tombstone(id))
		}
		slices.Sort(masked)
		return masked
	}
	after := *r
	after.Readers = slices.Clone(r.Readers)
	for i := range after.Readers {
		after.Readers[i].UserID = tombstone(after.Readers[i].UserID)
	}
	slices.SortFunc(after.Readers, job.CompareUserIDs)
	after.Message.NotDelivered = all(r.Message.NotDelivered)
	if r.Audience.Form == job.AudienceListed {
		after.Audience.UserIDs = all(r.Audience.UserIDs)
	}
	after.Count()
	return &after
}

// with is the input with other results.
func with(in report.Input, change func(*job.Result) *job.Result) report.Input {
	var all []*job.Result
	for r, err := range in.Results() {
		if err != nil {
			panic(err) // the sample has none
		}
		all = append(all, change(sample.Copy(r)))
	}
	in.Results = sample.Stream(all)
	return in
}

// counted are all the counts of a named report, cell by cell: of the summary, the
// campaigns, the messages, the trend, the sum of the departments, and the JSON
// report. Names of people, and what is said of a message, are not among them.
func counted(t rapid.TB, in report.Input) []string {
	t.Helper()
	var lines []string
	wb := table.Build(t, in, sheets.Options{})
	for _, f := range wb.Summary.Figures {
		if f.Key != "people" {
			lines = append(lines, fmt.Sprint("summary ", f.Key, " ", plain(f.Value)))
		}
	}
	for _, key := range []report.SheetKey{report.SheetCampaigns, report.SheetMessages, report.SheetTrend} {
		s := table.Read(t, wb, key)
		for i, row := range s.Rows {
			for _, c := range s.Sheet.Columns {
				if c.Key != "status" && c.Key != "recipient" && c.Key != "department" {
					lines = append(lines, fmt.Sprint(key, " ", i, " ", c.Key, " ", plain(row[c.Key])))
				}
			}
		}
	}
	departments := table.Read(t, wb, report.SheetDepartments)
	for _, key := range []string{"deliveries", "read", "unread", "unknown"} {
		lines = append(lines, fmt.Sprint("departments ", key, " ", departments.Sum(key)))
	}
	return append(lines, jsonLines(t, in)...)
}

// plain is what a cell says.
func plain(c report.Cell) string {
	text, _ := c.Text()
	number, _ := c.Number()
	at, _ := c.Time()
	return fmt.Sprint(text, " ", number, " ", at)
}

func jsonLines(t rapid.TB, in report.Input) []string {
	t.Helper()
	var out bytes.Buffer
	if err := reportjson.Write(&out, in); err != nil {
		t.Fatal(err)
	}
	var doc reportjson.Report
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	// Who can be reminded changes, and the words about it.
	doc.Totals.UnreadBreakdown, doc.Summary.Sentences = nil, nil
	for i := range doc.Messages {
		doc.Messages[i].Status, doc.Messages[i].PurgedAt = "", nil
	}
	text, err := json.MarshalIndent(doc, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}

// TestPurgeOfPersonalDataKeepsTheCounts: figures, changes and trend are those of
// before, whatever was purged (row 23 of the promises).
func TestPurgeOfPersonalDataKeepsTheCounts(t *testing.T) {
	in := with(sample.Input(report.English), func(r *job.Result) *job.Result {
		if p := r.Previous; p != nil { // which saw the first of its readers
			p.StartedAt = p.StartedAt.Add(-time.Hour)
			p.FinishedAt = p.StartedAt.Add(time.Second)
			r.Readers[0].FirstSeenAt = p.FinishedAt
		}
		return r
	})
	after := with(in, func(r *job.Result) *job.Result {
		if r.Reading == nil {
			return r
		}
		return purged(r)
	})
	if diff := cmp.Diff(counted(t, in), counted(t, after)); diff != "" {
		t.Fatalf("counts (-before +after):\n%s", diff)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := sample.Input(report.English)
		in.Results = sample.Stream(rapid.SliceOfN(rapid.Custom(anyResult), 0, 12).Draw(t, "results"))
		after := with(in, func(r *job.Result) *job.Result {
			r.Message.Audience = r.Audience
			if r.Reading == nil || rapid.Bool().Draw(t, "kept") {
				return r
			}
			return purged(r)
		})
		if diff := cmp.Diff(counted(t, in), counted(t, after)); diff != "" {
			t.Errorf("counts (-before +after):\n%s", diff)
		}
	})
}

// TestEraseKeepsTheCounts: an erased person is in every count as before, and is
// nobody's unread.
func TestEraseKeepsTheCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := sample.Input(report.English)
		results := rapid.SliceOfN(rapid.Custom(anyResult), 0, 12).Draw(t, "results")
		for i, r := range results {
			r.Message.Address = fmt.Sprint("message.", i)
		}
		in.Results = sample.Stream(results)
		id := rapid.SampledFrom([]string{"u01", "u03", "u09", "s1"}).Draw(t, "id")
		after := with(in, func(r *job.Result) *job.Result { return erased(r, id) })
		if diff := cmp.Diff(counted(t, in), counted(t, after)); diff != "" {
			t.Errorf("counts (-before +after):\n%s", diff)
		}
		agreesInCounts(t, after)
	})
}

// agreesInCounts checks that the lists lack nobody but the erased, whom the sheet
// of people counts all the same.
func agreesInCounts(t rapid.TB, in report.Input) {
	t.Helper()
	all, listed := 0, 0
	for r, err := range in.Results() {
		if err != nil {
			t.Fatal(err)
		}
		if !r.Contradicts() {
			all += r.Counts.Audience()
		}
		for d := range r.People() {
			if !job.Erased(d.UserID) {
				listed++
			}
		}
	}
	wb := table.Build(t, in, sheets.Options{Sheets: report.SheetKeys()})
	if got := table.Read(t, wb, report.SheetDetail).Sheet.Count; got != listed {
		t.Errorf("%d rows of detail, want %d", got, listed)
	}
	if got := table.Read(t, wb, report.SheetPeople).Sum("received"); got != all {
		t.Errorf("people received %d of %d", got, all)
	}
	list := table.Read(t, wb, report.SheetUnread)
	if got := table.Read(t, wb, report.SheetReminders).Sum("count"); got < list.Sheet.Count || got > list.Sum("unread_messages") {
		t.Errorf("%d people in reminders, %d on the list", got, list.Sheet.Count)
	}
}

// TestErasedPeopleAreNowhere looks for the person, and for the tombstone, in all
// files of all modes: the roster that still names them tells nothing.
func TestErasedPeopleAreNowhere(t *testing.T) {
	all := append(sample.Results(), sample.Message(
		job.Message{Address: "message.direct", Title: "direct", Campaign: "q4"}, job.StatusCurrent,
		job.Listed("", []string{"u01", "u03", "u04", "u05", "u06"}),
		&job.Reading{RunID: "r", StartedAt: sample.Now(), FinishedAt: sample.Now(), SendStatus: job.SendSuccess}, "u04"))
	for _, p := range modes() {
		in := sample.Input(report.English)
		in.Results = sample.Stream(all)
		in = with(in, func(r *job.Result) *job.Result { return erased(r, "u01", "u02", "x1", "z1", "a1") })
		said := everything(t, in, p)
		for _, trace := range []string{"u01", "u02", "x1", "z1", "a1", "王芳", "李伟", "wang@example.com", job.ErasedPrefix + "00ff"} {
			if strings.Contains(said, trace) {
				t.Errorf("%s: %q is in the report", p.People, trace)
			}
		}
	}
}

func TestDeparturesAreTold(t *testing.T) {
	purge := func(r *job.Result) *job.Result {
		switch r.Message.Address {
		case "message.benefits":
			r = purged(r)
			r.PurgedAt = sample.Now().Add(-60 * 24 * time.Hour)
		case "message.canteen":
			r = purged(r)
			r.Status = job.StatusFrozen
		}
		return erased(r, "u01", "x1", "a1")
	}
	for lang, want := range map[report.Language][]string{
		report.English: {
			"note 2 Messages whose people were purged (2026-09-24 to 2026-11-23); only their counts are left | message.benefits; message.canteen",
			"note 2 Erased people: in every count and on no list | ",
			"warning 3 Readers who are not recipients | message.benefits; z1, z2: message.roster",
		},
		report.Chinese: {
			"提示 2 人员信息已被清除（2026-09-24 至 2026-11-23）、仅保留统计数字的消息 | message.benefits；message.canteen",
			"提示 2 已删除个人信息的人员：计入所有统计，不出现在任何名单中 | ",
		},
	} {
		in := with(sample.Input(lang), purge)
		lines := problemLines(t, in)
		for _, line := range want {
			if !slices.Contains(lines, line) {
				t.Errorf("no line %q in\n%s", line, strings.Join(lines, "\n"))
			}
		}
		for _, line := range lines {
			if strings.Contains(line, "message.canteen") && !strings.Contains(line, "2026-09-24") {
				t.Errorf("told twice: %s", line)
			}
		}
		notes := table.Read(t, table.Build(t, in, sheets.Options{}), report.SheetNotes)
		item := map[report.Language]string{report.English: "Purged", report.Chinese: "已清除"}[lang]
		if text := table.Words(notes.Find(t, "item", item)["text"]); !strings.Contains(text, "2026-09-24") {
			t.Errorf("got the note %q", text)
		}
	}
	row := table.Read(t, table.Build(t, with(sample.Input(report.English), purge), sheets.Options{}), report.SheetMessages).Find(t, "address", "message.canteen")
	if got := table.Words(row["status"]); got != "closed (people purged on 2026-11-23)" {
		t.Errorf("got the status %q", got)
	}
}

// TestSmallPurgedMessagesAreNotTold: without names, when a small message was last
// read would tell whether everybody has read it.
func TestSmallPurgedMessagesAreNotTold(t *testing.T) {
	in := with(sample.Input(report.English), func(r *job.Result) *job.Result {
		if r.Message.Address == "message.dress" { // to two people
			return purged(r)
		}
		return r
	})
	if said := everything(t, in, report.Privacy{People: report.PeopleAggregate}); strings.Contains(said, "purged (") {
		t.Error("the report tells of a small message that it was purged")
	}
}
