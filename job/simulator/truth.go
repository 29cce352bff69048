package simulator

import (
	"cmp"
	"slices"
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
	Hopeless FaultKind
}

// Truth is what there is to find out about one message: as it was told when last
// asked, or, as long as nobody has asked, as it would be told now. It speaks of
// the message alone, not of what robot or app it takes to be told. In a scenario
// whose readers become fewer it isn't the whole truth: once read stays read.
func (s *Simulator) Truth(kind, key string) Truth {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.truth(messageID{kind, key})
}

// Truths are the truths of the scenario's messages, in its order.
func (s *Simulator) Truths() []Truth {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Truth, 0, len(s.scenario.Messages))
	for i := range s.scenario.Messages {
		all = append(all, s.truth(s.scenario.Messages[i].id()))
	}
	return all
}

func (s *Simulator) truth(id messageID) Truth {
	t := Truth{Kind: id.kind, Key: id.key, Hopeless: s.hopeless(id)}
	var st State
	if e, listed := s.messages[id]; listed {
		st = s.lastTold(e)
	} else if s.scenario.UnknownKeys == UnknownKeysReject || s.knownElsewhere(id.key) {
		st.Error = &Answer{Code: codeBadKey}
	}
	if st.Error != nil {
		t.Code = st.Error.Code
		t.Status = cmp.Or(st.Error.Status, codes()[t.Code].status, 200)
		return t
	}
	t.SendStatus = st.sendStatus()
	readers := s.readers(id.kind, id.key, st)
	t.Readers = append([]string{}, slices.Compact(slices.Sorted(slices.Values(readers)))...)
	if id.kind == KindOneToOne {
		t.Receivers = slices.Sorted(slices.Values(s.receivers(id, readers)))
	}
	return t
}

func (s *Simulator) lastTold(e *entry) State {
	if e.told != stateUntold {
		return e.state(e.told)
	}
	now := s.now()
	if !s.within(now, e.message.From, e.message.closes()) {
		return e.state(stateExpired)
	}
	return e.state(e.current(s.elapsed(now)))
}

// hopeless looks for a fault without an end on a page that every pass needs: the
// first.
func (s *Simulator) hopeless(id messageID) FaultKind {
	all := endpoints()
	i := slices.IndexFunc(all, func(e endpoint) bool { return e.name == id.kind })
	if i < 0 {
		return ""
	}
	for j := range s.scenario.Faults {
		f := &s.scenario.Faults[j]
		bounded := len(f.Attempts) > 0 || f.Share > 0 && f.Share < 1 || f.From > 0 || f.Until > 0
		first := len(f.Pages) == 0 || slices.Contains(f.Pages, 1)
		if !bounded && first && f.meets(id.key, &all[i]) && f.Kind != FaultSlowBody && f.Kind != FaultLate {
			return f.Kind
		}
	}
	return ""
}
