package state

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"notifyaudit/job"
)

// The reasons why an import is refused.
var (
	// ErrNotEmpty: the state remembers something already.
	ErrNotEmpty = errors.New("the state is not empty")
	// ErrBadExport: the lines are not a whole export of a state.
	ErrBadExport = errors.New("this is not a whole export")
)

// maxLine bounds a line of an export, in bytes; maxPerLine its user ids, of which
// Export writes at most perLine.
const (
	maxLine    = 16 << 20
	maxPerLine = 100 * perLine
)

// Import fills an empty state with what [DB.Export] wrote. It becomes that state,
// with its lineage and its serial. All of it is one transaction: after an error
// the state is as empty as before. The error wraps [ErrNotEmpty], [ErrNewer] or
// [ErrBadExport], with the line's number. Only the holder of the lock imports,
// and nothing else may use the DB meanwhile.
func (db *DB) Import(ctx context.Context, r io.Reader) error {
	i := importer{}
	const doing = "import into the state"
	err := db.write(ctx, doing, func(t *tx) error {
		i = importer{tx: t}
		if err := i.empty(ctx); err != nil {
			return err
		}
		return i.all(ctx, r)
	})
	if err != nil {
		return err
	}
	db.lineage = i.head.Lineage
	return db.read(ctx, doing, func(t *tx) error { return db.learn(ctx, t) })
}

// An importer reads lines.
type importer struct {
	*tx
	head  stateLine
	lines int
	// audience and message are the rows that the lines belong to, 0 before the
	// first; readings is how many the message has so far.
	audience, message int64
	readings          int
	ended             bool
	// puts are by the types of the lines.
	puts map[string]func(context.Context, []byte) error
}

// empty reports a state that remembers something.
func (i *importer) empty(ctx context.Context) error {
	var rows int
	err := i.row(ctx, `SELECT (SELECT count(*) FROM run) + (SELECT count(*) FROM message)
		+ (SELECT count(*) FROM ledger) + (SELECT count(*) FROM quota_refusal) + (SELECT count(*) FROM robot_stop)
		+ (SELECT count(*) FROM person) + (SELECT count(*) FROM report_file)`).Scan(&rows)
	if err == nil && rows > 0 {
		return ErrNotEmpty
	}
	return err
}

func (i *importer) all(ctx context.Context, r io.Reader) error {
	i.puts = map[string]func(context.Context, []byte) error{
		lineState: i.state, lineEnd: i.end, lineRun: i.run, lineLedger: i.ledger, lineRefusal: i.refusal, lineStop: i.stop,
		lineReportFile: i.report, lineErased: i.erased, lineAudience: i.putAudience, lineMembers: i.members,
		lineMessage: i.putMessage, lineReading: i.reading, lineReaders: i.readers,
		lineFailure: i.failure, lineCursor: i.cursor, lineCursorReaders: i.cursorReaders,
	}
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	for scanner.Scan() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := i.one(ctx, scanner.Bytes()); err != nil {
			return fmt.Errorf("line %d: %w", i.lines+1, err)
		}
		i.lines++
	}
	switch {
	case errors.Is(scanner.Err(), bufio.ErrTooLong):
		return fmt.Errorf("line %d: %w: it is longer than %d bytes", i.lines+1, ErrBadExport, maxLine)
	case scanner.Err() != nil:
		return scanner.Err()
	case !i.ended:
		return fmt.Errorf("%w: its end is missing", ErrBadExport)
	}
	_, err := i.exec(ctx, `UPDATE meta SET lineage = ?, serial = ?, erasure_key = ?,
			erased = (SELECT count(*) FROM person WHERE erased)
		WHERE id = 1`, i.head.Lineage, i.head.Serial,
		sql.NullString{String: i.head.ErasureKey, Valid: i.head.ErasureKey != ""})
	return err
}

// one records what one line says.
func (i *importer) one(ctx context.Context, text []byte) error {
	var l struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return fmt.Errorf("%w: %w", ErrBadExport, err)
	}
	switch {
	case i.ended:
		return fmt.Errorf("%w: there is more after its end", ErrBadExport)
	case (l.Type == lineState) != (i.lines == 0):
		return fmt.Errorf("%w: the first line, and no other, has the type %q", ErrBadExport, lineState)
	}
	put, known := i.puts[l.Type]
	if !known {
		return fmt.Errorf("%w: there are no lines of the type %.40q", ErrBadExport, l.Type)
	}
	return put(ctx, text)
}

// decode reads a line strictly: what this version doesn't know would be lost.
func decode[T any](text []byte) (l T, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return l, fmt.Errorf("%w: %w", ErrBadExport, err)
	}
	return l, nil
}

