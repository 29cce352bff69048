package sheets_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	"notifyaudit/report/notices"
	"notifyaudit/report/sheets"
)

// payslips is a campaign of one message to each of 40 people in 8 departments, of which
// every fourth was not read, and a message to all of them that half of them have read.
func payslips(lang report.Language) report.Input {
	var people []job.Person
	var results []*job.Result
	var ids, half []string
	reading := func() *job.Reading {
		return &job.Reading{RunID: "r", StartedAt: sample.Now().Add(-time.Hour), FinishedAt: sample.Now(), SendStatus: job.SendSuccess}
	}
	for i := range 40 {
		id := fmt.Sprintf("p%02d", i)
		people = append(people, job.Person{
			UserID: id, Name: fmt.Sprintf("Person %02d", i), Department: fmt.Sprintf("D%d", i%8), Manager: fmt.Sprintf("M%d", i%3), Email: id + "@example.com",
		})
		if ids = append(ids, id); i%2 == 0 {
			half = append(half, id)
		}
		var readers []string
		if i%4 > 0 {
			readers = []string{id}
		}
		results = append(results, sample.Message(job.Message{
			ID: job.MessageID{ProcessQueryKey: id}, Address: fmt.Sprintf("messages.payslips[%q]", id), Campaign: "payslips",
			Title: "Payslip November", SentAt: sample.Now().AddDate(0, 0, -3), Target: 0.8,
		}, job.StatusCurrent, job.Listed("staff", []string{id}), reading(), readers...))
	}
	results = append(results, sample.Message(job.Message{
		ID: job.MessageID{ProcessQueryKey: "all"}, Address: "message.picnic", Campaign: "picnic", Title: "Picnic",
		SentAt: sample.Now().AddDate(0, 0, -9),
	}, job.StatusCurrent, job.Listed("staff", ids), reading(), half...))
	in := sample.Input(lang)
	in.Directory = job.NewDirectory(job.NewRoster("staff", "", people))
	in.Results = sample.Stream(results)
	return in
}

// TestNoticesAreBelowTarget: ten payslips that nobody has read are one notice below its
// target, not ten messages.
func TestNoticesAreBelowTarget(t *testing.T) {
	f := table.Figure(t, table.Build(t, payslips(report.English), sheets.Options{}).Summary, "below_target")
	if below, _ := f.Value.Number(); below != 1 || f.Note != "of 1 notice with a rate and a target" {
		t.Errorf("%v are below their target, %s", below, f.Note)
	}
}

// TestEachMessageToSeveralPeopleIsBelowItsTarget: also of those that share a row, whose
// targets need not be the same.
func TestEachMessageToSeveralPeopleIsBelowItsTarget(t *testing.T) {
	var results []*job.Result
	reading := sample.Results()[0].Reading
	for i := range notices.MaxOwn + 10 {
		var readers []string
		if i%2 == 0 {
			readers = []string{"p", "q"}
		}
		results = append(results, sample.Message(job.Message{
			ID: job.MessageID{ProcessQueryKey: strconv.Itoa(i)}, Address: fmt.Sprintf("messages.groups[%d]", i), Campaign: "groups", Target: 0.9 - float64(i)/1000,
		}, job.StatusCurrent, job.Listed("r", []string{"p", "q"}), reading, readers...))
	}
	f := table.Figure(t, table.Build(t, report.Input{Results: sample.Stream(results)}, sheets.Options{}).Summary, "below_target")
	if below, _ := f.Value.Number(); below != 30 || f.Note != "of 60 notices with a rate and a target" {
		t.Errorf("%v are below their target, %s", below, f.Note)
	}
}

