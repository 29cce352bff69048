package state

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"notifyaudit/job"
)

// Readers are everybody ever reported as having read each message, by user id,
// in the order of ids. All of them are in memory at once: ask for as many
// messages at a time as their audiences allow.
func (db *DB) Readers(ctx context.Context, ids []job.MessageID) ([][]job.Reader, error) {
	var found lookup[*readership]
	err := db.read(ctx, "read the readers", func(t *tx) error {
		var err error
		if found, err = t.readerships(ctx, ids); err != nil || len(found.rows) == 0 {
			return err
		}
		list, err := numbers(found.rows)
		if err != nil {
			return err
		}
		if err := t.times(ctx, list, found.byRow); err != nil {
			return err
		}
		return t.readers(ctx, list, found.byRow)
	})
	if err != nil {
		return nil, err
	}
	all := make([][]job.Reader, len(ids))
	for i, of := range found.inOrder(ids) {
		if of != nil {
			slices.SortFunc(of.readers, job.CompareUserIDs)
			all[i] = of.readers
		}
	}
	return all, nil
}

// A readership is one message's readers with what dates them: the readings, by
// their numbers less one.
type readership struct {
	started, finished []time.Time
	readers           []job.Reader
	// forgotten is the latest reading whose readers were purged, 0 for none:
	// whom the next one saw may have been among them.
	forgotten int
}

// add dates a reader by the reading that first saw them.
func (r *readership) add(userID string, reading int) error {
	if reading < 1 || reading > len(r.finished) {
		return fmt.Errorf("%w: a reader's reading is not there", ErrDamaged)
	}
	reader := job.Reader{UserID: userID, FirstSeenAt: r.finished[reading-1]}
	if reading > r.forgotten+1 {
		reader.NotSeenAt = r.started[reading-2]
	}
	r.readers = append(r.readers, reader)
	return nil
}

func (t *tx) readerships(ctx context.Context, ids []job.MessageID) (found lookup[*readership], err error) {
	for in, keys := range keys(ids) {
		list, err := texts(keys)
		if err != nil {
			return found, err
		}
		err = t.each(ctx, func(rows *sql.Rows) error {
			var row int64
			var key string
			of := &readership{}
			err := rows.Scan(&row, &key, &of.forgotten)
			found.add(row, job.MessageID{Provider: in.provider, Kind: in.kind, ProcessQueryKey: key}, of)
			return err
		}, `SELECT m.id, m.key, m.forgotten FROM message m
			WHERE m.source = (SELECT id FROM source WHERE provider = ? AND kind = ?)
				AND m.key IN (SELECT value FROM texts(?))`, in.provider, in.kind, list)
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

func (t *tx) times(ctx context.Context, list string, of map[int64]*readership) error {
	return t.each(ctx, func(rows *sql.Rows) error {
		var row int64
		var started, finished time.Time
		err := rows.Scan(&row, (*instant)(&started), (*instant)(&finished))
		if in := of[row]; err == nil {
			in.started, in.finished = append(in.started, started), append(in.finished, finished)
		}
		return err
	}, `SELECT r.message, r.started_at, r.finished_at
		FROM reading r
		WHERE r.message IN (SELECT value FROM numbers(?))
		ORDER BY r.message, r.number`, list)
}

func (t *tx) readers(ctx context.Context, list string, of map[int64]*readership) error {
	return t.each(ctx, func(rows *sql.Rows) error {
		var row int64
		var userID string
		var reading int
		if err := rows.Scan(&row, &userID, &reading); err != nil {
			return err
		}
		return of[row].add(userID, reading)
	}, `SELECT r.message, p.user_id, r.reading
		FROM reader r
		JOIN person p ON p.id = r.person
		WHERE r.message IN (SELECT value FROM numbers(?))`, list)
}