func (i *importer) state(_ context.Context, text []byte) error {
	var version struct {
		FormatVersion string `json:"format_version"`
	}
	if err := json.Unmarshal(text, &version); err != nil {
		return fmt.Errorf("%w: %w", ErrBadExport, err)
	}
	if !readableExport(version.FormatVersion) {
		return fmt.Errorf("%w: its format is %.20q, this version reads up to %s; use that version, or a later one", ErrNewer, version.FormatVersion, exportVersion)
	}
	var err error
	if i.head, err = decode[stateLine](text); err != nil {
		return err
	}
	if i.head.Lineage == "" || len(i.head.Lineage) > job.MaxID || i.head.Serial < 0 {
		return fmt.Errorf("%w: it has no lineage or no serial", ErrBadExport)
	}
	if key, err := hex.DecodeString(i.head.ErasureKey); err != nil || len(key) != 0 && len(key) != erasureKey {
		return fmt.Errorf("%w: its erasure key is none", ErrBadExport)
	}
	return nil
}

func (i *importer) end(_ context.Context, text []byte) error {
	l, err := decode[endLine](text)
	if err == nil && l.Lines != i.lines {
		return fmt.Errorf("%w: it had %d lines, here are %d", ErrBadExport, l.Lines, i.lines)
	}
	i.ended = true
	return err
}

func (i *importer) run(ctx context.Context, text []byte) error {
	l, err := decode[runLine](text)
	if err != nil {
		return err
	}
	var stops []job.Stop
	if err := json.Unmarshal(l.Stops, &stops); err != nil {
		return fmt.Errorf("%w: the stops of run %.70q: %w", ErrBadExport, l.ID, err)
	}
	_, err = i.exec(ctx, `INSERT INTO run (name, started_at, updated_at, finished_at, complete, calls, retries, throttled, stops)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		l.ID, instant(l.StartedAt), instant(l.UpdatedAt), instant(l.FinishedAt), l.Complete, l.Calls, l.Retries, l.Throttled, string(l.Stops))
	return err
}

func (i *importer) ledger(ctx context.Context, text []byte) error {
	l, err := decode[ledgerLine](text)
	if err != nil {
		return err
	}
	_, err = i.exec(ctx, `INSERT INTO ledger (quota_group, month, calls) VALUES (?, ?, ?)`, l.QuotaGroup, l.Month, l.Calls)
	return err
}

func (i *importer) refusal(ctx context.Context, text []byte) error {
	l, err := decode[refusalLine](text)
	if err != nil {
		return err
	}
	_, err = i.exec(ctx, `INSERT INTO quota_refusal (quota_group, code, answer, request_id, refused_at) VALUES (?, ?, ?, ?, ?)`,
		l.QuotaGroup, l.Code, l.Message, l.RequestID, instant(l.At))
	return err
}

func (i *importer) stop(ctx context.Context, text []byte) error {
	l, err := decode[stopLine](text)
	if err != nil {
		return err
	}
	_, err = i.exec(ctx, `INSERT INTO robot_stop (provider, robot_code, credential, class, code, answer, request_id, stopped_at, runs)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, l.Provider, l.RobotCode, l.Credential, l.Class, l.Code, l.Message, l.RequestID, instant(l.At), max(1, l.Runs))
	return err
}

func (i *importer) report(ctx context.Context, text []byte) error {
	l, err := decode[reportFileLine](text)
	if err != nil {
		return err
	}
	_, err = i.exec(ctx, `INSERT INTO report_file (path, written_at) VALUES (?, ?)`, l.Path, instant(l.WrittenAt))
	return err
}

func (i *importer) erased(ctx context.Context, text []byte) error {
	l, err := decode[peopleLine](text)
	if err != nil {
		return err
	}
	for _, id := range l.UserIDs {
		if !job.Erased(id) || i.head.ErasureKey == "" {
			return fmt.Errorf("%w: %.70q stands for nobody who was erased", ErrBadExport, id)
		}
	}
	list, err := i.people(ctx, l.UserIDs)
	if err != nil {
		return err
	}
	_, err = i.exec(ctx, `UPDATE person SET erased = 1 WHERE user_id IN (SELECT value FROM texts(?))`, list)
	return err
}

func (i *importer) putAudience(ctx context.Context, text []byte) error {
	l, err := decode[audienceLine](text)
	if err != nil {
		return err
	}
	return i.row(ctx, `INSERT INTO audience (hash, size) VALUES (?, ?) RETURNING id`, l.Hash, l.Size).Scan(&i.audience)
}

func (i *importer) members(ctx context.Context, text []byte) error {
	return i.putPeople(ctx, text, i.audience, `INSERT INTO audience_member (audience, person)
		SELECT ?, id FROM person WHERE user_id IN (SELECT value FROM texts(?))`)
}

