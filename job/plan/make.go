package plan

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/shelf"
)

// History is what the state remembers.
type History interface {
	// Records returns the messages' records in the same order; nil for one that
	// was never asked.
	Records(ctx context.Context, ids []job.MessageID) ([]*job.Record, error)
	// Members returns the sorted user ids of the recorded audience with the hash.
	Members(ctx context.Context, audienceHash string) ([]string, error)
	// Readers returns the readers of each record's message, each list sorted by
	// user id and unique.
	Readers(ctx context.Context, records []*job.Record) ([][]job.Reader, error)
}

// Options are what a plan depends on besides the manifest's messages and the
// state's records.
type Options struct {
	// Now is the instant for which everything is decided.
	Now     time.Time
	Refresh job.Refresh
	// Run is the interrupted run that the apply continues, or nil.
	Run *job.Run
	// Stops are the recorded stops of robots; those of another credential than
	// the provider's are void.
	Stops []job.RobotStop
	// Spent is what each quota group has spent in Now's month, and Refusals are the
	// vendor's: a group that was refused in that month is asked nothing.
	Spent    map[string]int
	Refusals []job.QuotaRefusal
	// MaxRequests bounds the calls of this plan; 0 does not.
	MaxRequests int
	// Targets are the only addresses or blocks to look at; none looks at all.
	// Replace are those to ask whatever the state says.
	Targets, Replace []string
	// NoRefresh asks only what was never read.
	NoRefresh bool
	// Latency is the expected time of one request; 0 is 200 ms.
	Latency time.Duration
	// Location is the time zone of the days in reasons; nil is UTC.
	Location *time.Location
	// Examples is the most example lines of each part of a group; 0 is 20.
	Examples int
}

const (
	defaultLatency  = 200 * time.Millisecond
	defaultExamples = 20
	// batchSize is how many records are fetched at a time.
	batchSize = 500
)

// A Plan is what an apply would do about every message.
type Plan struct {
	// Groups are the blocks in the manifest's order.
	Groups []*Group
	// Counts are the messages by action.
	Counts   Counts
	Forecast Forecast
	// order has the asks in the order of asking, and with them what is only recorded.
	// Their messages are on the shelf.
	order    []*ask
	shelf    shelf.Shelf
	targeted bool
	// now is the instant for which it is told.
	now time.Time
}

// Make decides on every message and forecasts what it takes to ask those that are
// due. The error is the stream's, the history's, an *AddressError for a target
// that does not exist, or the cause of ctx's end.
//
// The messages are read once, and a second time only to find out what an unknown
// target may have meant.
func Make(ctx context.Context, messages iter.Seq2[job.Message, error], history History,
	providers []job.Provider, o Options,
) (*Plan, error) {
	o.Latency = cmp.Or(o.Latency, defaultLatency)
	o.Examples = cmp.Or(o.Examples, defaultExamples)
	picked := newSelection(o.Targets, o.Replace)
	m := &maker{
		options: o,
		history: history,
		picked:  picked,
		stops:   NewStops(providers, o.Stops),
		blocks:  make(map[string]*Group),
		drifts:  drifts{history: history, known: make(map[hashPair]*difference)},
		plan:    &Plan{targeted: len(o.Targets) > 0, now: o.Now},
	}
	if err := m.number(providers); err != nil {
		return nil, err
	}
	for batch, err := range job.Batches(picked.of(messages), batchSize) {
		if err != nil {
			return nil, err
		}
		if err := m.add(ctx, batch); err != nil {
			return nil, err
		}
	}
	if err := picked.check(messages); err != nil {
		return nil, err
	}
	return m.finish(providers), nil
}

// A maker is a plan being made.
type maker struct {
	options Options
	history History
	picked  *selection
	stops   Stops
	blocks  map[string]*Group
	drifts  drifts
	asks    asks
	// providers are their numbers by their names.
	providers map[string]uint16
	// next is when the first of the waiting messages is due.
	next time.Time
	plan *Plan
}

// number gives the providers their numbers.
func (k *maker) number(providers []job.Provider) error {
	k.providers = make(map[string]uint16, len(providers))
	for i := range providers {
		if _, twice := k.providers[providers[i].Name]; twice {
			return fmt.Errorf("two providers are called %q", providers[i].Name)
		}
		k.providers[providers[i].Name] = uint16(i) //nolint:gosec // a manifest has thousands at most
	}
	return nil
}

// add decides on the messages of a batch.
func (k *maker) add(ctx context.Context, batch []job.Message) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	ids := make([]job.MessageID, len(batch))
	for i := range batch {
		ids[i] = batch[i].ID
	}
	records, err := k.history.Records(ctx, ids)
	if err != nil {
		return fmt.Errorf("look up the messages in the state: %w", err)
	}
	for i := range batch {
		if err := k.consider(ctx, &batch[i], records[i]); err != nil {
			return err
		}
	}
	return nil
}

