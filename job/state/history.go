package state

import (
	"context"
	"database/sql"
	"iter"

	"notifyaudit/job"
)

// History is every reading of a message, the oldest first; none for a message
// that the state doesn't know. After an error there are no more.
func (db *DB) History(ctx context.Context, id job.MessageID) iter.Seq2[job.Reading, error] {
	return func(yield func(job.Reading, error) bool) {
		after := 0
		for {
			readings, err := db.history(ctx, id, after)
			if err != nil {
				yield(job.Reading{}, err)
				return
			}
			for _, reading := range readings {
				if !yield(reading, nil) {
					return
				}
			}
			if len(readings) < fetch {
				return
			}
			after += len(readings)
		}
	}
}

func (db *DB) history(ctx context.Context, id job.MessageID, after int) (readings []job.Reading, err error) {
	err = db.read(ctx, "read the history of a message", func(t *tx) error {
		return t.each(ctx, func(rows *sql.Rows) error {
			var r job.Reading
			err := rows.Scan(&r.RunID, (*instant)(&r.StartedAt), (*instant)(&r.FinishedAt), &r.SendStatus, &r.Readers, &r.Read)
			readings = append(readings, r)
			return err
		}, `SELECT run.name, r.started_at, r.finished_at, r.send_status, r.readers, r.read
			FROM source s
			JOIN message m ON m.source = s.id
			JOIN reading r ON r.message = m.id
			JOIN run ON run.id = r.run
			WHERE s.provider = ? AND s.kind = ? AND m.key = ? AND r.number > ?
			ORDER BY r.number LIMIT ?`, id.Provider, id.Kind, id.ProcessQueryKey, after, fetch)
	})
	return readings, err
}
