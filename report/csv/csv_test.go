package csv_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/csv"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	"notifyaudit/report/sheets"
)

// files keeps what is written.
type files struct {
	written map[string]*file
	// fail makes writing the file of this name fail.
	fail string
}

type file struct {
	bytes.Buffer
	fails  bool
	closed int
}

var errFull = errors.New("disk full")

func (f *file) Write(p []byte) (int, error) {
	if f.fails {
		return 0, errFull
	}
	return f.Buffer.Write(p)
}

func (f *file) Close() error {
	f.closed++
	return nil
}

func (f *files) Create(name string) (io.WriteCloser, error) {
	if f.written == nil {
		f.written = make(map[string]*file)
	}
	f.written[name] = &file{fails: name == f.fail}
	return f.written[name], nil
}

// write writes the report and reads its files back with another program's
// reader, row by row and by column.
func write(t *testing.T, in report.Input) map[string][]map[string]string {
	t.Helper()
	var out files
	if err := csv.Write(&out, in, csv.Options{}); err != nil {
		t.Fatal(err)
	}
	tables := make(map[string][]map[string]string)
	for name, f := range out.written {
		if f.closed != 1 {
			t.Errorf("%s was closed %d times", name, f.closed)
		}
		if name == "reminders.jsonl" {
			continue
		}
		text, marked := strings.CutPrefix(f.String(), "\uFEFF")
		if !marked {
			t.Errorf("%s begins %q", name, text[:min(len(text), 10)])
		}
		all, err := stdcsv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if lines := strings.Count(text, "\r\n"); lines < len(all) {
			t.Errorf("%s has %d rows and %d CRLF", name, len(all), lines)
		}
		for _, cells := range all[1:] {
			row := make(map[string]string)
			for i, header := range all[0] {
				row[header] = cells[i]
			}
			tables[name] = append(tables[name], row)
		}
		if len(all) == 1 {
			tables[name] = nil
		}
	}
	return tables
}

func TestHeaders(t *testing.T) {
	var out files
	if err := csv.Write(&out, sample.Input(report.Chinese), csv.Options{}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"messages.csv": "address,campaign,provider,kind,process_query_key,open_conversation_id,title,sent_at,status,send_status," +
			"reading_at,audience_size,readers,read,unread,outside_audience,read_rate,target,target_met,calls," +
			"error_class,error_code,error_message",
		"people.csv":   "address,title,user_id,name,department,manager,email,location,read,first_seen_at,not_seen_at",
		"unread.csv":   "address,title,user_id,name,department,manager,email,location,read,first_seen_at,not_seen_at,campaign,sent_at,left",
		"problems.csv": "severity,problem,count,examples,advice,meaning,ask,code,request_ids",
	} {
		header, _, _ := strings.Cut(out.written[name].String(), "\r\n")
		if header != "\uFEFF"+want {
			t.Errorf("%s has the header %q", name, header)
		}
	}
	labels := files{}
	if err := csv.Write(&labels, sample.Input(report.Chinese), csv.Options{Labels: true}); err != nil {
		t.Fatal(err)
	}
	delete(labels.written, "reminders.jsonl")
	for name, f := range labels.written {
		header, _, _ := strings.Cut(f.String(), "\r\n")
		if strings.Contains(header, "_") || !strings.Contains(header, "题") {
			t.Errorf("%s has the labels %q", name, header)
		}
	}
}

// TestRemindersAreCalls: a line is a call of the robot with at most 20 people, whose text a
// person can read; nobody is reminded of a campaign twice.
func TestRemindersAreCalls(t *testing.T) {
	in := sample.Input(report.English)
	var results []*job.Result
	var ids []string
	at := sample.Now().AddDate(0, 0, -3)
	for i := range 45 {
		id := fmt.Sprintf("p%02d", i%40) // five people get two
		ids = append(ids, id)
		reading := &job.Reading{RunID: "r", StartedAt: sample.Now(), FinishedAt: sample.Now(), SendStatus: job.SendSuccess}
		results = append(results, sample.Message(job.Message{
			Address: fmt.Sprint("m", i), Campaign: "pay", RobotCode: "ding<robot>", SentAt: at,
		}, job.StatusCurrent, job.Listed("", []string{id}), reading))
	}
	in.CampaignTitles = map[string]string{"pay": `Pay "slips"`}
	in.Results, in.Directory = sample.Stream(results), job.NewDirectory()
	var out files
	if err := csv.Write(&out, in, csv.Options{}); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	seen := make(map[string]bool)
	for line := range strings.Lines(out.written["reminders.jsonl"].String()) {
		var call map[string]any
		if err := json.Unmarshal([]byte(line), &call); err != nil {
			t.Fatal(err)
		}
		if len(call) != 4 || call["robotCode"] != "ding<robot>" || call["msgKey"] != "sampleText" {
			t.Errorf("the call is %s", line)
		}
		if want := `{"content":"Reminder: you have not read “Pay \"slips\"” yet. It was sent on 2026-11-20, 3 days ago. Please open it in DingTalk."}`; call["msgParam"] != want {
			t.Errorf("it says %s, want %s", call["msgParam"], want)
		}
		users, _ := call["userIds"].([]any)
		sizes = append(sizes, len(users))
		for _, id := range users {
			text, _ := id.(string)
			if seen[text] {
				t.Errorf("%s is reminded twice", text)
			}
			seen[text] = true
		}
	}
	if !slices.Equal(sizes, []int{20, 20}) || len(seen) != 40 {
		t.Errorf("calls of %v people remind %d of %d", sizes, len(seen), len(ids))
	}
}

