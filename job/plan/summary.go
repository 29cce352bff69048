package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Summary is the last line of a plan: what is done, what that takes, and what is
// left of the month.
func (p *Plan) Summary() string {
	sentences := []string{p.doing()}
	if p.Forecast.Calls > 0 {
		sentences = append(sentences, p.Forecast.String())
	}
	if next := p.Forecast.NextTry; next.After(p.now) {
		sentences = append(sentences, "The first of those waiting is due in "+Span(next.Sub(p.now))+".")
	}
	sentences = append(sentences, p.Forecast.accounts()...)
	return strings.Join(sentences, " ")
}

// mostAccounts is how many quota groups have a sentence each.
const mostAccounts = 4

// accounts say what the quota groups have spent: each, or of many those that have the
// least left.
func (f *Forecast) accounts() []string {
	shown, lead := f.Quotas, ""
	if len(shown) > mostAccounts {
		spent := 0
		for i := range shown {
			spent += shown[i].Spent
		}
		lead = fmt.Sprintf("This state has spent %s of %s quota groups this month; these have the least left.", calls(spent), number(len(shown)))
		shown = slices.SortedStableFunc(slices.Values(shown), func(a, b Quota) int {
			return cmp.Compare(a.headroom(), b.headroom())
		})[:mostAccounts]
	}
	var sentences []string
	if lead != "" {
		sentences = append(sentences, lead)
	}
	for i := range shown {
		sentences = append(sentences, shown[i].sentence(len(f.Quotas) > 1))
	}
	return sentences
}

// headroom is what is left, with no quota the most.
func (q *Quota) headroom() int {
	if !q.Limited && !q.Refused {
		return math.MaxInt
	}
	return q.Left()
}

func (p *Plan) doing() string {
	switch {
	case p.Counts.Sum() == 0:
		return "Plan: no messages."
	case p.Counts.Asked() == 0:
		return "Plan: nothing to ask, " + p.Counts.inOrder() + "."
	}
	return "Plan: " + p.Counts.inOrder() + "."
}

// String says it in a sentence, such as "About 312 calls, 16 s at 20 calls/s."
// for one provider; several add up their rates.
func (f *Forecast) String() string {
	rate := 0
	for i := range f.Providers {
		if f.Providers[i].Calls > 0 {
			rate += f.Providers[i].RequestsPerSecond
		}
	}
	return fmt.Sprintf("About %s, %s at %s/s.", calls(f.Calls), Span(ceil(f.Duration, time.Second)), calls(rate))
}

// sentence says what has been spent, of which group only where there are more.
func (q *Quota) sentence(named bool) string {
	state := "This state has spent "
	whose := ""
	if named {
		whose = fmt.Sprintf(" of %q", q.Group)
	}
	if q.Refused {
		return fmt.Sprintf("The organisation's calls of this month are spent%s, says the vendor; they are renewed on %s.",
			whose, day(q.Turns, q.Turns.Location()))
	}
	if !q.Limited {
		return state + calls(q.Spent) + whose + " this month."
	}
	return fmt.Sprintf("%s%s of the %s%s it may spend this month.", state, number(q.Spent), calls(q.Allowed), whose)
}

func calls(n int) string {
	if n == 1 {
		return "1 call"
	}
	return number(n) + " calls"
}

func ceil(d, unit time.Duration) time.Duration {
	if rest := d % unit; rest > 0 {
		return d - rest + unit
	}
	return d
}
