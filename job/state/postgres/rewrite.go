package postgres

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// rewritePatience is how long processes that read are waited for.
const rewritePatience = 2 * time.Second

// skips counts the server's warnings that a table was left as it is.
type skips struct{ count atomic.Int64 }

func (s *skips) notice(_ *pgconn.PgConn, n *pgconn.Notice) {
	if n.Code == "55P03" { // lock_not_available
		s.count.Add(1)
	}
}

// Rewrite writes the tables anew: each takes as much free space as it has rows left,
// and nobody reads it meanwhile. It waits for processes that read as long as
// rewritePatience.
func (d *database) Rewrite(ctx context.Context) (done bool, err error) {
	c, err := d.connect(ctx, restartPatience)
	if err != nil {
		return false, err
	}
	defer c.Release()
	var now string
	var tables string
	err = c.QueryRow(ctx, `SELECT pg_current_xact_id()::text, string_agg(format('%I.%I', schemaname, tablename), ', ')
		FROM pg_catalog.pg_tables WHERE schemaname = trim('"' FROM $1)`, pgx.QueryExecModeExec, d.schema).Scan(&now, &tables)
	if err != nil {
		return false, d.fault(err)
	}
	for deadline := time.Now().Add(rewritePatience); ; {
		// Who sees the state as it was keeps what was deleted in the tables.
		var seen bool
		err := c.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND age(backend_xmin) > age($1::text::xid8::xid))`,
			pgx.QueryExecModeExec, now).Scan(&seen)
		if err != nil {
			return false, d.fault(err)
		}
		if !seen {
			before := d.skipped.count.Load()
			if _, err := c.Exec(ctx, `VACUUM (FULL, SKIP_LOCKED) `+tables, pgx.QueryExecModeSimpleProtocol); err != nil {
				return false, d.fault(err)
			}
			if d.skipped.count.Load() == before {
				return true, nil
			}
		}
		if !pause(ctx, deadline) {
			return false, context.Cause(ctx)
		}
	}
}
