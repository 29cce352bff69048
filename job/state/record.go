package state

import (
	"context"
	"database/sql"

	"notifyaudit/job"
)

// Records are what the state remembers of the messages, in their order; nil for
// one that it doesn't know. Ask for some hundreds at a time: each call is one
// look at the state, in a few statements.
func (db *DB) Records(ctx context.Context, ids []job.MessageID) ([]*job.Record, error) {
	var found lookup[*job.Record]
	err := db.read(ctx, "read what the state remembers", func(t *tx) error {
		var err error
		if found, err = t.records(ctx, ids); err != nil || len(found.rows) == 0 {
			return err
		}
		list, err := numbers(found.rows)
		if err != nil {
			return err
		}
		for _, part := range []func(context.Context, string, map[int64]*job.Record) error{t.readings, t.failures, t.cursors, t.tokens} {
			if err := part(ctx, list, found.byRow); err != nil {
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

// A lookup is what was found of some messages.
type lookup[T any] struct {
	rows  []int64
	byRow map[int64]T
	byID  map[job.MessageID]T
}

func (l *lookup[T]) add(row int64, id job.MessageID, found T) {
	if l.byRow == nil {
		l.byRow, l.byID = make(map[int64]T), make(map[job.MessageID]T)
	}
	l.rows = append(l.rows, row)
	l.byRow[row], l.byID[id] = found, found
}

func (l *lookup[T]) inOrder(ids []job.MessageID) []T {
	all := make([]T, len(ids))
	for i, id := range ids {
		all[i] = l.byID[id]
	}
	return all
}

// A namespace is what makes equal keys different messages.
type namespace struct {
	provider string
	kind     job.Kind
}

// keys sorts ids by namespace; there are a handful of namespaces at most, so a
// statement for each is few statements.
func keys(ids []job.MessageID) map[namespace][]string {
	sorted := make(map[namespace][]string)
	seen := make(map[job.MessageID]bool, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			in := namespace{id.Provider, id.Kind}
			sorted[in] = append(sorted[in], id.ProcessQueryKey)
		}
	}
	return sorted
}

func (t *tx) records(ctx context.Context, ids []job.MessageID) (found lookup[*job.Record], err error) {
	for in, keys := range keys(ids) {
		list, err := texts(keys)
		if err != nil {
			return found, err
		}
		err = t.each(ctx, func(rows *sql.Rows) error {
			row, key, record, err := scanRecord(rows)
			found.add(row, job.MessageID{Provider: in.provider, Kind: in.kind, ProcessQueryKey: key}, record)
			return err
		}, `SELECT m.id, m.key, m.first_asked_at, m.expired_since, m.calls, m.audience_size, m.roster, a.hash, a.size, m.purged_at
			FROM message m
			LEFT JOIN audience a ON a.id = m.audience
			WHERE m.source = (SELECT id FROM source WHERE provider = ? AND kind = ?)
				AND m.key IN (SELECT value FROM texts(?))`, in.provider, in.kind, list)
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

func scanRecord(rows *sql.Rows) (row int64, key string, r *job.Record, err error) {
	r = &job.Record{}
	var size, listed sql.NullInt64
	var hash sql.NullString
	err = rows.Scan(&row, &key, (*instant)(&r.FirstAskedAt), (*instant)(&r.ExpiredSince), &r.Calls, &size, &r.Audience.Roster,
		&hash, &listed, (*instant)(&r.PurgedAt))
	switch {
	case hash.Valid:
		r.AudienceHash = hash.String
		r.Audience.Form, r.Audience.Size = job.AudienceListed, int(listed.Int64)
	case size.Valid:
		r.Audience.Form, r.Audience.Size = job.AudienceSized, int(size.Int64)
	}
	return row, key, r, err
}

func (t *tx) readings(ctx context.Context, list string, records map[int64]*job.Record) error {
	return t.each(ctx, func(rows *sql.Rows) error {
		var row int64
		var latest bool
		r := &job.Reading{}
		err := rows.Scan(&row, &latest, &r.RunID, (*instant)(&r.StartedAt), (*instant)(&r.FinishedAt), &r.SendStatus, &r.Readers, &r.Read)
		switch {
		case err != nil:
		case latest:
			records[row].Last = r
		default:
			records[row].Previous = r
		}
		return err
	}, `SELECT m.id, r.number = m.last_reading, run.name, r.started_at, r.finished_at, r.send_status, r.readers, r.read
		FROM message m
		JOIN reading r ON r.message = m.id AND r.number IN (m.last_reading, m.previous_reading)
		JOIN run ON run.id = r.run
		WHERE m.id IN (SELECT value FROM numbers(?))`, list)
}

func (t *tx) failures(ctx context.Context, list string, records map[int64]*job.Record) error {
	return t.each(ctx, func(rows *sql.Rows) error {
		var row int64
		f := &job.Failure{}
		err := rows.Scan(&row, &f.Status, &f.Class, &f.HTTPStatus, &f.Code, &f.Message, &f.RequestID, &f.RunID,
			(*instant)(&f.At), &f.RobotCode, &f.OpenConversationID, (*instant)(&f.SentAt), &f.Runs, (*instant)(&f.Since), &f.Same)
		if err == nil {
			records[row].Failure = f
		}
		return err
	}, `SELECT f.message, f.status, f.class, f.http_status, f.code, f.answer, f.request_id, run.name,
			f.failed_at, f.robot_code, f.open_conversation_id, f.sent_at, f.runs, f.since, f.same
		FROM failure f
		JOIN run ON run.id = f.run
		WHERE f.message IN (SELECT value FROM numbers(?))`, list)
}

func (t *tx) cursors(ctx context.Context, list string, records map[int64]*job.Record) error {
	return t.each(ctx, func(rows *sql.Rows) error {
		var row int64
		c := &job.Cursor{}
		err := rows.Scan(&row, &c.NextToken, &c.Pages, &c.Readers, &c.EmptyPages, (*instant)(&c.StartedAt), (*instant)(&c.UpdatedAt))
		if err == nil {
			records[row].Cursor = c
		}
		return err
	}, `SELECT c.message, c.next_token, c.pages, c.readers, c.barren, c.started_at, c.updated_at
		FROM cursor c
		WHERE c.message IN (SELECT value FROM numbers(?))`, list)
}

func (t *tx) tokens(ctx context.Context, list string, records map[int64]*job.Record) error {
	return t.each(ctx, func(rows *sql.Rows) error {
		var row int64
		var token string
		err := rows.Scan(&row, &token)
		if err == nil {
			cursor := records[row].Cursor
			cursor.Tokens = append(cursor.Tokens, token)
		}
		return err
	}, `SELECT c.message, t.token
		FROM cursor c
		JOIN cursor_token t ON t.message = c.message
		WHERE c.message IN (SELECT value FROM numbers(?))
		ORDER BY t.message, t.number`, list)
}
