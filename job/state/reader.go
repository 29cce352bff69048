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

// Readers are everybody ever reported as having read the message of each record, by user
// id, in the order of the records; none for a nil record. Records must be this state's. All
// readers are in memory at once: ask for as many messages at a time as their audiences
// allow.
func (v *View) Readers(ctx context.Context, records []*job.Record) ([][]job.Reader, error) {
	found := make(map[int64]*readership)
	var several []int64
	for _, r := range records {
		if r == nil || r.Last == nil || r.Last.Readers == 0 || found[r.Row] != nil {
			continue
		}
		of := &readership{}
		if r.OnlyReading {
			of.only = r.Last
		} else {
			several = append(several, r.Row)
		}
		found[r.Row] = of
	}
	all := make([][]job.Reader, len(records))
	if len(found) == 0 {
		return all, nil
	}
	err := v.look(ctx, "read the readers", func(t *rows.Tx) error {
		if len(several) > 0 {
			if err := times(ctx, t, several, found); err != nil {
				return err
			}
		}
		return readers(ctx, t, found)
	})
	if err != nil {
		return nil, err
	}
	for i, r := range records {
		if r != nil && found[r.Row] != nil {
			all[i] = found[r.Row].readers
			slices.SortFunc(all[i], job.CompareUserIDs)
		}
	}
	return all, nil
}

// A readership is one message's readers with what dates them.
type readership struct {
	readers []job.Reader
	// only is the reading that saw all of them first, nil when there were several: then
	// started and finished have their times, by their numbers less one.
	only              *job.Reading
	started, finished []time.Time
	// forgotten is the latest reading whose readers were purged, 0 for none: the
	// readers that the next one saw first may have been among them.
	forgotten int
}

// add dates a reader by the reading that first saw them.
func (r *readership) add(userID string, reading int) error {
	if r.only != nil {
		r.readers = append(r.readers, job.Reader{UserID: userID, FirstSeenAt: r.only.FinishedAt})
		return nil
	}
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

func times(ctx context.Context, t *rows.Tx, of []int64, found map[int64]*readership) error {
	return t.Each(ctx, func(scan sqldb.Scan) error {
		var row int64
		var started, finished time.Time
		var forgotten int
		err := scan(&row, &started, &finished, &forgotten)
		if in := found[row]; err == nil {
			in.started, in.finished, in.forgotten = append(in.started, started), append(in.finished, finished), forgotten
		}
		return err
	}, `SELECT r.message, r.started_at, r.finished_at, m.forgotten
		FROM reading r
		JOIN message m ON m.id = r.message
		WHERE r.message IN (SELECT value FROM numbers(?))
		ORDER BY r.message, r.number`, of)
}

func readers(ctx context.Context, t *rows.Tx, found map[int64]*readership) error {
	return t.Each(ctx, func(scan sqldb.Scan) error {
		var row int64
		var userID string
		var reading int
		if err := scan(&row, &userID, &reading); err != nil {
			return err
		}
		return found[row].add(userID, reading)
	}, `SELECT r.message, p.user_id, r.reading
		FROM reader r
		JOIN person p ON p.id = r.person
		WHERE r.message IN (SELECT value FROM numbers(?))`, rowsOf(found))
}