// TestListsSayWhatIsNotSeen: in which order their rows come, and that what people fill in is
// lost with the next run. A program shows 255 characters of a prompt.
func TestListsSayWhatIsNotSeen(t *testing.T) {
	for lang, want := range map[report.Language]struct{ order, kept string }{
		report.English: {"In the audit's order of messages", "fill in a copy"},
		report.Chinese: {"按审计中消息的顺序排列", "请在副本中填写"},
	} {
		wb := table.Build(t, payslips(lang), sheets.Options{})
		for _, key := range []report.SheetKey{report.SheetRead, report.SheetChanged} {
			sheet := table.Read(t, wb, key).Sheet
			if !strings.Contains(sheet.Note, want.order) {
				t.Errorf("%s says %q", key, sheet.Note)
			}
			for _, c := range sheet.Columns { // a name that is cut is no name
				if c.Key == "campaign" && !c.Wrap {
					t.Errorf("%s cuts the names of campaigns", key)
				}
			}
		}
		for _, c := range table.Read(t, wb, report.SheetUnread).Sheet.Columns {
			filled := c.Key == "reminded" || c.Key == "remark"
			if kept := strings.Contains(c.Prompt, want.kept) && utf8.RuneCountInString(c.Prompt) <= 255; kept != filled {
				t.Errorf("the column %s says %q", c.Key, c.Prompt)
			}
		}
	}
}

// TestSpeedSaysWhenNothingIsKnown: a first check after 71 hours says nothing of the first day.
func TestSpeedSaysWhenNothingIsKnown(t *testing.T) {
	row := table.Read(t, table.Build(t, payslips(report.English), sheets.Options{}), report.SheetSpeed).Rows[0]
	if got := table.Words(row["after_24h"]); got != "not known" || !row["after_72h"].Empty() {
		t.Errorf("after 24 hours stands %q, after 72 %q", got, table.Words(row["after_72h"]))
	}
}

// TestChangedNeedsSomethingToCompareWith: on the first day everybody on the list of unread
// would be new there; with data from before, only the people of new messages are.
func TestChangedNeedsSomethingToCompareWith(t *testing.T) {
	in := payslips(report.English)
	for compared, want := range map[time.Time]int{sample.Now().Add(-2 * time.Hour): 0, sample.Now(): 30} {
		in.Compared = compared
		changed := table.Read(t, table.Build(t, in, sheets.Options{}), report.SheetChanged)
		if len(changed.Rows) != want || changed.Sheet.Count != want {
			t.Errorf("compared with %v there are %d rows of %d, want %d", compared, len(changed.Rows), changed.Sheet.Count, want)
		}
		if first := strings.HasPrefix(changed.Sheet.Empty, "There is nothing to compare with yet"); first != (want == 0) {
			t.Errorf("compared with %v it says %q", compared, changed.Sheet.Empty)
		}
	}
}

// TestPooledMessagesHaveNoStatus: how many of the payslips were recalled or have no data
// stands nowhere in an aggregate report, and is not 0.
func TestPooledMessagesHaveNoStatus(t *testing.T) {
	for people, empty := range map[report.People]bool{report.PeopleNamed: false, report.PeopleAggregate: true} {
		in := payslips(report.English)
		in.Privacy.People = people
		s := table.Build(t, in, sheets.Options{}).Summary
		for _, key := range []string{"recalled", "without_reading"} {
			if f := table.Figure(t, s, key); f.Value.Empty() != empty || empty && f.Note != "" {
				t.Errorf("%s: %s is %v %q", people, key, f.Value, f.Note)
			}
		}
	}
}

