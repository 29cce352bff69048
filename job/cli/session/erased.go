package session

import (
	"iter"
	"slices"

	"notifyaudit/job"
)

// audited are the manifest's, as all that looks at the state sees them: who
// was erased is a tombstone here as there, whatever the rosters still say. The
// address of a message to nobody else, or of a row whose key names the person, is
// cut to its block.
func (s *Session) audited() iter.Seq2[job.Message, error] {
	if s.DB == nil || !s.DB.AnyErased() {
		return s.Manifest.Messages()
	}
	return func(yield func(job.Message, error) bool) {
		for m, err := range s.Manifest.Messages() {
			if err == nil {
				m = s.masked(m)
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}

func (s *Session) masked(m job.Message) job.Message {
	m.Audience = s.DB.Mask(m.Audience)
	m.NotDelivered = s.DB.MaskIDs(m.NotDelivered)
	address := s.DB.MaskAddress(m.Address)
	if len(m.Audience.UserIDs) == 1 && job.Erased(m.Audience.UserIDs[0]) {
		address = job.Block(m.Address)
	}
	if address == m.Address {
		return m
	}
	m.FullAddress = m.Address
	if m.Title == m.Address {
		m.Title = address
	}
	m.Address = address
	return m
}

// fullyNamed is a result under the address that the manifest's checks know it by.
func fullyNamed(r *job.Result) *job.Result {
	if r.Message.FullAddress == "" {
		return r
	}
	full := *r
	full.Message.Address = r.Message.FullAddress
	return &full
}

// unerased are the user ids of those who were not erased.
func (s *Session) unerased(ids []string) []string {
	if s.DB == nil {
		return ids
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return job.Erased(s.DB.MaskIDs([]string{id})[0]) })
}
