package personal

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// An Entry is what the state has about one person and one message.
type Entry struct {
	state.Entry
	// InAudience says that the recorded audience lists them.
	InAudience bool
	// FirstSeenAt is when a reading first had them among the readers; zero when
	// none did. NotSeenAt is the start of the latest reading without them; zero
	// when there was none.
	FirstSeenAt, NotSeenAt time.Time
	// Paged says that they are among the readers of a reading that isn't complete
	// yet.
	Paged bool
	// Reading is the message's latest; nil when there is none.
	Reading *job.Reading
}

// Entries yields what the state has about a person, message by message, in the
// order in which it first heard of them; nothing for somebody it doesn't know,
// as one who was erased. After an error there is no more.
func Entries(ctx context.Context, v *state.View, userID string) iter.Seq2[Entry, error] {
	return state.Paged(func(after int64, fetch int) ([]Entry, int64, error) { return entries(ctx, v, userID, after, fetch) })
}

func entries(ctx context.Context, v *state.View, userID string, after int64, fetch int) (found []Entry, last int64, err error) {
	err = v.Look(ctx, "look up a person", func(t *rows.Tx) error {
		var person int64
		err := t.Row(ctx, `SELECT id FROM person WHERE user_id = ?`, userID).Scan(&person)
		if errors.Is(err, sqldb.ErrNoRows) || job.Erased(userID) {
			return nil
		}
		if err != nil {
			return err
		}
		return t.Each(ctx, func(scan sqldb.Scan) error {
			e, err := scanPerson(scan, &last)
			found = append(found, e)
			return err
		}, `SELECT m.id, s.provider, s.kind, m.key, m.address, a.person IS NOT NULL, c.person IS NOT NULL,
				seen.finished_at, missed.started_at,
				run.name, l.started_at, l.finished_at, l.send_status, l.readers, l.read
			FROM message m
			JOIN source s ON s.id = m.source
			LEFT JOIN reader r ON r.message = m.id AND r.person = ?
			LEFT JOIN cursor_reader c ON c.message = m.id AND c.person = ?
			LEFT JOIN audience_member a ON a.audience = m.audience AND a.person = ?
			LEFT JOIN reading seen ON seen.message = m.id AND seen.number = r.reading
			LEFT JOIN reading missed ON missed.message = m.id AND missed.number > m.forgotten
				AND missed.number = COALESCE(r.reading - 1, m.last_reading)
			LEFT JOIN reading l ON l.message = m.id AND l.number = m.last_reading
			LEFT JOIN run ON run.id = l.run
			WHERE m.id > ? AND (r.person IS NOT NULL OR c.person IS NOT NULL OR a.person IS NOT NULL)
			ORDER BY m.id LIMIT ?`, person, person, person, after, fetch)
	})
	return found, last, err
}

func scanPerson(scan sqldb.Scan, row *int64) (e Entry, err error) {
	var reading job.Reading
	var run, status sql.Null[string]
	var readers, read sql.Null[int64]
	err = scan(row, &e.ID.Provider, &e.ID.Kind, &e.ID.ProcessQueryKey, &e.Address, &e.InAudience, &e.Paged,
		&e.FirstSeenAt, &e.NotSeenAt,
		&run, &reading.StartedAt, &reading.FinishedAt, &status, &readers, &read)
	if run.Valid {
		reading.RunID, reading.SendStatus = run.V, job.SendStatus(status.V)
		reading.Readers, reading.Read = int(readers.V), int(read.V)
		e.Reading = &reading
	}
	return e, err
}