// TestUnreadRows: a row for each person and message, with what a list needs.
func TestUnreadRows(t *testing.T) {
	row := write(t, sample.Input(report.English))["unread.csv"][0]
	for column, want := range map[string]string{
		"title": "Notice: benefits", "campaign": "q4", "sent_at": "2026-09-24T09:00:00+08:00", "left": "",
	} {
		if row[column] != want {
			t.Errorf("%s is %q, want %q", column, row[column], want)
		}
	}
}

func TestMessages(t *testing.T) {
	row := write(t, sample.Input(report.English))["messages.csv"][0]
	for column, want := range map[string]string{
		"address": "message.benefits", "campaign": "q4", "provider": "dingtalk", "kind": "group",
		"process_query_key": "Kna-benefits", "open_conversation_id": "", "title": "Notice: benefits",
		"sent_at": "2026-09-24T09:00:00+08:00", "status": "current", "send_status": "SUCCESS",
		"reading_at": "2026-11-22T09:00:00+08:00", "audience_size": "10", "readers": "4", "read": "3", "unread": "7",
		"outside_audience": "1", "read_rate": "0.3", "target": "0.9", "target_met": "false", "calls": "1",
		"error_class": "", "error_code": "", "error_message": "",
	} {
		if row[column] != want {
			t.Errorf("%s is %q, want %q", column, row[column], want)
		}
	}
}

