package outbox

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/manifest"
	"notifyaudit/job/manifest/delivery"
	"notifyaudit/job/state"
)

var start = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

// email is an account of mails with what is recorded of it.
func email(on delivery.On, d state.Delivery) *account {
	return &account{target: manifest.Delivery{Type: "email", Name: "hr", On: on, Email: &delivery.Email{}}, record: d}
}

func TestDecide(t *testing.T) {
	r1 := state.Delivery{Run: "r1", ChangedAt: start}
	owed := state.Delivery{Run: "r1", Owed: state.OwedResults, ChangedAt: start}
	later := start.Add(2 * time.Hour)
	for name, c := range map[string]struct {
		on   delivery.On
		was  state.Delivery
		end  End
		want state.Owed
	}{
		"the first run":                    {delivery.Always, state.Delivery{}, End{RunID: "r1", Final: true, At: start}, state.OwedResults},
		"the same run":                     {delivery.Always, r1, End{RunID: "r1", Final: true, At: later}, state.OwedNothing},
		"a run that goes on":               {delivery.Always, r1, End{RunID: "r2", At: later}, state.OwedNothing},
		"no problem":                       {delivery.Problem, r1, End{RunID: "r2", Final: true, At: later}, state.OwedNothing},
		"a problem":                        {delivery.Problem, r1, End{RunID: "r2", Final: true, At: later, Problem: true}, state.OwedResults},
		"a problem that is no check":       {delivery.CheckFailed, r1, End{RunID: "r2", Final: true, At: later, Problem: true}, state.OwedNothing},
		"a check":                          {delivery.CheckFailed, r1, End{RunID: "r2", Final: true, At: later, Problem: true, CheckFailed: true}, state.OwedResults},
		"a problem that was not told":      {delivery.Problem, owed, End{RunID: "r2", Final: true, At: later}, state.OwedResults},
		"nothing to ask, long after":       {delivery.Always, r1, End{RunID: "r2", Final: true, At: later, Idle: true}, state.OwedResults},
		"nothing to ask, a moment after":   {delivery.Always, r1, End{RunID: "r2", Final: true, At: start.Add(time.Minute), Idle: true}, state.OwedNothing},
		"the same with results still owed": {delivery.Always, owed, End{RunID: "r2", Final: true, At: start.Add(time.Minute), Idle: true}, state.OwedResults},
		"a notice that data overtook":      {delivery.Problem, state.Delivery{Run: "r1", Owed: state.OwedNotice, Silent: 3}, End{RunID: "r2", Final: true, At: later}, state.OwedNothing},
	} {
		a := email(c.on, c.was)
		a.decide(&c.end)
		if a.record.Owed != c.want {
			t.Errorf("%s: %q is owed, want %q", name, a.record.Owed, c.want)
		}
		if c.end.Final && (a.record.Run != c.end.RunID || a.record.Silent != 0) {
			t.Errorf("%s: recorded %+v", name, a.record)
		}
	}
}

// TestCarriedResults: who has the results of a run that were refused to others is owed none
// of a later run that the target is not told of, and all of one that it is.
func TestCarriedResults(t *testing.T) {
	const part = recipientPart + "x"
	later := start.Add(2 * time.Hour)
	refused := func() *account {
		a := email(delivery.Problem, state.Delivery{Run: "r1", Owed: state.OwedResults, ChangedAt: start})
		a.parts = map[string]string{part: "r1"}
		return a
	}
	for name, c := range map[string]struct {
		end  End
		want state.Owed
		took bool
	}{
		"not told of":    {End{RunID: "r2", Final: true, At: later}, state.OwedResults, true},
		"told of":        {End{RunID: "r2", Final: true, At: later, Problem: true}, state.OwedResults, false},
		"without data":   {End{RunID: "r2", Silent: true, At: later}, state.OwedResults, true},
		"and no results": {End{RunID: "r2", Silent: true, Lasting: true, At: later}, state.OwedNotice, true},
	} {
		a := refused()
		if a.decide(&c.end); a.record.Owed != c.want || a.took(part) != c.took {
			t.Errorf("%s: owed %q, taken before %t", name, a.record.Owed, a.took(part))
		}
	}
}

