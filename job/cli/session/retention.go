package session

import (
	"context"
	"fmt"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
)

// Expire purges the people of readings that are older than the audit keeps them.
// A run that is to be continued is not over: it purges nothing.
func (s *Session) Expire(ctx context.Context) (gone personal.Purged, cutoff time.Time, err error) {
	now := s.Now()
	cutoff = now.Add(-s.Manifest.Retention)
	would, err := personal.Purgeable(ctx, &s.DB.View, cutoff)
	if err == nil {
		gone, err = s.Purge(ctx, would, cutoff, now)
	}
	if err != nil {
		err = fmt.Errorf("%w; the run is done and recorded, and the next apply sees to this", err)
	}
	return gone, cutoff, err
}

// Purge removes the people of messages whose latest reading ended before an instant.
// would is what the state expects that to remove.
func (s *Session) Purge(ctx context.Context, would personal.Purged, before, now time.Time) (personal.Purged, error) {
	p := personal.PurgeOptions{
		Before: before, NotDelivered: map[job.MessageID][]string{}, Audiences: map[job.MessageID]job.Audience{},
	}
	if would.Messages > 0 {
		for batch, err := range job.Batches(s.audited(), purgeBatch) {
			if err != nil {
				return personal.Purged{}, err
			}
			if err := inForce(ctx, s.DB, &p, batch); err != nil {
				return personal.Purged{}, err
			}
		}
	}
	return personal.Purge(ctx, s.DB, p, now)
}

// purgeBatch is the number of messages that are looked up in the state at a time.
const purgeBatch = 500

// inForce adds to a purge what the manifest knows of audiences: the people that
// messages were not delivered to, and the audiences of messages without a recorded one.
func inForce(ctx context.Context, db *state.DB, p *personal.PurgeOptions, batch []job.Message) error {
	ids := make([]job.MessageID, len(batch))
	for i := range batch {
		ids[i] = batch[i].ID
	}
	records, err := db.Records(ctx, ids)
	if err != nil {
		return err
	}
	for i, r := range records {
		m := &batch[i]
		if r == nil || r.Last == nil || !r.Last.FinishedAt.Before(p.Before) {
			continue
		}
		if len(m.NotDelivered) > 0 {
			p.NotDelivered[m.ID] = m.NotDelivered
		}
		if r.Audience.Form == job.AudienceUnknown && m.Audience.Form != job.AudienceUnknown && r.PurgedAt.IsZero() {
			p.Audiences[m.ID] = m.Audience
		}
	}
	return nil
}
