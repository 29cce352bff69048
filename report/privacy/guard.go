// Package privacy withholds from an aggregate report what tells of too few people.
package privacy

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"sync"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/words"
)

// Guard returns the input as its Privacy allows it to be shown. A named one is
// returned as it is, and so is one that is guarded already.
//
// In an aggregate report every exact figure is a sum of parts of at least
// MinimumGroupSize different people, and so is whatever can be computed from the
// figures of one run's aggregate reports, however many there are:
//
//   - The people of a message are divided by one column of the roster. A group
//     below the minimum goes to "Other". When "Other" is below the minimum itself,
//     the smallest other group goes there too: it would follow from the message's
//     own figures otherwise.
//   - A message to fewer people than the minimum, or to nobody knows how many, has
//     no row. Those of a campaign are put together in one row, which is divided in
//     the same way; where that is below the minimum too, those of all campaigns are.
//   - A group that almost everybody, or almost nobody, has read shows a band. So
//     that its exact figure doesn't follow from a total, it is in a [job.Bundle]
//     with other such groups, or else with the largest other one, which then shows
//     a range. Of a bundle only the sum is shown; wherever just a part of it is in
//     a figure, that figure is a range too.
//   - Earlier readings, and changes, are shown of messages with exact figures alone.
//
// There are no people, no checks and no outputs in it, which may rest on any figure,
// and no counts of calls: a message that everybody has read is not asked again.
// Nothing is kept from one run to the next: who has the reports of two runs can
// compare them.
//
// The input's results are read when those of the guarded one are, which must be the
// same at every reading.
func Guard(in report.Input) report.Input {
	if in.Privacy.Named() || in.Guarded {
		return in
	}
	g := &guard{raw: in, minimum: in.Privacy.Minimum(), words: words.New(in.Language, in.Location)}
	ready := sync.OnceValue(g.prepare)
	in.Guarded = true
	in.Results = func() iter.Seq2[*job.Result, error] {
		return func(yield func(*job.Result, error) bool) {
			if err := ready(); err != nil {
				yield(nil, err)
				return
			}
			g.results(yield)
		}
	}
	in.Trend = func() iter.Seq2[report.Series, error] {
		return func(yield func(report.Series, error) bool) {
			if err := ready(); err != nil {
				yield(report.Series{}, err)
				return
			}
			g.trend(yield)
		}
	}
	in.Directory, in.History = job.NewDirectory(), nil
	in.Checks, in.Outputs = nil, nil
	in.Run = withoutCalls(in.Run)
	in.Provenance.Serial, in.Provenance.Spending = 0, nil
	in.Findings = withoutExamples(in.Findings)
	return in
}

func withoutCalls(r *job.Run) *job.Run {
	if r == nil {
		return nil
	}
	bare := *r
	bare.Calls, bare.Retries, bare.Throttled, bare.Stops = 0, 0, 0, nil
	return &bare
}

func withoutExamples(findings []report.Finding) []report.Finding {
	bare := slices.Clone(findings)
	for i := range bare {
		bare[i].Examples = ""
		if bare[i].Unasked {
			bare[i].Count = 1
		}
	}
	return bare
}

// A guard makes the results of an aggregate report.
type guard struct {
	raw     report.Input
	minimum int
	words   *words.Printer
	groups  *grouping
	// campaigns are the nodes of the campaigns by name. messages are those that have
	// a row, in the order of the results, pools those that have none.
	campaigns map[string]*node
	messages  []*node
	pools     []*pool
	// aliases stand for user ids.
	aliases map[string]string
}

