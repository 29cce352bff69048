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
