package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
)

// Export writes the whole state as JSON lines, which [DB.Import] reads: the same
// state gives the same bytes. It is one look at the state, goes on while a run
// records, and holds no more than a message at a time. It holds every user id,
// and the key of the tombstones of those who were erased.
func (db *DB) Export(ctx context.Context, w io.Writer) error {
	return db.read(ctx, "export the state", func(t *tx) error {
		return newExporter(t, w).all(ctx)
	})
}

// perLine is how many user ids a line has at most.
const perLine = 1000

// An exporter writes lines and counts them.
type exporter struct {
	*tx
	enc   *json.Encoder
	lines int
}

func newExporter(t *tx, w io.Writer) *exporter {
	e := &exporter{tx: t, enc: json.NewEncoder(w)}
	e.enc.SetEscapeHTML(false)
	return e
}

func (e *exporter) line(v any) error {
	e.lines++
	return e.enc.Encode(v)
}

func (e *exporter) all(ctx context.Context) error {
	head := stateLine{Type: lineState, FormatVersion: exportVersion}
	err := e.row(ctx, `SELECT lineage, serial, COALESCE(erasure_key, '') FROM meta WHERE id = 1`).Scan(
		&head.Lineage, &head.Serial, &head.ErasureKey)
	if err != nil {
		return err
	}
	if err := e.line(head); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{
		e.runs, e.ledger, e.refusals, e.stops, e.reports, e.erased, e.audiences, e.messages,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return e.enc.Encode(endLine{Type: lineEnd, Lines: e.lines})
}

func (e *exporter) runs(ctx context.Context) error {
	return e.each(ctx, func(rows *sql.Rows) error {
		l := runLine{Type: lineRun}
		var stops string
		err := rows.Scan(&l.ID, (*instant)(&l.StartedAt), (*instant)(&l.UpdatedAt), (*instant)(&l.FinishedAt),
			&l.Complete, &l.Calls, &l.Retries, &l.Throttled, &stops)
		l.Stops = json.RawMessage(stops)
		return errors.Join(err, e.line(l))
	}, `SELECT name, started_at, updated_at, finished_at, complete, calls, retries, throttled, stops FROM run ORDER BY id`)
}

func (e *exporter) ledger(ctx context.Context) error {
	return e.each(ctx, func(rows *sql.Rows) error {
		l := ledgerLine{Type: lineLedger}
		err := rows.Scan(&l.QuotaGroup, &l.Month, &l.Calls)
		return errors.Join(err, e.line(l))
	}, `SELECT quota_group, month, calls FROM ledger ORDER BY month, quota_group`)
}

func (e *exporter) refusals(ctx context.Context) error {
	return e.each(ctx, func(rows *sql.Rows) error {
		l := refusalLine{Type: lineRefusal}
		err := rows.Scan(&l.QuotaGroup, &l.Code, &l.Message, &l.RequestID, (*instant)(&l.At))
		return errors.Join(err, e.line(l))
	}, `SELECT quota_group, code, answer, request_id, refused_at FROM quota_refusal ORDER BY quota_group`)
}

func (e *exporter) stops(ctx context.Context) error {
	return e.each(ctx, func(rows *sql.Rows) error {
		l := stopLine{Type: lineStop}
		err := rows.Scan(&l.Provider, &l.RobotCode, &l.Credential, &l.Class, &l.Code, &l.Message, &l.RequestID, (*instant)(&l.At), &l.Runs)
		return errors.Join(err, e.line(l))
	}, `SELECT provider, robot_code, credential, class, code, answer, request_id, stopped_at, runs
		FROM robot_stop ORDER BY provider, robot_code`)
}

func (e *exporter) reports(ctx context.Context) error {
	return e.each(ctx, func(rows *sql.Rows) error {
		l := reportFileLine{Type: lineReportFile}
		err := rows.Scan(&l.Path, (*instant)(&l.WrittenAt))
		return errors.Join(err, e.line(l))
	}, `SELECT path, written_at FROM report_file ORDER BY path`)
}

func (e *exporter) erased(ctx context.Context) error {
	return e.people(ctx, lineErased, `SELECT 0, user_id FROM person WHERE erased ORDER BY user_id`)
}

// audiences are fetched some at a time, like messages: there can be one for each.
func (e *exporter) audiences(ctx context.Context) error {
	for after := int64(0); ; {
		var ids []int64
		var lines []audienceLine
		err := e.each(ctx, func(rows *sql.Rows) error {
			l := audienceLine{Type: lineAudience}
			err := rows.Scan(&after, &l.Hash, &l.Size)
			ids, lines = append(ids, after), append(lines, l)
			return err
		}, `SELECT id, hash, size FROM audience WHERE id > ? ORDER BY id LIMIT ?`, after, fetch)
		if err != nil {
			return err
		}
		for n, id := range ids {
			if err := e.line(lines[n]); err != nil {
				return err
			}
			err := e.people(ctx, lineMembers, `SELECT 0, p.user_id FROM audience_member m JOIN person p ON p.id = m.person
				WHERE m.audience = ? ORDER BY p.user_id`, id)
			if err != nil {
				return err
			}
		}
		if len(ids) < fetch {
			return nil
		}
	}
}

// people writes rows of a reading's number and a user id, some to a line.
func (e *exporter) people(ctx context.Context, kind, statement string, of ...any) error {
	l := peopleLine{Type: kind}
	flush := func() error {
		if len(l.UserIDs) == 0 {
			return nil
		}
		err := e.line(l)
		l.UserIDs = l.UserIDs[:0]
		return err
	}
	err := e.each(ctx, func(rows *sql.Rows) error {
		var reading int
		var id string
		if err := rows.Scan(&reading, &id); err != nil {
			return err
		}
		if reading != l.Reading || len(l.UserIDs) == perLine {
			if err := flush(); err != nil {
				return err
			}
		}
		l.Reading = reading
		l.UserIDs = append(l.UserIDs, id)
		return nil
	}, statement, of...)
	return errors.Join(err, flush())
}

// messages are fetched some at a time, since what belongs to each is asked for
// in between.
func (e *exporter) messages(ctx context.Context) error {
	for after := int64(0); ; {
		ids, lines, err := e.fetch(ctx, after)
		if err != nil {
			return err
		}
		for i, id := range ids {
			if err := e.message(ctx, id, lines[i]); err != nil {
				return err
			}
			after = id
		}
		if len(ids) < fetch {
			return nil
		}
	}
}

func (e *exporter) fetch(ctx context.Context, after int64) (ids []int64, lines []messageLine, err error) {
	err = e.each(ctx, func(rows *sql.Rows) error {
		l := messageLine{Type: lineMessage}
		var id int64
		err := rows.Scan(&id, &l.Provider, &l.Kind, &l.ProcessQueryKey, &l.Address,
			(*instant)(&l.FirstAskedAt), (*instant)(&l.ExpiredSince), &l.Calls,
			&l.Audience, &l.AudienceSize, &l.Roster, &l.PreviousReading, (*instant)(&l.PurgedAt), &l.ForgottenReadings)
		ids, lines = append(ids, id), append(lines, l)
		return err
	}, `SELECT m.id, s.provider, s.kind, m.key, m.address, m.first_asked_at, m.expired_since, m.calls,
			COALESCE(a.hash, ''), m.audience_size, m.roster, m.previous_reading, m.purged_at, m.forgotten
		FROM message m
		JOIN source s ON s.id = m.source
		LEFT JOIN audience a ON a.id = m.audience
		WHERE m.id > ? ORDER BY m.id LIMIT ?`, after, fetch)
	return ids, lines, err
}

func (e *exporter) message(ctx context.Context, id int64, l messageLine) error {
	if err := e.line(l); err != nil {
		return err
	}
	for _, part := range []func(context.Context, int64) error{e.readings, e.failure, e.cursor} {
		if err := part(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) readings(ctx context.Context, id int64) error {
	err := e.each(ctx, func(rows *sql.Rows) error {
		l := readingLine{Type: lineReading}
		err := rows.Scan(&l.Number, &l.Run, (*instant)(&l.StartedAt), (*instant)(&l.FinishedAt), &l.SendStatus, &l.Readers, &l.Read)
		return errors.Join(err, e.line(l))
	}, `SELECT r.number, run.name, r.started_at, r.finished_at, r.send_status, r.readers, r.read
		FROM reading r JOIN run ON run.id = r.run WHERE r.message = ? ORDER BY r.number`, id)
	if err != nil {
		return err
	}
	return e.people(ctx, lineReaders, `SELECT r.reading, p.user_id FROM reader r JOIN person p ON p.id = r.person
		WHERE r.message = ? ORDER BY r.reading, p.user_id`, id)
}

func (e *exporter) failure(ctx context.Context, id int64) error {
	return e.each(ctx, func(rows *sql.Rows) error {
		l := failureLine{Type: lineFailure}
		err := rows.Scan(&l.Status, &l.Class, &l.HTTPStatus, &l.Code, &l.Message, &l.RequestID, &l.Run, (*instant)(&l.At),
			&l.RobotCode, &l.OpenConversationID, (*instant)(&l.SentAt), &l.Runs, (*instant)(&l.Since), &l.Same)
		return errors.Join(err, e.line(l))
	}, `SELECT f.status, f.class, f.http_status, f.code, f.answer, f.request_id, run.name, f.failed_at,
			f.robot_code, f.open_conversation_id, f.sent_at, f.runs, f.since, f.same
		FROM failure f JOIN run ON run.id = f.run WHERE f.message = ?`, id)
}

func (e *exporter) cursor(ctx context.Context, id int64) error {
	tokens := []string{}
	err := e.each(ctx, func(rows *sql.Rows) error {
		var token string
		err := rows.Scan(&token)
		tokens = append(tokens, token)
		return err
	}, `SELECT token FROM cursor_token WHERE message = ? ORDER BY number`, id)
	if err != nil {
		return err
	}
	err = e.each(ctx, func(rows *sql.Rows) error {
		l := cursorLine{Type: lineCursor, Tokens: tokens}
		err := rows.Scan(&l.NextToken, &l.Pages, &l.Readers, &l.Barren, (*instant)(&l.StartedAt), (*instant)(&l.UpdatedAt))
		return errors.Join(err, e.line(l))
	}, `SELECT next_token, pages, readers, barren, started_at, updated_at FROM cursor WHERE message = ?`, id)
	if err != nil {
		return err
	}
	return e.people(ctx, lineCursorReaders, `SELECT 0, p.user_id FROM cursor_reader c JOIN person p ON p.id = c.person
		WHERE c.message = ? ORDER BY p.user_id`, id)
}
