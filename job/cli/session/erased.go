package session

import (
	"iter"
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/state"
)

// erased removes erased people from messages of the manifest, whose rosters may still
// have them. Without a state, db is nil and nobody was erased.
type erased struct{ db *state.DB }

// audited returns the manifest's messages without erased people.
func (s *Session) audited() iter.Seq2[job.Message, error] {
	return erased{s.DB}.redacted(s.Manifest.Messages())
}

// redacted returns messages in which a tombstone replaces each erased person. A message
// to nobody else, or with a row key that is the person's user id, gets the address of
// its block.
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

// fullyNamed returns a result with the address that checks of the manifest use.
func fullyNamed(r *job.Result) *job.Result {
	if r.Message.FullAddress == "" {
		return r
	}
	full := *r
	full.Message.Address = r.Message.FullAddress
	return &full
}

// without returns the user ids of people who were not erased.
func (e erased) without(ids []string) []string {
	if e.db == nil {
		return ids
	}
	return slices.DeleteFunc(slices.Clone(ids), e.is)
}

// is reports whether a person was erased, whose user id or tombstone it is. It needs a state.
func (e erased) is(userID string) bool { return job.Erased(userID) || e.db.Erased().Erased(userID) }
