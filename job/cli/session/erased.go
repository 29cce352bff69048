package session

import (
	"iter"
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/state"
)

// erased takes those who were erased from what the manifest says, whatever its
// rosters still hold. db is nil where there is no state: then nobody was.
type erased struct{ db *state.DB }

// audited are the manifest's messages, as all that looks at the state sees them.
func (s *Session) audited() iter.Seq2[job.Message, error] {
	return erased{s.DB}.redacted(s.Manifest.Messages())
}

// redacted are messages with a tombstone for each person who was erased. The
// address of a message to nobody else, or of a row whose key names the person,
// becomes that of its block.
func (e erased) redacted(messages iter.Seq2[job.Message, error]) iter.Seq2[job.Message, error] {
	if e.db == nil || e.db.Erased() == nil {
		return messages
	}
	return func(yield func(job.Message, error) bool) {
		for m, err := range messages {
			if err == nil {
				m = e.redact(m)
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}

func (e erased) redact(m job.Message) job.Message {
	m.Audience = e.db.Erased().Audience(m.Audience)
	m.NotDelivered = e.db.Erased().IDs(m.NotDelivered)
	address := e.db.Erased().Address(m.Address)
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

// without are the user ids of those who were not erased.
func (e erased) without(ids []string) []string {
	if e.db == nil {
		return ids
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return job.Erased(e.db.Erased().IDs([]string{id})[0]) })
}
