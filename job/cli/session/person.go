package session

import (
	"context"
	"fmt"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/event"
	"notifyaudit/job/state"
)

// Person gathers what is kept of somebody.
func (s *Session) Person(ctx context.Context, userID string) (*event.PersonExport, error) {
	all := &event.PersonExport{
		FormatVersion: "1.0", ExportedAt: s.Now().UTC(), UserID: userID,
		Rosters: s.personRows(userID), Messages: []event.PersonNotice{},
	}
	for entry, err := range s.DB.Person(ctx, userID) {
		if err != nil {
			return nil, err
		}
		all.Messages = append(all.Messages, personNoticeOf(entry))
	}
	places, err := s.Mentions(userID)
	if err != nil {
		return nil, err
	}
	all.NamedIn = append([]string{}, places...)
	byID := map[job.MessageID]*event.PersonNotice{}
	for i := range all.Messages {
		m := &all.Messages[i]
		byID[job.MessageID{Provider: m.Provider, Kind: job.Kind(m.Kind), ProcessQueryKey: m.ProcessQueryKey}] = m
	}
	for m, err := range s.Manifest.Messages() {
		if err != nil {
			return nil, err
		}
		if kept := byID[m.ID]; kept != nil {
			kept.Title = m.Title
		}
	}
	return all, nil
}

func personNoticeOf(e state.PersonEntry) event.PersonNotice {
	n := event.PersonNotice{
		Address: e.Address, Provider: e.ID.Provider, Kind: string(e.ID.Kind), ProcessQueryKey: e.ID.ProcessQueryKey,
		InAudience: e.InAudience, Read: e.Paged || !e.FirstSeenAt.IsZero(),
		NotSeenAt: nullable(e.NotSeenAt), FirstSeenAt: nullable(e.FirstSeenAt),
	}
	if e.Reading != nil {
		n.ReadingAt = nullable(e.Reading.StartedAt)
	}
	return n
}

func (s *Session) personRows(userID string) []event.PersonRow {
	rows := []event.PersonRow{}
	for _, r := range s.Manifest.Directory.Rosters() {
		person, found := r.Person(userID)
		if !found {
			continue
		}
		row := event.PersonRow{
			Audience: r.Name, Source: r.Source, Name: person.Name, Department: person.Department, Manager: person.Manager,
			Email: person.Email, Location: person.Location,
			Joined: nullable(person.Joined), Left: nullable(person.Left), Other: person.Segments,
		}
		if row.Other == nil {
			row.Other = map[string]string{}
		}
		rows = append(rows, row)
	}
	return rows
}

// Mentions are the places of the manifest's files that name somebody: rosters, and
// messages with the person's id in an audience, a list of those not delivered to,
// or the key of a row.
func (s *Session) Mentions(userID string) (places []string, err error) {
	for _, r := range s.Manifest.Directory.Rosters() {
		if _, known := r.Person(userID); !known {
			continue
		}
		place := "audience." + r.Name
		if r.Source != "" {
			place = r.Source + " (" + place + ")"
		}
		places = append(places, place)
	}
	for m, err := range s.Manifest.Messages() {
		if err != nil {
			return nil, fmt.Errorf("read the messages: %w", err)
		}
		if s.names(&m, userID) {
			places = append(places, fmt.Sprintf("%s:%d (%s)", m.Source.File, m.Source.Line, job.Block(m.Address)))
		}
	}
	return places, nil
}

// names reports whether the message itself names the person, not only its roster.
func (s *Session) names(m *job.Message, userID string) bool {
	if key, found := job.RowKey(m.Address); found && key == userID {
		return true
	}
	if _, found := slices.BinarySearch(m.NotDelivered, userID); found {
		return true
	}
	if _, found := slices.BinarySearch(m.Audience.UserIDs, userID); !found {
		return false
	}
	r, found := s.Manifest.Directory.Roster(m.Audience.Roster)
	return !found || !slices.Equal(m.Audience.UserIDs, r.AudienceAt(m.SentAt).UserIDs)
}

// Recall reads all that the state has of a message.
func (s *Session) Recall(ctx context.Context, entry state.Entry) (*event.StateMessage, error) {
	m := &event.StateMessage{
		Header:   event.Header{Type: event.TypeMessage, Time: s.Now().UTC(), FormatVersion: event.FormatVersion},
		Address:  entry.Address,
		Provider: entry.ID.Provider, Kind: string(entry.ID.Kind), ProcessQueryKey: entry.ID.ProcessQueryKey,
		Readings: []event.StateReading{}, Readers: []event.StateReader{},
	}
	ids := []job.MessageID{entry.ID}
	records, err := s.DB.Records(ctx, ids)
	if err != nil {
		return nil, err
	}
	readers, err := s.DB.Readers(ctx, ids)
	if err != nil {
		return nil, err
	}
	for r, err := range s.DB.History(ctx, entry.ID) {
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
		take(m, records[0])
	}
	return m, nil
}

func nullable(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// take adds what the record says.
func take(m *event.StateMessage, r *job.Record) {
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
