package snapshot

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"time"

	"notifyaudit/job"
)

// An encoder appends the fields of results. Numbers have a variable length. A string
// is its length among the fields, and its bytes in a text of all strings, so that
// decoding makes one string of them.
type encoder struct {
	fields, text []byte
	table        *table
}

func (e *encoder) reset() { e.fields, e.text = e.fields[:0], e.text[:0] }

func (e *encoder) int(n int) { e.fields = binary.AppendVarint(e.fields, int64(n)) }

func (e *encoder) float(f float64) {
	e.fields = binary.LittleEndian.AppendUint64(e.fields, math.Float64bits(f))
}

func (e *encoder) string(s string) {
	e.int(len(s))
	e.text = append(e.text, s...)
}

func (e *encoder) strings(all []string) {
	e.int(len(all))
	for _, s := range all {
		e.string(s)
	}
}

// name writes a string that many results have: its number from 1, or 0 and the
// string where the table is full.
func (e *encoder) name(s string) {
	n, known := e.table.name(s)
	e.int(n)
	if !known {
		e.string(s)
	}
}

func (e *encoder) bool(b bool) {
	if b {
		e.int(1)
		return
	}
	e.int(0)
}

// time writes the number of the zone from 1 and the seconds and nanoseconds; 0 for
// the zero time.
func (e *encoder) time(t time.Time) {
	if t.IsZero() {
		e.int(0)
		return
	}
	e.int(e.table.zone(t))
	e.fields = binary.AppendVarint(e.fields, t.Unix())
	e.int(t.Nanosecond())
}

// result writes a result whose audiences' lists have these numbers.
func (e *encoder) result(r *job.Result, manifest, inForce int) {
	e.message(&r.Message, manifest)
	e.name(string(r.Status))
	e.reading(r.Reading)
	e.reading(r.Previous)
	e.bool(r.OnlyReading)
	e.failure(r.Failure)
	asInManifest := sameAudience(&r.Audience, &r.Message.Audience)
	e.bool(asInManifest)
	if !asInManifest {
		e.audience(&r.Audience, inForce)
	}
	e.readers(r.Readers, r.Audience.UserIDs)
	e.int(r.Counts.Read)
	e.int(r.Counts.Unread)
	e.int(r.Counts.Unknown)
	e.int(r.Outside)
	e.int(r.Calls)
	e.time(r.FirstAskedAt)
	e.time(r.PurgedAt)
}

func (e *encoder) message(m *job.Message, list int) {
	e.name(m.ID.Provider)
	e.name(string(m.ID.Kind))
	e.string(m.ID.ProcessQueryKey)
	e.string(m.Address)
	e.string(m.FullAddress)
	e.name(m.Campaign)
	e.string(m.Title)
	e.name(m.RobotCode)
	e.string(m.OpenConversationID)
	e.time(m.SentAt)
	e.int(int(m.Window))
	e.audience(&m.Audience, list)
	e.strings(m.NotDelivered)
	e.float(m.Target)
	e.int(len(m.Tags))
	for _, tag := range slices.Sorted(maps.Keys(m.Tags)) {
		e.name(tag)
		e.string(m.Tags[tag])
	}
	e.name(m.Source.File)
	e.int(m.Source.Line)
}

// sameAudience reports whether two audiences are one, with one list, as of most messages.
func sameAudience(a, b *job.Audience) bool {
	return a.Form == b.Form && a.Size == b.Size && a.Roster == b.Roster && len(a.UserIDs) == len(b.UserIDs) &&
		(len(a.UserIDs) == 0 || &a.UserIDs[0] == &b.UserIDs[0])
}

// audience writes the number of its list, or the list itself where that is inline.
func (e *encoder) audience(a *job.Audience, list int) {
	e.name(string(a.Form))
	e.int(a.Size)
	e.name(a.Roster)
	e.int(list)
	if list == inline {
		e.strings(a.UserIDs)
	}
}

// readers writes who is in the audience as the distance from the one before in it,
// from 1, and the others as 0 and a user id. Both lists are sorted.
func (e *encoder) readers(all []job.Reader, audience []string) {
	e.int(len(all))
	for i := range all {
		r := &all[i]
		skipped, in := job.FindUserID(audience, r.UserID)
		audience = audience[skipped:]
		if in {
			audience = audience[1:]
			e.int(skipped + 1)
		} else {
			e.int(-skipped)
			e.string(r.UserID)
		}
		e.time(r.NotSeenAt)
		e.time(r.FirstSeenAt)
	}
}

func (e *encoder) reading(r *job.Reading) {
	if r == nil {
		e.int(0)
		return
	}
	e.int(1)
	e.name(r.RunID)
	e.time(r.StartedAt)
	e.time(r.FinishedAt)
	e.name(string(r.SendStatus))
	e.int(r.Readers)
	e.int(r.Read)
}

func (e *encoder) readings(all []job.Reading) {
	e.int(len(all))
	for i := range all {
		e.reading(&all[i])
	}
}

func (e *encoder) failure(f *job.Failure) {
	if f == nil {
		e.int(0)
		return
	}
	e.int(1)
	e.name(string(f.Status))
	e.name(string(f.Class))
	e.int(f.HTTPStatus)
	e.name(f.Code)
	e.string(f.Message)
	e.string(f.RequestID)
	e.name(f.RunID)
	e.time(f.At)
	e.name(f.RobotCode)
	e.string(f.OpenConversationID)
	e.time(f.SentAt)
	e.int(f.Runs)
	e.time(f.Since)
	e.int(f.Same)
}
