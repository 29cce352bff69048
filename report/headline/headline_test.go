package headline_test

import (
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/headline"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/metrics"
	"notifyaudit/report/words"
)

// said returns the headline of results in a language.
func said(t *testing.T, in report.Input, results []*job.Result) (report.Headline, string) {
	t.Helper()
	in.Results = sample.Stream(results)
	figures, err := metrics.Measure(in)
	if err != nil {
		t.Fatal(err)
	}
	w := words.New(in.Language, in.Location)
	h := headline.Of(&in, figures, w)
	return h, headline.Text(h, w)
}

func TestSentences(t *testing.T) {
	all := sample.Results()
	for _, tt := range []struct {
		name    string
		lang    report.Language
		results []*job.Result
		want    string
	}{
		{"one message", report.English, all[:1], "3 of 10 have read it (30 %), 60 points below the target of 90 %. 6 people to remind, 3 of them in Sales and 1 in 研发部. 2 more than on Saturday, 21 November. Data of all recipients."},
		{"one message", report.Chinese, all[:1], "应读 10 人，已读 3 人（30%），比 90% 的目标低 60 个百分点。需提醒 6 人，其中Sales 3 人、研发部 1 人。比11月21日（周六）多 2 人。已取得全部人员的数据。"},
		{"everybody", report.English, all[1:2], "2 of 2 have read it (100 %). As many as on Saturday, 21 November. Data of all recipients."},
		{"several messages", report.English, all[:3], "6 of 15 deliveries have been read (40 %). 7 people to remind, 4 of them in Sales and 1 in 研发部. 2 more than on Saturday, 21 November. Data of all recipients."},
		{"a part is known", report.English, all[4:11], "5 of 18 deliveries with data have been read (27.8 %). There is nobody to remind. As many as on Sunday, 4 October. Data of 28.6 % of recipients."},
		{"a part is known", report.Chinese, all[4:11], "已有数据的 18 人次中，已读 5 人次（27.8%）。没有需要提醒的人员。与10月4日（周日）相同。已取得 28.6% 人员的数据。"},
		{"nothing is known", report.English, all[5:8], "There are no data yet."},
		{"nobody can be reminded", report.English, all[3:4], "1 of 10 have read it (10 %). There is nobody to remind. As many as on Saturday, 24 October. Data of all recipients."},
	} {
		t.Run(tt.name+", "+string(tt.lang), func(t *testing.T) {
			if _, got := said(t, sample.Input(tt.lang), tt.results); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A rate just under its target is not said to be the target.
func TestTarget(t *testing.T) {
	r := sample.Message(job.Message{Address: "message.a", Target: 0.9}, job.StatusCurrent, job.Sized(10000), sample.Results()[0].Reading)
	for read, want := range map[int]string{
		8999: "8,999 of 10,000 have read it (89.99 %), 0.01 points below the target of 90 %.",
		9000: "9,000 of 10,000 have read it (90 %), and the target of 90 % is reached.",
	} {
		r.Counts = job.Counts{Read: read, Unread: 10000 - read}
		if _, got := said(t, sample.Input(report.English), []*job.Result{r}); !strings.HasPrefix(got, want) {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}

func TestVerdict(t *testing.T) {
	good, all := sample.Results()[:5], sample.Results()
	for _, tt := range []struct {
		name    string
		lang    report.Language
		results []*job.Result
		change  func(*report.Input)
		trust   report.Trust
		want    string
	}{
		{"everything is known", report.English, good, nil, report.TrustFull, "Complete: there are up-to-date data of everybody."},
		{"everything is known", report.Chinese, good, nil, report.TrustFull, "数据完整：所有人员的数据均为最新。"},
		{
			"troubles", report.English, all, nil, report.TrustLittle,
			"INCOMPLETE: draw no conclusions yet. 47 of 91 not known yet. Without an up-to-date answer: " +
				"5 of 15 messages (1 data being prepared, 1 put off, 1 refused (for IT), 1 incomplete data, 1 check failed). 1 message cannot be right and is left out of every total: see Problems. " +
				"1 message can't be checked any more and never had data.",
		},
		{
			"troubles", report.Chinese, all, nil, report.TrustLittle,
			"数据不完整，暂不宜据此下结论。应读 91 人次中有 47 人次暂无数据。15 条消息中有 5 条没有最新结果（数据生成中 1 条、已推迟查询 1 条、查询被拒（需IT处理） 1 条、数据不完整 1 条、查询失败 1 条）。1 条消息的数据自相矛盾，未计入任何合计，参见“数据质量”。" +
				"1 条消息已超过可查询期限，且此前未取得数据。",
		},
		{
			"a little is missing", report.English, append(sample.Results()[:4], all[7]), nil, report.TrustLittle,
			"INCOMPLETE: draw no conclusions yet. 1 of 26 not known yet. No data at all of Notice: wrong. Without an up-to-date answer: 1 of 5 messages (1 refused (for IT)).",
		},
		{
			"a little is missing of a campaign", report.English, append(sample.Results()[:4], all[13], all[7]), nil, report.TrustMost,
			"1 of 27 not known yet. Without an up-to-date answer: 1 of 6 messages (1 refused (for IT)).",
		},
		{
			"interrupted", report.English, good, func(in *report.Input) { in.Run.Complete = false }, report.TrustMost,
			"The latest run ended before it had asked everything.",
		},
		{"no run", report.English, good, func(in *report.Input) { in.Run = nil }, report.TrustLittle, "NOT STARTED: there has been no run yet, so there are no data."},
		{"no message", report.English, nil, nil, report.TrustFull, "There is no message in this report."},
		{
			"lost for good", report.English, append(sample.Results()[:4], all[10], all[14]), nil, report.TrustMost,
			"2 of 35 not known yet. 1 message can't be checked any more and never had data.",
		},
	} {
		t.Run(tt.name+", "+string(tt.lang), func(t *testing.T) {
			in := sample.Input(tt.lang)
			if tt.change != nil {
				tt.change(&in)
			}
			if h, _ := said(t, in, tt.results); h.Trust != tt.trust || h.Verdict != tt.want {
				t.Errorf("%s: %s\nwant %s: %s", h.Trust, h.Verdict, tt.trust, tt.want)
			}
		})
	}
}

// What is usual is told from at least three campaigns of the same age.
func TestUsual(t *testing.T) {
	sent := func(campaign string, days, readers int) *job.Result {
		at := sample.Now().Add(-time.Duration(days) * 24 * time.Hour)
		ids := []string{"a", "b", "c", "d"}
		r := sample.Message(job.Message{Address: "message." + campaign, Campaign: campaign, Title: "Title of " + campaign, SentAt: at}, job.StatusCurrent,
			job.Listed("", ids), &job.Reading{StartedAt: sample.Now(), FinishedAt: sample.Now()}, ids[:readers]...)
		for i := range r.Readers {
			r.Readers[i].FirstSeenAt = at.Add(2 * time.Hour)
		}
		return r
	}
	all := []*job.Result{sent("new", 2, 1), sent("x", 20, 2), sent("y", 30, 3), sent("z", 40, 4)}
	const want = "1 day after sending, 25 % had read “Title of new”; usually 75 % have."
	if _, got := said(t, sample.Input(report.English), all); !strings.Contains(got, want) {
		t.Errorf("got %s\nwant %s in it", got, want)
	}
	in := sample.Input(report.English)
	in.CampaignTitles = map[string]string{"new": "Winter"}
	if _, got := said(t, in, all); !strings.Contains(got, "had read “Winter”") {
		t.Errorf("the campaign has not its title: %s", got)
	}
	if _, got := said(t, sample.Input(report.English), all[:3]); strings.Contains(got, "usually") {
		t.Errorf("two campaigns are called usual: %s", got)
	}
}
