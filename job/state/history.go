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

// Histories returns the readings of each message, the oldest first, in the order of ids;
// none for a message that the state doesn't know. If a message was purged and read
// again, the readings before the purge are left out: they count another audience, whose
// members are no longer known. All readings are in memory at once: ask for some hundred
// messages at a time.
func (v *View) Histories(ctx context.Context, ids []job.MessageID) ([][]job.Reading, error) {
	found := make(lookup[*[]job.Reading], len(ids))
	err := v.eachReading(ctx, "read the history of messages", ids, func(id job.MessageID, r *job.Reading) {
		of := found[id]
		if of == nil {
			of = new([]job.Reading)
			found[id] = of
		}
		*of = append(*of, *r)
	}, `AND (r.number > m.forgotten OR m.purged_at IS NOT NULL)
		ORDER BY m.id, r.number`)
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
	found := make(lookup[*job.Reading])
	err := v.eachReading(ctx, "read an earlier reading of messages", ids, func(id job.MessageID, r *job.Reading) { found[id] = r },
		`AND r.number = (SELECT MAX(e.number) FROM reading e WHERE e.message = m.id AND e.started_at < ?)
		AND (r.number > m.forgotten OR m.purged_at IS NOT NULL)`, before)
	if err != nil {
		return nil, err
	}
	return found.inOrder(ids), nil
}

// eachReading passes on the readings of messages for which a condition holds, each with
// its message's id. The condition continues a WHERE.
func (v *View) eachReading(
	ctx context.Context, doing string, ids []job.MessageID, each func(job.MessageID, *job.Reading), condition string, args ...any,
) error {
	return v.look(ctx, doing, func(t *rows.Tx) error {
		for in, keys := range keys(ids) {
			err := t.Each(ctx, func(scan sqldb.Scan) error {
				var key string
				var r job.Reading
				if err := scan(&key, &r.RunID, &r.StartedAt, &r.FinishedAt, &r.SendStatus, &r.Readers, &r.Read); err != nil {
					return err
				}
				each(job.MessageID{Provider: in.provider, Kind: in.kind, ProcessQueryKey: key}, &r)
				return nil
			}, `SELECT m.key, run.name, r.started_at, r.finished_at, r.send_status, r.readers, r.read
				FROM message m
				JOIN reading r ON r.message = m.id
				JOIN run ON run.id = r.run
				WHERE m.source = (SELECT id FROM source WHERE provider = ? AND kind = ?)
					AND m.key IN (SELECT value FROM texts(?)) `+condition, append([]any{in.provider, in.kind, keys}, args...)...)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
