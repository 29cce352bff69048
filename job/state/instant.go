package state

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// An instant is a time as the database has it: microseconds since 1970 UTC, NULL
// for the zero time. It comes back in UTC, without what was finer.
type instant time.Time

// Value implements driver.Valuer.
func (i instant) Value() (driver.Value, error) {
	if time.Time(i).IsZero() {
		return nil, nil
	}
	return time.Time(i).UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (i *instant) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*i = instant{}
	case int64:
		*i = instant(time.UnixMicro(v).UTC())
	default:
		return fmt.Errorf("%w: a time is stored as %T", ErrDamaged, value)
	}
	return nil
}
