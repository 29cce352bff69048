package doctor

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
)

// A Probe is the message that the doctor asks one robot with, and those that it
// asks next, one after the other, when that one is refused for itself.
type Probe struct {
	Message job.Message
	spare   []candidate
	// rank is lower for a message that is more likely to be answered.
	rank int
}

// A candidate is a message of a probe with its rank.
type candidate struct {
	message job.Message
	rank    int
}

// offer takes another message of the robot, if it is among the likeliest.
func (p *Probe) offer(c candidate) {
	if c.rank < p.rank {
		c, p.Message, p.rank = candidate{p.Message, p.rank}, c.message, c.rank
	}
	at, _ := slices.BinarySearchFunc(p.spare, c.rank+1, func(s candidate, rank int) int { return cmp.Compare(s.rank, rank) })
	if p.spare = slices.Insert(p.spare, at, c); len(p.spare) > spares {
		p.spare = p.spare[:spares]
	}
}

// next makes the next message the one to ask; false when there is none.
func (p *Probe) next() bool {
	if len(p.spare) == 0 {
		return false
	}
	p.Message, p.spare = p.spare[0].message, p.spare[1:]
	return true
}

// Robot names the robot that is checked.
func (p *Probe) Robot() string {
	if p.Message.RobotCode == "" {
		return "no robot code"
	}
	return "robot " + p.Message.RobotCode
}

// query asks for the first page.
func (p *Probe) query() job.Query {
	id := p.Message.ID
	return job.Query{
		Kind: id.Kind, ProcessQueryKey: id.ProcessQueryKey,
		RobotCode: p.Message.RobotCode, OpenConversationID: p.Message.OpenConversationID,
	}
}

// The limits of what the doctor looks at, and of what it asks.
const (
	probeBatch     = 500
	probeMessages  = 100_000
	probesProvider = 20
	spares         = 2
)

// Records returns what a state knows of messages; nil for those it does not know.
type Records interface {
	Records(ctx context.Context, ids []job.MessageID) ([]*job.Record, error)
}

// Probes chooses messages for each robot of each provider: one that was answered
// before, else one that was never asked, else one that was refused, which may have
// been its own fault.
func Probes(ctx context.Context, messages iter.Seq2[job.Message, error], state Records, now time.Time) (map[string][]*Probe, error) {
	chosen := map[[2]string]*Probe{}
	byProvider := map[string][]*Probe{}
	var batch []job.Message
	looked := 0
	weigh := func() error {
		ranks, err := ranks(ctx, state, batch, now)
		if err != nil {
			return err
		}
		for i, m := range batch {
			at := [2]string{m.ID.Provider, m.RobotCode}
			switch best := chosen[at]; {
			case best == nil && len(byProvider[m.ID.Provider]) < probesProvider:
				chosen[at] = &Probe{Message: m, rank: ranks[i]}
				byProvider[m.ID.Provider] = append(byProvider[m.ID.Provider], chosen[at])
			case best != nil:
				best.offer(candidate{m, ranks[i]})
			}
		}
		batch = batch[:0]
		return nil
	}
	for m, err := range messages {
		if err != nil {
			return nil, fmt.Errorf("read the messages: %w", err)
		}
		batch = append(batch, m)
		if looked++; looked == probeMessages {
			break
		}
		if len(batch) == probeBatch {
			if err := weigh(); err != nil {
				return nil, err
			}
		}
	}
	return byProvider, weigh()
}

// ranks orders messages by how likely they are to be answered; 0 is the most likely.
func ranks(ctx context.Context, state Records, messages []job.Message, now time.Time) ([]int, error) {
	ids := make([]job.MessageID, len(messages))
	for i, m := range messages {
		ids[i] = m.ID
	}
	records, err := state.Records(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("look up the messages in the state: %w", err)
	}
	ranks := make([]int, len(messages))
	for i := range messages {
		closes := messages[i].ClosesAt()
		switch r := records[i]; {
		case !closes.IsZero() && !now.Before(closes):
			ranks[i] = 4
		case r == nil || !r.Asked():
			ranks[i] = 1
		case r.Failure == nil:
			ranks[i] = 0
		case r.Failure.Status == job.StatusRejected || r.Failure.Status == job.StatusFrozen:
			ranks[i] = 3
		default:
			ranks[i] = 2
		}
	}
	return ranks, nil
}