// prepare reads the results once and decides what is shown.
func (g *guard) prepare() error {
	if err := g.raw.Privacy.Check(); err != nil {
		return err
	}
	g.groups = newGrouping(g.raw.Directory, cmp.Or(g.raw.Privacy.Segment, metrics.SegmentDepartment), g.minimum)
	g.campaigns, g.aliases = make(map[string]*node), make(map[string]string)
	root := &node{}
	pools := make(map[string]*pool)
	for r, err := range g.raw.Results() {
		if err != nil {
			return fmt.Errorf("look for small groups: %w", err)
		}
		if g.small(r) {
			name := r.Message.Campaign
			if pools[name] == nil {
				pools[name] = newPool(name)
				g.pools = append(g.pools, pools[name])
			}
			pools[name].add(g, r)
			continue
		}
		cuts, _ := g.divide(g.cut(r))
		message := newNode(cuts)
		g.campaign(root, r.Message.Campaign).add(message)
		g.messages = append(g.messages, message)
	}
	g.gather()
	for _, p := range g.pools {
		p.node = newNode(p.cuts)
		g.campaign(root, p.campaign).add(p.node)
	}
	root.bundle()
	return nil
}

// campaign is the node of a campaign.
func (g *guard) campaign(root *node, name string) *node {
	if g.campaigns[name] == nil {
		g.campaigns[name] = &node{}
		root.add(g.campaigns[name])
	}
	return g.campaigns[name]
}

// small reports whether a message went to fewer people than the minimum, as far as
// anybody knows.
func (g *guard) small(r *job.Result) bool {
	if r.Audience.Form == job.AudienceUnknown {
		return r.ReaderCount() < g.minimum
	}
	return r.Audience.Size < g.minimum
}

// errChanged says that the results were not the same at every reading.
var errChanged = errors.New("the results changed while the report was made")

// shown yields the messages that have a row, as they are and as they may be shown.
func (g *guard) shown() iter.Seq2[[2]*job.Result, error] {
	return func(yield func([2]*job.Result, error) bool) {
		i := 0
		for r, err := range g.raw.Results() {
			switch {
			case err != nil:
			case g.small(r):
				continue
			case i == len(g.messages):
				err = errChanged
			}
			var bare *job.Result
			if err == nil {
				bare, err = g.bare(r, g.messages[i])
				i++
			}
			if !yield([2]*job.Result{r, bare}, err) || err != nil {
				return
			}
		}
	}
}

// results yields the messages that have a row, and then what was put together.
func (g *guard) results(yield func(*job.Result, error) bool) {
	for r, err := range g.shown() {
		if !yield(r[1], err) || err != nil {
			return
		}
	}
	for _, p := range g.pools {
		if !yield(p.result(g), nil) {
			return
		}
	}
}

// bare is a message as it may be shown.
func (g *guard) bare(r *job.Result, n *node) (*job.Result, error) {
	bare := *r
	bare.Anonymous, bare.Calls, bare.Previous = true, 0, nil
	bare.Readers, bare.Outside, bare.Audience.UserIDs = nil, 0, nil
	bare.Message.NotDelivered, bare.Message.Audience = nil, job.Audience{}
	if bare.Status == job.StatusSettled { // everybody has read it
		bare.Status = job.StatusFresh
	}
	if r.Reading != nil {
		bare.Reading = new(*r.Reading)
		bare.Reading.Readers, bare.Reading.Read = 0, 0
	}
	if r.Contradicts() {
		bare.Audience = job.Audience{}
	}
	cuts, _ := g.divide(g.cut(r))
	if !n.same(cuts) {
		return nil, errChanged
	}
	bare.Parts = n.parts(g, cuts)
	bare.Counts = metrics.SumOf(bare.Parts)
	g.compare(r, &bare)
	return &bare, nil
}

// compare leaves the earlier reading of a message whose figures are exact now and were
// so then.
func (g *guard) compare(r, bare *job.Result) {
	if g.raw.Run == nil || bare.Counts.Withheld > 0 {
		return
	}
	read, _, known := metrics.Before(r, g.raw.Run.ID)
	if _, _, band := bandOf(read, bare.Counts.Known()); !known || band || r.Previous == nil {
		return
	}
	bare.Previous = new(*r.Previous)
	bare.Previous.Readers, bare.Previous.Read = 0, read
}

// alias stands for a user id.
func (g *guard) alias(userID string) string {
	alias, known := g.aliases[userID]
	if !known {
		alias = strconv.Itoa(len(g.aliases))
		g.aliases[userID] = alias
	}
	return alias
}
