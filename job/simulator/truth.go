package simulator

import (
	"cmp"
	"slices"

	"notifyaudit/job/simulator/scenario"
)

// A Truth is what an auditor must find out about a message, whatever stands in
// the way.
type Truth struct {
	Kind, Key string
	// SendStatus is SUCCESS, RECALLED or PROCESSING; empty with a Code or Status.
	SendStatus string
	// Readers are all who have read it, sorted and unique; not nil without Code.
	Readers []string
	// Receivers are all whom a one_to_one message was sent to, sorted and unique;
	// nil for other kinds, and with a Code.
	Receivers []string
	// Code and Status are the error code and HTTP status of a message that has an
	// answer instead of readers; Status is 0 for one that has readers.
	Code   string
	Status int
	// Hopeless is the kind of a fault that every attempt at the first page meets
	// from start to end: no complete reading can exist. Empty for none, and for a
	// slow body and a late request, which the patient get whole.
	Hopeless scenario.FaultKind
}

// Truth is what there is to find out about one message: as it was told when last
// asked, or, as long as nobody has asked, as it would be told now. It speaks of
// the message alone, not of what robot or app it takes to be told. In a scenario
// whose readers become fewer it isn't the whole truth: once read stays read.
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
	t := Truth{Kind: id.Kind, Key: id.Key, Hopeless: s.hopeless(id)}
	var st scenario.State
	if e, listed := s.messages[id]; listed {
		st = s.lastTold(e)
	} else if s.scenario.UnknownKeys == scenario.UnknownKeysReject || s.knownElsewhere(id.Key) {
		st.Error = &scenario.Answer{Code: scenario.CodeBadKey}
	}
	if st.Error != nil {
		t.Code = st.Error.Code
		t.Status = cmp.Or(st.Error.Status, scenario.ErrorAnswers()[t.Code].Status, 200)
		return t
	}
	t.SendStatus = st.EffectiveSendStatus()
	readers := s.readers(id.Kind, id.Key, st)
	t.Readers = append([]string{}, slices.Compact(slices.Sorted(slices.Values(readers)))...)
	if id.Kind == scenario.KindOneToOne {
		t.Receivers = slices.Sorted(slices.Values(s.receivers(id, readers)))
	}
	return t
}

func (s *Simulator) lastTold(e *entry) scenario.State {
	if e.told != stateUntold {
		return e.state(e.told)
	}
	now := s.now()
	if !s.within(now, e.message.From, e.message.ClosesAt()) {
		return e.state(stateExpired)
	}
	return e.state(e.current(s.elapsed(now)))
}

// hopeless looks for a fault without an end on a page that every pass needs: the
// first.
func (s *Simulator) hopeless(id scenario.MessageID) scenario.FaultKind {
	all := endpoints()
	i := slices.IndexFunc(all, func(e endpoint) bool { return e.name == id.Kind })
	if i < 0 {
		return ""
	}
	for j := range s.scenario.Faults {
		f := &s.scenario.Faults[j]
		bounded := len(f.Attempts) > 0 || f.Share > 0 && f.Share < 1 || f.From > 0 || f.Until > 0
		first := len(f.Pages) == 0 || slices.Contains(f.Pages, 1)
		if !bounded && first && concerns(f, id.Key, &all[i]) && f.Kind != scenario.FaultSlowBody && f.Kind != scenario.FaultLate {
			return f.Kind
		}
	}
	return ""
}