// TestNoticeBeforeResults: of new data that fails to come all are told, and then who was
// refused results still gets them, also when a later run has results that the target is not
// told of.
func TestNoticeBeforeResults(t *testing.T) {
	later := start.Add(2 * time.Hour)
	for _, has := range []string{ownPart, recipientPart + "x"} {
		refused := func() *account {
			a := email(delivery.Problem, state.Delivery{Run: "r1", Owed: state.OwedResults, ChangedAt: start})
			a.parts = map[string]string{has: "r1"}
			a.decide(&End{RunID: "r2", Silent: true, Lasting: true, At: later})
			return a
		}
		a := refused()
		if a.record.Owed != state.OwedNotice || a.taken() != state.OwedResults || !a.took(has) {
			t.Errorf("%s: owed %q, then %q; has the results %t", has, a.record.Owed, a.taken(), a.took(has))
		}
		if a.record.Owed = a.taken(); a.taken() != state.OwedNothing {
			t.Errorf("%s: owed without an end", has)
		}
		a = refused()
		a.decide(&End{RunID: "r3", Final: true, At: later})
		if a.record.Owed != state.OwedResults || !a.took(has) {
			t.Errorf("%s: owed %q of r3, has the results %t", has, a.record.Owed, a.took(has))
		}
		a.record.Owed = state.OwedNothing // it was taken, and its parts are forgotten
		a.parts = make(map[string]string)
		a.decide(&End{RunID: "r4", Silent: true, Lasting: true, At: later})
		if a.record.Owed != state.OwedNotice || a.taken() != state.OwedNothing {
			t.Errorf("%s: owed %q, then %q, after all was taken", has, a.record.Owed, a.taken())
		}
	}
}

// TestSilence: people are told once in a row of runs without data.
func TestSilence(t *testing.T) {
	silent, config := End{RunID: "r2", Silent: true, At: start}, End{RunID: "r2", Silent: true, Lasting: true, Final: true, At: start}
	data := End{RunID: "r2", Final: true, At: start}
	for name, c := range map[string]struct {
		on   delivery.On
		ends []End
		want []state.Owed // after each
	}{
		"passing":               {delivery.Problem, []End{silent, silent, silent, silent}, []state.Owed{"", "", state.OwedNotice, ""}},
		"lasting":               {delivery.Always, []End{config, config, silent}, []state.Owed{state.OwedNotice, "", ""}},
		"passing, then lasting": {delivery.Always, []End{silent, config, config}, []state.Owed{"", state.OwedNotice, ""}},
		"interrupted":           {delivery.Problem, []End{silent, silent, data, silent, silent, silent}, []state.Owed{"", "", "", "", "", state.OwedNotice}},
		"checks alone":          {delivery.CheckFailed, []End{config, silent, silent}, []state.Owed{"", "", ""}},
		"the run goes on":       {delivery.Always, []End{config, data}, []state.Owed{state.OwedNotice, state.OwedResults}},
	} {
		a := email(c.on, state.Delivery{})
		var got []state.Owed
		for _, end := range c.ends {
			a.decide(&end)
			got = append(got, a.record.Owed)
			a.record.Owed = state.OwedNothing // it was taken
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	store := account{target: manifest.Delivery{Type: "s3", S3: &delivery.S3{}}}
	if store.decide(&config); store.record.Owed != state.OwedNothing || store.record.Silent != silentRuns {
		t.Errorf("a store is owed %+v", store.record)
	}
}

// TestLeading: the body of a mail tells no more of people than the reports in it.
func TestLeading(t *testing.T) {
	named := manifest.Report{Format: "excel", People: "named"}
	guarded := manifest.Report{Format: "html", People: "aggregate", MinimumGroupSize: 5}
	for name, c := range map[string]struct {
		all, carried []manifest.Report
		want         string
	}{
		"one that is guarded":      {[]manifest.Report{named, guarded}, []manifest.Report{named, guarded}, "aggregate"},
		"named ones alone":         {[]manifest.Report{named, guarded}, []manifest.Report{named}, "named"},
		"none, and one is guarded": {[]manifest.Report{named, guarded}, nil, "aggregate"},
		"none of any":              {nil, nil, ""},
	} {
		if got := leading(c.all, c.carried).People; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
