// Package privacy withholds from an aggregate report whatever reveals something about too
// few people.
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

// Guard returns the input as its Privacy allows it to be shown. A named input is returned
// unchanged, and so is one that is guarded already.
//
// In an aggregate report every exact figure is a sum over at least MinimumGroupSize
// distinct people, and so is every figure that can be computed from the exact figures of
// the aggregate reports of one run:
//
//   - The people of a message are divided by one column of the roster. Groups below the
//     minimum go to "Other". If "Other" is below the minimum itself, the smallest other
//     group goes there too, since "Other" would follow from the message's own figures.
//   - A message to fewer people than the minimum, or to an unknown number of people, has
//     no row. Such messages share a row with those of their campaign, which is divided in
//     the same way; campaigns that are too small share a row.
//   - A group that almost everybody or almost nobody has read shows a band instead of its
//     figures. To keep the exact figure from following from a total, the group is in a
//     [job.Bundle] with other such groups or with the largest other group, which then
//     shows a range. Only the sum of a bundle is shown; a figure that includes a part of a
//     bundle is a range too.
//   - Earlier readings and changes are shown only for messages with exact figures.
//
// People, checks and outputs are removed, since they may depend on any figure, and so are
// the counts of calls: a message that everybody has read is not asked again.
//
// Nothing is kept from one run to the next: the reports of two runs can be compared. It is
// no protection against somebody who also has a named report, or who knows what some of
// the people have read.
//
// The results of the input are read when those of the guarded input are. They must be the
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
	// campaigns are the nodes of the campaigns by name, messages those of the messages
	// with a row, in the order of the results.
	campaigns map[string]*node
	messages  []*node
	pools     []*pool
	// aliases stand for user ids; see job.Part.
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
		subsets, _ := g.divide(g.subsets(r))
		message := newNode(subsets)
		g.campaign(root, r.Message.Campaign).add(message)
		g.messages = append(g.messages, message)
	}
	g.mergePools()
	for _, p := range g.pools {
		p.node = newNode(p.subsets)
		g.campaign(root, p.campaign).add(p.node)
	}
	root.protect()
	return nil
}

// campaign returns the node of a campaign.
func (g *guard) campaign(root *node, name string) *node {
	if g.campaigns[name] == nil {
		g.campaigns[name] = &node{}
		root.add(g.campaigns[name])
	}
	return g.campaigns[name]
}

// small reports whether a message went to fewer people than the minimum, as far as is
// known.
func (g *guard) small(r *job.Result) bool {
	if r.Audience.Form == job.AudienceUnknown {
		return r.ReaderCount() < g.minimum
	}
	return r.Audience.Size < g.minimum
}

// errChanged says that the results were not the same at every reading.
var errChanged = errors.New("the results changed while the report was made")

// shown yields the messages that have a row, each as it is and as it may be shown.
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
			var redacted *job.Result
			if err == nil {
				redacted, err = g.redacted(r, g.messages[i])
				i++
			}
			if !yield([2]*job.Result{r, redacted}, err) || err != nil {
				return
			}
		}
	}
}

// results yields the messages that have a row, and then the pools.
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

// redacted returns a message as it may be shown.
func (g *guard) redacted(r *job.Result, n *node) (*job.Result, error) {
	shown := *r
	shown.Anonymous, shown.Calls, shown.Previous = true, 0, nil
	shown.Readers, shown.Outside, shown.Audience.UserIDs = nil, 0, nil
	shown.Message.NotDelivered, shown.Message.Audience = nil, job.Audience{}
	if shown.Status == job.StatusSettled { // everybody has read it
		shown.Status = job.StatusFresh
	}
	if r.Reading != nil {
		shown.Reading = new(*r.Reading)
		shown.Reading.Readers, shown.Reading.Read = 0, 0
	}
	if r.Failure != nil {
		shown.Failure = new(*r.Failure)
		shown.Failure.Message = "" // it may name somebody
	}
	if r.Contradicts() {
		shown.Audience = job.Audience{}
	}
	subsets, _ := g.divide(g.subsets(r))
	if !n.same(subsets) {
		return nil, errChanged
	}
	shown.Parts = n.parts(g, subsets)
	shown.Counts = metrics.SumOf(shown.Parts)
	g.compare(r, &shown)
	return &shown, nil
}

// compare keeps the earlier reading of a message if its figures are exact now and were
// not in a band then.
func (g *guard) compare(r, shown *job.Result) {
	if exact := shown.Counts.Withheld == 0; !exact {
		return
	}
	read, _, known := metrics.Before(r, g.raw.Compared)
	if _, _, band := bandOf(read, shown.Counts.Known()); !known || band || r.Previous == nil {
		return
	}
	shown.Previous = new(*r.Previous)
	shown.Previous.Readers, shown.Previous.Read = 0, read
}

// alias returns what stands for a user id.
func (g *guard) alias(userID string) string {
	alias, known := g.aliases[userID]
	if !known {
		alias = strconv.Itoa(len(g.aliases))
		g.aliases[userID] = alias
	}
	return alias
}
