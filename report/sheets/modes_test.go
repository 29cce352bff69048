package sheets_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	reportjson "notifyaudit/report/json"
	"notifyaudit/report/sheets"
)

func modes() []report.Privacy {
	return []report.Privacy{
		{},
		{People: report.PeopleAggregate, MinimumGroupSize: 3},
		{People: report.PeopleAggregate},
	}
}

// everySheet are all sheets that a mode has.
func everySheet(p report.Privacy) []report.SheetKey {
	var keys []report.SheetKey
	for _, key := range report.SheetKeys() {
		person := slices.Contains([]report.SheetKey{report.SheetUnread, report.SheetReminders, report.SheetPeople, report.SheetDetail}, key)
		if p.Named() || !person {
			keys = append(keys, key)
		}
	}
	return keys
}

// agrees checks that the sheets and the JSON report of a mode say the same. In an
// aggregate report some of what has been read is withheld.
func agrees(t rapid.TB, in report.Input, p report.Privacy) {
	t.Helper()
	in.Privacy = p
	wb := table.Build(t, in, sheets.Options{Sheets: everySheet(p)})
	total := func(key string) int { return table.Whole(table.Figure(t, wb.Summary, key).Value) }
	sums := map[string]string{"unknown": "unknown"}
	if p.Named() {
		sums["read"], sums["unread"] = "read", "unread"
	}
	for _, s := range wb.Sheets {
		audience := map[report.SheetKey]string{
			report.SheetCampaigns: "audience_size", report.SheetMessages: "audience_size", report.SheetDepartments: "deliveries",
			report.SheetLocations: "deliveries", report.SheetManagers: "deliveries", report.SheetPeople: "received",
		}[s.Key]
		if audience == "" {
			continue
		}
		rows := table.Read(t, wb, s.Key)
		sums[audience] = "deliveries"
		for sum, want := range sums {
			if s.Key == report.SheetPeople {
				continue
			}
			got := 0
			for _, row := range rows.Rows {
				if !contradictory(row) {
					got += figureOf(row, sum)
				}
			}
			if got != total(want) {
				t.Errorf("%s: %s of %s is %d, of the summary %d", p.People, sum, s.Key, got, total(want))
			}
		}
		delete(sums, audience)
		for _, row := range append(rows.Rows, map[string]report.Cell{
			audience: table.Figure(t, wb.Summary, "deliveries").Value, "read": table.Figure(t, wb.Summary, "read").Value,
			"unread": table.Figure(t, wb.Summary, "unread").Value, "unknown": table.Figure(t, wb.Summary, "unknown").Value,
		}) {
			if row["read"].Empty() && table.Whole(row["unknown"]) < table.Whole(row[audience]) { // withheld
				if p.Named() {
					t.Errorf("%s: a row of %s has no figures", p.People, s.Key)
				}
				continue
			}
			if table.Whole(row[audience]) != table.Whole(row["read"])+table.Whole(row["unread"])+table.Whole(row["unknown"]) {
				t.Errorf("%s: a row of %s doesn't add up", p.People, s.Key)
			}
		}
	}
	peopleAgree(t, in, p, wb)
	trendAgrees(t, p, wb)
	jsonAgrees(t, in, p, total)
}

func peopleAgree(t rapid.TB, in report.Input, p report.Privacy, wb *report.Workbook) {
	t.Helper()
	if p.People == report.PeopleAggregate {
		return
	}
	listed, unread, all := 0, 0, 0
	for r, err := range in.Results() {
		if err != nil {
			t.Fatal(err)
		}
		if !r.Contradicts() {
			all += r.Counts.Audience()
		}
		for d := range r.People() {
			listed++
			if d.State == job.PersonUnread {
				unread++
			}
		}
	}
	if got := table.Read(t, wb, report.SheetDetail).Sheet.Count; got != listed {
		t.Errorf("%s: %d rows of detail to %d deliveries", p.People, got, listed)
	}
	states := 0
	for _, row := range table.Read(t, wb, report.SheetDetail).Rows {
		if table.Words(row["state"]) == "unread" || table.Words(row["state"]) == "未读" {
			states++
		}
	}
	if states != unread {
		t.Errorf("%s: %d unread of %d in the detail", p.People, states, unread)
	}
	if got := table.Read(t, wb, report.SheetPeople).Sum("received"); got != all {
		t.Errorf("%s: people received %d of %d", p.People, got, all)
	}
	if p.Named() {
		unread := table.Read(t, wb, report.SheetUnread)
		// Somebody is reminded once of a campaign of which several messages are unread.
		if got := table.Read(t, wb, report.SheetReminders).Sum("count"); got < unread.Sheet.Count || got > unread.Sum("unread_messages") {
			t.Errorf("%d people in reminders, %d on the list", got, unread.Sheet.Count)
		}
	}
}

