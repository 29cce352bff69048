package notices_test

import (
	"fmt"
	"testing"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/notices"
	"notifyaudit/report/words"
)

// TestTitlesDiffer: notices of different campaigns have different titles, also where
// their messages have the same ones.
func TestTitlesDiffer(t *testing.T) {
	set := notices.New()
	add := func(campaign, title string, people, times int) {
		for i := range times {
			set.Add(&job.Result{
				Message:  job.Message{Campaign: campaign, Title: title, Address: fmt.Sprint(campaign, title, i)},
				Audience: job.Audience{Form: job.AudienceSized, Size: people},
			})
		}
	}
	for _, campaign := range []string{"a", "b"} {
		add(campaign, "payslip", 1, 3)
		add(campaign, "all hands", 5, 1)
	}
	set.Name(nil, words.New(report.English, nil))
	seen := make(map[string]bool)
	for _, n := range set.List {
		title := set.Title(n)
		if seen[title] {
			t.Errorf("two notices are %q", title)
		}
		seen[title] = true
	}
}

// TestJoined: a campaign of very many messages says that some have no row of their own.
func TestJoined(t *testing.T) {
	set := notices.New()
	for i := range notices.MaxOwn + 10 {
		for campaign, most := range map[string]int{"few": notices.MaxOwn, "many": notices.MaxOwn + 10} {
			if i < most {
				set.Add(&job.Result{Message: job.Message{Campaign: campaign}, Audience: job.Audience{Form: job.AudienceSized, Size: 2}})
			}
		}
		set.Add(&job.Result{Message: job.Message{Campaign: "payslips"}, Audience: job.Audience{Form: job.AudienceSized, Size: 1}})
	}
	set.Name(nil, words.New(report.English, nil))
	if got := set.Joined(); len(got) != 1 || got[0] != "many" {
		t.Errorf("the campaigns %q have messages that share a row, want many alone", got)
	}
}
