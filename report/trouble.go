package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
)

// A troubleKind is a sort of problem that the results show; its text is
// "problem.KIND". They are listed in this order.
type troubleKind int

const (
	troubleRejected troubleKind = iota
	troubleIncomplete
	troubleFailed
	troubleWrongRoster
	troubleOversized
	troubleOutside
	troublePendingLong
	troubleDeferred
	troubleLost
	troubleFrozen
	troublePurged
	troublePending
	troubleNoAudience
	troubleNotDelivered
	troubleRecalled
)

func (k troubleKind) String() string {
	return [...]string{
		"rejected", "incomplete", "failed", "wrong_roster", "oversized", "outside", "pending_long",
		"deferred", "lost", "frozen", "purged", "pending", "no_audience", "not_delivered", "recalled",
	}[k]
}

func (k troubleKind) severity() string {
	switch k {
	case troubleRejected, troubleIncomplete, troubleFailed:
		return SeverityError
	case troubleWrongRoster, troubleOversized, troubleOutside, troublePendingLong, troubleDeferred, troubleLost:
		return SeverityWarning
	default:
		return SeverityInfo
	}
}

const (
	// pendingPatience is how long after the sending a message may well be
	// pending; later something is wrong with it.
	pendingPatience = 24 * time.Hour
	// maxExamples is the number of examples in a row of problems, maxCodes that
	// of codes told apart: an API that makes up a new one for every message
	// fills no sheet.
	maxExamples = 3
	maxCodes    = 100
)

// troubles groups what is wrong with the messages.
type troubles struct {
	words  *words
	groups map[troubleKey]*trouble
	departures
}

type troubleKey struct {
	kind  troubleKind
	class job.ErrorClass
	code  string
}

type trouble struct {
	troubleKey
	count    int
	examples []string
	// failure is the first of the group, or nil.
	failure *job.Failure
}

func newTroubles(w *words) *troubles {
	return &troubles{words: w, groups: make(map[troubleKey]*trouble)}
}

// add looks for what is wrong with one more message; now is the run's time.
func (t *troubles) add(r *job.Result, now time.Time) {
	if kind, bad := statusTrouble(r, now); bad {
		t.note(kind, r.Failure, 1, where(&r.Message, t.words))
	}
	t.departed(r)
	t.undelivered(r)
	if r.Recalled() {
		return
	}
	switch r.Audience.Form {
	case job.AudienceUnknown:
		t.note(troubleNoAudience, nil, 1, where(&r.Message, t.words))
	case job.AudienceSized:
		t.outside(r)
		if r.Reading != nil && r.Counts.Read > r.Audience.Size {
			t.note(troubleOversized, nil, 1, t.numbers(&r.Message, "example.oversized", r.Counts.Read, r.Audience.Size))
		}
	case job.AudienceListed:
		t.outside(r)
	}
}

// undelivered tells of the people whom a message did not reach.
func (t *troubles) undelivered(r *job.Result) {
	if n := len(r.Message.NotDelivered); n > 0 {
		t.note(troubleNotDelivered, nil, n, t.people(&r.Message, r.Message.NotDelivered))
	}
}

// outside tells of readers whom the message wasn't sent to.
func (t *troubles) outside(r *job.Result) {
	if r.Outside == 0 {
		return
	}
	ids := make([]string, 0, maxExamples)
	for reader := range r.OutsideReaders() {
		if len(ids) == maxExamples {
			break
		}
		if !job.Erased(reader.UserID) {
			ids = append(ids, reader.UserID)
		}
	}
	t.note(troubleOutside, nil, r.Outside, t.people(&r.Message, ids))
	if readers := r.ReaderCount(); 2*r.Outside > readers {
		t.note(troubleWrongRoster, nil, 1, t.numbers(&r.Message, "example.wrong_roster", r.Outside, readers))
	}
}

// numbers are an example of a message and two of its figures.
func (t *troubles) numbers(m *job.Message, key string, a, b int) string {
	return t.words.say(key, label(m), a, b)
}

