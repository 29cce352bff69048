package session

import (
	"context"
	"fmt"

	"notifyaudit/job"
)

// A Probe is the message that the doctor asks one robot with.
type Probe struct {
	Message job.Message
	// rank is lower for a message that is likelier to be answered.
	rank int
}

// Robot is how the screens call the robot that is tried.
func (p *Probe) Robot() string {
	if p.Message.RobotCode == "" {
		return "no robot code"
	}
	return "robot " + p.Message.RobotCode
}

func (p *Probe) Query() job.Query {
	id := p.Message.ID
	return job.Query{
		Kind: id.Kind, ProcessQueryKey: id.ProcessQueryKey,
		RobotCode: p.Message.RobotCode, OpenConversationID: p.Message.OpenConversationID,
	}
}

// The bounds of what the doctor looks at, and of what it asks.
const (
	probeBatch     = 500
	probeMessages  = 100_000
	probesProvider = 20
)

// Probes chooses a message for each robot of each provider: one that was answered
// before, else one that was never asked, else one whose answer may have been its
// own fault.
func (s *Session) Probes(ctx context.Context) (map[string][]*Probe, error) {
	chosen := map[[2]string]*Probe{}
	byProvider := map[string][]*Probe{}
	var batch []job.Message
	looked := 0
	weigh := func() error {
		ranks, err := s.ranks(ctx, batch)
		if err != nil {
			return err
		}
		for i, m := range batch {
			at := [2]string{m.ID.Provider, m.RobotCode}
			switch best := chosen[at]; {
			case best == nil && len(byProvider[m.ID.Provider]) < probesProvider:
				chosen[at] = &Probe{Message: m, rank: ranks[i]}
				byProvider[m.ID.Provider] = append(byProvider[m.ID.Provider], chosen[at])
			case best != nil && ranks[i] < best.rank:
				*best = Probe{Message: m, rank: ranks[i]}
			}
		}
		batch = batch[:0]
		return nil
	}
	for m, err := range s.Manifest.Messages() {
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

// ranks says how likely messages are to be answered, 0 the likeliest.
func (s *Session) ranks(ctx context.Context, messages []job.Message) ([]int, error) {
	ids := make([]job.MessageID, len(messages))
	for i, m := range messages {
		ids[i] = m.ID
	}
	records, err := s.History().Records(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("look up the messages in the state: %w", err)
	}
	now := s.Now()
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
