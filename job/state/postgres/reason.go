package postgres

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"notifyaudit/job/state"
	"notifyaudit/job/state/lock"
)

// ErrSettings says that the server can't be used as the backend is set: running the
// same again would fail again.
var ErrSettings = errors.New("the state can't be kept there")

const (
	adviceDamaged = "nothing was changed; restore a backup, or give the backend another schema"
	adviceForeign = "nothing was changed; give the backend another schema"
	adviceNewer   = "use that version, or a later one"
	adviceOlder   = "run apply once: it brings the state forward"
)

// fault adds the package's sentinel to an error of the driver.
func (d *database) fault(err error) error {
	if err == nil {
		return nil
	}
	if reason := reason(err); reason != nil {
		return fmt.Errorf("%w: %w", reason, hidden{err})
	}
	return err
}

// A hidden error says what the driver says without where it connected to: the path
// says that, and a URL has the password.
type hidden struct{ error }

func (h hidden) Error() string {
	err := h.error
	if server, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.TrimSpace(server.Message + " (" + server.Code + ")")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	if connect, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		err = errors.Unwrap(connect)
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

func (h hidden) Unwrap() error { return h.error }

// withoutURL is what is wrong with a URL. The driver's own text repeats the URL between
// backquotes, and is all there is where nothing is wrapped.
func withoutURL(err *pgconn.ParseConfigError) error {
	if inner := errors.Unwrap(err); inner != nil {
		return hidden{inner}
	}
	text := err.Error()
	return errors.New(strings.TrimPrefix(text[strings.LastIndex(text, "`")+1:], ": "))
}

// reason finds the sentinel for an error of the driver, or nil.
func reason(err error) error {
	if server, ok := errors.AsType[*pgconn.PgError](err); ok {
		return serverReason(server.Code, server.Message)
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	switch {
	case brokeOff(err):
		return state.ErrUnavailable
	case connecting:
		return ErrSettings
	default:
		return nil
	}
}

// brokeOff reports whether the server went away, wasn't there or didn't answer.
func brokeOff(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return false
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return false
	}
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		strings.Contains(err.Error(), "conn closed")
}

// pooledRefusal is how PgBouncer says, under one code with what passes, that it
// doesn't know a user, a password or a database.
func pooledRefusal() *regexp.Regexp {
	return regexp.MustCompile(`authentication failed|no such (user|database)`)
}

// serverReason is by https://www.postgresql.org/docs/current/errcodes-appendix.html.
func serverReason(code, message string) error {
	switch code {
	case "55P03", "55006", "40001", "40P01": // lock_not_available, object_in_use, serialization_failure, deadlock_detected
		return lock.ErrHeld
	case "42P01", "3F000": // undefined_table, invalid_schema_name
		return state.ErrReplaced
	case "42501", "25006": // insufficient_privilege, read_only_sql_transaction
		return state.ErrUnwritable
	case "57P01", "57P02", "57P03", "57P05", "25P03": // shutdowns, starting up, idle timeouts
		return state.ErrUnavailable
	case "3D000": // invalid_catalog_name
		return ErrSettings
	}
	if code == "08P01" && pooledRefusal().MatchString(message) {
		return ErrSettings
	}
	switch code[:2] {
	case "08", "53": // connection_exception, insufficient_resources, such as a full disk
		return state.ErrUnavailable
	case "28": // invalid_authorization_specification
		return ErrSettings
	case "XX":
		return state.ErrDamaged
	}
	return nil
}

// Explain implements [sqldb.Database].
func (d *database) Explain(doing string, err error) error {
	refused, isRefused := errors.AsType[*state.RefusedError](err)
	_, isHeld := errors.AsType[*lock.HeldError](err)
	switch {
	case err == nil || isHeld:
		return err
	case isRefused:
		return refused
	case errors.Is(err, lock.ErrHeld):
		err = &lock.HeldError{What: "the state " + d.path, Holder: "another program that uses its tables", Waited: d.patience}
		return fmt.Errorf("%s: %w", doing, err)
	case errors.Is(err, state.ErrUnavailable):
		return fmt.Errorf("%s: %w; what was recorded before is safe: run again when %s answers and has room", doing, err, d.path)
	case errors.Is(err, state.ErrUnwritable):
		return fmt.Errorf("%s: %w; check the rights of the role on %s, and that the server is no replica", doing, err, d.path)
	case errors.Is(err, state.ErrReplaced):
		return fmt.Errorf("%s: the state %s %w", doing, d.path, err)
	case errors.Is(err, state.ErrDamaged):
		return fmt.Errorf("%s in %s: %w; %s", doing, d.path, err, adviceDamaged)
	default:
		return fmt.Errorf("%s: %w", doing, err)
	}
}
