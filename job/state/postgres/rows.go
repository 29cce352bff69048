package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
)

// rows are the results of a statement.
type rows struct {
	of    *database
	found pgx.Rows
	// results are those of the statements that were sent together.
	results pgx.BatchResults
}

func (r *rows) Next() bool { return r.found.Next() }

func (r *rows) Scan(dest ...any) error {
	fields, values := r.found.FieldDescriptions(), r.found.RawValues()
	if len(fields) != len(dest) {
		return fmt.Errorf("there are %d columns, not %d", len(fields), len(dest))
	}
	for i, d := range dest {
		if err := set(d, &fields[i], values[i]); err != nil {
			return fmt.Errorf("%w: column %d: %w", state.ErrDamaged, i, err)
		}
	}
	return nil
}

func (r *rows) Close() error {
	r.found.Close()
	return r.of.fault(errors.Join(r.found.Err(), r.results.Close()))
}

// set copies a column. The types are those of the schema and of what statements
// make of them.
func set(dest any, field *pgconn.FieldDescription, value []byte) error {
	if value == nil {
		return sqldb.SetNull(dest)
	}
	switch field.DataTypeOID {
	case pgtype.Int8OID, pgtype.Int4OID:
		n, err := integer(field, value)
		if err != nil {
			return err
		}
		return sqldb.SetInteger(dest, n)
	case pgtype.BoolOID:
		d, ok := dest.(*bool)
		if !ok {
			return fmt.Errorf("a bool is stored where %T is wanted", dest)
		}
		*d = value[0] == 1 || value[0] == 't'
		return nil
	case pgtype.TextOID, pgtype.JSONOID:
		return sqldb.SetText(dest, string(value))
	default:
		return fmt.Errorf("it has the type %d", field.DataTypeOID)
	}
}

func integer(field *pgconn.FieldDescription, value []byte) (int64, error) {
	switch {
	case field.Format == pgx.TextFormatCode:
		return strconv.ParseInt(string(value), 10, 64)
	case len(value) == 8:
		return int64(binary.BigEndian.Uint64(value)), nil //nolint:gosec // two's complement is how it is sent
	default:
		return int64(int32(binary.BigEndian.Uint32(value))), nil //nolint:gosec // two's complement is how it is sent
	}
}

// fetched is how many rows a stream fetches at a time.
const fetched = 1000

// A stream is the results of a statement behind a cursor. What was fetched is in
// memory, so that other statements can run.
type stream struct {
	ctx  context.Context //nolint:containedctx // the transaction's, for as long as the rows are read
	c    *conn
	name string
	// fields and values are what was fetched; next is the next row of it.
	fields []pgconn.FieldDescription
	values [][][]byte
	next   int
	err    error
	closed bool
}

func (s *stream) Next() bool {
	s.next++
	if s.next <= len(s.values) {
		return true
	}
	if s.err != nil || s.closed || s.values != nil && len(s.values) < fetched {
		return false
	}
	s.err = s.fetch()
	s.next = 1
	return s.err == nil && len(s.values) > 0
}

func (s *stream) fetch() error {
	found, err := s.c.pooled.Query(s.ctx, fmt.Sprintf("FETCH %d FROM %s", fetched, s.name), pgx.QueryExecModeExec)
	if err != nil {
		return s.c.of.fault(err)
	}
	defer found.Close()
	s.values = make([][][]byte, 0, fetched)
	for found.Next() {
		row := found.RawValues()
		kept := make([][]byte, len(row))
		for i, value := range row {
			if value != nil {
				kept[i] = append([]byte{}, value...)
			}
		}
		s.values = append(s.values, kept)
	}
	s.fields = append(s.fields[:0], found.FieldDescriptions()...)
	return s.c.of.fault(found.Err())
}

func (s *stream) Scan(dest ...any) error {
	row := s.values[s.next-1]
	for i, d := range dest {
		if err := set(d, &s.fields[i], row[i]); err != nil {
			return fmt.Errorf("%w: column %d: %w", state.ErrDamaged, i, err)
		}
	}
	return nil
}

// Close leaves the cursor to the end of a transaction that failed.
func (s *stream) Close() error {
	if s.closed || s.err != nil {
		return s.err
	}
	s.closed = true
	_, err := s.c.Exec(s.ctx, "CLOSE "+s.name)
	return errors.Join(err)
}