// TestCampaignIsTheRow: where each message went to one person, no overview has a row of a
// message.
func TestCampaignIsTheRow(t *testing.T) {
	wb := table.Build(t, payslips(report.English), sheets.Options{})
	column := func(key report.SheetKey, name string) []string {
		var all []string
		for _, row := range table.Read(t, wb, key).Rows {
			rate, _ := row["read_rate"].Number()
			all = append(all, fmt.Sprintf("%s %.2f", table.Words(row[name]), rate))
		}
		return all
	}
	want := []string{"Picnic 0.50", "Payslip November 0.75"}
	if diff := cmp.Diff(want, column(report.SheetMatrix, "notice")); diff != "" {
		t.Errorf("matrix, the worst first (-want +got):\n%s", diff)
	}
	want[0], want[1] = want[1], want[0]
	for key, name := range map[report.SheetKey]string{report.SheetTrend: "notice", report.SheetCampaigns: "campaign"} {
		if diff := cmp.Diff(want, column(key, name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
	var lowest []string
	for _, row := range wb.Summary.Attention[0].Rows {
		lowest = append(lowest, table.Words(row[0]))
	}
	if diff := cmp.Diff([]string{"Picnic", "Payslip November"}, lowest); diff != "" {
		t.Errorf("lowest (-want +got):\n%s", diff)
	}
}

// TestMessagesToOnePerson: their rows say who they went to and whether it was read, and
// have no figures of 0 and 1.
func TestMessagesToOnePerson(t *testing.T) {
	messages := table.Read(t, table.Build(t, payslips(report.English), sheets.Options{}), report.SheetMessages)
	row := messages.Find(t, "address", `messages.payslips["p04"]`)
	for key, want := range map[string]string{
		"campaign": "Payslip November", "title": "Payslip November", "recipient": "Person 04", "department": "D4", "state": "unread",
		"audience_size": "", "read_rate": "", "target_met": "",
	} {
		if got := table.Words(row[key]); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if n := table.Whole(messages.Find(t, "address", "message.picnic")["audience_size"]); n != 40 {
		t.Errorf("the message to all has an audience of %d", n)
	}
}

// TestMatrixSaysWhatItLeavesOut: 30 of the departments have a column.
func TestMatrixSaysWhatItLeavesOut(t *testing.T) {
	for lang, want := range map[report.Language]string{
		report.English: "30 of 120 by department, the largest ones. The lowest read rates come first.",
		report.Chinese: "部门：显示 120 个中人数最多的 30 个；已读率低者在前。",
	} {
		in := sample.Input(lang)
		var people []job.Person
		var ids []string
		for i := range 240 {
			people = append(people, job.Person{UserID: strconv.Itoa(i), Department: fmt.Sprint("D", i%120)})
			ids = append(ids, strconv.Itoa(i))
		}
		in.Directory = job.NewDirectory(job.NewRoster("staff", "", people))
		in.Results = sample.Stream([]*job.Result{sample.Message(job.Message{Campaign: "c"}, job.StatusPending, job.Listed("staff", ids), nil)})
		if got := table.Read(t, table.Build(t, in, sheets.Options{}), report.SheetMatrix).Sheet.Note; got != want {
			t.Errorf("%s: the matrix says %q, want %q", lang, got, want)
		}
	}
}

// TestManyMessagesOfACampaign: 120 messages to groups of people are 50 notices and what is
// left of the campaign.
func TestManyMessagesOfACampaign(t *testing.T) {
	in := sample.Input(report.English)
	var results []*job.Result
	for i := range 120 {
		results = append(results, sample.Message(job.Message{Campaign: "teams", Title: fmt.Sprint("Team ", i), Address: fmt.Sprint("m", i)},
			job.StatusPending, job.Listed("", []string{"a", "b"}), nil))
	}
	in.Results = sample.Stream(results)
	matrix := table.Read(t, table.Build(t, in, sheets.Options{}), report.SheetMatrix)
	if matrix.Sheet.Count != 51 {
		t.Errorf("the matrix has %d rows", matrix.Sheet.Count)
	}
	matrix.Find(t, "notice", "teams (70 messages)")
}

func TestTitlesOfCampaigns(t *testing.T) {
	in := payslips(report.Chinese)
	in.CampaignTitles = map[string]string{"payslips": "Picnic"}
	campaigns := table.Read(t, table.Build(t, in, sheets.Options{}), report.SheetCampaigns)
	var got []string
	for _, row := range campaigns.Rows {
		got = append(got, table.Words(row["campaign"]))
	}
	if diff := cmp.Diff([]string{"Picnic（payslips）", "Picnic（picnic）"}, got); diff != "" {
		t.Errorf("campaigns of one title (-want +got):\n%s", diff)
	}
}
