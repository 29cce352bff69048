package manifest

import (
	"math"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// decodeAudit reads the audit block; without one everything has its default.
func (m *Manifest) decodeAudit(bs lang.Blocks, simulator bool) {
	a := m.program.NoArgs(lang.Block{Kind: "audit"})
	if len(bs) > 0 {
		a = m.program.Args(bs[0])
	}
	m.Language = language(a)
	m.Title = a.Text("title", "")
	if m.Title == "" {
		m.Title = map[string]string{"en": "Notification audit", "zh-CN": "通知阅读审计"}[m.Language]
	}
	m.Location = location(a)
	m.Refresh = refresh(a.Inner("refresh"))
	m.Retention = retention(a, m.Refresh)
	m.FindingsOK = findings(a) == FindingsOK
	m.Compare = compare(a)
	m.Backend, m.backend = decodeBackend(a, simulator)
}

func language(a *lang.Args) string {
	const english = "en"
	languages := []string{english, "zh-CN"}
	language := a.Text("language", english)
	if !slices.Contains(languages, language) {
		a.FailAt("language", diag.Problemf("Unknown language", "There are no reports in %s.%s", diag.Quote(language), diag.DidYouMeanOr(language, languages, "The languages are")))
		return english
	}
	return language
}

// The values of findings: whether what a run found changes its exit status.
const (
	FindingsStatus = "status"
	FindingsOK     = "ok"
)

func findings(a *lang.Args) string {
	value, values := a.Text("findings", FindingsStatus), []string{FindingsStatus, FindingsOK}
	if !slices.Contains(values, value) {
		a.FailAt("findings", diag.Problemf("Unsuitable value", "There is no findings = %s.%s", diag.Quote(value), diag.DidYouMeanOr(value, values, "It is")))
	}
	return value
}

func location(a *lang.Args) *time.Location {
	name := a.Text("timezone", "UTC")
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" || name == "" {
		a.FailAt("timezone", diag.Problemf("Unknown time zone", `There is no time zone %s: write a name of the IANA database, like "Asia/Shanghai" or "UTC".`, diag.Quote(name)))
		return time.UTC
	}
	return zone
}

func refresh(a *lang.Args) job.Refresh {
	d := job.DefaultRefresh()
	const mostAges = 1000
	return job.Refresh{
		After:     a.Duration("after", d.After, 0),
		Age:       a.Float("age", d.Age, 0, mostAges),
		StopAfter: a.Duration("stop_after", d.StopAfter, 0),
	}
}

// leastRetention is a day: a purge follows every run, and after a shorter time
// there would be nothing left to report.
const leastRetention = 24 * time.Hour

func retention(a *lang.Args, r job.Refresh) time.Duration {
	text := a.Text("retention", "")
	if text == "" {
		return 0
	}
	d, p := lang.ParseDuration(text)
	if p == nil && d < leastRetention {
		p = diag.Problemf("Duration out of range", `retention is at least "1d".`)
	}
	if p != nil {
		a.FailAt("retention", p)
		return 0
	}
	if wait := longestWait(r); d < wait {
		a.WarnAt("retention", diag.Problemf("Purged before it is asked again",
			"By refresh a message can wait %s until it is asked again; its people are purged after %s, and then it never is. Make retention longer, or age and after of refresh smaller.",
			diag.Counted(int(math.Ceil(wait.Hours()/24)), "day", "days"), text))
	}
	return d
}

// compare is over how many days the change is measured.
func compare(a *lang.Args) int {
	const day, most = 24 * time.Hour, 3660
	text := a.Text("compare", "1d")
	d, p := lang.ParseDuration(text)
	if p == nil && (d < day || d%day != 0 || d > most*day) {
		p = diag.Problemf("Duration out of range", `compare is a number of days from "1d" to "%dd".`, most)
	}
	if p != nil {
		a.FailAt("compare", p)
		return 1
	}
	return int(d / day)
}

// longestWait is the longest time between two readings of a message that is still
// asked again; a message that is asked without end has none but refresh.after.
func longestWait(r job.Refresh) time.Duration {
	return max(r.After, time.Duration(r.Age/(1+r.Age)*float64(r.StopAfter)))
}
