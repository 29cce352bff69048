package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"notifyaudit/job"
	"notifyaudit/job/state/lock"
)

// A dialect is what one database says differently from the others. Statements
// in this package are written once, with ? for a parameter and texts(?) and
// numbers(?) for a table of one column, value, from a JSON array.
type dialect struct {
	// rewrite turns a statement of this package into the database's own.
	rewrite func(statement string) string
	// reason finds the package's sentinel for a database's error, or nil.
	reason func(error) error
}

func sqliteDialect() dialect {
	lists := strings.NewReplacer("texts(?)", "json_each(?)", "numbers(?)", "json_each(?)")
	return dialect{rewrite: lists.Replace, reason: sqliteReason}
}

// The low byte is the primary result code, the rest tells its cases apart:
// https://www.sqlite.org/rescode.html
func sqliteReason(err error) error {
	failure, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return nil
	}
	if failure.Code() == lib.SQLITE_IOERR_SHMSIZE { // no room for the notes beside the log
		return ErrFull
	}
	switch failure.Code() & 0xff {
	case lib.SQLITE_FULL:
		return ErrFull
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM, lib.SQLITE_IOERR:
		return ErrUnwritable
	case lib.SQLITE_CORRUPT:
		return ErrDamaged
	case lib.SQLITE_NOTADB:
		return ErrForeign
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return lock.ErrHeld
	default:
		return nil
	}
}

// texts makes the parameter of texts(?). What a database would store as
// something else than it is, is refused.
func texts(ids []string) (string, error) {
	for _, id := range ids {
		if err := job.CheckID(id); err != nil {
			return "", fmt.Errorf("the state can't keep it: %w", err)
		}
	}
	if ids == nil {
		return "[]", nil
	}
	list, err := json.Marshal(ids)
	return string(list), err
}

// numbers makes the parameter of numbers(?).
func numbers(ids []int64) (string, error) {
	list, err := json.Marshal(ids)
	return string(list), err
}
