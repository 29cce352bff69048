package json

import (
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/words"
)

// messageOf is a message, good until f is filled again.
func messageOf(r *job.Result, f *metrics.Message, t *times, w *words.Printer) Message {
	f.Fill(r)
	m := &r.Message
	return Message{
		Address:            report.CleanText(m.Address),
		Campaign:           report.CleanText(m.Campaign),
		Provider:           m.ID.Provider,
		Kind:               m.ID.Kind,
		ProcessQueryKey:    report.CleanText(m.ID.ProcessQueryKey),
		OpenConversationID: optional(m.OpenConversationID),
		Title:              report.CleanText(m.Title),
		SentAt:             t.text(m.SentAt),
		Tags:               tagsOf(m.Tags),
		Status:             r.Status,
		SendStatus:         sendStatusOf(r),
		ReadingAt:          t.text(f.ReadingAt),
		AudienceSize:       f.AudienceSize,
		Readers:            f.Readers,
		Read:               f.Read,
		Unread:             f.Unread,
		OutsideAudience:    f.Outside,
		ReadRate:           f.ReadRate,
		ReadRateBand:       w.Band(r.Counts),
		Target:             f.Target,
		TargetMet:          f.TargetMet,
		Calls:              r.Calls,
		Pooled:             r.Pooled,
		Contradictory:      r.Contradicts(),
		PurgedAt:           purgedAt(r, t),
		Error:              errorOf(r.Failure),
	}
}

// noTags are those of most messages. Nobody writes to them.
//
//nolint:gochecknoglobals // a constant
var noTags = map[string]string{}

func tagsOf(tags map[string]string) map[string]string {
	if len(tags) == 0 {
		return noTags
	}
	cleaned := make(map[string]string, len(tags))
	for name, value := range tags {
		cleaned[report.CleanText(name)] = report.CleanText(value)
	}
	return cleaned
}

func sendStatusOf(r *job.Result) *job.SendStatus {
	if r.Reading == nil {
		return nil
	}
	return &r.Reading.SendStatus
}

func purgedAt(r *job.Result, t *times) *string {
	if !r.Purged() {
		return nil
	}
	return t.text(r.PurgedAt)
}

func errorOf(f *job.Failure) *Error {
	if f == nil {
		return nil
	}
	return &Error{
		Class: f.Class, Code: optional(f.Code), Message: optional(f.Message), RequestID: optional(f.RequestID),
	}
}

// optional is null for "".
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return new(report.CleanText(s))
}

func known[T any](value T, is bool) *T {
	if !is {
		return nil
	}
	return &value
}

// times are written in the audit's zone.
type times struct {
	zone *time.Location
	// latest are the two written last: many messages have the same ones.
	latest [2]struct {
		at   time.Time
		text *string
	}
}

func (t *times) must(at time.Time) string { return at.In(t.zone).Format(time.RFC3339) }

// text is null for the zero time.
func (t *times) text(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	for i := range t.latest {
		if known := &t.latest[i]; known.text != nil && known.at.Equal(at) {
			return known.text
		}
	}
	t.latest[0], t.latest[1] = t.latest[1], t.latest[0]
	t.latest[0].at, t.latest[0].text = at, new(t.must(at))
	return t.latest[0].text
}

func location(in *report.Input) *time.Location {
	if in.Location == nil {
		return time.UTC
	}
	return in.Location
}

func language(in *report.Input) report.Language {
	if in.Language == "" {
		return report.English
	}
	return in.Language
}

// readersOf are the readers of a message without a list of its audience, by user id.
func readersOf(in *report.Input, r *job.Result, t *times) []Reader {
	var all []Reader
	for reader := range r.UnlistedReaders() {
		of := Reader{UserID: report.CleanText(reader.UserID), FirstSeenAt: t.must(reader.FirstSeenAt), NotSeenAt: t.text(reader.NotSeenAt)}
		if in.Directory != nil {
			if p, known := in.Directory.Person(r.Audience.Roster, reader.UserID); known {
				of.Name = report.CleanText(p.Name)
			}
		}
		all = append(all, of)
	}
	return all
}
