package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
)

// A Group is the messages of one block of the manifest.
type Group struct {
	// Block is what their addresses begin with: message.benefits for itself,
	// messages.payslips for messages.payslips["row-7"]. It is empty for the
	// messages that are in no manifest.
	Block string `json:"block"`
	// Counts are the messages by action; Calls is the sum of their calls.
	Counts Counts `json:"counts"`
	Calls  int    `json:"calls"`
	// Parts are in the order of Actions.
	Parts []*Part `json:"parts"`
	// Drift is how far the manifest's audiences have moved from the recorded.
	Drift Drift `json:"drift"`
}

// Messages is the number of messages in the group.
func (g *Group) Messages() int { return g.Counts.Sum() }

// A Part is the messages of a group with the same action for the same cause.
type Part struct {
	Action   Action `json:"action"`
	Cause    Cause  `json:"cause"`
	Messages int    `json:"messages"`
	Calls    int    `json:"calls"`
	// Examples are the first of them in the manifest's order. There can be none
	// when those first ones were put off.
	Examples []Line `json:"examples"`
}

// A Line is one message of the plan.
type Line struct {
	Address string `json:"address"`
	// Place is where the manifest has the message, "payslips.csv:7", when its address
	// is cut to its block since it names an erased person; else empty.
	Place  string `json:"place,omitempty"`
	Action Action `json:"action"`
	Cause  Cause  `json:"cause"`
	// Reason is a short English phrase.
	Reason string `json:"reason"`
	// Calls is the number of calls it is expected to take; 0 when not asked.
	Calls int `json:"calls"`
	ask   *ask
}

// Name is how people are shown the message.
func (l *Line) Name() string {
	if l.Place == "" {
		return l.Address
	}
	return l.Address + " (" + l.Place + ")"
}

func (g *Group) part(action Action, cause Cause) *Part {
	for _, p := range g.Parts {
		if p.Action == action && p.Cause == cause {
			return p
		}
	}
	p := &Part{Action: action, Cause: cause}
	g.Parts = append(g.Parts, p)
	return p
}

// sum drops the parts that were put off whole, orders the rest and counts.
func (g *Group) sum() {
	g.Parts = slices.DeleteFunc(g.Parts, func(p *Part) bool { return p.Messages == 0 })
	order := Actions()
	slices.SortStableFunc(g.Parts, func(a, b *Part) int {
		return cmp.Compare(slices.Index(order, a.Action), slices.Index(order, b.Action))
	})
	g.Counts, g.Calls = make(Counts), 0
	for _, p := range g.Parts {
		g.Counts[p.Action] += p.Messages
		g.Calls += p.Calls
	}
}

// forgetAsks frees the asks that its examples are of.
func (g *Group) forgetAsks() {
	for _, p := range g.Parts {
		for i := range p.Examples {
			p.Examples[i].ask = nil
		}
	}
}

// Counts are messages by action; there is no entry for an action without any.
type Counts map[Action]int

// Sum is the number of all messages.
func (c Counts) Sum() int {
	sum := 0
	for _, n := range c {
		sum += n
	}
	return sum
}

// Asked is the number of messages that are asked.
func (c Counts) Asked() int { return c[ActionRead] + c[ActionRefresh] }

// String lists the counts, the largest first: "9 988 settled, 12 to refresh".
func (c Counts) String() string {
	actions := slices.DeleteFunc(Actions(), func(a Action) bool { return c[a] == 0 })
	slices.SortStableFunc(actions, func(a, b Action) int { return cmp.Compare(c[b], c[a]) })
	return c.list(actions)
}

// inOrder lists the counts in the order of Actions.
func (c Counts) inOrder() string {
	return c.list(slices.DeleteFunc(Actions(), func(a Action) bool { return c[a] == 0 }))
}

func (c Counts) list(actions []Action) string {
	words := make([]string, len(actions))
	for i, a := range actions {
		words[i] = number(c[a]) + " " + a.phrase()
	}
	return strings.Join(words, ", ")
}

// Deferrals are why the plan puts messages off, as the record of a run has it.
func (p *Plan) Deferrals() []job.Stop {
	count := make(map[Cause]int)
	for _, g := range p.Groups {
		for _, part := range g.Parts {
			if part.Action == ActionDeferred {
				count[part.Cause] += part.Messages
			}
		}
	}
	var stops []job.Stop
	for _, cause := range []Cause{CauseMonth, CauseRefused, CauseRun, CauseMax} {
		if count[cause] == 0 {
			continue
		}
		s := job.Stop{
			Reach: job.ReachQuota, Class: job.ClassQuota, NotAsked: count[cause],
			Message: Decision{Action: ActionDeferred, Cause: cause, Due: p.turns()}.Reason(nil),
		}
		if cause == CauseRun || cause == CauseMax {
			s.Reach, s.Temporary = job.ReachRun, true
		}
		stops = append(stops, s)
	}
	return stops
}

// turns is when the month of the plan does.
func (p *Plan) turns() time.Time {
	if len(p.Forecast.Quotas) == 0 {
		return time.Time{}
	}
	return p.Forecast.Quotas[0].Turns
}

// AddDropped adds the group of the messages that are in the state and not in the
// manifest: their number and, as examples, the addresses they last had. To a plan
// with targets it adds nothing: that looks at nothing else and drops nothing.
func (p *Plan) AddDropped(n int, addresses []string) {
	if n == 0 || p.targeted {
		return
	}
	part := &Part{Action: ActionDropped, Cause: CauseDropped, Messages: n}
	d := Decision{Action: ActionDropped, Cause: CauseDropped}
	for _, address := range addresses[:min(len(addresses), defaultExamples)] {
		part.Examples = append(part.Examples, Line{
			Address: address, Action: d.Action, Cause: d.Cause, Reason: d.Reason(nil),
		})
	}
	g := &Group{Parts: []*Part{part}}
	g.sum()
	p.Groups = append(p.Groups, g)
	p.Counts[ActionDropped] += n
}
