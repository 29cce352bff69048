package simulator

import (
	"cmp"
	"slices"

	"notifyaudit/job/simulator/scenario"
)

// A Truth is what an auditor must find out about a message, whatever goes wrong
// meanwhile.
type Truth struct {
	Kind, Key string
	// SendStatus is SUCCESS, RECALLED or PROCESSING; empty with a Code or Status.
	SendStatus string
	// Readers are all people who have read it, sorted and unique; not nil without Code.
	Readers []string
	// Receivers are all people a one_to_one message was sent to, sorted and unique;
	// nil for other kinds, and with a Code.
	Receivers []string
	// Code and Status are the error code and HTTP status of a message that has an
	// answer instead of readers; Status is 0 for one that has readers.
	Code   string
	Status int
	// Hopeless is the kind of a fault that every attempt at the first page meets
	// from start to end: no complete reading can exist. Empty for none, and for a
	// slow body and a late request, which a patient client gets whole.
	Hopeless scenario.FaultKind
}

// Truth is what there is to find out about one message: as the last ask was
// answered, or, as long as nobody has asked, as an ask would be answered now. It is
// about the message alone, not about the robot or app that may ask. In a scenario
// whose readers become fewer the auditor knows more: a person that has read a message
// stays a reader.
func (s *Simulator) Truth(kind, key string) Truth {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.truth(scenario.MessageID{Kind: kind, Key: key})
}

// Truths are the truths of the scenario's messages, in its order.
func (s *Simulator) Truths() []Truth {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Truth, 0, len(s.scenario.Messages))
	for i := range s.scenario.Messages {
		all = append(all, s.truth(s.scenario.Messages[i].ID()))
	}
	return all
}

func (s *Simulator) truth(id scenario.MessageID) Truth {
	t := Truth{Kind: id.Kind, Key: id.Key, Hopeless: s.faults.hopeless(id)}
	var st scenario.State
	if e, listed := s.messages.entries[id]; listed {
		st = s.lastState(e)
	} else if s.messages.rejects(id.Key) {
		st.Error = &scenario.Answer{Code: scenario.CodeBadKey}
	}
	if st.Error != nil {
		t.Code = st.Error.Code
		t.Status = cmp.Or(st.Error.Status, scenario.ErrorAnswers()[t.Code].Status, 200)
		return t
	}
	t.SendStatus = st.EffectiveSendStatus()
	readers := s.readership.readers(id.Kind, id.Key, st)
	t.Readers = append([]string{}, slices.Compact(slices.Sorted(slices.Values(readers)))...)
	if id.Kind == scenario.KindOneToOne {
		t.Receivers = slices.Sorted(slices.Values(s.readership.receivers(id, readers)))
	}
	return t
}

func (s *Simulator) lastState(e *entry) scenario.State {
	if e.lastShown != stateNone {
		return e.state(e.lastShown)
	}
	now := s.clock.now()
	if !s.clock.within(now, e.message.From, e.message.ClosesAt()) {
		return e.state(stateExpired)
	}
	return e.state(e.current(s.clock.elapsed(now)))
}