// people are examples of somebody and the message it is about.
func (t *troubles) people(m *job.Message, ids []string) string {
	ids = slices.DeleteFunc(slices.Clone(ids), job.Erased)
	if len(ids) == 0 {
		return label(m)
	}
	return t.words.say("example.people", t.words.list(ids[:min(len(ids), maxExamples)]), label(m))
}

// statusTrouble is what kind of trouble a status is; false for none.
func statusTrouble(r *job.Result, now time.Time) (troubleKind, bool) {
	switch r.Status {
	case job.StatusRejected:
		return troubleRejected, true
	case job.StatusIncomplete:
		return troubleIncomplete, true
	case job.StatusFailed:
		return troubleFailed, true
	case job.StatusDeferred:
		return troubleDeferred, true
	case job.StatusRecalled:
		return troubleRecalled, true
	case job.StatusFrozen:
		switch {
		case r.Reading == nil:
			return troubleLost, true
		case r.Purged():
			return 0, false // it says so itself
		}
		return troubleFrozen, true
	case job.StatusPending:
		if !r.Message.SentAt.IsZero() && now.Sub(r.Message.SentAt) > pendingPatience {
			return troublePendingLong, true
		}
		return troublePending, true
	default:
		return 0, false
	}
}

func (t *troubles) note(kind troubleKind, f *job.Failure, n int, example string) {
	key := troubleKey{kind: kind}
	if f != nil {
		key.class, key.code = f.Class, f.Code
	}
	if t.groups[key] == nil && len(t.groups) >= maxCodes {
		key.class, key.code = "", ""
	}
	g := t.groups[key]
	if g == nil {
		g = &trouble{troubleKey: key, failure: f}
		t.groups[key] = g
	}
	g.count += n
	if example != "" && len(g.examples) < maxExamples {
		g.examples = append(g.examples, example)
	}
}

// count is how many of a kind there are.
func (t *troubles) count(kind troubleKind) int {
	n := 0
	for key, g := range t.groups {
		if key.kind == kind {
			n += g.count
		}
	}
	return n
}

// sorted are the groups by kind, the largest first, then by code.
func (t *troubles) sorted() []*trouble {
	all := make([]*trouble, 0, len(t.groups))
	for _, g := range t.groups {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b *trouble) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(b.count, a.count),
			cmp.Compare(a.code, b.code), cmp.Compare(a.class, b.class))
	})
	return all
}

// finding says a group in words.
func (t *troubles) finding(g *trouble, in *Input) Finding {
	what := t.words.say("problem." + g.kind.String())
	if g.kind == troublePurged {
		what = t.words.say("problem.purged", t.days(t.words))
	}
	if g.failure != nil && (g.class != "" || g.code != "") {
		what = t.words.say("problem.because", what, t.cause(g, in))
	}
	f := Finding{
		Severity: g.kind.severity(), What: what, Count: g.count,
		Examples: strings.Join(g.examples, t.words.say("separator.examples")),
		Do:       t.words.say("do." + g.kind.String()),
	}
	if g.failure != nil && in.Advise != nil {
		if advice := in.Advise(g.failure, t.words.lang); advice != "" {
			f.Do = advice
		}
	}
	return f
}

// cause is the code with the vendor's explanation, or the class without a code.
func (t *troubles) cause(g *trouble, in *Input) string {
	if g.code == "" {
		return t.words.say("class." + string(g.class))
	}
	explanation := ""
	if in.Explain != nil {
		explanation = in.Explain(g.code, t.words.lang)
	}
	if explanation == "" {
		explanation = g.failure.Message
	}
	if explanation == "" {
		return g.code
	}
	return t.words.say("problem.code", g.code, explanation)
}

// where names a message and its place in the manifest, or in the table that the
// manifest reads.
func where(m *job.Message, w *words) string {
	if m.Source.File == "" {
		return label(m)
	}
	return w.say("example.place", label(m), fmt.Sprintf("%s:%d", m.Source.File, m.Source.Line))
}

// label is the address of a message, by which people find it in every form of
// the report.
func label(m *job.Message) string { return m.Address }
