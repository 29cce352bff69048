package sheets_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	"notifyaudit/report/sheets"
)

func TestMessageStatuses(t *testing.T) {
	messages := table.Read(t, table.Build(t, sample.Input(report.English), sheets.Options{}), report.SheetMessages)
	for address, want := range map[string]string{
		"message.benefits": "up to date",
		"message.dress":    "read by everybody",
		"message.parking":  "up to date, not due",
		"message.canteen":  "closed",
		"message.oops":     "recalled",
		"message.alarm":    "data being prepared (processQueryKey.expireTime)",
		"message.survey":   "put off",
		"message.wrong":    "refused (for IT) (invalid.processQueryKey)",
		"message.broken":   "incomplete data",
		"message.down":     "check failed (system.error)",
		"message.open":     "up to date; 2 readers",
	} {
		if got := table.Words(messages.Find(t, "address", address)["status"]); got != want {
			t.Errorf("%s is %q, want %q", address, got, want)
		}
	}
}

func TestNoFigureWithoutOne(t *testing.T) {
	messages := table.Read(t, table.Build(t, sample.Input(report.Chinese), sheets.Options{}), report.SheetMessages)
	for address, empty := range map[string][]string{
		"message.alarm":    {"read", "unread", "read_rate", "target_met", "change", "reading_at"},
		"message.down":     {"read", "unread", "read_rate", "reading_at"},
		"message.open":     {"audience_size", "read", "unread", "unknown", "read_rate"},
		"message.oops":     {"audience_size", "read", "unread", "unknown", "read_rate"},
		"message.dress":    {"target", "target_met"},
		"message.wrong":    {"audience_size", "read", "unread", "unknown", "read_rate", "reading_at"}, // to one person
		"message.benefits": nil,
	} {
		row := messages.Find(t, "address", address)
		for _, key := range []string{"audience_size", "read", "unread", "unknown", "read_rate", "reading_at"} {
			if row[key].Empty() && !slices.Contains(empty, key) {
				t.Errorf("%s: %s is empty", address, key)
			}
		}
		for _, key := range empty {
			if !row[key].Empty() {
				t.Errorf("%s: %s is not empty", address, key)
			}
		}
	}
}

