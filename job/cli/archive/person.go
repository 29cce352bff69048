package archive

import (
	"context"
	"fmt"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/event"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state/personal"
)

// People finds what is kept about persons, in the state and in the manifest.
type People struct {
	Archive
	Manifest *manifest.Manifest
}

// People returns the people of the archive, and of the manifest that reads it.
func (a Archive) People(m *manifest.Manifest) People { return People{Archive: a, Manifest: m} }

// Export returns what is kept about a person.
func (p People) Export(ctx context.Context, userID string) (*event.PersonExport, error) {
	all := &event.PersonExport{
		FormatVersion: "1.0", ExportedAt: p.Now().UTC(), UserID: userID,
		Rosters: p.rows(userID), Messages: []event.PersonNotice{},
	}
	for entry, err := range personal.Entries(ctx, &p.DB.View, userID) {
		if err != nil {
			return nil, err
		}
		all.Messages = append(all.Messages, personNoticeOf(entry))
	}
	places, err := p.Mentions(userID)
	if err != nil {
		return nil, err
	}
	all.NamedIn = append([]string{}, places...)
	byID := map[job.MessageID]*event.PersonNotice{}
	for i := range all.Messages {
		m := &all.Messages[i]
		byID[job.MessageID{Provider: m.Provider, Kind: job.Kind(m.Kind), ProcessQueryKey: m.ProcessQueryKey}] = m
	}
	for m, err := range p.Manifest.Messages() {
		if err != nil {
			return nil, err
		}
		if kept := byID[m.ID]; kept != nil {
			kept.Title = m.Title
		}
	}
	return all, nil
}

func personNoticeOf(e personal.Entry) event.PersonNotice {
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

func (p People) rows(userID string) []event.PersonRow {
	rows := []event.PersonRow{}
	for _, r := range p.Manifest.Directory.Rosters() {
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

// Mentions returns the places of the manifest's files that name a person: rosters, and
// messages with the person's user id in an audience, in not_delivered, or as the key
// of a row.
func (p People) Mentions(userID string) (places []string, err error) {
	for _, r := range p.Manifest.Directory.Rosters() {
		if _, known := r.Person(userID); !known {
			continue
		}
		place := "audience." + r.Name
		if r.Source != "" {
			place = r.Source + " (" + place + ")"
		}
		places = append(places, place)
	}
	for m, err := range p.Manifest.Messages() {
		if err != nil {
			return nil, fmt.Errorf("read the messages: %w", err)
		}
		if p.names(&m, userID) {
			places = append(places, fmt.Sprintf("%s:%d (%s)", m.Source.File, m.Source.Line, job.Block(m.Address)))
		}
	}
	return places, nil
}

// names reports whether a message itself names a person, not only its roster.
func (p People) names(m *job.Message, userID string) bool {
	if key, found := job.RowKey(m.Address); found && key == userID {
		return true
	}
	if _, found := slices.BinarySearch(m.NotDelivered, userID); found {
		return true
	}
	if _, found := slices.BinarySearch(m.Audience.UserIDs, userID); !found {
		return false
	}
	r, found := p.Manifest.Directory.Roster(m.Audience.Roster)
	return !found || !slices.Equal(m.Audience.UserIDs, r.AudienceAt(m.SentAt).UserIDs)
}

func nullable(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
