package state

import (
	"context"
	"fmt"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// Readers are everybody ever reported as having read each message, by user id,
// in the order of ids. All of them are in memory at once: ask for as many
// messages at a time as their audiences allow.
func (v *View) Readers(ctx context.Context, ids []job.MessageID) ([][]job.Reader, error) {
	var found lookup[*readership]
	err := v.look(ctx, "read the readers", func(t *rows.Tx) error {
		if err := readerships(ctx, t, ids, &found); err != nil || len(found.rows) == 0 {
			return err
		}
		if err := times(ctx, t, &found); err != nil {
			return err
		}
		return readers(ctx, t, &found)
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
	// forgotten is the latest reading whose readers were purged, 0 for none: the
	// readers that the next one saw first may have been among them.
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

func readerships(ctx context.Context, t *rows.Tx, ids []job.MessageID, found *lookup[*readership]) error {
	for in, keys := range keys(ids) {
		err := t.Each(ctx, func(scan sqldb.Scan) error {
			var row int64
			var key string
			of := &readership{}
			err := scan(&row, &key, &of.forgotten)
			found.add(row, job.MessageID{Provider: in.provider, Kind: in.kind, ProcessQueryKey: key}, of)
			return err
		}, `SELECT m.id, m.key, m.forgotten FROM message m
			WHERE m.source = (SELECT id FROM source WHERE provider = ? AND kind = ?)
				AND m.key IN (SELECT value FROM texts(?))`, in.provider, in.kind, keys)
		if err != nil {
			return err
		}
	}
	return nil
}

func times(ctx context.Context, t *rows.Tx, found *lookup[*readership]) error {
	return t.Each(ctx, func(scan sqldb.Scan) error {
		var row int64
		var started, finished time.Time
		err := scan(&row, &started, &finished)
		if in := found.byRow[row]; err == nil {
			in.started, in.finished = append(in.started, started), append(in.finished, finished)
		}
		return err
	}, `SELECT r.message, r.started_at, r.finished_at
		FROM reading r
		WHERE r.message IN (SELECT value FROM numbers(?))
		ORDER BY r.message, r.number`, found.rows)
}

func readers(ctx context.Context, t *rows.Tx, found *lookup[*readership]) error {
	return t.Each(ctx, func(scan sqldb.Scan) error {
		var row int64
		var userID string
		var reading int
		if err := scan(&row, &userID, &reading); err != nil {
			return err
		}
		return found.byRow[row].add(userID, reading)
	}, `SELECT r.message, p.user_id, r.reading
		FROM reader r
		JOIN person p ON p.id = r.person
		WHERE r.message IN (SELECT value FROM numbers(?))`, found.rows)
}
