package sheets_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	"notifyaudit/report/sheets"
)

// problemLines are the sheet of problems as "severity count what | examples".
func problemLines(t *testing.T, in report.Input) []string {
	t.Helper()
	var lines []string
	wb := table.Build(t, in, sheets.Options{})
	for _, row := range table.Read(t, wb, report.SheetTechnical).Rows {
		what := table.Words(row["problem"])
		if code := table.Words(row["code"]); code != "" {
			what += ": " + code
		}
		lines = append(lines, fmt.Sprintf("%s %d %s | %s", table.Words(row["severity"]), table.Whole(row["count"]), what, table.Words(row["examples"])))
		if row["advice"].Empty() {
			t.Errorf("nobody says what to do about %q", what)
		}
	}
	for _, row := range table.Read(t, wb, report.SheetProblems).Rows {
		if row["meaning"].Empty() || row["ask"].Empty() || strings.HasPrefix(table.Words(row["meaning"]), "mean.") {
			t.Errorf("%q means %q, and to ask is %q", table.Words(row["problem"]), table.Words(row["meaning"]), table.Words(row["ask"]))
		}
	}
	return lines
}

func TestProblems(t *testing.T) {
	in := sample.Input(report.English)
	in.Explain = func(code string, _ report.Language) string {
		return map[string]string{"invalid.processQueryKey": "the query key is not valid"}[code]
	}
	in.Findings = []report.Finding{
		{Severity: "warning", What: "Rows that repeat a user id", Count: 2, Examples: "staff.csv:7", Do: "Delete them.", Means: "Nothing.", Ask: "HR"},
	}
	want := []string{
		"error 1 Messages that the provider refuses for good: invalid.processQueryKey, the query key is not valid | message.wrong (q4.audit.hcl:5)",
		"error 1 Messages whose pages can't be believed: answers that can't be true: looping or endless pages | message.broken (q4.audit.hcl:6)",
		"error 1 Messages whose check failed in the latest run: system.error, no such message | message.down (q4.audit.hcl:4)",
		"warning 1 Messages most of whose readers are not recipients | message.roster: 2 of 2 readers",
		"warning 1 Messages that cannot be right: more readers than recipients, or no recipient; they are in no total | message.crowd: 3 readers, 2 recipients",
		"warning 3 Readers who are not recipients | x1: message.benefits; z1, z2: message.roster",
		"warning 1 Messages without data more than a day after they were sent: processQueryKey.expireTime, no such message | message.alarm (q4.audit.hcl:5)",
		"warning 1 Messages put off because the calls were spent | message.survey (q4.audit.hcl:6)",
		"warning 1 Messages that can't be checked any more and never had data | message.gone (q4.audit.hcl:4)",
		"warning 2 Rows that repeat a user id | staff.csv:7",
		"note 1 Messages that can't be checked any more; their last data stand | message.canteen (q4.audit.hcl:7)",
		"note 1 Messages without recipients: they have readers and no rate | message.open (q4.audit.hcl:4)",
		"note 1 People to whom a message was not delivered; they are in no other count | u02: message.parking",
		"note 1 Messages that the sender took back | message.oops (q4.audit.hcl:4)",
		"note 2 People without a name | ",
	}
	if diff := cmp.Diff(want, problemLines(t, in)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestProblemsGroup(t *testing.T) {
	var all []*job.Result
	for i := range 1000 {
		r := sample.Results()[7]
		r.Message.Address = fmt.Sprintf("m[%d]", i)
		r.Message.Source = job.Position{}
		if i%2 == 1 {
			r.Failure.Code = fmt.Sprint("made.up.", i)
		}
		all = append(all, r)
	}
	in := sample.Input(report.English)
	in.Results = sample.Stream(all)
	lines := problemLines(t, in)
	if want := "error 500 Messages that the provider refuses for good: invalid.processQueryKey, no such message | m[0]; m[2]; m[4]"; lines[0] != want {
		t.Errorf("got %q, want %q", lines[0], want)
	}
	if len(lines) > 102 {
		t.Errorf("%d rows of problems", len(lines))
	}
	sum := 0
	for _, row := range table.Read(t, table.Build(t, in, sheets.Options{}), report.SheetProblems).Rows {
		if table.Words(row["severity"]) == "error" {
			sum += table.Whole(row["count"])
		}
	}
	if rows := table.Read(t, table.Build(t, in, sheets.Options{}), report.SheetProblems).Rows; len(rows) > 3 {
		t.Errorf("HR reads %d rows of one problem", len(rows))
	}
	if sum != 1000 {
		t.Errorf("the groups have %d messages", sum)
	}
}

func TestAdviceComesFirst(t *testing.T) {
	in := sample.Input(report.Chinese)
	in.Advise = func(f *job.Failure, lang report.Language) string { return string(f.Class) + " in " + string(lang) }
	problems := table.Read(t, table.Build(t, in, sheets.Options{}), report.SheetTechnical)
	if got, want := table.Words(problems.Rows[0]["advice"]), "invalid in zh-CN"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSpoiltTextsAreCounted(t *testing.T) {
	r := sample.Results()[0]
	r.Message.Title = "a\x00b"
	in := sample.Input(report.English)
	in.Results = sample.Stream([]*job.Result{r})
	in.Directory = job.NewDirectory(job.NewRoster("staff", "", []job.Person{{UserID: "u01", Name: "\u202eeve", Manager: "\x1b"}}))
	wb := table.Build(t, in, sheets.Options{})
	problem := table.Read(t, wb, report.SheetTechnical).Find(t, "problem", "Texts with characters that a cell can't hold; each became \ufffd")
	if table.Whole(problem["count"]) != 3 || table.Words(problem["examples"]) != "message.benefits; u01; u01" {
		t.Errorf("%d texts: %s", table.Whole(problem["count"]), table.Words(problem["examples"]))
	}
	if got := table.Words(table.Read(t, wb, report.SheetMessages).Rows[0]["title"]); got != "a\ufffdb" {
		t.Errorf("the title is %q", got)
	}
}

func TestInterruptedRunIsAProblem(t *testing.T) {
	in := sample.Input(report.English)
	in.Run.Complete = false
	if got, want := problemLines(t, in)[0], "error 1 The latest run ended before it had asked everything | 20261123T010000Z-1f3a"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	in.Run = nil
	if got, want := problemLines(t, in)[0], "error 1 There has been no run yet | "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
