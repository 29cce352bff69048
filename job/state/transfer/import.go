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
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
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
	// added are user ids that have a row, as many as are remembered.
	added map[string]bool
}

// A put is a table with the statement that fills it.
type put struct {
	table
	statement string
}

func newImporter(t *rows.Tx) *importer {
	i := &importer{Tx: t, puts: make(map[string]*put), owners: make(map[string]int64), added: make(map[string]bool)}
	for _, table := range tables() {
		i.puts[table.line] = &put{table, table.statement()}
	}
	return i
}

// statement inserts what [table.query] selects.
func (t *table) statement() string {
	var names []string
	switch {
	case t.line == lineErased:
		return `UPDATE person SET erased = ? WHERE user_id IN (SELECT value FROM texts(?))`
	case t.of != "":
		names = append(names, t.of)
	case t.numbered:
		names = append(names, "id")
	}
	for _, c := range t.columns {
		if c.kind != provider {
			names = append(names, c.named())
		}
	}
	parameters := strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ")
	if t.people {
		return "INSERT INTO " + t.name + " (" + strings.Join(append(names, "person"), ", ") + ") SELECT " + parameters +
			", p.id FROM texts(?) t JOIN person p ON p.user_id = t.value"
	}
	if t.numbered && t.line == "message" {
		names, parameters = append(names, "last_reading"), parameters+", 0"
	}
	return "INSERT INTO " + t.name + " (" + strings.Join(names, ", ") + ") VALUES (" + parameters + ")"
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

// put inserts the row, or the people, of a line.
func (i *importer) put(ctx context.Context, p *put, keys map[string]json.RawMessage) error {
	var people []string
	if p.people {
		if err := json.Unmarshal(keys["user_ids"], &people); err != nil {
			return fmt.Errorf("%w: %w", ErrBadExport, err)
		}
		delete(keys, "user_ids")
	}
	values, err := p.parse(keys)
	if err != nil {
		return err
	}
	if err := i.check(p, values); err != nil {
		return err
	}
	args, err := i.args(ctx, p, values)
	if err != nil {
		return err
	}
	if p.people {
		return i.putPeople(ctx, p, args, people)
	}
	if _, err := i.Exec(ctx, p.statement, args...); err != nil {
		return err
	}
	return i.putTokens(ctx, p, values)
}

// parse reads the columns of a line. A key that is no column is refused.
func (p *put) parse(keys map[string]json.RawMessage) ([]value, error) {
	values := make([]value, len(p.columns))
	found := 0
	for n, c := range p.columns {
		raw, there := keys[c.key]
		if !there {
			if !c.optional {
				return nil, fmt.Errorf("%w: it has no %s", ErrBadExport, c.key)
			}
			values[n].number.V = c.missing
			continue
		}
		found++
		if err := values[n].parse(raw, c.kind); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrBadExport, c.key, err)
		}
	}
	if found < len(keys) {
		return nil, fmt.Errorf("%w: it has a key that this version doesn't know", ErrBadExport)
	}
	return values, nil
}

// check refuses a line that contradicts those before it.
func (i *importer) check(p *put, values []value) error {
	switch p.line {
	case "message":
		i.readings = 0
	case lineReading:
		if n := values[0].number.V; n != i.readings+1 {
			return fmt.Errorf("%w: reading %d does not follow reading %d", ErrBadExport, n, i.readings)
		}
		i.readings++
	case "readers":
		if n := values[0].number.V; n < 1 || n > i.readings {
			return fmt.Errorf("%w: there is no reading %d", ErrBadExport, n)
		}
	}
	return nil
}

// args are the parameters of a table's statement.
func (i *importer) args(ctx context.Context, p *put, values []value) (args []any, err error) {
	switch {
	case p.of != "":
		args = append(args, i.owners[p.of])
	case p.numbered:
		i.owners[p.line]++
		args = append(args, i.owners[p.line])
	}
	for n, c := range p.columns {
		v := &values[n]
		var arg any
		switch c.kind {
		case provider:
			continue
		case id:
			arg, err = v.text.V, rows.CheckIDs(v.text.V)
		case source:
			arg, err = i.Source(ctx, values[n-1].text.V, job.Kind(v.text.V))
		case run:
			arg, err = i.Run(ctx, v.text.V)
		case list:
			arg, err = i.list(ctx, v.text.V)
		case tokens:
			var all []string
			err = json.Unmarshal([]byte(v.text.V), &all)
			arg = len(all)
		case document:
			var stops []job.Stop
			err = json.Unmarshal([]byte(v.text.V), &stops)
			arg = v.text.V
		default:
			arg = v.stored(c.kind)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrBadExport, c.key, err)
		}
		args = append(args, arg)
	}
	return args, nil
}

// list is the row of a list by its hash; nothing for none.
func (i *importer) list(ctx context.Context, hash string) (id sql.Null[int64], err error) {
	if hash == "" {
		return id, nil
	}
	err = i.Row(ctx, `SELECT id FROM audience WHERE hash = ?`, hash).Scan(&id)
	if errors.Is(err, sqldb.ErrNoRows) {
		return id, fmt.Errorf("there is no audience %.70q", hash)
	}
	return id, err
}

// rememberedIDs bounds the memory of an import.
const rememberedIDs = 200_000

func (i *importer) putPeople(ctx context.Context, p *put, args []any, people []string) error {
	if len(people) > maxPerLine {
		return fmt.Errorf("%w: it has %d user ids", ErrBadExport, len(people))
	}
	if p.line == lineErased {
		for _, id := range people {
			if !job.Erased(id) || i.head.ErasureKey == "" {
				return fmt.Errorf("%w: %.70q stands for nobody who was erased", ErrBadExport, id)
			}
		}
		args = []any{true}
	}
	var fresh []string
	for _, id := range people {
		if !i.added[id] {
			fresh = append(fresh, id)
		}
	}
	if len(fresh) > 0 {
		if _, err := i.People(ctx, fresh); err != nil {
			return fmt.Errorf("%w: %w", ErrBadExport, err)
		}
		if len(i.added)+len(fresh) > rememberedIDs {
			clear(i.added)
		}
		for _, id := range fresh {
			i.added[id] = true
		}
	}
	_, err := i.Exec(ctx, p.statement, append(args, people)...)
	return err
}

// putTokens inserts the tokens of a cursor.
func (i *importer) putTokens(ctx context.Context, p *put, values []value) error {
	for n, c := range p.columns {
		if c.kind != tokens {
			continue
		}
		var all []string
		if err := json.Unmarshal([]byte(values[n].text.V), &all); err != nil {
			return err
		}
		for number, token := range all {
			_, err := i.Exec(ctx, `INSERT INTO cursor_token (message, number, token) VALUES (?, ?, ?)`, i.owners[p.of], number+1, token)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
