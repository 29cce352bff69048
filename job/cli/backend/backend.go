// Package backend opens the state where a manifest has it.
package backend

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/job/state/companion"
	"notifyaudit/job/state/postgres"
	"notifyaudit/job/state/sqlite"
)

// Open opens the state of a manifest. The error of a database that can't be used as it
// is set carries [exit.Config].
func Open(ctx context.Context, m *manifest.Manifest, o state.OpenOptions) (*state.DB, error) {
	b := &m.Backend
	if b.URL.IsZero() {
		return sqlite.Open(ctx, m.DataDir, b.Path, o)
	}
	db, err := postgres.Open(ctx, b.URL, b.Schema, o)
	if errors.Is(err, postgres.ErrSettings) {
		err = exit.With(exit.Config, err)
	}
	return db, err
}

// Place is where the state of a manifest is, or will be.
func Place(m *manifest.Manifest) string {
	if m.Backend.URL.IsZero() {
		return filepath.Join(m.DataDir, m.Backend.Path)
	}
	return "schema " + m.Backend.Schema
}

// Absent reports whether the state of a manifest is in a file that there is not yet.
func Absent(m *manifest.Manifest) bool {
	if !m.Backend.URL.IsZero() {
		return false
	}
	_, err := os.Lstat(Place(m))
	return errors.Is(err, fs.ErrNotExist)
}

// Remove removes the file of a state that was [Absent] when this process opened it. The
// file of its lock stays.
func Remove(m *manifest.Manifest) error {
	for _, name := range append(companion.Files(Place(m)), Place(m)) {
		if strings.HasSuffix(name, ".lock") {
			continue
		}
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// MakeRoom says how to have another state in the place of the one of a manifest.
func MakeRoom(m *manifest.Manifest) string {
	if m.Backend.URL.IsZero() {
		return "move that file away first, with its -wal and -shm files; or import into another folder with --data-dir"
	}
	return "drop or rename that schema first; or import into another one"
}

// Elsewhere says how to have a state beside the one of a manifest.
func Elsewhere(m *manifest.Manifest) string {
	if m.Backend.URL.IsZero() {
		return "name another folder with --data-dir"
	}
	return "name another schema in the backend"
}
