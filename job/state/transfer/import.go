package transfer

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
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/tombstone"
)

// The reasons why an import is refused.
var (
	// ErrNotEmpty: the state remembers something already.
	ErrNotEmpty = errors.New("the state is not empty")
	// ErrBadExport: the lines are not a whole export of a state.
	ErrBadExport = errors.New("this is not a whole export")
)

// Import fills an empty state with what [Export] wrote. It becomes that state, with
// its lineage and its serial. All of it is one transaction: after an error the state
// is as empty as before. The error wraps [ErrNotEmpty], [state.ErrNewer] or
// [ErrBadExport], with the line's number. Only the holder of the lock imports, and
// nothing else may use the state meanwhile.
func Import(ctx context.Context, db *state.DB, r io.Reader) error {
	err := db.Change(ctx, "import into the state", func(t *rows.Tx) error {
		i := newImporter(t)
		if err := i.empty(ctx); err != nil {
			return err
		}
		return i.all(ctx, r)
	})
	if err != nil {
		return err
	}
	return db.Reload(ctx)
}

// An importer reads lines.
type importer struct {
	*rows.Tx
	head  stateLine
	lines int
	ended bool
	// puts are by the types of the lines.
	puts map[string]*put
	// owners are the rows that lines belong to, by the type of their lines; 0 before
	// the first. They are numbered from 1.
	owners map[string]int64
	// readings is how many the message has so far.
	readings int64
}

func newImporter(t *rows.Tx) *importer {
	i := &importer{Tx: t, puts: make(map[string]*put), owners: make(map[string]int64)}
	for _, table := range tables() {
		i.puts[table.line] = &put{table, table.statement()}
	}
	return i
}

// empty reports a state that remembers something.
func (i *importer) empty(ctx context.Context) error {
	for _, t := range tables() {
		var found bool
		if err := i.Row(ctx, "SELECT EXISTS (SELECT 1 FROM "+t.name+")").Scan(&found); err != nil {
			return err
		}
		if found {
			return ErrNotEmpty
		}
	}
	return nil
}

func (i *importer) all(ctx context.Context, r io.Reader) error {
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
	return i.finish(ctx)
}

func (i *importer) finish(ctx context.Context) error {
	_, err := i.Exec(ctx, `UPDATE message SET last_reading = COALESCE((SELECT max(number) FROM reading WHERE message = message.id), 0)`)
	if err != nil {
		return err
	}
	_, err = i.Exec(ctx, `UPDATE meta SET lineage = ?, serial = ?, erasure_key = ?,
			erased = (SELECT count(*) FROM person WHERE erased)
		WHERE id = 1`, i.head.Lineage, i.head.Serial,
		sql.Null[string]{V: i.head.ErasureKey, Valid: i.head.ErasureKey != ""})
	return err
}

// one records what one line says.
func (i *importer) one(ctx context.Context, line []byte) error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(line, &keys); err != nil {
		return fmt.Errorf("%w: %w", ErrBadExport, err)
	}
	kind, err := parseText(keys["type"])
	if err != nil {
		return fmt.Errorf("%w: it has no type", ErrBadExport)
	}
	switch {
	case i.ended:
		return fmt.Errorf("%w: there is more after its end", ErrBadExport)
	case (kind == lineState) != (i.lines == 0):
		return fmt.Errorf("%w: the first line, and no other, has the type %q", ErrBadExport, lineState)
	case kind == lineState:
		return i.state(line)
	case kind == lineEnd:
		return i.end(line)
	}
	p := i.puts[kind]
	switch {
	case p == nil:
		return fmt.Errorf("%w: there are no lines of the type %.40q", ErrBadExport, kind)
	case p.of != "" && i.owners[p.of] == 0:
		return fmt.Errorf("%w: it belongs to no line of the type %q", ErrBadExport, p.of)
	}
	delete(keys, "type")
	return i.put(ctx, p, keys)
}

func (i *importer) state(line []byte) error {
	var of struct {
		FormatVersion string `json:"format_version"`
	}
	if err := json.Unmarshal(line, &of); err != nil {
		return fmt.Errorf("%w: %w", ErrBadExport, err)
	}
	if !readable(of.FormatVersion) {
		return fmt.Errorf("%w: its format is %.20q, this version reads up to %s; use that version, or a later one", state.ErrNewer, of.FormatVersion, version)
	}
	if err := strict(line, &i.head); err != nil {
		return err
	}
	if i.head.Lineage == "" || len(i.head.Lineage) > job.MaxID || i.head.Serial < 0 {
		return fmt.Errorf("%w: it has no lineage or no serial", ErrBadExport)
	}
	if key, err := hex.DecodeString(i.head.ErasureKey); err != nil || len(key) != 0 && len(key) != tombstone.KeyLength {
		return fmt.Errorf("%w: its erasure key is none", ErrBadExport)
	}
	return nil
}

func (i *importer) end(line []byte) error {
	var l endLine
	err := strict(line, &l)
	if err == nil && l.Lines != i.lines {
		return fmt.Errorf("%w: it had %d lines, here are %d", ErrBadExport, l.Lines, i.lines)
	}
	i.ended = true
	return err
}

// strict decodes a line: what this version doesn't know would be lost.
func strict(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", ErrBadExport, err)
	}
	return nil
}
