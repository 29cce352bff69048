package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"notifyaudit/job"
	"notifyaudit/job/state/lock"
)

// Scrub rewrites the file of the state when something was purged, erased or
// removed since the last time, so that nothing of it is left in the file or in
// its log: what is deleted is overwritten, but a page can still hold what it
// held before it was rearranged. Purge, Erase and Remove do it by themselves;
// what they couldn't finish, because the process ended or somebody reads the
// state, the next [DB.Lock] or Scrub does.
//
// done says that nothing is left to do. While another process reads the state
// Scrub waits some seconds for it to end, and then returns false and no error.
// Only the holder of the lock scrubs. It takes as much free space beside the
// state as that has; of a state of more than 64 MiB a copy without a name lies
// in the system's folder for temporary files meanwhile, of others in memory.
func (db *DB) Scrub(ctx context.Context) (done bool, err error) {
	if db.epoch.Load() == 0 {
		return false, db.fault("scrub the state", ErrUnlocked)
	}
	asked, err := db.scrubAsked(ctx)
	if err != nil || asked == 0 {
		return err == nil, err
	}
	if done, err = db.rewrite(ctx); err != nil || !done {
		return false, db.fault("scrub the state", err)
	}
	err = db.change(ctx, "scrub the state", func(t *tx) error {
		// Not what was asked for since, by this process or by one that took over.
		_, err := t.exec(ctx, `UPDATE meta SET scrub = 0 WHERE id = 1 AND scrub = ? AND epoch = ?`, asked, db.epoch.Load())
		return err
	})
	if err != nil {
		return false, err
	}
	asked, err = db.scrubAsked(ctx)
	return err == nil && asked == 0, err
}

// scrubAsked is the serial of the change that asked for a scrub; 0 when none is
// pending.
func (db *DB) scrubAsked(ctx context.Context) (serial int64, err error) {
	err = db.read(ctx, "look for a pending scrub", func(t *tx) error {
		return t.row(ctx, `SELECT scrub FROM meta WHERE id = 1`).Scan(&serial)
	})
	return serial, err
}

// askScrub is part of the change that deletes something, so that no crash can
// come between the two.
func (t *tx) askScrub(ctx context.Context) error {
	_, err := t.exec(ctx, `UPDATE meta SET scrub = serial WHERE id = 1`)
	return err
}

// maxCopyInMemory is the size of a state up to which the copy that VACUUM makes
// is kept in memory; above it SQLite makes a file, which has no name.
const maxCopyInMemory = 64 << 20

// rewrite writes the file anew and empties the log; false when a reader is in
// the way.
func (db *DB) rewrite(ctx context.Context) (done bool, err error) {
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return false, cause(ctx, err)
	}
	defer func() { err = cause(ctx, errors.Join(err, conn.Close())) }()
	var size int64
	if err := conn.QueryRowContext(ctx, `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`).Scan(&size); err != nil {
		return false, err
	}
	if size > maxCopyInMemory {
		if _, err := conn.ExecContext(ctx, `PRAGMA temp_store = FILE`); err != nil {
			return false, err
		}
		defer func() {
			_, restored := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA temp_store = MEMORY`)
			err = errors.Join(err, restored)
		}()
	}
	if _, err := conn.ExecContext(ctx, `VACUUM`); err != nil {
		return false, forgiveBusy(db, err)
	}
	return checkpoint(ctx, conn)
}

// checkpoint brings the log into the file and empties it; false when a reader
// still looks at the log. It waits as long as busy_timeout says.
func checkpoint(ctx context.Context, conn *sql.Conn) (done bool, err error) {
	var busy, log, moved int
	err = conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &moved)
	return err == nil && busy == 0, err
}

// forgiveBusy drops the error of a database that others use just now.
func forgiveBusy(db *DB, err error) error {
	if errors.Is(db.dialect.reason(err), lock.ErrHeld) {
		return nil
	}
	return err
}

// scrubAfter scrubs behind a change that was made.
func (db *DB) scrubAfter(ctx context.Context, doing string) error {
	if _, err := db.Scrub(ctx); err != nil {
		return fmt.Errorf("%s: done, but copies may be left in the file until the next run: %w", doing, err)
	}
	return nil
}

// blankStops empties the words of the runs' stops that ask says.
func (t *tx) blankStops(ctx context.Context, ask func(run *job.Run, stop *job.Stop) bool) (blanked int, err error) {
	runs, err := t.stoppedRuns(ctx)
	if err != nil {
		return 0, err
	}
	for i := range runs {
		before := blanked
		for n := range runs[i].Stops {
			if stop := &runs[i].Stops[n]; stop.Message != "" && ask(&runs[i], stop) {
				stop.Message = ""
				blanked++
			}
		}
		if blanked > before {
			if err := t.putRun(ctx, &runs[i]); err != nil {
				return 0, err
			}
		}
	}
	return blanked, nil
}
