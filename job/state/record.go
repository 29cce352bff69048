package state

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// Records are what the state remembers of the messages, in their order; nil for
// one that it doesn't know. Ask for some hundreds at a time: each call is one
// look at the state, in a few statements.
func (v *View) Records(ctx context.Context, ids []job.MessageID) ([]*job.Record, error) {
	found := make(lookup[*job.Record], len(ids))
	err := v.look(ctx, "read what the state remembers", func(t *rows.Tx) error {
		r := newRecorder(t, found)
		if err := r.find(ctx, ids); err != nil {
			return err
		}
		if err := r.nameRuns(ctx); err != nil {
			return err
		}
		if len(r.failed) > 0 {
			if err := r.failures(ctx); err != nil {
				return err
			}
		}
		if len(r.begun) == 0 {
			return nil
		}
		if err := r.cursors(ctx); err != nil {
			return err
		}
		return r.tokens(ctx)
	})
	if err != nil {
		return nil, err
	}
	return found.inOrder(ids), nil
}

// A lookup is what was found of some messages.
type lookup[T any] map[job.MessageID]T

func (l lookup[T]) inOrder(ids []job.MessageID) []T {
	all := make([]T, len(ids))
	for i, id := range ids {
		all[i] = l[id]
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
	for i := range ids {
		in := namespace{ids[i].Provider, ids[i].Kind}
		sorted[in] = append(sorted[in], ids[i].ProcessQueryKey)
	}
	return sorted
}

// A recorder gathers records part by part.
type recorder struct {
	*rows.Tx
	records lookup[*job.Record]
	// failed are those with a failure, begun those with a cursor, by row: few.
	failed, begun map[int64]*job.Record
	// runs has the readings by the rows of their runs.
	runs map[int64][]*job.Reading
}

func newRecorder(t *rows.Tx, found lookup[*job.Record]) *recorder {
	return &recorder{
		Tx: t, records: found,
		failed: make(map[int64]*job.Record), begun: make(map[int64]*job.Record), runs: make(map[int64][]*job.Reading),
	}
}

func (r *recorder) find(ctx context.Context, ids []job.MessageID) error {
	var found recordRow
	dest := found.dest()
	for in, keys := range keys(ids) {
		err := r.Each(ctx, func(scan sqldb.Scan) error {
			if err := scan(dest...); err != nil {
				return err
			}
			r.add(job.MessageID{Provider: in.provider, Kind: in.kind, ProcessQueryKey: found.key}, &found)
			return nil
		}, `SELECT m.id, m.key, m.first_asked_at, m.expired_since, m.calls, m.audience_size, m.roster, a.hash, a.size, m.purged_at,
				m.last_reading, m.forgotten,
				r.run, r.started_at, r.finished_at, r.send_status, r.readers, r.read,
				p.run, p.started_at, p.finished_at, p.send_status, p.readers, p.read,
				EXISTS (SELECT 1 FROM failure WHERE message = m.id), EXISTS (SELECT 1 FROM cursor WHERE message = m.id)
			FROM message m
			LEFT JOIN audience a ON a.id = m.audience
			LEFT JOIN reading r ON r.message = m.id AND r.number = m.last_reading
			LEFT JOIN reading p ON p.message = m.id AND p.number = m.previous_reading
			WHERE m.source = (SELECT id FROM source WHERE provider = ? AND kind = ?)
				AND m.key IN (SELECT value FROM texts(?))`, in.provider, in.kind, keys)
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) add(id job.MessageID, found *recordRow) {
	record := found.made()
	r.records[id] = record
	if found.failed {
		r.failed[found.row] = record
	}
	if found.begun {
		r.begun[found.row] = record
	}
	if record.Last != nil {
		r.runs[found.last.run.V] = append(r.runs[found.last.run.V], record.Last)
	}
	if record.Previous != nil {
		r.runs[found.previous.run.V] = append(r.runs[found.previous.run.V], record.Previous)
	}
}

// nameRuns names the runs of the readings, which are few.
func (r *recorder) nameRuns(ctx context.Context) error {
	if len(r.runs) == 0 {
		return nil
	}
	return r.Each(ctx, func(scan sqldb.Scan) error {
		var run int64
		var name string
		err := scan(&run, &name)
		for _, reading := range r.runs[run] {
			reading.RunID = name
		}
		return err
	}, `SELECT id, name FROM run WHERE id IN (SELECT value FROM numbers(?))`, rowsOf(r.runs))
}

// A recordRow is what one row says of a message.
type recordRow struct {
	row            int64
	key            string
	record         job.Record
	size, listed   sql.Null[int64]
	hash           sql.Null[string]
	last, previous readingRow
	// number is the last reading's, forgotten that of the latest one before a purge.
	number, forgotten int
	// failed says that there is a failure, begun that there is a cursor.
	failed, begun bool
}

func (r *recordRow) dest() []any {
	return slices.Concat([]any{
		&r.row, &r.key, &r.record.FirstAskedAt, &r.record.ExpiredSince, &r.record.Calls, &r.size, &r.record.Audience.Roster,
		&r.hash, &r.listed, &r.record.PurgedAt, &r.number, &r.forgotten,
	}, r.last.dest(), r.previous.dest(), []any{&r.failed, &r.begun})
}

func (r *recordRow) made() *job.Record {
	made := r.record
	made.Row = r.row
	switch {
	case r.hash.Valid:
		made.AudienceHash = r.hash.V
		made.Audience.Form, made.Audience.Size = job.AudienceListed, int(r.listed.V)
	case r.size.Valid:
		made.Audience.Form, made.Audience.Size = job.AudienceSized, int(r.size.V)
	}
	made.Last, made.Previous = r.last.made(), r.previous.made()
	made.OnlyReading = r.number == 1 || r.number == r.forgotten+1 && made.PurgedAt.IsZero()
	return &made
}

// A readingRow is the columns of a reading, all of them NULL where there is none.
type readingRow struct {
	reading            job.Reading
	status             sql.Null[string]
	run, readers, read sql.Null[int64]
}

func (r *readingRow) dest() []any {
	return []any{&r.run, &r.reading.StartedAt, &r.reading.FinishedAt, &r.status, &r.readers, &r.read}
}

func (r *readingRow) made() *job.Reading {
	if !r.readers.Valid {
		return nil
	}
	made := r.reading
	made.SendStatus = job.SendStatus(r.status.V)
	made.Readers, made.Read = int(r.readers.V), int(r.read.V)
	return &made
}

func (r *recorder) failures(ctx context.Context) error {
	return r.Each(ctx, func(scan sqldb.Scan) error {
		var row int64
		f := &job.Failure{}
		err := scan(&row, &f.Status, &f.Class, &f.HTTPStatus, &f.Code, &f.Message, &f.RequestID, &f.RunID,
			&f.At, &f.RobotCode, &f.OpenConversationID, &f.SentAt, &f.Runs, &f.Since, &f.Same)
		if err == nil {
			r.failed[row].Failure = f
		}
		return err
	}, `SELECT f.message, f.status, f.class, f.http_status, f.code, f.answer, f.request_id, run.name,
			f.failed_at, f.robot_code, f.open_conversation_id, f.sent_at, f.runs, f.since, f.same
		FROM failure f
		JOIN run ON run.id = f.run
		WHERE f.message IN (SELECT value FROM numbers(?))`, rowsOf(r.failed))
}

func (r *recorder) cursors(ctx context.Context) error {
	return r.Each(ctx, func(scan sqldb.Scan) error {
		var row int64
		c := &job.Cursor{}
		err := scan(&row, &c.NextToken, &c.Pages, &c.Readers, &c.EmptyPages, &c.StartedAt, &c.UpdatedAt)
		if err == nil {
			r.begun[row].Cursor = c
		}
		return err
	}, `SELECT c.message, c.next_token, c.pages, c.readers, c.empty_pages, c.started_at, c.updated_at
		FROM cursor c
		WHERE c.message IN (SELECT value FROM numbers(?))`, rowsOf(r.begun))
}

func (r *recorder) tokens(ctx context.Context) error {
	return r.Each(ctx, func(scan sqldb.Scan) error {
		var row int64
		var token string
		err := scan(&row, &token)
		if err == nil {
			cursor := r.begun[row].Cursor
			cursor.Tokens = append(cursor.Tokens, token)
		}
		return err
	}, `SELECT c.message, t.token
		FROM cursor c
		JOIN cursor_token t ON t.message = c.message
		WHERE c.message IN (SELECT value FROM numbers(?))
		ORDER BY t.message, t.number`, rowsOf(r.begun))
}

func rowsOf[T any](byRow map[int64]T) []int64 { return slices.Collect(maps.Keys(byRow)) }
