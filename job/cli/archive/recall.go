package archive

import (
	"context"

	"notifyaudit/job"
	"notifyaudit/job/event"
	"notifyaudit/job/state"
)

// Recall returns all that the state has about a message.
func (a Archive) Recall(ctx context.Context, entry state.Entry) (*event.StateMessage, error) {
	m := &event.StateMessage{
		Header:   event.Header{Type: event.TypeMessage, Time: a.Now().UTC(), FormatVersion: event.FormatVersion},
		Address:  entry.Address,
		Provider: entry.ID.Provider, Kind: string(entry.ID.Kind), ProcessQueryKey: entry.ID.ProcessQueryKey,
		Readings: []event.StateReading{}, Readers: []event.StateReader{},
	}
	records, err := a.DB.Records(ctx, []job.MessageID{entry.ID})
	if err != nil {
		return nil, err
	}
	readers, err := a.DB.Readers(ctx, records)
	if err != nil {
		return nil, err
	}
	for r, err := range a.DB.History(ctx, entry.ID) {
		if err != nil {
			return nil, err
		}
		m.Readings = append(m.Readings, event.StateReading{
			Run: r.RunID, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt, SendStatus: string(r.SendStatus), Readers: r.Readers, Read: r.Read,
		})
	}
	for _, r := range readers[0] {
		if job.Erased(r.UserID) {
			m.Erased++
			continue
		}
		m.Readers = append(m.Readers, event.StateReader{UserID: r.UserID, NotSeenAt: nullable(r.NotSeenAt), FirstSeenAt: r.FirstSeenAt})
	}
	if records[0] != nil {
		addRecord(m, records[0])
	}
	return m, nil
}

// addRecord adds the content of a record.
func addRecord(m *event.StateMessage, r *job.Record) {
	m.FirstAskedAt, m.Calls, m.Roster = nullable(r.FirstAskedAt), r.Calls, r.Audience.Roster
	m.PurgedAt = nullable(r.PurgedAt)
	if r.Audience.Form != job.AudienceUnknown {
		m.AudienceSize = &r.Audience.Size
	}
	if f := r.Failure; f != nil {
		m.Failure = &event.StateFailure{
			Status: string(f.Status), Class: string(f.Class), Code: f.Code, Message: f.Message, RequestID: f.RequestID, At: f.At,
		}
	}
	if c := r.Cursor; c != nil {
		m.Interrupted = &event.StateInterrupted{Pages: c.Pages, Readers: c.Readers, UpdatedAt: c.UpdatedAt}
	}
}
