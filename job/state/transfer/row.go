package transfer

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// A put is a table with the statement that fills it.
type put struct {
	table
	statement string
}

// statement inserts what [table.query] selects.
func (t *table) statement() string {
	var names []string
	switch {
	case t.line == lineErased:
		return `UPDATE person SET erased = ? WHERE id IN (SELECT value FROM numbers(?))`
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
			", value FROM numbers(?)"
	}
	if t.numbered && t.line == "message" {
		names, parameters = append(names, "last_reading"), parameters+", 0"
	}
	return "INSERT INTO " + t.name + " (" + strings.Join(names, ", ") + ") VALUES (" + parameters + ")"
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
		if !there && c.earlier != "" {
			raw, there = keys[c.earlier]
		}
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
	rows, err := i.People(ctx, people)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBadExport, err)
	}
	if len(rows) < len(people) {
		return fmt.Errorf("%w: a user id is there twice", ErrBadExport)
	}
	_, err = i.Exec(ctx, p.statement, append(args, rows)...)
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
