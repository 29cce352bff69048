package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/lock"
)

// applicationID marks a SQLite file as a state, in its header: "ntfa".
const applicationID = 0x6e746661

// probe judges a file before anything may write to it, and returns its schema
// version.
func (f *file) probe(ctx context.Context, found finding) (int, error) {
	if !found.exists {
		return 0, f.place.refuse(state.ErrNoState, "it went away while it was opened", "")
	}
	// Without a log the file is all there is, and can be looked at without
	// leaving the notes beside it that SQLite otherwise needs. Should a run
	// begin in this moment, what was seen may be torn: then look again.
	version, err := f.inspect(ctx, found)
	if err == nil || found.log || ctx.Err() != nil {
		return version, err
	}
	if found, err = f.place.look(); err != nil {
		return 0, err
	}
	return f.inspect(ctx, found)
}

func (f *file) inspect(ctx context.Context, found finding) (version int, err error) {
	var more []string
	if !found.log {
		more = append(more, "immutable=1")
	}
	c, err := connect(ctx, uri(f.Path(), "ro", more...), sqlite.OpenReadOnly, f.patience, f.haste, "query_only = ON")
	if err == nil {
		defer func() { err = errors.Join(err, c.close()) }()
		version, err = f.examine(ctx, c, found)
	}
	if err == nil || ctx.Err() != nil {
		return version, cause(ctx, err)
	}
	if refused, ok := errors.AsType[*state.RefusedError](err); ok {
		refused.Path = f.Path()
		return 0, refused
	}
	switch reason := reason(err, f.Path()); {
	case errors.Is(reason, state.ErrForeign):
		return 0, f.place.refuse(state.ErrForeign, "or its first page is damaged: "+err.Error(), adviceDamaged)
	case errors.Is(reason, lock.ErrHeld), errors.Is(reason, state.ErrUnwritable), errors.Is(reason, state.ErrFull):
		return 0, f.Explain("open the state "+f.Path(), err)
	default:
		return 0, f.place.refuse(state.ErrDamaged, err.Error(), adviceDamaged)
	}
}

// examine waits for another program that holds the file.
func (f *file) examine(ctx context.Context, c *conn, found finding) (version int, err error) {
	if err := c.begin(ctx, ctx, "SELECT count(*) FROM sqlite_schema"); err != nil {
		return 0, err
	}
	version, err = verdict(ctx, c, len(migrations()))
	switch {
	case err != nil:
	case found.log:
		err = f.ownLog(ctx, c)
	default:
		err = whole(ctx, c, found.info.Size())
	}
	return version, err
}

// cause puts the reason a context ended in the place of the driver's word for it.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// ownLog refuses a log that was left by another file: SQLite would make one of
// the two, and nothing in a log says which file it is for. What the file says by
// itself may be torn while somebody writes to it, so it must differ twice.
func (f *file) ownLog(ctx context.Context, logged *conn) error {
	for range 2 {
		with, without := born(ctx, logged), f.bornAlone(ctx)
		if with == "" || without == "" || with == without {
			return ctx.Err()
		}
	}
	return &state.RefusedError{Reason: state.ErrDamaged, Detail: "the log beside it, -wal, belongs to another state", Advice: adviceLog}
}

// bornAlone is what the file says by itself; empty also where it can't even be opened:
// a process that was killed while it brought the log into it left it torn.
func (f *file) bornAlone(ctx context.Context) string {
	c, err := connect(ctx, uri(f.Path(), "ro", "immutable=1"), sqlite.OpenReadOnly, f.patience, f.haste, "query_only = ON")
	if err != nil {
		return ""
	}
	defer func() { _ = c.close() }() // it only read
	return born(ctx, c)
}

// born is the lineage that a file was made with; empty in an earlier schema, and
// where it can't be read without the log.
func born(ctx context.Context, c *conn) string {
	var lineage sql.Null[string]
	if row(ctx, c, `SELECT born FROM meta WHERE id = 1`, &lineage) != nil {
		return ""
	}
	return lineage.V
}

// whole tells a file that lost the end of its last page, which SQLite takes for
// zeros.
func whole(ctx context.Context, c *conn, size int64) error {
	var page int64
	if err := row(ctx, c, `PRAGMA page_size`, &page); err != nil {
		return err
	}
	if size%page != 0 {
		return &state.RefusedError{Reason: state.ErrDamaged, Detail: "its end is cut off", Advice: adviceDamaged}
	}
	return nil
}

// verdict judges a database whose newest known schema is known.
func verdict(ctx context.Context, c *conn, known int) (version int, err error) {
	var application int
	if err := row(ctx, c, `PRAGMA application_id`, &application); err != nil {
		return 0, err
	}
	if application != applicationID {
		return 0, &state.RefusedError{Reason: state.ErrForeign, Detail: "another program's database", Advice: adviceForeign}
	}
	if err := row(ctx, c, `SELECT schema_version FROM meta WHERE id = 1`, &version); err != nil {
		return 0, err
	}
	if version > known {
		detail := fmt.Sprintf("its schema is %d, this version knows %d", version, known)
		return 0, &state.RefusedError{Reason: state.ErrNewer, Detail: detail, Advice: adviceNewer}
	}
	var structure string
	if err := row(ctx, c, `PRAGMA quick_check(1)`, &structure); err != nil {
		return 0, err
	}
	if structure != "ok" {
		return 0, &state.RefusedError{Reason: state.ErrDamaged, Detail: structure, Advice: adviceDamaged}
	}
	return version, nil
}

// row is one result outside of a transaction.
func row(ctx context.Context, c *conn, statement string, dest any) error {
	t := sqldb.Tx{Conn: c}
	return t.Row(ctx, statement).Scan(dest)
}
