package manifest

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// audit decodes the audit block; without one everything has its default.
func (l *loader) audit(bs blocks, m *Manifest) {
	s, _ := shapeOf("audit")
	a := &args{l: l, block: block{kind: "audit"}, shape: s}
	if len(bs) > 0 {
		a = l.args(bs[0], s)
	}
	m.Language = l.language(a)
	m.Title = a.text("title", "")
	if m.Title == "" {
		m.Title = map[string]string{"en": "Notification audit", "zh-CN": "通知阅读审计"}[m.Language]
	}
	m.Location = l.location(a)
	l.world.zone = m.Location
	m.Refresh = refresh(a.inner("refresh"))
	m.Retention = l.retention(a, m.Refresh)
	m.Backend = l.backend(a)
}

func (l *loader) language(a *args) string {
	const english = "en"
	languages := []string{english, "zh-CN"}
	language := a.text("language", english)
	if !slices.Contains(languages, language) {
		a.failAt("language", diag.Problemf("Unknown language", "There are no reports in %s.%s", diag.Quote(language), diag.DidYouMeanOr(language, languages, "The languages are")))
		return english
	}
	return language
}

func (l *loader) location(a *args) *time.Location {
	name := a.text("timezone", "UTC")
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" || name == "" {
		a.failAt("timezone", diag.Problemf("Unknown time zone", `There is no time zone %s: write a name of the IANA database, like "Asia/Shanghai" or "UTC".`, diag.Quote(name)))
		return time.UTC
	}
	return zone
}

func refresh(a *args) job.Refresh {
	d := job.DefaultRefresh()
	const mostAges = 1000
	return job.Refresh{
		After:     a.duration("after", d.After, 0),
		Age:       a.number("age", d.Age, 0, mostAges),
		StopAfter: a.duration("stop_after", d.StopAfter, 0),
	}
}

// leastRetention is a day: a purge follows every run, and sooner than the next
// one there would be nothing left to report.
const leastRetention = 24 * time.Hour

func (l *loader) retention(a *args, r job.Refresh) time.Duration {
	text := a.text("retention", "")
	if text == "" {
		return 0
	}
	d, p := parseDuration(text)
	if p == nil && d < leastRetention {
		p = diag.Problemf("Duration out of range", `retention is at least "1d".`)
	}
	if p != nil {
		a.failAt("retention", p)
		return 0
	}
	if wait := longestWait(r); d < wait {
		l.diags.WarnAt(a.at("retention"), diag.Problemf("Purged before it is asked again",
			"By refresh a message can wait %s until it is asked again; its people are purged after %s, and then it never is. Make retention longer, or age and after of refresh smaller.",
			diag.Counted(int(math.Ceil(wait.Hours()/24)), "day", "days"), text))
	}
	return d
}

// longestWait is the longest time between two readings of a message that is still
// asked again; a message that is asked for ever has none but refresh.after.
func longestWait(r job.Refresh) time.Duration {
	return max(r.After, time.Duration(r.Age/(1+r.Age)*float64(r.StopAfter)))
}

func (l *loader) backend(a *args) Backend {
	b := Backend{Type: "sqlite", Path: "audit.db", Create: true}
	found := a.blocks.of("audit.backend")
	if len(found) == 0 {
		return b
	}
	if kind := found[0].name(); kind != b.Type {
		p := diag.Problemf("Unknown backend", "There is no backend %s.%s", diag.Quote(kind), diag.DidYouMeanOr(kind, []string{b.Type}, "The backends are"))
		if kind == "postgres" {
			p = notYet(`backend "postgres"`)
		}
		l.diags.FailAt(found[0].at, p)
		return b
	}
	inner := a.inner("backend")
	b.Create = inner.boolean("create", true)
	b.Path = inner.text("path", b.Path)
	if p := writable(b.Path); p != nil {
		inner.failAt("path", p)
	}
	return b
}

// hash digests what makes two manifests the same: the files, by their digests,
// and the values of variables. A sensitive value is left out, not even hashed: a
// short one could be guessed from its digest.
func (l *loader) hash(files []SourceFile) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "file %q %s\n", f.Path, f.SHA256)
	}
	for _, name := range slices.Sorted(maps.Keys(l.scope.variables)) {
		v := l.scope.variables[name]
		if isSensitive(v) || !v.IsWhollyKnown() {
			continue
		}
		text, err := ctyjson.Marshal(v, cty.DynamicPseudoType)
		if err != nil {
			continue // a capsule, which no variable is
		}
		fmt.Fprintf(h, "variable %q %s\n", name, text)
	}
	return hexSum(h)
}
