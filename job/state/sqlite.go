package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"notifyaudit/job/disk"
)

// Options says how to open a state. The zero value opens one that exists, for
// recording.
type Options struct {
	// Create starts from nothing where nothing is, folders included.
	Create bool
	// ReadOnly leaves no trace: it makes, migrates and records nothing. Where
	// there is no state, opening fails with ErrNoState.
	ReadOnly bool
	// LockTimeout is how long opening waits for the lock when it has to make or
	// migrate the state; 0 doesn't wait.
	LockTimeout time.Duration
	// Simulated marks a state that is made now as the simulator's; see
	// DB.Simulated.
	Simulated bool
}

// OpenSQLite opens the SQLite state at path, which is relative to the folder
// dir and stays below it. The file has mode 0600, folders made for it 0700. It
// must not lie on a network volume: SQLite's log needs shared memory.
//
// A [*RefusedError] says why a file is not taken; the file is then as it was.
func OpenSQLite(ctx context.Context, dir, path string, opts Options) (*DB, error) {
	create := opts.Create && !opts.ReadOnly
	p, err := openPlace(dir, path, create)
	if err != nil {
		return nil, err
	}
	db := &DB{place: p, dialect: sqliteDialect(), readOnly: opts.ReadOnly, simulated: opts.Simulated}
	if err := db.open(ctx, create, opts.LockTimeout); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, create bool, lockTimeout time.Duration) error {
	found, err := db.place.look()
	if err != nil {
		return err
	}
	if !found.exists || found.empty {
		if err := db.start(ctx, found, create, lockTimeout); err != nil {
			return err
		}
		if found, err = db.place.look(); err != nil {
			return err
		}
	}
	version, err := db.probe(ctx, found)
	if err != nil {
		return err
	}
	db.file = found.info
	if !db.readOnly {
		if err := db.place.tighten(found.info); err != nil {
			return err
		}
	}
	if err := db.connect(ctx); err != nil {
		return db.fault("open the state "+db.place.path(), err)
	}
	if version < len(sqliteMigrations()) {
		if err := db.forward(ctx, lockTimeout); err != nil {
			return err
		}
	}
	err = db.introduce(ctx)
	if db.readOnly && !found.log && errors.Is(err, ErrUnwritable) {
		// On a read-only volume there is no place for the notes, and nobody to
		// take them for: without a log the file is all there is.
		if err := errors.Join(db.reader.Close(), db.openReader("ro", "immutable=1")); err != nil {
			return err
		}
		err = db.introduce(ctx)
	}
	return err
}

func (db *DB) introduce(ctx context.Context) error {
	return db.read(ctx, "open the state "+db.Path(), func(t *tx) error {
		if err := t.row(ctx, `SELECT lineage FROM meta WHERE id = 1`).Scan(&db.lineage); err != nil {
			return err
		}
		return db.learn(ctx, t)
	})
}

// connect opens the two pools. Each has its connections look at one consistent
// state; the writer's transactions take SQLite's write lock from the start, so
// that none fails halfway for want of it.
func (db *DB) connect(ctx context.Context) error {
	path := db.place.path()
	var err error
	if !db.readOnly {
		db.writer, err = sql.Open("sqlite", dataSource(path, "rw", "_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)", "_pragma=secure_delete(ON)"))
		if err != nil {
			return err
		}
		db.writer.SetMaxOpenConns(1)
		if err := db.writer.PingContext(ctx); err != nil {
			return err
		}
	}
	// A reader opens the file for writing too: in this mode reading takes notes
	// in shared memory, and the last to leave must be able to tidy up.
	return db.openReader("rw")
}

func (db *DB) openReader(mode string, more ...string) (err error) {
	more = append(more, "_pragma=query_only(ON)")
	if db.reader, err = sql.Open("sqlite", dataSource(db.Path(), mode, more...)); err != nil {
		return err
	}
	db.reader.SetMaxOpenConns(4)
	return nil
}

// dataSource is the driver's name for the file: mode is SQLite's ro, rw or rwc.
// busy_timeout comes before all other pragmas, since they may have to wait
// already. Sorting stays in memory: a temporary file would hold user ids.
func dataSource(path, mode string, more ...string) string {
	parameters := append([]string{
		"mode=" + mode,
		"_pragma=busy_timeout(10000)",
		"_pragma=foreign_keys(ON)",
		"_pragma=trusted_schema(OFF)",
		"_pragma=cell_size_check(ON)",
		"_pragma=temp_store(MEMORY)",
	}, more...)
	location := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: strings.Join(parameters, "&")}
	return location.String()
}

// start makes the state where nothing, or an empty file, is. It appears at its
// place whole: made under another name, synced, then renamed.
func (db *DB) start(ctx context.Context, found finding, create bool, lockTimeout time.Duration) error {
	p := db.place
	if found.exists && found.log {
		return p.refuse(ErrDamaged, "it is empty, but has a log", adviceDamaged)
	}
	if !create {
		detail := ""
		if found.exists {
			detail = "the file is empty"
		}
		advice := "run apply first"
		if !db.readOnly {
			advice = "create = false forbids to start from nothing; is the volume mounted? Else remove the line"
		}
		return p.refuse(ErrNoState, detail, advice)
	}
	file, err := p.hold(ctx, "a process that makes the state", lockTimeout)
	if err != nil {
		return err
	}
	err = db.fault("make the state "+p.path(), db.makeWhole(ctx))
	return errors.Join(err, file.Release())
}

// makeWhole runs under the lock.
func (db *DB) makeWhole(ctx context.Context) error {
	p := db.place
	if found, err := p.look(); err != nil || (found.exists && !found.empty) {
		return err // somebody else made it meanwhile
	}
	fresh := &place{root: p.root, dir: p.dir, name: p.name + ".new"}
	for _, leftover := range []string{fresh.name, fresh.name + "-journal"} {
		if err := p.root.Remove(leftover); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	file, err := p.root.OpenFile(fresh.name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(file.Chmod(0o600), file.Close()); err != nil {
		return err
	}
	if err := fill(ctx, fresh.path(), newLineage(db.simulated)); err != nil {
		return err
	}
	if err := p.root.Rename(fresh.name, p.name); err != nil {
		return err
	}
	return disk.SyncFolder(p.root, filepath.Dir(p.name))
}

// fill makes an empty file a state, with a rollback journal: unlike a log it
// leaves nothing beside the file for the rename to miss.
func fill(ctx context.Context, path, lineage string) (err error) {
	pool, err := sql.Open("sqlite", dataSource(path, "rw", "_txlock=immediate", "_pragma=synchronous(FULL)"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	pool.SetMaxOpenConns(1)
	if _, err := pool.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		return err
	}
	return migrate(ctx, pool, sqliteMigrations(), lineage)
}

// forward brings an older schema up to date under the lock.
func (db *DB) forward(ctx context.Context, lockTimeout time.Duration) error {
	p := db.place
	if db.readOnly {
		return p.refuse(ErrOlder, "", adviceOlder)
	}
	file, err := p.hold(ctx, "a process that migrates the state", lockTimeout)
	if err != nil {
		return err
	}
	err = db.fault("migrate the state "+p.path(), migrate(ctx, db.writer, sqliteMigrations(), newLineage(false)))
	return errors.Join(err, file.Release())
}
