package sqldb

import (
	"database/sql"
	"fmt"
	"reflect"
	"time"
)

// SetInteger copies a stored integer into one of the variables of [Rows]: a time is
// microseconds since 1970 UTC. It fails where no integer is wanted.
func SetInteger(dest any, value int64) error {
	switch d := dest.(type) {
	case *int:
		*d = int(value)
	case *int64:
		*d = value
	case *time.Time:
		*d = time.UnixMicro(value).UTC()
	case *sql.Null[int64]:
		*d = sql.Null[int64]{V: value, Valid: true}
	default:
		return fmt.Errorf("an integer is stored where %T is wanted", dest)
	}
	return nil
}

// SetText copies a stored text into one of the variables of [Rows]. It fails where
// no text is wanted.
func SetText(dest any, value string) error {
	switch d := dest.(type) {
	case *string:
		*d = value
		return nil
	case *sql.Null[string]:
		*d = sql.Null[string]{V: value, Valid: true}
		return nil
	}
	named := reflect.ValueOf(dest)
	if named.Kind() != reflect.Pointer || named.Elem().Kind() != reflect.String {
		return fmt.Errorf("a text is stored where %T is wanted", dest)
	}
	named.Elem().SetString(value)
	return nil
}

// SetNull copies a NULL into one of the variables of [Rows]. It fails where a value
// is wanted in any case.
func SetNull(dest any) error {
	switch d := dest.(type) {
	case *string:
		*d = ""
	case *time.Time:
		*d = time.Time{}
	case *sql.Null[int64]:
		*d = sql.Null[int64]{}
	case *sql.Null[string]:
		*d = sql.Null[string]{}
	default:
		return fmt.Errorf("nothing is stored where %T is wanted", dest)
	}
	return nil
}
