package sqlite

import (
	"context"
	"errors"
	"time"

	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/lock"
)

// maxCopyInMemory is the size of a state up to which the copy that VACUUM makes is
// kept in memory; above it SQLite makes a file, which has no name.
const maxCopyInMemory = 64 << 20

// rewritePatience is how long processes that read are waited for.
const rewritePatience = 2 * time.Second

// Rewrite writes the file anew and empties the log. It takes as much free space
// beside the state as that has; of a state of more than 64 MiB a copy without a
// name lies in the system's folder for temporary files meanwhile, of others in
// memory. It waits for processes that read as long as rewritePatience.
func (f *file) Rewrite(ctx context.Context) (done bool, err error) {
	c := f.writer
	c.lite.SetBusyTimeout(rewritePatience)
	c.lite.SetInterrupt(ctx.Done())
	defer func() {
		c.lite.SetInterrupt(nil)
		err = cause(ctx, err)
	}()
	var size int64
	if err := row(ctx, c, `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`, &size); err != nil {
		return false, err
	}
	if size > maxCopyInMemory {
		if _, err := c.Exec(ctx, `PRAGMA temp_store = FILE`); err != nil {
			return false, err
		}
		defer func() {
			c.lite.SetInterrupt(nil)
			_, restored := c.Exec(ctx, `PRAGMA temp_store = MEMORY`)
			err = errors.Join(err, restored)
		}()
	}
	if _, err := c.Exec(ctx, `VACUUM`); err != nil {
		if errors.Is(reason(err, f.Path()), lock.ErrHeld) {
			return false, nil
		}
		return false, err
	}
	return checkpoint(ctx, c)
}

// checkpoint brings the log into the file and empties it; false when a reader
// still looks at the log.
func checkpoint(ctx context.Context, c *conn) (done bool, err error) {
	var busy, log, moved int
	t := sqldb.Tx{Conn: c}
	err = t.Row(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &moved)
	return err == nil && busy == 0, err
}
