//go:build unix

package state_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/lock"
	"notifyaudit/job/state/personal"
	"notifyaudit/job/state/postgres"
	"notifyaudit/job/state/postgres/pgtest"
	"notifyaudit/job/state/transfer"
)

// database is the environment variable with the URL and the schema that a process
// plays with.
const database = "NOTIFYAUDIT_TEST_DATABASE"

// playLease locks a state in a database and commits a reading for each line of its
// input.
func playLease(ctx context.Context, in *bufio.Scanner) error {
	url, schema, _ := strings.Cut(os.Getenv(database), " ")
	db, err := postgres.Open(ctx, job.NewSecret(url), schema, state.OpenOptions{})
	if err != nil {
		return err
	}
	return record(ctx, db, in)
}

// A holder that is stopped for longer than its lease finds the state taken over,
// also behind a pooler; one that was killed blocks others until its lease ends.
func TestPostgresLease(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	for name, url := range map[string]job.Secret{"direct": server.URL(), "pooled": server.Pooled()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := openPostgres(t, url)
			schema := db.Path()[strings.LastIndex(db.Path(), " ")+1:]
			holder := played(t, t.TempDir(), "lease", func(cmd *exec.Cmd) {
				cmd.Env = append(cmd.Env, database+"="+url.Reveal()+" "+schema)
			})
			holder.hears("ready")
			holder.in("commit")
			holder.hears("<nil>")
			_, err := db.Lock(t.Context(), "second", 250*time.Millisecond)
			held, ok := errors.AsType[*lock.HeldError](err)
			if !ok || !strings.HasPrefix(held.Holder, fmt.Sprintf("pid %d on there", holder.cmd.Process.Pid)) {
				t.Fatalf("got %v", err)
			}
			must(t, holder.cmd.Process.Signal(syscall.SIGSTOP))
			began := time.Now()
			taken, err := db.Lock(t.Context(), "second", time.Minute)
			must(t, err)
			if waited := time.Since(began); waited > 30*time.Second {
				t.Errorf("waited %s for a stopped holder", waited)
			}
			must(t, holder.cmd.Process.Signal(syscall.SIGCONT))
			holder.in("commit")
			holder.hears("record the reading of message.k1: " + state.ErrFenced.Error())
			count, err := db.Count(t.Context())
			must(t, err)
			same(t, "messages", count, 1)
			must(t, taken.Release())
			again, err := db.Lock(t.Context(), "third", 0)
			must(t, err)
			must(t, again.Release())
		})
	}
}

// A server that is killed and started again in the middle loses nothing and counts
// nothing twice, and the holder keeps its lock.
func TestPostgresRestarts(t *testing.T) {
	server := pgtest.Own(t)
	b := newBench(t, openPostgres(t, server.URL()))
	var committed atomic.Int64
	var callers sync.WaitGroup
	stop := make(chan struct{})
	for w := range 8 {
		callers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := b.CommitReading(t.Context(), b.reading(message(fmt.Sprintf("k%d-%d", w, i), job.Sized(1)), i%60, "u")); err != nil {
					t.Error(err)
					return
				}
				committed.Add(1)
			}
		})
	}
	for range 3 {
		time.Sleep(500 * time.Millisecond)
		server.Kill(t)
		time.Sleep(time.Second)
		server.Start(t)
	}
	time.Sleep(500 * time.Millisecond)
	close(stop)
	callers.Wait()
	count, err := b.Count(t.Context())
	must(t, err)
	same(t, "messages", count, int(committed.Load()))
	spent, err := b.Spent(t.Context(), "acme", "2026-11")
	must(t, err)
	same(t, "calls", spent, int(committed.Load()))
}