// consider decides on one message. It keeps nothing of m but a copy.
func (k *maker) consider(ctx context.Context, m *job.Message, r *job.Record) error {
	unread, err := k.unread(ctx, m, r)
	if err != nil {
		return err
	}
	d := Decide(m, r, Rules{
		Now:       k.options.Now,
		Refresh:   k.options.Refresh,
		Run:       k.options.Run,
		Stop:      k.stops.Of(m),
		Unread:    unread,
		Replace:   k.picked.replaces(m),
		NoRefresh: k.options.NoRefresh,
	})
	g := k.group(job.Block(m.Address))
	if err := k.drifts.note(ctx, &g.Drift, m, r); err != nil {
		return err
	}
	if d.Action == ActionWaiting {
		k.next = sooner(k.next, d.Due)
	}
	line := Line{Address: m.Address, Place: placeOf(m), Action: d.Action, Cause: d.Cause}
	p := g.part(d.Action, d.Cause)
	if d.Action.Asks() || d.Records() {
		a, err := k.ask(m, r, d, p)
		if err != nil {
			return err
		}
		line.Calls, line.ask = int(a.pages), a
	}
	if len(p.Examples) < k.options.Examples {
		line.Reason = d.Reason(k.options.Location)
		p.Examples = append(p.Examples, line)
	}
	p.Messages++
	p.Calls += line.Calls
	return nil
}

// ask keeps a message to ask.
func (k *maker) ask(m *job.Message, r *job.Record, d Decision, p *Part) (*ask, error) {
	provider, known := k.providers[m.ID.Provider]
	if !known {
		return nil, fmt.Errorf("%s: there is no provider %q", m.Address, m.ID.Provider)
	}
	a := newAsk(m, r, d, k.options.Now)
	a.part, a.provider, a.place = p, provider, k.plan.shelf.Put(m)
	return k.asks.add(a), nil
}

// unread counts who of the recorded audience, less the people not delivered to, is
// not among the readers. It is nil where the record's counts decide: there is nobody
// not delivered to, or too many have not read it for them.
func (k *maker) unread(ctx context.Context, m *job.Message, r *job.Record) (*int, error) {
	if len(m.NotDelivered) == 0 || r == nil || r.Last == nil || r.Audience.Form != job.AudienceListed ||
		r.Last.Read+len(m.NotDelivered) < r.Audience.Size {
		return nil, nil //nolint:nilnil // nil is a value of the rules
	}
	members, err := k.history.Members(ctx, r.AudienceHash)
	if err != nil {
		return nil, fmt.Errorf("look up the recorded audience of %s: %w", m.Address, err)
	}
	readers, err := k.history.Readers(ctx, []*job.Record{r})
	if err != nil {
		return nil, fmt.Errorf("look up the readers of %s: %w", m.Address, err)
	}
	unread := 0
	for _, id := range members {
		_, unreached := slices.BinarySearch(m.NotDelivered, id)
		_, read := slices.BinarySearchFunc(readers[0], job.Reader{UserID: id}, job.CompareUserIDs)
		if !unreached && !read {
			unread++
		}
	}
	return &unread, nil
}

// placeOf is where the manifest has a message whose address is cut to its block.
func placeOf(m *job.Message) string {
	if m.FullAddress == "" || m.Source.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", m.Source.File, m.Source.Line)
}

// group is the block's group, made at its first message.
func (k *maker) group(block string) *Group {
	g, found := k.blocks[block]
	if !found {
		g = &Group{Block: block}
		k.blocks[block] = g
		k.plan.Groups = append(k.plan.Groups, g)
	}
	return g
}

// finish pays for the asks, puts off the rest, and adds everything up.
func (k *maker) finish(providers []job.Provider) *Plan {
	asks := k.asks.all()
	newBudget(providers, &k.options).pay(asks)
	k.putOff(asks)
	k.plan.order = slices.DeleteFunc(asks, func(a *ask) bool { return a.deferred != 0 })
	k.plan.Forecast = forecast(k.plan.order, providers, &k.options)
	k.plan.Forecast.NextTry = k.next
	slices.SortFunc(k.plan.order, askingOrder)
	k.plan.Counts = make(Counts)
	for _, g := range k.plan.Groups {
		g.sum()
		g.forgetAsks()
		g.Drift.forget()
		for action, n := range g.Counts {
			k.plan.Counts[action] += n
		}
	}
	return k.plan
}

// putOff moves the asks that nothing pays for from their parts to the deferred
// ones.
func (k *maker) putOff(asks []*ask) {
	of := make(map[*Part]*Group)
	for _, g := range k.plan.Groups {
		for _, p := range g.Parts {
			of[p] = g
		}
	}
	touched := make(map[*Part]bool)
	for _, a := range asks {
		if a.deferred == 0 {
			continue
		}
		touched[a.part] = true
		a.part.Messages--
		a.part.Calls -= int(a.pages)
		d := Decision{Action: ActionDeferred, Cause: deferrals()[a.deferred], Due: job.QuotaTurns(k.options.Now), now: k.options.Now}
		p := of[a.part].part(d.Action, d.Cause)
		p.Messages++
		if len(p.Examples) < k.options.Examples {
			m := k.plan.shelf.Get(a.place)
			p.Examples = append(p.Examples, Line{
				Address: m.Address, Place: placeOf(m), Action: d.Action, Cause: d.Cause,
				Reason: d.Reason(k.options.Location),
			})
		}
	}
	for p := range touched {
		p.Examples = slices.DeleteFunc(p.Examples, func(l Line) bool { return l.ask.deferred != 0 })
	}
}
