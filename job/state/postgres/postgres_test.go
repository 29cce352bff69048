package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/lock"
	"notifyaudit/job/state/postgres/pgtest"
)

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func TestTranslated(t *testing.T) {
	for statement, want := range map[string]string{
		`SELECT id FROM run WHERE name = ? AND id > ?`:                        `SELECT id FROM run WHERE name = $1 AND id > $2`,
		`SELECT ?, p.id FROM texts(?) t JOIN person p ON p.user_id = t.value`: `SELECT $1, p.id FROM unnest($2::text[]) AS t(value) JOIN person p ON p.user_id = t.value`,
		`SELECT value FROM numbers(?) WHERE true ON CONFLICT DO NOTHING`:      `SELECT value FROM unnest($1::int8[]) AS list(value) WHERE true ON CONFLICT DO NOTHING`,
		`m.id IN (SELECT value FROM numbers(?)) AND x = ?`:                    `m.id IN (SELECT value FROM unnest($1::int8[]) AS list(value)) AND x = $2`,
		`WHERE instr(address, ?) > 0`:                                         `WHERE strpos(address, $1) > 0`,
	} {
		if got := translated(statement); got != want {
			t.Errorf("got\n%s, want\n%s", got, want)
		}
	}
}

// What passes by itself is told from what doesn't.
func TestReasons(t *testing.T) {
	server := func(code string) error { return &pgconn.PgError{Code: code, Message: "words"} }
	for name, c := range map[string]struct{ err, want error }{
		"a full disk":           {server("53100"), state.ErrUnavailable},
		"too many connections":  {server("53300"), state.ErrUnavailable},
		"a shutdown":            {server("57P01"), state.ErrUnavailable},
		"a crash":               {server("57P02"), state.ErrUnavailable},
		"a start":               {server("57P03"), state.ErrUnavailable},
		"an idle transaction":   {server("25P03"), state.ErrUnavailable},
		"a broken connection":   {io.ErrUnexpectedEOF, state.ErrUnavailable},
		"nobody listens":        {&net.OpError{Op: "dial", Err: errors.New("refused")}, state.ErrUnavailable},
		"an unknown host":       {&net.DNSError{Name: "db"}, state.ErrUnavailable},
		"a lock":                {server("55P03"), lock.ErrHeld},
		"a deadlock":            {server("40P01"), lock.ErrHeld},
		"a table that is gone":  {server("42P01"), state.ErrReplaced},
		"no rights":             {server("42501"), state.ErrUnwritable},
		"a replica":             {server("25006"), state.ErrUnwritable},
		"a damaged page":        {server("XX001"), state.ErrDamaged},
		"a wrong password":      {server("28P01"), ErrSettings},
		"no such database":      {server("3D000"), ErrSettings},
		"a pooler's refusal":    {&pgconn.PgError{Code: "08P01", Message: "SASL authentication failed"}, ErrSettings},
		"a pooler's wait":       {&pgconn.PgError{Code: "08P01", Message: "server login has been failing, try again later"}, state.ErrUnavailable},
		"the end of a context":  {context.Canceled, nil},
		"no answer in time":     {context.DeadlineExceeded, state.ErrUnavailable},
		"a violated constraint": {server("23505"), nil},
	} {
		if got := reason(c.err); !errors.Is(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Whatever is wrong with a URL, its password is not said.
func TestPasswordIsHidden(t *testing.T) {
	const password = "s3cr3t-word"
	for _, url := range []string{
		"postgres://app:" + password + "@127.0.0.1:1/audit?connect_timeout=1",
		"postgres://app:" + password + "@127.0.0.1:port/audit",
		"postgres://app:" + password + "/x@127.0.0.1/audit",
		"postgres://app:" + password + "@127.0.0.1/audit?sslmode=sometimes",
		"postgres://app:" + password + "@127.0.0.1/audit?sslmode=verify-full&sslrootcert=/none",
		"host=127.0.0.1 port=1 user=app password=" + password + " dbname=audit",
		"postgres://app:" + password + "@127.0.0.1:99999/audit",
		"postgres://app:" + password + "`: @127.0.0.1/audit?target_session_attrs=x",
		"host=127.0.0.1 port=x user=app password=" + password + " dbname=audit",
		"host=127.0.0.1 password='" + password,
	} {
		_, err := Open(t.Context(), job.NewSecret(url), "audit", state.OpenOptions{Create: true})
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), password) || strings.Contains(err.Error(), "PANIC") {
			t.Errorf("got %v", err)
		}
		if reachable := strings.Contains(url, "1:1/") || strings.Contains(url, "port=1 "); reachable != errors.Is(err, state.ErrUnavailable) || reachable == errors.Is(err, ErrSettings) {
			t.Errorf("got %v", err)
		}
	}
}

func TestSchemaNames(t *testing.T) {
	for _, schema := range []string{"", "pg_audit", "Audit", `a"b`, "a b", "1a", strings.Repeat("a", 64)} {
		_, err := Open(t.Context(), job.NewSecret("postgres://127.0.0.1:1/audit"), schema, state.OpenOptions{Create: true})
		if !errors.Is(err, ErrSettings) {
			t.Errorf("%q: %v", schema, err)
		}
	}
}

// sslmode, sslrootcert and the rest are as libpq has them.
func TestTLS(t *testing.T) {
	server := pgtest.Shared(t)
	for name, c := range map[string]struct {
		url  job.Secret
		want error
	}{
		"required":             {server.With("sslmode=require"), nil},
		"preferred":            {server.With("sslmode=prefer"), nil},
		"verified":             {server.With("sslmode=verify-full&sslrootcert=" + server.Root()), nil},
		"of another authority": {server.With("sslmode=verify-full&sslrootcert=system"), ErrSettings},
		"another password":     {job.NewSecret(strings.Replace(server.URL().Reveal(), pgtest.Password, "wrong", 1)), ErrSettings},
		"another database":     {job.NewSecret(strings.Replace(server.URL().Reveal(), "/audit", "/none", 1)), ErrSettings},
	} {
		d, err := openDatabase(t.Context(), c.url, "tls", state.OpenOptions{Create: true})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
		if err != nil {
			if strings.Contains(err.Error(), pgtest.Password) {
				t.Errorf("%s: the password is said: %v", name, err)
			}
			continue
		}
		var encrypted bool
		c, err := d.connect(t.Context(), 0)
		must(t, err)
		must(t, c.QueryRow(t.Context(), "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").Scan(&encrypted))
		c.Release()
		if !encrypted {
			t.Errorf("%s: not encrypted", name)
		}
		must(t, d.Close())
	}
}

// What stands in a schema is never taken for a state, nor changed.
func TestOpening(t *testing.T) {
	server := pgtest.Shared(t)
	server.Exec(t, `CREATE SCHEMA foreign_one AUTHORIZATION app; CREATE TABLE foreign_one.person (name TEXT);
		CREATE SCHEMA given AUTHORIZATION app; CREATE SCHEMA others`)
	open := func(schema string, opts state.OpenOptions) error {
		db, err := Open(t.Context(), server.URL(), schema, opts)
		if err == nil {
			must(t, db.Close())
		}
		return err
	}
	for name, c := range map[string]struct {
		schema string
		opts   state.OpenOptions
		want   error
	}{
		"another program's":                  {"foreign_one", state.OpenOptions{Create: true}, state.ErrForeign},
		"one that an administrator made":     {"given", state.OpenOptions{Create: true}, nil},
		"one without rights":                 {"others", state.OpenOptions{Create: true}, state.ErrUnwritable},
		"nothing, for reading":               {"nothing", state.OpenOptions{ReadOnly: true, Create: true}, state.ErrNoState},
		"nothing, and nothing is to be made": {"nothing", state.OpenOptions{}, state.ErrNoState},
	} {
		if err := open(c.schema, c.opts); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	must(t, open("newer", state.OpenOptions{Create: true}))
	server.Exec(t, `UPDATE newer.meta SET schema_version = 99`)
	if err := open("newer", state.OpenOptions{}); !errors.Is(err, state.ErrNewer) {
		t.Errorf("a newer one: %v", err)
	}
	server.Exec(t, `DELETE FROM newer.meta`)
	if err := open("newer", state.OpenOptions{}); !errors.Is(err, state.ErrDamaged) {
		t.Errorf("without its row: %v", err)
	}
}

func TestMigrations(t *testing.T) {
	server := pgtest.Shared(t)
	d, err := openDatabase(t.Context(), server.URL(), "migrated", state.OpenOptions{Create: true})
	must(t, err)
	defer func() { must(t, d.Close()) }()
	scripts := migrations()
	broken := append(scripts, "CREATE TABLE later (id BIGINT); CREATE TABLE meta (id BIGINT)")
	err = d.migrate(t.Context(), broken)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint("to schema ", len(broken))) {
		t.Errorf("a broken migration: %v", err)
	}
	version := func() int {
		t.Helper()
		version, err := d.probe(t.Context(), "migrated")
		must(t, err)
		return version
	}
	if got := version(); got != len(scripts) {
		t.Errorf("after a broken migration: %d", got)
	}
	must(t, d.migrate(t.Context(), append(scripts, "CREATE TABLE later (id BIGINT)", "DROP TABLE later")))
	if got := version(); got != len(scripts)+2 {
		t.Errorf("after two more: %d", got)
	}
}

// Behind a pooler two clients hold one session advisory lock, and it outlives both:
// the lock is a row for that reason.
func TestAdvisoryLocksBreakBehindAPooler(t *testing.T) {
	server := pgtest.Shared(t)
	held := 0
	for range 20 {
		d, err := openDatabase(t.Context(), server.Pooled(), "advisory", state.OpenOptions{Create: true})
		must(t, err)
		c, err := d.connect(t.Context(), 0)
		must(t, err)
		var got bool
		must(t, c.QueryRow(t.Context(), "SELECT pg_try_advisory_lock(4711)", pgx.QueryExecModeExec).Scan(&got))
		if got {
			held++
		}
		c.Release()
		must(t, d.Close()) // which doesn't release it
	}
	if held < 2 {
		t.Errorf("%d clients hold one lock: then it is one behind a pooler", held)
	}
	d, err := openDatabase(t.Context(), server.URL(), "advisory", state.OpenOptions{})
	must(t, err)
	defer func() { must(t, d.Close()) }()
	c, err := d.connect(t.Context(), 0)
	must(t, err)
	defer c.Release()
	var free bool
	must(t, c.QueryRow(t.Context(), "SELECT pg_try_advisory_lock(4711)", pgx.QueryExecModeExec).Scan(&free))
	if free {
		t.Error("no client is left, and the lock is free")
	}
}

// What is not of the schema's types was damaged.
func TestScanIsStrict(t *testing.T) {
	d, err := openDatabase(t.Context(), pgtest.Shared(t).URL(), "strict", state.OpenOptions{Create: true})
	must(t, err)
	defer func() { must(t, d.Close()) }()
	c, err := d.View(t.Context())
	must(t, err)
	defer func() { must(t, c.Rollback()) }()
	tx := sqldb.Tx{Conn: c}
	var text string
	var number int
	for expression, dest := range map[string]any{
		"1": &text, "'1'::text": &number, "NULL::int8": &number, "1.5::float8": &number, "true": &number,
	} {
		if err := tx.Row(t.Context(), "SELECT "+expression).Scan(dest); !errors.Is(err, state.ErrDamaged) {
			t.Errorf("%s into %T: %v", expression, dest, err)
		}
	}
	if err := tx.Row(t.Context(), "SELECT 1 WHERE false").Scan(&number); !errors.Is(err, sqldb.ErrNoRows) {
		t.Errorf("no row: %v", err)
	}
	if _, err := c.Exec(t.Context(), "SELECT ?", 1.5); err == nil {
		t.Error("an argument that no column has was taken")
	}
	if _, err := c.Exec(t.Context(), "DELETE FROM meta"); !errors.Is(err, state.ErrUnwritable) {
		t.Errorf("a reader wrote: %v", err)
	}
}

// A program that stopped in the middle of a change doesn't keep the next holder
// waiting: the server ends its transaction.
func TestStoppedInAChange(t *testing.T) {
	server := pgtest.Shared(t)
	stopped, err := openDatabase(t.Context(), server.URL(), "stopped", state.OpenOptions{Create: true})
	must(t, err)
	defer func() { must(t, stopped.Close()) }()
	c, err := stopped.Update(t.Context(), t.Context())
	must(t, err)
	_, err = c.Exec(t.Context(), "UPDATE meta SET serial = 7")
	must(t, err)

	next, err := openDatabase(t.Context(), server.URL(), "stopped", state.OpenOptions{LockTimeout: 2 * idleTime})
	must(t, err)
	defer func() { must(t, next.Close()) }()
	again, err := next.Update(t.Context(), t.Context())
	must(t, err)
	tx := sqldb.Tx{Conn: again}
	var serial int
	must(t, tx.Row(t.Context(), "SELECT serial FROM meta").Scan(&serial))
	if serial == 7 {
		t.Errorf("the serial is %d", serial)
	}
	must(t, again.Rollback())
	if _, err := c.Exec(t.Context(), "UPDATE meta SET serial = 8"); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("woken: %v", err)
	}
	if !c.Ended() {
		t.Error("the transaction is said to go on")
	}
	must(t, c.Rollback())
}
