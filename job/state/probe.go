package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"notifyaudit/job/state/lock"
)

// applicationID marks a SQLite file as a state, in its header: "ntfa".
const applicationID = 0x6e746661

// probe judges a file before anything may write to it, and returns its schema
// version.
func (db *DB) probe(ctx context.Context, found finding) (int, error) {
	if !found.exists {
		return 0, db.place.refuse(ErrNoState, "it went away while it was opened", "")
	}
	// Without a log the file is all there is, and can be looked at without
	// leaving the notes beside it that SQLite otherwise needs. Should a run
	// begin in this moment, what was seen may be torn: then look again.
	version, err := db.inspect(ctx, found)
	if err == nil || found.log || ctx.Err() != nil {
		return version, err
	}
	if found, err = db.place.look(); err != nil {
		return 0, err
	}
	return db.inspect(ctx, found)
}

func (db *DB) inspect(ctx context.Context, found finding) (version int, err error) {
	more := []string{"_pragma=query_only(ON)"}
	if !found.log {
		more = append(more, "immutable=1")
	}
	pool, err := sql.Open("sqlite", dataSource(db.place.path(), "ro", more...))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	pool.SetMaxOpenConns(1)
	version, err = verdict(ctx, pool, len(sqliteMigrations()))
	switch {
	case err != nil:
	case found.log:
		err = db.ownLog(ctx, pool)
	default:
		err = whole(ctx, pool, found.info.Size())
	}
	if err == nil || ctx.Err() != nil {
		return version, cause(ctx, err)
	}
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		refused.Path = db.place.path()
		return 0, refused
	}
	switch reason := db.dialect.reason(err); {
	case errors.Is(reason, ErrForeign):
		return 0, db.place.refuse(ErrForeign, "or its first page is damaged: "+err.Error(), adviceDamaged)
	case errors.Is(reason, lock.ErrHeld), errors.Is(reason, ErrUnwritable):
		return 0, db.fault("open the state "+db.place.path(), err)
	default:
		return 0, db.place.refuse(ErrDamaged, err.Error(), adviceDamaged)
	}
}

// ownLog refuses a log that was left by another file: SQLite would make one of
// the two, and nothing in a log says which file it is for. What the file says by
// itself may be torn while somebody writes to it, so it must differ twice.
func (db *DB) ownLog(ctx context.Context, logged *sql.DB) error {
	for range 2 {
		pool, err := sql.Open("sqlite", dataSource(db.place.path(), "ro", "_pragma=query_only(ON)", "immutable=1"))
		if err != nil {
			return err
		}
		with, without := born(ctx, logged), born(ctx, pool)
		if err := pool.Close(); err != nil {
			return err
		}
		if with == "" || without == "" || with == without {
			return nil
		}
	}
	return &RefusedError{Reason: ErrDamaged, Detail: "the log beside it, -wal, belongs to another state", Advice: adviceLog}
}

// born is the lineage that a file was made with; empty in an earlier schema, and
// where it can't be read without the log.
func born(ctx context.Context, pool *sql.DB) string {
	var lineage sql.NullString
	if pool.QueryRowContext(ctx, `SELECT born FROM meta WHERE id = 1`).Scan(&lineage) != nil {
		return ""
	}
	return lineage.String
}

// whole tells a file that lost the end of its last page, which SQLite takes for
// zeros.
func whole(ctx context.Context, pool *sql.DB, size int64) error {
	var page int64
	if err := pool.QueryRowContext(ctx, `PRAGMA page_size`).Scan(&page); err != nil {
		return err
	}
	if size%page != 0 {
		return &RefusedError{Reason: ErrDamaged, Detail: "its end is cut off", Advice: adviceDamaged}
	}
	return nil
}

// verdict judges a database whose newest known schema is known.
func verdict(ctx context.Context, pool *sql.DB, known int) (version int, err error) {
	var application int
	if err := pool.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&application); err != nil {
		return 0, err
	}
	if application != applicationID {
		return 0, &RefusedError{Reason: ErrForeign, Detail: "another program's database", Advice: adviceForeign}
	}
	if err := pool.QueryRowContext(ctx, `SELECT schema_version FROM meta WHERE id = 1`).Scan(&version); err != nil {
		return 0, err
	}
	if version > known {
		detail := fmt.Sprintf("its schema is %d, this version knows %d", version, known)
		return 0, &RefusedError{Reason: ErrNewer, Detail: detail, Advice: adviceNewer}
	}
	var structure string
	if err := pool.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&structure); err != nil {
		return 0, err
	}
	if structure != "ok" {
		return 0, &RefusedError{Reason: ErrDamaged, Detail: structure, Advice: adviceDamaged}
	}
	return version, nil
}