// trendAgrees checks that the notices' last rows are what has been read.
func trendAgrees(t rapid.TB, p report.Privacy, wb *report.Workbook) {
	t.Helper()
	if !p.Named() { // not all figures are exact
		return
	}
	latest := make(map[string]int)
	for _, row := range table.Read(t, wb, report.SheetTrend).Rows {
		latest[table.Words(row["notice"])] = table.Whole(row["read"])
	}
	read := 0
	for _, n := range latest {
		read += n
	}
	if want := table.Whole(table.Figure(t, wb.Summary, "read").Value); read != want {
		t.Errorf("the trend ends at %d, of the summary %d", read, want)
	}
}

// figureOf is a figure of a row; of a message to one person it follows from the state.
func figureOf(row map[string]report.Cell, key string) int {
	state, sums := table.Words(row["state"]), map[string][]string{
		"audience_size": {"read", "unread", "no data yet", "已读", "未读", "暂无数据"},
		"read":          {"read", "已读"}, "unread": {"unread", "未读"}, "unknown": {"no data yet", "暂无数据"},
	}
	if state != "" && slices.Contains(sums[key], state) {
		return 1
	}
	return table.Whole(row[key])
}

func jsonAgrees(t rapid.TB, in report.Input, p report.Privacy, total func(string) int) {
	t.Helper()
	in.Privacy = p
	var out bytes.Buffer
	if err := reportjson.Write(&out, in); err != nil {
		t.Fatal(err)
	}
	var doc reportjson.Report
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	sum, messages := 0, 0
	for _, m := range doc.Messages {
		if m.AudienceSize != nil && !m.Contradictory {
			sum += *m.AudienceSize
		}
		messages += max(1, m.Pooled)
	}
	if sum != total("deliveries") || messages != total("messages") || doc.Totals.Messages != messages {
		t.Errorf("%s: the JSON report has %d deliveries of %d messages, the workbook %d of %d",
			p.People, sum, messages, total("deliveries"), total("messages"))
	}
}

func TestSampleAgreesInEveryMode(t *testing.T) {
	for _, p := range modes() {
		agrees(t, sample.Input(report.Chinese), p)
	}
}

func TestAnythingAgreesInEveryMode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := sample.Input(report.English)
		results := rapid.SliceOfN(rapid.Custom(anyResult), 0, 12).Draw(t, "results")
		for i, r := range results {
			r.Message.Address = fmt.Sprint("message.", i)
			r.Message.ID.ProcessQueryKey = fmt.Sprint("k", i)
		}
		in.Results = sample.Stream(results)
		agrees(t, in, rapid.SampledFrom(modes()).Draw(t, "mode"))
	})
}

// Nobody's id, name, address or manager is anywhere in a report without names.
func TestNobodyIsNamed(t *testing.T) {
	for _, lang := range []report.Language{report.English, report.Chinese} {
		for _, p := range modes()[1:] {
			in := sample.Input(lang)
			in.Findings = []report.Finding{{Severity: "warning", What: "Rows that repeat a user id", Count: 1, Examples: "u01", Do: "Delete them."}}
			said := everything(t, in, p)
			for _, person := range personal(in.Directory) {
				if strings.Contains(said, person) {
					t.Errorf("%s: %q is in the report", p.People, person)
				}
			}
		}
	}
}

func personal(d *job.Directory) []string {
	var all []string
	for _, id := range d.Rosters()[0].AudienceAt(sample.Now().AddDate(-1, 0, 0)).UserIDs {
		p, _ := d.Person("staff", id)
		for _, s := range []string{p.UserID, p.Name, p.Email, p.Manager} {
			if s != "" {
				all = append(all, s)
			}
		}
	}
	return all
}

// everything is what all files of a mode say.
func everything(t *testing.T, in report.Input, p report.Privacy) string {
	t.Helper()
	var said strings.Builder
	in.Privacy = p
	wb := table.Build(t, in, sheets.Options{Sheets: everySheet(p)})
	sayCells(&said, wb.Summary)
	for _, s := range wb.Sheets {
		for row, err := range s.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			sayRow(&said, row)
		}
	}
	sayFiles(t, &said, in, p)
	return said.String()
}

func TestPrivacyIsChecked(t *testing.T) {
	for _, p := range []report.Privacy{
		{People: "nobody"},
		{People: report.PeopleAggregate, MinimumGroupSize: 1},
		{People: report.PeopleAggregate, MinimumGroupSize: -3},
	} {
		in := sample.Input(report.English)
		in.Privacy = p
		if _, err := sheets.Build(in, sheets.Options{}); err == nil {
			t.Errorf("%+v was taken", p)
		}
	}
	in := sample.Input(report.English)
	in.Privacy.People = report.PeopleAggregate
	if _, err := sheets.Build(in, sheets.Options{Segments: []string{"department", "location"}}); err == nil {
		t.Error("people were divided in two ways")
	}
}