func TestBenefitsRow(t *testing.T) {
	row := table.Read(t, table.Build(t, sample.Input(report.Chinese), sheets.Options{}), report.SheetMessages).Find(t, "address", "message.benefits")
	for key, want := range map[string]float64{
		"audience_size": 10, "read": 3, "unread": 7, "unknown": 0, "read_rate": 0.3, "target": 0.9, "change": 0.2,
	} {
		if got, _ := row[key].Number(); got != want {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
	for key, want := range map[string]string{
		"title": "Notice: benefits", "tags": "area=pay; owner=c&b", "target_met": "✗ 否",
		"process_query_key": "Kna-benefits", "status": "已是最新",
	} {
		if got := table.Words(row[key]); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

func TestMoreReadersThanSize(t *testing.T) {
	in := sample.Input(report.English)
	wb := table.Build(t, in, sheets.Options{})
	row := table.Read(t, wb, report.SheetMessages).Find(t, "address", "message.crowd")
	rate, _ := row["read_rate"].Number()
	if rate != 1.5 || table.Whole(row["unread"]) != -1 {
		t.Errorf("three readers of two are shown as the rate %v and %d unread", rate, table.Whole(row["unread"]))
	}
	problem := table.Read(t, wb, report.SheetTechnical).Find(t, "problem", "Messages that cannot be right: more readers than recipients, or no recipient; they are in no total")
	if got, want := table.Words(problem["examples"]), "message.crowd: 3 readers, 2 recipients"; got != want {
		t.Errorf("the problem's example is %q, want %q", got, want)
	}
}

func TestLinksLeadToSheets(t *testing.T) {
	wb := table.Build(t, sample.Input(report.English), sheets.Options{})
	for _, row := range table.Read(t, wb, report.SheetCampaigns).Rows {
		if link := row["campaign"].Link; link == nil || link.Sheet != report.SheetMessages {
			t.Errorf("campaign %s leads to %v", table.Words(row["campaign"]), link)
		}
	}
	for i, list := range wb.Summary.Attention {
		for _, row := range list.Rows {
			if link := row[0].Link; link == nil || i == 1 && link.Sheet != report.SheetDepartments {
				t.Errorf("%s leads to %v", table.Words(row[0]), link)
			}
		}
	}
}

// TestUnreadIsACallList: a row a person, by manager, department and name, with what they
// have not read.
func TestUnreadIsACallList(t *testing.T) {
	var got [][]string
	sheet := table.Read(t, table.Build(t, sample.Input(report.Chinese), sheets.Options{Campaigns: []string{"q4"}}), report.SheetUnread)
	for _, row := range sheet.Rows {
		days, _ := row["oldest_days"].Number()
		got = append(got, []string{
			table.Words(row["manager"]), table.Words(row["department"]), table.Words(row["name"]), table.Words(row["user_id"]),
			strconv.Itoa(table.Whole(row["unread_messages"])), table.Words(row["notices"]), fmt.Sprint(days),
		})
	}
	// Latin letters come first, then 财务部 cáiwù before 研发部 yánfā. u09 has left;
	// somebody without a manager and a department comes last.
	want := [][]string{
		{"Tom Hill", "Sales", "Anna Berg", "u03", "1", "Notice: parking", "60"},
		{"Tom Hill", "Sales", "Bob Cole", "u04", "1", "Notice: benefits", "60"},
		{"", "Sales", "Cleo Dunn", "u05", "1", "Notice: benefits", "60"},
		{"", "Sales", "", "12345678901234567890", "1", "Notice: benefits", "60"},
		{"", "财务部", "陈静", "u06", "1", "Notice: benefits", "60"},
		{"", "研发部", "刘洋", "u07", "1", "Notice: benefits", "60"},
		{"", "", "张敏", "u08", "2", "Notice: benefits、Notice: parking", "60"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
	if sheet.Sheet.Frozen != 1 || sheet.Sheet.Columns[0].Key != "name" {
		t.Errorf("%d columns stay in sight, the first of %s", sheet.Sheet.Frozen, sheet.Sheet.Columns[0].Key)
	}
	// A slicer shows single notices, and not each combination of them.
	if got, want := sheet.Sheet.Slicers, []string{"department", "manager", "notice_1", "notice_2"}; !slices.Equal(got, want) {
		t.Errorf("the slicers are of %v, want %v", got, want)
	}
	for i, want := range [][]string{{"", "未读"}, {"未读", ""}} {
		if row := sheet.Rows[i]; table.Words(row["notice_1"]) != want[0] || table.Words(row["notice_2"]) != want[1] {
			t.Errorf("row %d has %v and %v by notice, want %q", i, row["notice_1"], row["notice_2"], want)
		}
	}
}

func TestDepartments(t *testing.T) {
	for lang, other := range map[report.Language]string{report.English: "Other", report.Chinese: "其他"} {
		departments := table.Read(t, table.Build(t, sample.Input(lang), sheets.Options{}), report.SheetDepartments)
		if got := table.Words(departments.Rows[len(departments.Rows)-1]["department"]); got != other {
			t.Errorf("the last department is %q, want %q", got, other)
		}
		last := departments.Find(t, "department", other)
		if !last["people"].Empty() {
			t.Error("people that are a mere number were counted as people")
		}
		sales := departments.Find(t, "department", "Sales")
		if table.Whole(sales["people"]) != 4 || table.Words(sales["small"]) != map[report.Language]string{report.English: "n<5", report.Chinese: "是"}[lang] {
			t.Errorf("Sales has %d people, marked %q", table.Whole(sales["people"]), table.Words(sales["small"]))
		}
		if !sales["gap"].Empty() {
			t.Errorf("Sales has a gap to a target that not all messages have: %v", sales["gap"])
		}
	}
}

func TestChineseDepartmentsSortBySound(t *testing.T) {
	departments := table.Read(t, table.Build(t, sample.Input(report.Chinese), sheets.Options{}), report.SheetDepartments)
	var got []string
	for _, row := range departments.Rows {
		got = append(got, table.Words(row["department"]))
	}
	if want := []string{"Sales", "财务部", "人事部", "研发部", "其他"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDepartmentNamedOther(t *testing.T) {
	in := sample.Input(report.English)
	in.Directory = job.NewDirectory(job.NewRoster("r", "", []job.Person{{UserID: "a", Department: "Other"}, {UserID: "b"}}))
	in.Results = sample.Stream([]*job.Result{
		sample.Message(job.Message{Campaign: "c"}, job.StatusDeferred, job.Listed("r", []string{"a", "b"}), nil),
	})
	departments := table.Read(t, table.Build(t, in, sheets.Options{}), report.SheetDepartments)
	if departments.Sheet.Count != 1 || table.Whole(departments.Rows[0]["people"]) != 2 {
		t.Errorf("got %d rows, the first of %d people", departments.Sheet.Count, table.Whole(departments.Rows[0]["people"]))
	}
}

func TestCampaignRow(t *testing.T) {
	wb := table.Build(t, sample.Input(report.English), sheets.Options{})
	row := table.Read(t, wb, report.SheetCampaigns).Find(t, "campaign", "facility")
	// canteen: 10 people, 1 read, 9 unread; alarm and survey: 4 unknown.
	if got, want := table.Words(row["known"]), "based on 71.4 % of recipients"; got != want {
		t.Errorf("beside the rate stands %q, want %q", got, want)
	}
	at, _ := row["as_of"].Time()
	if want := sample.Now().Add(-4 * 24 * time.Hour); !at.Equal(want) {
		t.Errorf("as of %v, want %v", at, want)
	}
	full := table.Read(t, wb, report.SheetCampaigns).Find(t, "campaign", "q4")
	if !full["known"].Empty() {
		t.Errorf("a rate of everybody says %q", table.Words(full["known"]))
	}
}

func TestNotes(t *testing.T) {
	notes := table.Read(t, table.Build(t, sample.Input(report.English), sheets.Options{}), report.SheetNotes)
	for item, want := range map[string]string{
		"staff.csv":         "SHA-256 00ff",
		"Lineage":           "5f1c",
		"Serial":            "42",
		"Run ID":            "20261123T010000Z-1f3a",
		"acme, 2026-11":     "812 of 4,500",
		"notifyaudit":       "0.1.0",
		"Started":           "2026-11-23 08:59",
		"Complete":          "✓ yes",
		"Time zone":         "Asia/Shanghai",
		"read by everybody": "All recipients have read it. It is never checked again.",
		"Coverage":          "(Read + unread) ÷ recipients: the share of recipients of which there are data.",
		"Unread list":       "",
		"Target":            "",
		"Gap to target":     "",
		"Small group":       "",
		"named":             "",
		"Throttled":         "1",
		"closed":            "",
		"Finished":          "2026-11-23 09:00",
		"Calls":             "20",
		"Retries":           "2",
	} {
		got := table.Words(notes.Find(t, "item", item)["text"])
		if got == "" || want != "" && got != want {
			t.Errorf("%s says %q, want %q", item, got, want)
		}
	}
	if got := table.Words(notes.Find(t, "item", "Unread list")["text"]); !strings.Contains(got, "30 days") {
		t.Errorf("the unread list is defined without its 30 days: %q", got)
	}
}

func TestPersonInTwoDepartments(t *testing.T) {
	in := sample.Input(report.English)
	in.Directory = job.NewDirectory(
		job.NewRoster("old", "", []job.Person{{UserID: "a", Department: "Sales"}}),
		job.NewRoster("new", "", []job.Person{{UserID: "a", Department: "Legal"}}),
	)
	var results []*job.Result
	for _, roster := range []string{"old", "new", "new", "old"} {
		results = append(results, sample.Message(job.Message{Campaign: "c"}, job.StatusDeferred, job.Listed(roster, []string{"a"}), nil))
	}
	in.Results = sample.Stream(results)
	wb := table.Build(t, in, sheets.Options{})
	for _, row := range table.Read(t, wb, report.SheetDepartments).Rows {
		if table.Whole(row["people"]) != 1 || table.Whole(row["deliveries"]) != 2 {
			t.Errorf("%s has %d people and %d deliveries", table.Words(row["department"]), table.Whole(row["people"]), table.Whole(row["deliveries"]))
		}
	}
	if got := table.Whole(table.Figure(t, wb.Summary, "people").Value); got != 1 {
		t.Errorf("one person is counted as %d", got)
	}
}