// A server that stays away ends a call as something that passes.
func TestPostgresGone(t *testing.T) {
	server := pgtest.Own(t)
	b := newBench(t, openPostgres(t, server.URL()))
	server.Stop(t)
	began := time.Now()
	err := b.CommitReading(t.Context(), b.reading(message("k", job.Sized(1)), 0))
	if !errors.Is(err, state.ErrUnavailable) || !state.Passes(err) || !strings.Contains(err.Error(), "what was recorded before is safe") {
		t.Errorf("got %v", err)
	}
	if waited := time.Since(began); waited < 20*time.Second || waited > time.Minute {
		t.Errorf("waited %s", waited)
	}
	began = time.Now()
	err = b.CommitReading(t.Context(), b.reading(message("k", job.Sized(1)), 0))
	if !errors.Is(err, state.ErrUnavailable) || time.Since(began) > 5*time.Second {
		t.Errorf("waited for again: %v after %s", err, time.Since(began))
	}
	if _, err := postgres.Open(t.Context(), server.URL(), "audit1", state.OpenOptions{}); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("opened: %v", err)
	}
	server.Start(t)
	b.read(message("k", job.Sized(1)), 0)
}

// A commit whose answer is lost is neither made twice nor given up: the server says
// what became of it.
func TestPostgresLostAnswer(t *testing.T) {
	server := pgtest.Shared(t)
	for name, forwarded := range map[string]bool{"committed": true, "not committed": false} {
		t.Run(name, func(t *testing.T) {
			address, err := url.Parse(server.URL().Reveal())
			must(t, err)
			cut := newCutter(t, address.Host, forwarded)
			address.Host = cut.Addr().String()
			b := newBench(t, openPostgres(t, job.NewSecret(address.String())))
			for i := range 5 {
				cut.armed.Store(true)
				b.read(message(fmt.Sprint("k", i), job.Sized(1)), i)
				if cut.armed.Load() {
					t.Error("nothing was cut")
				}
			}
			spent, err := b.Spent(t.Context(), "acme", "2026-11")
			must(t, err)
			same(t, "calls", spent, 5)
			run, err := b.LatestRun(t.Context())
			must(t, err)
			same(t, "calls of the run", run.Calls, 5)
		})
	}
}

// A cutter passes bytes on to a server. When it is armed it cuts the connection on
// which a client says COMMIT, before or after it forwards that.
type cutter struct {
	net.Listener
	server  string
	forward bool
	armed   atomic.Bool
}

func newCutter(t *testing.T, server string, forward bool) *cutter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	c := &cutter{Listener: l, server: server, forward: forward}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go c.serve(client)
		}
	}()
	return c
}