func TestRatesHaveFullPrecision(t *testing.T) {
	in := sample.Input(report.English)
	r := sample.Results()[10]
	r.Counts = job.Counts{Read: 11, Unread: 1}
	in.Results = sample.Stream([]*job.Result{r})
	if got, want := write(t, in)["messages.csv"][0]["read_rate"], "0.9166666666666666"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPeopleAgreeWithMessages(t *testing.T) {
	tables := write(t, sample.Input(report.Chinese))
	count := func(name, address, read string) int {
		n := 0
		for _, row := range tables[name] {
			if row["address"] == address && row["read"] == read {
				n++
			}
		}
		return n
	}
	for _, m := range tables["messages.csv"] {
		address := m["address"]
		read, unread, unknown := count("people.csv", address, "true"), count("people.csv", address, "false"), count("people.csv", address, "")
		switch address {
		case "message.lobby", "message.crowd", "message.open":
			if read != number(t, m["readers"]) || unread+unknown != 0 {
				t.Errorf("%s: %d readers, %d others, want %s readers", address, read, unread+unknown, m["readers"])
			}
		case "message.down", "message.oops":
			if read+unread+unknown != 0 {
				t.Errorf("%s has people", address)
			}
		default:
			if read != number(t, m["read"]) || unread != number(t, m["unread"]) || read+unread+unknown != number(t, m["audience_size"]) {
				t.Errorf("%s: people.csv has %d + %d + %d", address, read, unread, unknown)
			}
		}
	}
}

// The list of unread is that of the workbook, and as long as the bridge says.
func TestUnreadIsTheWorkbooksList(t *testing.T) {
	in := sample.Input(report.English)
	var want []string
	wb := table.Build(t, in, sheets.Options{})
	people := table.Read(t, wb, report.SheetUnread).Rows
	for _, row := range people {
		for range table.Whole(row["unread_messages"]) {
			want = append(want, table.Words(row["user_id"])+" "+table.Words(row["name"]))
		}
	}
	var got []string
	for _, row := range write(t, in)["unread.csv"] {
		got = append(got, row["user_id"]+" "+row["name"])
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(got) == 0 || !slices.Equal(got, want) {
		t.Errorf("unread.csv has\n%s\nand the sheet\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	note := table.Figure(t, wb.Summary, "unread").Note
	if want := fmt.Sprintf("32 = %d to remind (%d people) + 1 has left + 5 known by number only + 17 of messages that can't be checked any more", len(got), len(people)); note != want {
		t.Errorf("below the unread stands %q, want %q", note, want)
	}
}

// number reads a count; an empty cell is nothing.
func number(t *testing.T, cell string) int {
	t.Helper()
	if cell == "" {
		return 0
	}
	n, err := strconv.Atoi(cell)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPerson(t *testing.T) {
	for _, row := range write(t, sample.Input(report.English))["people.csv"] {
		if row["address"] != "message.benefits" {
			continue
		}
		switch row["user_id"] {
		case "u01":
			if row["name"] != "王芳" || row["email"] != "wang@example.com" || row["first_seen_at"] != "2026-11-22T09:00:01+08:00" {
				t.Errorf("u01 is %v", row)
			}
		case "u04":
			if row["read"] != "false" || row["not_seen_at"] != "2026-11-22T09:00:00+08:00" || row["first_seen_at"] != "" {
				t.Errorf("u04 is %v", row)
			}
		case "12345678901234567890":
			return
		}
	}
	t.Error("a user id of digits is not in people.csv as it is")
}

func TestFormulasAreGuarded(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"=1+1", "'=1+1"},
		{"+49 30", "'+49 30"},
		{"-2", "'-2"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"\r=1", "'\n=1"}, // CleanText makes a line feed of it
		{"\r\n=1", "'\n=1"},
		{"＝1", "'＝1"},
		{"＋1", "'＋1"},
		{"－1", "'－1"},
		{"＠A", "'＠A"},
		{"﹦1", "'﹦1"},
		{" =1", "' =1"},
		{"\uFEFF=1", "'\uFEFF=1"},
		{"\u3000\u200B＝1", "'\u3000\u200B＝1"},
		{" a=1", " a=1"},
		{`=HYPERLINK("http://x","y")`, `'=HYPERLINK("http://x","y")`},
		{"a=1", "a=1"},
		{"'=1", "'=1"},
		{"00123", "00123"},
		{"say \"hi\", twice\nplease", "say \"hi\", twice\nplease"},
		{"", ""},
	} {
		in := sample.Input(report.English)
		r := sample.Results()[0]
		r.Message.Title = tt.in
		in.Results = sample.Stream([]*job.Result{r})
		tables := write(t, in)
		if got := tables["messages.csv"][0]["title"]; got != tt.want {
			t.Errorf("%q is written as %q, want %q", tt.in, got, tt.want)
		}
		told := ""
		for _, row := range tables["problems.csv"] {
			if strings.HasPrefix(row["problem"], "Cells that a spreadsheet") {
				told = row["count"] + " " + row["examples"]
			}
		}
		want := ""
		if strings.HasPrefix(tt.want, "'") && tt.want != tt.in {
			want = "17 messages.csv: title; people.csv: title; unread.csv: title"
		}
		if told != want {
			t.Errorf("%q: problems.csv tells %q, want %q", tt.in, told, want)
		}
	}
}

func TestNegativeNumbersAreNumbers(t *testing.T) {
	for _, row := range write(t, sample.Input(report.English))["messages.csv"] {
		if row["address"] == "message.crowd" && (row["unread"] != "-1" || row["read_rate"] != "1.5") {
			t.Errorf("unread %q, read_rate %q", row["unread"], row["read_rate"])
		}
	}
}

func FuzzCells(f *testing.F) {
	for _, seed := range []string{
		"", "=cmd|' /C calc'!A0", "+1", "-1", "@a", "\t=", "\r=", "\n=", "＝1", "\"", `",="`, "a,b", "\x00=1", "\xff", "\uFEFF=1", "王芳", " =1", "\u200b\u00a0+1", "﹣1", "\"\n=1", "\u0301=1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		in := sample.Input(report.English)
		in.Directory = job.NewDirectory(job.NewRoster("staff", "", []job.Person{{
			UserID: "u01", Name: s, Department: s, Manager: s, Email: s, Location: s,
		}}))
		r, failed := sample.Results()[1], sample.Results()[7]
		r.Message.Title, r.Message.Campaign, r.Message.ID.ProcessQueryKey, r.Message.OpenConversationID = s, s, s, s
		r.Readers = append(r.Readers, job.Reader{UserID: "z" + s}, job.Reader{UserID: s})
		failed.Failure.Code, failed.Failure.Message, failed.Failure.RequestID = s, s, s
		in.Results = sample.Stream([]*job.Result{r, failed})
		for name, rows := range write(t, in) {
			for _, row := range rows {
				for column, cell := range row {
					seen := strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
					if cell != "" && strings.ContainsRune("\t\r\n", []rune(cell)[0]) || seen != "" && strings.ContainsRune("=+-@＝＋－＠﹦﹢﹣﹫", []rune(seen)[0]) {
						t.Errorf("%s: %s is %q", name, column, cell)
					}
				}
			}
			if name == "people.csv" && strings.TrimPrefix(rows[0]["name"], "'") != strings.TrimPrefix(report.CleanText(s), "'") {
				t.Errorf("%q is written as %q", s, rows[0]["name"])
			}
		}
	})
}

func TestFailedWriting(t *testing.T) {
	for _, name := range []string{"messages.csv", "people.csv", "unread.csv", "problems.csv"} {
		out := files{fail: name}
		err := csv.Write(&out, sample.Input(report.English), csv.Options{})
		if !errors.Is(err, errFull) || !strings.Contains(err.Error(), name) {
			t.Errorf("with no room for %s the error is %v", name, err)
		}
		for created, f := range out.written {
			if f.closed != 1 {
				t.Errorf("with no room for %s, %s was closed %d times", name, created, f.closed)
			}
		}
	}
}
