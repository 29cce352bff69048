// Package sqlite keeps a state in a SQLite file.
//
// The file appears at its place whole, with mode 0600, and is refused, not changed,
// when it is damaged, another program's or another version's. It must not lie on a
// network volume: SQLite's log needs shared memory.
//
// 2026-11: zombiezen.com/go/sqlite, the engine of modernc.org/sqlite without
// database/sql. On the statements of a message's commit it took 59 to 70 µs of CPU
// where database/sql took 81 with prepared statements and 232 with new ones.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"

	"notifyaudit/job/disk"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
)

// minPatience is how long another program that holds the file is waited for at
// least: who looks at a state takes no longer.
const minPatience = 5 * time.Second

// Open opens the state at path, which is relative to the folder dir and stays below
// it. The file has mode 0600, folders made for it 0700.
//
// After the end of ctx another program that holds the file is waited for three seconds
// in all, whatever the LockTimeout is.
//
// A [*state.RefusedError] says why a file is not taken; the file is then as it was.
func Open(ctx context.Context, dir, path string, opts state.OpenOptions) (*state.DB, error) {
	f, err := openFile(ctx, dir, path, opts)
	if err != nil {
		return nil, err
	}
	db, err := state.Open(ctx, f)
	if err != nil && opts.ReadOnly && !f.found.log && errors.Is(err, state.ErrUnwritable) {
		// On a read-only volume there is no place for the notes, and nobody to
		// take them for: without a log the file is all there is.
		if err = f.readers.close(); err == nil {
			f.readers = f.reading("ro", "immutable=1")
			db, err = state.Open(ctx, f)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return db, nil
}

// OpenFile is [Open] without the state. It is for the tests of the packages of the
// state.
func OpenFile(ctx context.Context, dir, path string, opts state.OpenOptions) (sqldb.Database, error) {
	return openFile(ctx, dir, path, opts)
}

func openFile(ctx context.Context, dir, path string, opts state.OpenOptions) (*file, error) {
	create := opts.Create && !opts.ReadOnly
	p, err := openPlace(dir, path, create)
	if err != nil {
		return nil, err
	}
	f := &file{place: p, opts: opts, patience: max(minPatience, opts.LockTimeout), haste: newHaste(ctx)}
	if err := f.open(ctx, create); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// A file is a SQLite file as a [sqldb.Database].
type file struct {
	place    *place
	opts     state.OpenOptions
	patience time.Duration
	haste    *haste
	found    finding
	// writer is the one connection that changes the state; nil when none may.
	writer  *conn
	readers *pool
}

func (f *file) open(ctx context.Context, create bool) error {
	found, err := f.place.look()
	if err != nil {
		return err
	}
	if !found.exists || found.empty {
		if err := f.start(ctx, found, create); err != nil {
			return err
		}
		if found, err = f.place.look(); err != nil {
			return err
		}
	}
	f.found = found
	version, err := f.probe(ctx, found)
	if err != nil {
		return err
	}
	if !f.opts.ReadOnly {
		if err := f.place.setModes(found.info); err != nil {
			return err
		}
		if f.writer, err = f.writing(ctx); err != nil {
			return f.Explain("open the state "+f.Path(), err)
		}
	}
	// A reader opens the file for writing too: in this mode reading takes notes in
	// shared memory, and the last to leave must be able to tidy up.
	f.readers = f.reading("rw")
	if version < len(migrations()) {
		return f.forward(ctx)
	}
	return nil
}

func (f *file) writing(ctx context.Context) (*conn, error) {
	return connect(ctx, uri(f.Path(), "rw"), sqlite.OpenReadWrite, f.patience, f.haste,
		"journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "cache_size = -16384") // KiB
}

func (f *file) reading(mode string, more ...string) *pool {
	return newPool(func(ctx context.Context) (*conn, error) {
		flags := sqlite.OpenReadWrite
		if mode == "ro" {
			flags = sqlite.OpenReadOnly
		}
		// Messages are mostly read in the order in which the state has them: with a cache
		// of 16 MiB a report from 100,000 took as much CPU and 23 MiB more. In random
		// order it takes a twentieth less.
		return connect(ctx, uri(f.Path(), mode, more...), flags, f.patience, f.haste, "query_only = ON", "cache_size = -4096") // KiB
	})
}

// uri is SQLite's name for a file: mode is its ro or rw.
func uri(path, mode string, more ...string) string {
	query := append([]string{"mode=" + mode}, more...)
	location := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: strings.Join(query, "&")}
	return location.String()
}

func (f *file) View(ctx context.Context) (sqldb.Conn, error) {
	c, err := f.readers.take(ctx)
	if err != nil {
		return nil, err
	}
	c.release = func() { f.readers.put(c) }
	// The first look is what the transaction goes on to see.
	return c, c.begin(ctx, ctx, "BEGIN", "SELECT serial FROM meta")
}

func (f *file) Update(wait, work context.Context) (sqldb.Conn, error) {
	if f.writer == nil {
		return nil, errClosed
	}
	// SQLite's write lock from the start: no statement fails halfway for want of it.
	return f.writer, f.writer.begin(wait, work, "BEGIN IMMEDIATE")
}

// Held is sure: the lock of a file ends with the process alone.
func (f *file) Held(context.Context) error { return nil }

func (f *file) Intact() error { return f.place.still(f.found.info) }

func (f *file) Lock(ctx context.Context, as sqldb.Role, holder string, timeout time.Duration) (func() error, error) {
	if as.Party != "" {
		return nil, state.ErrUndivided
	}
	held, err := f.place.hold(ctx, holder, timeout)
	if err != nil {
		return nil, err
	}
	if err := f.Intact(); err != nil {
		return nil, errors.Join(err, held.Release())
	}
	return held.Release, nil
}

func (f *file) ReadOnly() bool { return f.opts.ReadOnly }

func (f *file) Path() string { return f.place.path() }

// Close leaves the connections open when another file is in the place of this one:
// the last to close deletes the log by its name, which is the other one's by now.
func (f *file) Close() error {
	var failures []error
	if f.found.info == nil || f.Intact() == nil {
		if f.readers != nil {
			failures = append(failures, f.readers.close())
		}
		// The writer closes last: the last connection folds the log into the file.
		if f.writer != nil {
			failures = append(failures, f.writer.close())
		}
	}
	f.writer = nil
	f.haste.stop()
	return errors.Join(append(failures, f.place.close())...)
}

// start makes the state where nothing, or an empty file, is. It appears at its
// place whole: made under another name, synced, then renamed.
func (f *file) start(ctx context.Context, found finding, create bool) error {
	p := f.place
	switch {
	case found.log && found.exists:
		return p.refuse(state.ErrDamaged, "it is empty, but has a log", adviceDamaged)
	case found.log:
		return p.refuse(state.ErrDamaged, "it is gone, and its log, -wal, is there", adviceLog)
	}
	if !create {
		detail := ""
		if found.exists {
			detail = "the file is empty"
		}
		advice := "run apply first"
		if !f.opts.ReadOnly {
			advice = "create = false forbids to start from nothing; is the volume mounted? Else remove the line"
		}
		return p.refuse(state.ErrNoState, detail, advice)
	}
	held, err := p.hold(ctx, "a process that makes the state", f.opts.LockTimeout)
	if err != nil {
		return err
	}
	err = f.Explain("make the state "+p.path(), f.makeWhole(ctx))
	return errors.Join(err, held.Release())
}

// makeWhole runs under the lock.
func (f *file) makeWhole(ctx context.Context) error {
	p := f.place
	if found, err := p.look(); err != nil || (found.exists && !found.empty) {
		return err // another process made it meanwhile
	}
	fresh := &place{root: p.root, dir: p.dir, name: p.name + ".new"}
	for _, leftover := range []string{fresh.name, fresh.name + "-journal"} {
		if err := p.root.Remove(leftover); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	made, err := p.root.OpenFile(fresh.name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := made.Close(); err != nil {
		return err
	}
	if err := fill(ctx, fresh.path(), state.NewLineage(f.opts.Simulated)); err != nil {
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
	c, err := connect(ctx, uri(path, "rw"), sqlite.OpenReadWrite, minPatience, nil, "synchronous = FULL", fmt.Sprintf("application_id = %d", applicationID))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	return migrate(ctx, c, migrations(), lineage)
}

// forward brings an older schema up to date under the lock.
func (f *file) forward(ctx context.Context) error {
	p := f.place
	if f.opts.ReadOnly {
		return p.refuse(state.ErrOlder, "", adviceOlder)
	}
	held, err := p.hold(ctx, "a process that migrates the state", f.opts.LockTimeout)
	if err != nil {
		return err
	}
	err = f.Explain("migrate the state "+p.path(), migrate(ctx, f.writer, migrations(), state.NewLineage(false)))
	return errors.Join(err, held.Release())
}