func (c *cutter) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() {
		buffer := make([]byte, 64<<10)
		for {
			n, err := server.Read(buffer)
			if err != nil {
				_ = client.Close()
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		cut := bytes.Contains(buffer[:n], []byte("COMMIT\x00")) && c.armed.Swap(false)
		if cut {
			_ = client.Close() // no answer gets through
		}
		if cut && !c.forward {
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
		if cut {
			time.Sleep(100 * time.Millisecond)
			return
		}
	}
}

// Tables that another program holds are waited for, and then are a lock.
func TestPostgresHeld(t *testing.T) {
	server := pgtest.Shared(t)
	b := newBench(t, openPostgres(t, server.URL()))
	schema := b.Path()[strings.LastIndex(b.Path(), " ")+1:]
	hold := func(d time.Duration) {
		go server.Exec(t, fmt.Sprintf("BEGIN; LOCK TABLE %s.meta; SELECT pg_sleep(%g); COMMIT", schema, d.Seconds()))
		time.Sleep(300 * time.Millisecond)
	}
	hold(time.Second)
	b.read(message("k", job.Sized(1)), 0)
	hold(8 * time.Second)
	err := b.CommitReading(t.Context(), b.reading(message("k", job.Sized(1)), 2))
	if held, ok := errors.AsType[*lock.HeldError](err); !ok || !state.Passes(err) || !strings.Contains(held.Holder, "another program") {
		t.Errorf("got %v", err)
	}
	time.Sleep(4 * time.Second)
	b.read(message("k", job.Sized(1)), 2)
	same(t, "readings", b.record("k").Calls, 2)
}

// A server without room refuses one commit and takes the next one, once there is.
func TestPostgresFull(t *testing.T) {
	server := pgtest.Shared(t)
	b := newBench(t, openPostgres(t, server.URL()))
	schema := b.Path()[strings.LastIndex(b.Path(), " ")+1:]
	b.read(message("k", job.Sized(1)), 0)
	before := b.record("k")
	server.Exec(t, fmt.Sprintf(`SET search_path = %s;
		CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
		CREATE TRIGGER no_room BEFORE INSERT ON reading EXECUTE FUNCTION no_room()`, schema))
	err := b.CommitReading(t.Context(), b.reading(message("k", job.Sized(1)), 2))
	if !errors.Is(err, state.ErrUnavailable) || !state.Passes(err) || !strings.Contains(err.Error(), "No space left") {
		t.Errorf("got %v", err)
	}
	same(t, "record", b.record("k"), before)
	server.Exec(t, fmt.Sprintf("DROP TRIGGER no_room ON %s.reading", schema))
	b.read(message("k", job.Sized(1)), 2)
}

// A schema that was dropped, or dropped and made anew, takes no more of a run.
func TestPostgresReplaced(t *testing.T) {
	server := pgtest.Shared(t)
	b := newBench(t, openPostgres(t, server.URL()))
	schema := b.Path()[strings.LastIndex(b.Path(), " ")+1:]
	server.Exec(t, "DROP SCHEMA "+schema+" CASCADE")
	err := b.CommitReading(t.Context(), b.reading(message("k", job.Sized(1)), 0))
	if !errors.Is(err, state.ErrReplaced) || !state.Passes(err) {
		t.Errorf("got %v", err)
	}
	other, err := postgres.Open(t.Context(), server.URL(), schema, state.OpenOptions{Create: true})
	must(t, err)
	defer func() { must(t, other.Close()) }()
	_, err = other.Lock(t.Context(), "another", 0)
	must(t, err)
	err = b.CommitReading(t.Context(), b.reading(message("k", job.Sized(1)), 0))
	if !errors.Is(err, state.ErrFenced) {
		t.Errorf("got %v", err)
	}
}

// A state goes from a file to a database and back as it is.
func TestExportGoesBetweenDatabases(t *testing.T) {
	server := pgtest.Shared(t)
	load := func(db *state.DB, lines []byte) *bench {
		_, err := db.Lock(t.Context(), "the test", 0)
		must(t, err)
		must(t, transfer.Import(t.Context(), db, bytes.NewReader(lines)))
		return &bench{DB: db, t: t}
	}
	file := newBench(t, openNew(t, fastDir(t)))
	old, kept := file.oldAndNew()
	messages := slices.Concat(old, kept)
	_, err := personal.Purge(t.Context(), file.DB, personal.PurgeOptions{Before: after(10), NotDelivered: notDelivered(messages...)}, after(30))
	must(t, err)
	_, err = personal.Erase(t.Context(), file.DB, "s1")
	must(t, err)
	file.fill()
	want := file.export()
	for name, url := range map[string]job.Secret{"direct": server.URL(), "pooled": server.Pooled()} {
		there := load(openPostgres(t, url), want)
		same(t, name+": the export of the database", string(there.export()), string(want))
		same(t, name+": figures", there.figures(messages...), file.figures(messages...))
		back := load(openNew(t, fastDir(t)), there.export())
		same(t, name+": the export of the file again", string(back.export()), string(want))
		same(t, name+": figures", back.figures(messages...), file.figures(messages...))
		// The database goes on as the file does.
		there.begin(after(500))
		there.read(message("new", job.Listed("staff", []string{"a new one", "u1", "名"})), 500, "a new one", "u1")
		same(t, name+": readers", len(there.readers("new")), 2)
	}
}
