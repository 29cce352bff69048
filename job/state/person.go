package state

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"notifyaudit/job"
)

// A PersonEntry is what the state has about one person and one message.
type PersonEntry struct {
	Entry
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

// Person yields what the state has about a person, message by message, in the
// order in which it first heard of them; nothing for somebody it doesn't know,
// as one who was erased. After an error there is no more.
func (db *DB) Person(ctx context.Context, userID string) iter.Seq2[PersonEntry, error] {
	return paged(func(after int64) ([]PersonEntry, int64, error) { return db.personEntries(ctx, userID, after) })
}

func (db *DB) personEntries(ctx context.Context, userID string, after int64) (entries []PersonEntry, last int64, err error) {
	err = db.read(ctx, "look up a person", func(t *tx) error {
		var person int64
		err := t.row(ctx, `SELECT id FROM person WHERE user_id = ?`, userID).Scan(&person)
		if errors.Is(err, sql.ErrNoRows) || job.Erased(userID) {
			return nil
		}
		if err != nil {
			return err
		}
		return t.each(ctx, func(rows *sql.Rows) error {
			e, err := scanPerson(rows, &last)
			entries = append(entries, e)
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
	return entries, last, err
}

func scanPerson(rows *sql.Rows, row *int64) (e PersonEntry, err error) {
	var reading job.Reading
	var run, status sql.NullString
	var readers, read sql.NullInt64
	err = rows.Scan(row, &e.ID.Provider, &e.ID.Kind, &e.ID.ProcessQueryKey, &e.Address, &e.InAudience, &e.Paged,
		(*instant)(&e.FirstSeenAt), (*instant)(&e.NotSeenAt),
		&run, (*instant)(&reading.StartedAt), (*instant)(&reading.FinishedAt), &status, &readers, &read)
	if run.Valid {
		reading.RunID, reading.SendStatus = run.String, job.SendStatus(status.String)
		reading.Readers, reading.Read = int(readers.Int64), int(read.Int64)
		e.Reading = &reading
	}
	return e, err
}
