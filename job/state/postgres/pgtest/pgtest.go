// Package pgtest runs a PostgreSQL server, and PgBouncer in front of it in
// transaction mode, of a test's own. Only tests import it.
//
// Both are Debian's packages postgresql and pgbouncer. They end with the process
// that started them, whatever ends that, and leave nothing behind.
package pgtest

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"notifyaudit/job"
	"notifyaudit/job/longtest"
)

// Password is that of the role of the URLs: a test looks that it is shown nowhere.
const Password = "s3cret-of-the-database"

// A Server is a cluster with the database audit, whose owner is the role app. Keep
// on disk it doesn't: what survives is what the system's cache has.
type Server struct {
	dir          string
	port, pooled int
	// say and hear are the input and output of the script that runs the programs.
	say  io.WriteCloser
	hear *bufio.Scanner
	mu   sync.Mutex
}

// shared is the server of all tests of a package.
var shared struct {
	once   sync.Once
	server *Server
	err    error
}

// Shared is the server of the package's tests. The test is skipped in the short
// form and, unless tests run in their long form, where there is no PostgreSQL.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	longtest.Require(tb)
	shared.once.Do(func() { shared.server, shared.err = start() })
	if shared.err != nil {
		tb.Fatalf("PostgreSQL and PgBouncer (Debian: postgresql, pgbouncer): %v", shared.err)
	}
	return shared.server
}

// Own is a server that the test may stop and kill.
func Own(tb testing.TB) *Server {
	tb.Helper()
	longtest.Require(tb)
	s, err := start()
	if err != nil {
		tb.Fatalf("PostgreSQL and PgBouncer (Debian: postgresql, pgbouncer): %v", err)
	}
	tb.Cleanup(func() { _ = s.say.Close() })
	return s
}

// URL leads to the database.
func (s *Server) URL() job.Secret { return s.With("") }

// With is the URL with other parameters than sslmode=disable.
func (s *Server) With(parameters string) job.Secret {
	if parameters == "" {
		parameters = "sslmode=disable"
	}
	return job.NewSecret(fmt.Sprintf("postgres://app:%s@127.0.0.1:%d/audit?%s", Password, s.port, parameters))
}

// Pooled leads to the database through the pooler.
func (s *Server) Pooled() job.Secret {
	return job.NewSecret(fmt.Sprintf("postgres://app:%s@127.0.0.1:%d/audit?sslmode=disable", Password, s.pooled))
}

// Root is the certificate of the authority that the server's is signed by.
func (s *Server) Root() string { return filepath.Join(s.dir, "root.crt") }

// Stop ends the server as an administrator does, and waits for its end.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	s.do(tb, "stop")
}

// Kill kills all processes of the server.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	s.do(tb, "kill")
}

// Start starts the server again, and waits until it answers.
func (s *Server) Start(tb testing.TB) {
	tb.Helper()
	s.do(tb, "start")
	if err := s.answers(); err != nil {
		tb.Fatal(err)
	}
}

func (s *Server) do(tb testing.TB, what string) {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.tell(what); err != nil {
		tb.Fatal(err)
	}
}

// tell has the script do something, and waits until it is done.
func (s *Server) tell(what string) error {
	if _, err := io.WriteString(s.say, what+"\n"); err != nil {
		return err
	}
	if !s.hear.Scan() || s.hear.Text() != "done" {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return fmt.Errorf("%s: %q\n%s", what, s.hear.Text(), log)
	}
	return nil
}

// Exec runs statements as the superuser.
func (s *Server) Exec(tb testing.TB, statements string) {
	tb.Helper()
	if err := s.exec(tb.Context(), "audit", statements); err != nil {
		tb.Fatal(err)
	}
}

// CPUTime is what the processes of the server and the pooler have used up to now,
// those that ended included.
func (s *Server) CPUTime(tb testing.TB) time.Duration {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := io.WriteString(s.say, "cpu\n"); err != nil || !s.hear.Scan() {
		tb.Fatal("the server is gone", err)
	}
	ticks, err := strconv.Atoi(s.hear.Text())
	if err != nil || !s.hear.Scan() { // done
		tb.Fatal("no time of the server: ", err)
	}
	return time.Duration(ticks) * 10 * time.Millisecond // there are 100 in a second
}

func (s *Server) exec(ctx context.Context, database, statements string) error {
	address := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/" + database, RawQuery: url.Values{
		"host": {s.dir}, "port": {strconv.Itoa(s.port)}, "connect_timeout": {"5"},
	}.Encode()}
	c, err := pgx.Connect(ctx, address.String())
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, statements)
	return errors.Join(err, c.Close(ctx))
}

func (s *Server) answers() (err error) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err = s.exec(context.Background(), "postgres", "SELECT 1"); err == nil {
			return nil
		}
	}
	return err
}

//go:embed server.sh
var script string

func start() (s *Server, err error) {
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(programs) == 0 {
		return nil, errors.New("not installed")
	}
	if _, err := exec.LookPath("pgbouncer"); err != nil {
		return nil, err
	}
	s = &Server{}
	if s.dir, err = os.MkdirTemp("", "postgres"); err != nil {
		return nil, err
	}
	if s.port, err = freePort(); err == nil {
		s.pooled, err = freePort()
	}
	if err == nil {
		err = certify(s.dir)
	}
	if err == nil {
		err = s.run(programs[len(programs)-1])
	}
	if err == nil {
		err = s.answers()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	return s, errors.Join(
		s.exec(context.Background(), "postgres", "CREATE ROLE app LOGIN PASSWORD '"+Password+"'"),
		s.exec(context.Background(), "postgres", "CREATE DATABASE audit OWNER app"),
	)
}

// run starts the script, as another user than root, which PostgreSQL refuses.
func (s *Server) run(programs string) error {
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", script, "server",
		s.dir, programs, strconv.Itoa(s.port), strconv.Itoa(s.pooled), Password)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=" + s.dir}
	if os.Geteuid() == 0 {
		as, err := user.Lookup("postgres")
		if err != nil {
			return err
		}
		uid, _ := strconv.Atoi(as.Uid) // a number on this system
		gid, _ := strconv.Atoi(as.Gid)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}} //nolint:gosec // no user has another
		err = filepath.WalkDir(s.dir, func(path string, _ os.DirEntry, err error) error {
			return errors.Join(err, os.Lchown(path, uid, gid))
		})
		if err != nil {
			return err
		}
	}
	var err error
	if s.say, err = cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	s.hear = bufio.NewScanner(out)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return s.tell("start")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	number, err := strconv.Atoi(port)
	return number, errors.Join(err, l.Close())
}
