package state

import (
	"context"
	"iter"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// History is every reading of a message, the oldest first; none for a message
// that the state doesn't know. After an error there are no more.
func (v *View) History(ctx context.Context, id job.MessageID) iter.Seq2[job.Reading, error] {
	return Paged(func(after int64, fetch int) ([]job.Reading, int64, error) {
		readings, err := v.history(ctx, id, after, fetch)
		return readings, after + int64(len(readings)), err // their numbers have no gaps
	})
}

func (v *View) history(ctx context.Context, id job.MessageID, after int64, fetch int) (readings []job.Reading, err error) {
	err = v.look(ctx, "read the history of a message", func(t *rows.Tx) error {
		return t.Each(ctx, func(scan sqldb.Scan) error {
			var r job.Reading
			err := scan(&r.RunID, &r.StartedAt, &r.FinishedAt, &r.SendStatus, &r.Readers, &r.Read)
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

// Histories are the readings of each message, the oldest first, in the order of
// ids; none for one that the state doesn't know. Left out are those before a purge
// of a message that was read anew since: their counts are of another audience, and
// of whom is not known any more. All of them are in memory at once: ask for some
// hundred messages at a time.
func (v *View) Histories(ctx context.Context, ids []job.MessageID) ([][]job.Reading, error) {
	var found lookup[*[]job.Reading]
	err := v.look(ctx, "read the history of messages", func(t *rows.Tx) error {
		for in, keys := range keys(ids) {
			if err := histories(ctx, t, in, keys, &found); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	all := make([][]job.Reading, len(ids))
	for i, of := range found.inOrder(ids) {
		if of != nil {
			all[i] = *of
		}
	}
	return all, nil
}

// ReadingsBefore are the latest readings of the messages that began before an instant, in
// the order of ids; nil where there is none. As of Histories, those before a purge are left
// out.
func (v *View) ReadingsBefore(ctx context.Context, ids []job.MessageID, before time.Time) ([]*job.Reading, error) {
	var found lookup[*job.Reading]
	err := v.look(ctx, "read an earlier reading of messages", func(t *rows.Tx) error {
		for in, keys := range keys(ids) {
			err := t.Each(ctx, func(scan sqldb.Scan) error {
				var row int64
				var key string
				r := &job.Reading{}
				err := scan(&row, &key, &r.RunID, &r.StartedAt, &r.FinishedAt, &r.SendStatus, &r.Readers, &r.Read)
				found.add(row, job.MessageID{Provider: in.provider, Kind: in.kind, ProcessQueryKey: key}, r)
				return err
			}, `SELECT m.id, m.key, run.name, r.started_at, r.finished_at, r.send_status, r.readers, r.read
				FROM message m
				JOIN reading r ON r.message = m.id
				JOIN run ON run.id = r.run
				WHERE m.source = (SELECT id FROM source WHERE provider = ? AND kind = ?)
					AND m.key IN (SELECT value FROM texts(?))
					AND r.number = (SELECT MAX(e.number) FROM reading e WHERE e.message = m.id AND e.started_at < ?)
					AND (r.number > m.forgotten OR m.purged_at IS NOT NULL)`, in.provider, in.kind, keys, before)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found.inOrder(ids), nil
}

func histories(ctx context.Context, t *rows.Tx, in namespace, keys []string, found *lookup[*[]job.Reading]) error {
	return t.Each(ctx, func(scan sqldb.Scan) error {
		var row int64
		var key string
		var r job.Reading
		err := scan(&row, &key, &r.RunID, &r.StartedAt, &r.FinishedAt, &r.SendStatus, &r.Readers, &r.Read)
		if err != nil {
			return err
		}
		of := found.byRow[row]
		if of == nil {
			of = new([]job.Reading)
			found.add(row, job.MessageID{Provider: in.provider, Kind: in.kind, ProcessQueryKey: key}, of)
		}
		*of = append(*of, r)
		return nil
	}, `SELECT m.id, m.key, run.name, r.started_at, r.finished_at, r.send_status, r.readers, r.read
		FROM message m
		JOIN reading r ON r.message = m.id
		JOIN run ON run.id = r.run
		WHERE m.source = (SELECT id FROM source WHERE provider = ? AND kind = ?)
			AND m.key IN (SELECT value FROM texts(?))
			AND (r.number > m.forgotten OR m.purged_at IS NOT NULL)
		ORDER BY m.id, r.number`, in.provider, in.kind, keys)
}
