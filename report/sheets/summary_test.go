package sheets_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	"notifyaudit/report/sheets"
)

func TestSummaryFigures(t *testing.T) {
	in := sample.Input(report.English)
	s := table.Build(t, in, sheets.Options{}).Summary
	var totals job.Totals
	for _, r := range sample.Results() {
		totals.Add(r)
	}
	rate, _ := totals.Counts.ReadRate()
	coverage, _ := totals.Counts.Coverage()
	for key, want := range map[string]float64{
		"read_rate": rate, "coverage": coverage, "change": 2.0 / 35,
		"messages": 15, "recalled": 1, "without_reading": 5, "below_target": 1, "people": 11,
	} {
		if got, known := table.Figure(t, s, key).Value.Number(); got != want || !known {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
	if s.Figures[0].Key != "read_rate" {
		t.Errorf("the first figure is %s", s.Figures[0].Key)
	}
	for key, want := range map[string]string{
		"read_rate": "ReadRate", "coverage": "Coverage", "data_as_of": "DataAsOf", "messages": "",
	} {
		if got := table.Figure(t, s, key).Name; got != want {
			t.Errorf("%s has the name %q, want %q", key, got, want)
		}
	}
	for key, want := range map[string]string{
		"read_rate":    "based on 48.4 % of recipients",
		"change":       "since 2026-10-04 09:00 to 2026-11-21 09:00; over 5 messages to the same recipients",
		"data_as_of":   "oldest data 2026-10-04 09:00",
		"target":       "none for the whole: 5 messages without one",
		"below_target": "of 2 notices with a rate and a target",
		"run":          "it came to its end",
	} {
		if got := table.Figure(t, s, key).Note; got != want {
			t.Errorf("beside %s stands %q, want %q", key, got, want)
		}
	}
}

// Two unread messages of one person are two unread, and one person to remind.
func TestUnreadSaysOfHowManyPeople(t *testing.T) {
	reading := sample.Results()[0].Reading
	message := func(address string, to ...string) *job.Result {
		return sample.Message(job.Message{Address: address}, job.StatusCurrent, job.Listed("r", to), reading)
	}
	for want, results := range map[string][]*job.Result{
		"of 2 people": {message("message.a", "p", "q"), message("message.b", "p")},
		"":            {message("message.a", "p"), message("message.b", "q")},
	} {
		in := report.Input{Results: sample.Stream(results), Directory: job.NewDirectory(job.NewRoster("r", "", []job.Person{{UserID: "p"}, {UserID: "q"}}))}
		if got := table.Figure(t, table.Build(t, in, sheets.Options{}).Summary, "unread").Note; got != want {
			t.Errorf("beside the unread stands %q, want %q", got, want)
		}
	}
}

func TestFiguresWithoutReadings(t *testing.T) {
	in := sample.Input(report.English)
	in.Results = sample.Stream(sample.Results()[5:7])
	s := table.Build(t, in, sheets.Options{}).Summary
	for key, empty := range map[string]bool{
		"read_rate": true, "read": true, "unread": true, "change": true, "target": true,
		"below_target": true, "data_as_of": true, "coverage": false, "deliveries": false, "unknown": false,
	} {
		if got := table.Figure(t, s, key).Value.Empty(); got != empty {
			t.Errorf("%s is empty: %v, want %v", key, got, empty)
		}
	}
	if got := table.Figure(t, s, "data_as_of").Note; got != "no data yet" { // a check that failed is a check
		t.Errorf("beside the time of the data stands %q", got)
	}
	for _, c := range s.Charts {
		if len(c.Bars) != 0 {
			t.Errorf("%s has %d bars", c.Title, len(c.Bars))
		}
	}
}

func TestCharts(t *testing.T) {
	s := table.Build(t, sample.Input(report.English), sheets.Options{}).Summary
	campaigns, departments := s.Charts[0], s.Charts[1]
	if campaigns.Title != "Read rate by campaign" || len(campaigns.Bars) != 3 {
		t.Errorf("%q has %d bars", campaigns.Title, len(campaigns.Bars))
	}
	if got, want := campaigns.Bars[0], (report.Bar{Label: "facility", Known: " (data of 71.4 %)", Rate: "10 %", Value: 0.1}); got != want {
		t.Errorf("the lowest campaign is %+v, want %+v", got, want)
	}
	for _, c := range s.Charts {
		for i := 1; i < len(c.Bars); i++ {
			if c.Bars[i].Value < c.Bars[i-1].Value {
				t.Errorf("%s: %v after %v", c.Title, c.Bars[i], c.Bars[i-1])
			}
		}
		if !strings.Contains(c.Alt, c.Bars[0].Label) {
			t.Errorf("%s: the text %q doesn't name the lowest", c.Title, c.Alt)
		}
	}
	if len(departments.Bars) != 5 {
		t.Errorf("%d departments have bars", len(departments.Bars))
	}
}

func TestChartOfOneCampaign(t *testing.T) {
	var many []*job.Result
	for i := range 40 {
		r := *sample.Results()[10]
		r.Message.Title, r.Message.Campaign = fmt.Sprintf("n%02d", i), "c"
		r.Counts = job.Counts{Read: (i * 7) % 40, Unread: 40 - (i*7)%40}
		many = append(many, &r)
	}
	in := sample.Input(report.Chinese)
	in.Results = sample.Stream(many)
	s := table.Build(t, in, sheets.Options{}).Summary
	if got, want := s.Charts[0].Title, "各通知已读率（最低的 15 个）"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for i, bar := range s.Charts[0].Bars {
		if want := float64(i) / 40; bar.Value != want {
			t.Errorf("bar %d is %v, want %v", i, bar.Value, want)
		}
	}
	if n := len(s.Attention[0].Rows); n != 5 {
		t.Errorf("%d messages need attention, want 5", n)
	}
}

// told is a message to some people of whom so many have read it.
func told(title, campaign string, people, read int, target float64) *job.Result {
	var ids []string
	for i := range people {
		ids = append(ids, fmt.Sprintf("%s-%03d", title, i))
	}
	at := sample.Now().Add(-time.Hour)
	reading := &job.Reading{RunID: "r", StartedAt: at, FinishedAt: at, SendStatus: job.SendSuccess}
	return sample.Message(job.Message{Address: "message." + title, Title: title, Campaign: campaign, Target: target},
		job.StatusCurrent, job.Listed("", ids), reading, ids[:read]...)
}

func TestAttention(t *testing.T) {
	private := func(campaign string, people, read int) (all []*job.Result) {
		for i := range people {
			all = append(all, told(fmt.Sprint(campaign, i), campaign, 1, min(1, max(0, read-i)), 0.9))
		}
		return all
	}
	var finished []*job.Result
	for i := range 15 {
		finished = append(finished, told(fmt.Sprint("done", i), "done", 20, 20, 0))
	}
	for _, tt := range []struct {
		name    string
		results []*job.Result
		want    []string
		empty   string
	}{
		{"nothing is known", []*job.Result{sample.Results()[5]}, nil, "There are no data yet."},
		{"everybody has read it", finished, nil, "Nothing here needs attention."},
		{"private messages behind finished ones", append(private("pay", 70, 30), finished...), []string{"pay 43%"}, ""},
		{"one private message", private("pay", 1, 0), []string{"pay0 0%"}, ""},
		{
			"a target that is met is no need",
			[]*job.Result{told("met", "a", 20, 12, 0.5), told("missed", "a", 20, 16, 0.9), told("none", "a", 20, 19, 0)},
			[]string{"missed 80%", "none 95%"},
			"",
		},
		{
			"few people come last, and more unread first",
			[]*job.Result{told("few", "a", 2, 0, 0), told("half", "a", 20, 10, 0), told("half of many", "a", 200, 100, 0), told("most", "a", 20, 18, 0)},
			[]string{"half of many 50%", "half 50%", "most 90%", "few 0%"},
			"",
		},
		{
			"a contradiction is no rate", []*job.Result{sample.Results()[11], told("half", "a", 20, 10, 0)}, []string{"half 50%"}, "",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := sample.Input(report.English)
			in.Results = sample.Stream(tt.results)
			list := table.Build(t, in, sheets.Options{}).Summary.Attention[0]
			var got []string
			for _, row := range list.Rows {
				rate, _ := row[1].Number()
				got = append(got, fmt.Sprintf("%s %.0f%%", table.Words(row[0]), rate*100))
			}
			if !slices.Equal(got, tt.want) || tt.empty != "" && list.Empty != tt.empty {
				t.Errorf("got %q and %q, want %q and %q", got, list.Empty, tt.want, tt.empty)
			}
		})
	}
}

// A department of one does not head the list.
func TestSmallDepartmentsNeedAttentionLast(t *testing.T) {
	var people []job.Person
	for i := range 30 {
		people = append(people, job.Person{UserID: fmt.Sprintf("news-%03d", i), Department: "Sales"})
	}
	people[29].Department = "Board"
	in := sample.Input(report.English)
	in.Directory = job.NewDirectory(job.NewRoster("staff", "", people))
	in.Results = sample.Stream([]*job.Result{told("news", "a", 30, 20, 0)})
	rows := table.Build(t, in, sheets.Options{}).Summary.Attention[1].Rows
	if len(rows) != 2 || table.Words(rows[0][0]) != "Sales" || table.Words(rows[1][0]) != "Board" {
		t.Errorf("the departments are %v", rows)
	}
}
