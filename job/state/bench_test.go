//go:build unix

package state_test

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
	"notifyaudit/job/state/postgres/pgtest"
	"notifyaudit/job/state/sqlite"
	"notifyaudit/job/state/transfer"
)

// The sizes of the README's claims: 100,000 messages to one person each.
const benchMessages = 100_000

func BenchmarkCommitReading(b *testing.B) {
	db, run := benchState(b, 0)
	n := 0
	for b.Loop() {
		if err := db.CommitReading(b.Context(), benchReading(n, run)); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// Messages to one and the same 5,000 people, of whom half have read.
func BenchmarkCommitReadingOfMany(b *testing.B) {
	db, run := benchState(b, 0)
	staff := make([]string, 5000)
	for i := range staff {
		staff[i] = fmt.Sprintf("user%05d", i)
	}
	audience := job.Listed("staff", staff)
	n := 0
	for b.Loop() {
		c := benchReading(n, run)
		c.Message.Audience = audience
		c.UserIDs = staff[:2500]
		if err := db.CommitReading(b.Context(), c); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

func BenchmarkRecords(b *testing.B) {
	db, _ := benchState(b, benchMessages)
	ids := benchIDs()
	for b.Loop() {
		if _, err := db.Records(b.Context(), ids); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(ids))/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkReaders(b *testing.B) {
	db, _ := benchState(b, benchMessages)
	ids := benchIDs()
	records, err := db.Records(b.Context(), ids)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := db.Readers(b.Context(), records); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(ids))/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkOpen(b *testing.B) {
	db, _ := benchState(b, benchMessages)
	dir := filepath.Dir(db.Path())
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		again, err := sqlite.Open(b.Context(), dir, "audit.db", state.OpenOptions{})
		if err != nil {
			b.Fatal(err)
		}
		if err := again.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// Half of the messages are old; the people of the others stay, and so do those
// who are in both.
func BenchmarkPurge(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		db, _ := benchState(b, benchMessages)
		half := benchReading(benchMessages/2, "").Reading.FinishedAt
		b.StartTimer()
		took, err := personal.Purge(b.Context(), db, personal.PurgeOptions{Before: half}, half)
		if err != nil || took.Messages != benchMessages/2 {
			b.Fatal(took, err)
		}
	}
	b.ReportMetric(float64(benchMessages/2*b.N)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkPurgeAll(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		db, _ := benchState(b, benchMessages)
		end := benchReading(benchMessages, "").Reading.FinishedAt
		b.StartTimer()
		took, err := personal.Purge(b.Context(), db, personal.PurgeOptions{Before: end}, end)
		if err != nil || took != (personal.Purged{Messages: benchMessages, People: 5000}) {
			b.Fatal(took, err)
		}
	}
	b.ReportMetric(float64(benchMessages*b.N)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkErase(b *testing.B) {
	db, _ := benchState(b, benchMessages)
	n := 0
	for b.Loop() {
		if _, err := personal.Erase(b.Context(), db, fmt.Sprintf("user%05d", n%5000)); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// A roster of 5,000 people, of whom one was erased: once for the list, then for
// each message with it, and for messages to one person each.
func BenchmarkMask(b *testing.B) {
	db, _ := benchState(b, 10)
	staff := make([]string, 5000)
	for i := range staff {
		staff[i] = fmt.Sprintf("user%05d", i)
	}
	one := job.Listed("", staff[:1])
	b.Run("nobody", func(b *testing.B) {
		for b.Loop() {
			db.Erased().Audience(one)
		}
	})
	if _, err := personal.Erase(b.Context(), db, "user00003"); err != nil {
		b.Fatal(err)
	}
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			db.Erased().Audience(one)
		}
	})
	shared := job.Listed("staff", staff)
	b.Run("shared", func(b *testing.B) {
		for b.Loop() {
			db.Erased().Audience(shared)
		}
	})
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			db.Erased().Audience(job.Audience{Form: job.AudienceListed, Size: len(staff), UserIDs: slices.Clone(staff)})
		}
	})
}

// benchIDs are 500 messages spread over the state.
func benchIDs() []job.MessageID {
	ids := make([]job.MessageID, 500)
	for i := range ids {
		ids[i] = benchReading(i*(benchMessages/len(ids)), "").Message.ID
	}
	return ids
}

func benchReading(n int, run string) job.ReadingCommit {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Millisecond)
	who := fmt.Sprintf("user%05d", n%5000)
	return job.ReadingCommit{
		Message: &job.Message{
			ID:       job.MessageID{Provider: "dingtalk", Kind: job.PrivateChat, ProcessQueryKey: fmt.Sprintf("Kna%08d=", n)},
			Address:  fmt.Sprintf(`messages.payslips["%d"]`, n),
			Audience: job.Listed("staff", []string{who}),
		},
		Reading: job.Reading{RunID: run, StartedAt: at, FinishedAt: at.Add(80 * time.Millisecond), SendStatus: job.SendSuccess},
		UserIDs: []string{who},
		Pages:   1,
		Spend:   job.Spend{QuotaGroup: "acme", Calls: 1, At: at},
	}
}

// benchState has n messages with a reading each, recorded many at a time.
func benchState(b *testing.B, n int) (*state.DB, string) {
	b.Helper()
	db, err := sqlite.Open(b.Context(), b.TempDir(), "audit.db", state.OpenOptions{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if _, err := db.Lock(b.Context(), "benchmark", 0); err != nil {
		b.Fatal(err)
	}
	run, err := db.BeginRun(b.Context(), time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	if err != nil {
		b.Fatal(err)
	}
	next := make(chan int)
	var writers sync.WaitGroup
	for range 64 {
		writers.Go(func() {
			for i := range next {
				if err := db.CommitReading(b.Context(), benchReading(i, run.ID)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	writers.Wait()
	return db, run.ID
}

// Messages that are ready at the same moment, as of a run with 40 at a time.
func BenchmarkCommitTogether(b *testing.B) {
	db, run := benchState(b, 0)
	benchTogether(b, db, run, func(int) {})
}

// benchTogether commits messages until the benchmark ends, and calls done with how
// many.
func benchTogether(b *testing.B, db *state.DB, run string, done func(n int)) {
	b.Helper()
	const at, each = 40, 50
	n := 0
	before := cpuTime(b)
	for b.Loop() {
		var workers sync.WaitGroup
		for w := range at {
			workers.Go(func() {
				for i := range each {
					if err := db.CommitReading(b.Context(), benchReading(n+w*each+i, run)); err != nil {
						b.Error(err)
					}
				}
			})
		}
		workers.Wait()
		n += at * each
	}
	b.ReportMetric(float64(cpuTime(b)-before)/float64(n)/1000, "cpu-µs/message")
	done(n)
}

func BenchmarkExport(b *testing.B) {
	db, _ := benchState(b, benchMessages)
	before := cpuTime(b)
	for b.Loop() {
		if err := transfer.Export(b.Context(), &db.View, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N*benchMessages)/1000, "cpu-µs/message")
}

func BenchmarkImport(b *testing.B) {
	db, _ := benchState(b, benchMessages)
	var lines bytes.Buffer
	if err := transfer.Export(b.Context(), &db.View, &lines); err != nil {
		b.Fatal(err)
	}
	var spent time.Duration
	for b.Loop() {
		b.StopTimer()
		empty, err := sqlite.Open(b.Context(), b.TempDir(), "audit.db", state.OpenOptions{Create: true})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := empty.Lock(b.Context(), "benchmark", 0); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		before := cpuTime(b)
		if err := transfer.Import(b.Context(), empty, bytes.NewReader(lines.Bytes())); err != nil {
			b.Fatal(err)
		}
		spent += cpuTime(b) - before
		b.StopTimer()
		if err := empty.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(spent)/float64(b.N*benchMessages)/1000, "cpu-µs/message")
}

// cpuTime is what this process has used up to now, in all its threads.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// The commits of [BenchmarkCommitTogether] in a PostgreSQL beside: the server's
// part is counted, too, where it runs on this machine.
func BenchmarkCommitTogetherPostgres(b *testing.B) {
	server := pgtest.Shared(b)
	for name, url := range map[string]job.Secret{"direct": server.URL(), "pooled": server.Pooled()} {
		b.Run(name, func(b *testing.B) {
			db := openPostgres(b, url)
			if _, err := db.Lock(b.Context(), "benchmark", 0); err != nil {
				b.Fatal(err)
			}
			run, err := db.BeginRun(b.Context(), start)
			if err != nil {
				b.Fatal(err)
			}
			theirs := server.CPUTime(b)
			benchTogether(b, db, run.ID, func(n int) {
				b.ReportMetric(float64(server.CPUTime(b)-theirs)/float64(n)/1000, "server-cpu-µs/message")
			})
		})
	}
}