// putPeople adds the line's people, and what the statement says of them, to what
// they belong to.
func (i *importer) putPeople(ctx context.Context, text []byte, of int64, statement string, more ...any) error {
	l, err := decode[peopleLine](text)
	if err != nil {
		return err
	}
	if len(l.UserIDs) > maxPerLine {
		return fmt.Errorf("%w: a line has %d user ids", ErrBadExport, len(l.UserIDs))
	}
	list, err := i.people(ctx, l.UserIDs)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBadExport, err)
	}
	_, err = i.exec(ctx, statement, append(append([]any{of}, more...), list)...)
	return err
}

func (i *importer) putMessage(ctx context.Context, text []byte) error {
	l, err := decode[messageLine](text)
	if err != nil {
		return err
	}
	if _, err := texts([]string{l.ProcessQueryKey}); err != nil {
		return fmt.Errorf("%w: %w", ErrBadExport, err)
	}
	source, err := i.source(ctx, l.Provider, l.Kind)
	if err != nil {
		return err
	}
	var list sql.NullInt64
	if l.Audience != "" {
		if err := i.row(ctx, `SELECT id FROM audience WHERE hash = ?`, l.Audience).Scan(&list); err != nil {
			return fmt.Errorf("%w: there is no audience %.70q: %w", ErrBadExport, l.Audience, err)
		}
	}
	i.readings = 0
	return i.row(ctx, `INSERT INTO message (source, key, address, first_asked_at, expired_since, calls,
			audience, audience_size, roster, last_reading, previous_reading, purged_at, forgotten)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?) RETURNING id`,
		source, l.ProcessQueryKey, l.Address, instant(l.FirstAskedAt), instant(l.ExpiredSince), l.Calls,
		list, l.AudienceSize, l.Roster, l.PreviousReading, instant(l.PurgedAt), l.ForgottenReadings).Scan(&i.message)
}

func (i *importer) reading(ctx context.Context, text []byte) error {
	l, err := decode[readingLine](text)
	if err != nil {
		return err
	}
	if l.Number != i.readings+1 {
		return fmt.Errorf("%w: reading %d does not follow reading %d", ErrBadExport, l.Number, i.readings)
	}
	i.readings = l.Number
	run, err := i.runRow(ctx, l.Run)
	if err != nil {
		return err
	}
	_, err = i.exec(ctx, `INSERT INTO reading (message, number, run, started_at, finished_at, send_status, readers, read)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, i.message, l.Number, run, instant(l.StartedAt), instant(l.FinishedAt), l.SendStatus, l.Readers, l.Read)
	if err != nil {
		return err
	}
	_, err = i.exec(ctx, `UPDATE message SET last_reading = ? WHERE id = ?`, l.Number, i.message)
	return err
}

func (i *importer) runRow(ctx context.Context, name string) (id int64, err error) {
	err = i.row(ctx, `SELECT id FROM run WHERE name = ?`, name).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("%w: there is no run %.70q", ErrBadExport, name)
	}
	return id, err
}

func (i *importer) readers(ctx context.Context, text []byte) error {
	l, err := decode[peopleLine](text)
	if err != nil {
		return err
	}
	if l.Reading < 1 || l.Reading > i.readings {
		return fmt.Errorf("%w: there is no reading %d", ErrBadExport, l.Reading)
	}
	return i.putPeople(ctx, text, i.message, `INSERT INTO reader (message, person, reading)
		SELECT ?, id, ? FROM person WHERE user_id IN (SELECT value FROM texts(?))`, l.Reading)
}

func (i *importer) failure(ctx context.Context, text []byte) error {
	l, err := decode[failureLine](text)
	if err != nil {
		return err
	}
	run, err := i.runRow(ctx, l.Run)
	if err != nil {
		return err
	}
	_, err = i.exec(ctx, `INSERT INTO failure (message, status, class, http_status, code, answer, request_id, run, failed_at,
			robot_code, open_conversation_id, sent_at, runs, since, same)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		i.message, l.Status, l.Class, l.HTTPStatus, l.Code, l.Message, l.RequestID, run, instant(l.At),
		l.RobotCode, l.OpenConversationID, instant(l.SentAt), l.Runs, instant(l.Since), l.Same)
	return err
}

func (i *importer) cursor(ctx context.Context, text []byte) error {
	l, err := decode[cursorLine](text)
	if err != nil {
		return err
	}
	_, err = i.exec(ctx, `INSERT INTO cursor (message, next_token, pages, readers, barren, tokens, started_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		i.message, l.NextToken, l.Pages, l.Readers, l.Barren, len(l.Tokens), instant(l.StartedAt), instant(l.UpdatedAt))
	for n, token := range l.Tokens {
		if err != nil {
			return err
		}
		_, err = i.exec(ctx, `INSERT INTO cursor_token (message, number, token) VALUES (?, ?, ?)`, i.message, n+1, token)
	}
	return err
}

func (i *importer) cursorReaders(ctx context.Context, text []byte) error {
	return i.putPeople(ctx, text, i.message, `INSERT INTO cursor_reader (message, person)
		SELECT ?, id FROM person WHERE user_id IN (SELECT value FROM texts(?))`)
}
