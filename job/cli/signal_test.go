//go:build unix

package cli_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	ossignal "os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job/cli"
	"notifyaudit/job/longtest"
)

// windDown is how long a run may take to end after a signal: Kubernetes kills it
// after 30 s.
const windDown = 10 * time.Second

// stopping is how a run says that it takes a signal.
const stopping = "no request begins any more"

// holdAnswers lets the first n queries be answered, and all others once the returned
// func is called.
func (w *audited) holdAnswers(n int64) (answer func()) {
	held := make(chan struct{})
	w.api.hold = func(asked int64) {
		if asked > n {
			<-held
		}
	}
	answer = sync.OnceFunc(func() { close(held) })
	w.t.Cleanup(answer) // the server's Close waits for the held ones
	return answer
}

// TestSignalOnce: no request begins any more, the answers under way are kept and
// reported, the exit status is 75, and going on asks nothing again.
func TestSignalOnce(t *testing.T) {
	t.Parallel() // it mostly waits
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			if ossignal.Ignored(signal) {
				t.Skip("these tests run under nohup, and so does what they start")
			}
			w := slow(t, 0)
			answer := w.holdAnswers(1)
			p := w.apply()
			const asked = 1 + testInFlight // a robot's first request goes alone; then as many as may be
			p.until(func() bool { return w.api.asked.Load() == asked })
			p.signal(signal)
			p.until(func() bool { return strings.Contains(p.out.String(), stopping) })
			began := time.Now()
			answer()
			said := p.ends(75)
			if took := time.Since(began); took > windDown {
				t.Errorf("it took %s to end", took)
			}
			if !strings.Contains(said, "goes on where it stopped") {
				t.Errorf("it does not say what to do:\n%s", said)
			}
			if more := w.api.asked.Load() - asked; more != 0 {
				t.Errorf("%d requests began after the signal", more)
			}
			records, _ := w.records(w.dir)
			left := remainder{records: records}
			answered, _ := w.api.pages()
			if len(answered) != asked {
				t.Errorf("%d answers were given", len(answered))
			}
			for page := range answered {
				if !left.recorded(page) {
					t.Errorf("page %d of %s was answered, and is not in the state", page.number, page.key)
				}
			}
			w.nothingFalse()
			w.apply().ends(0)
			w.exact(w.file("out/truth.json"))
			w.askedOnce()
		})
	}
}

// TestClosedConnection: SIGPIPE also comes of a connection, to the API or to a database,
// that the other end has closed. It ends no run.
func TestClosedConnection(t *testing.T) {
	t.Parallel() // it mostly waits
	w := slow(t, 100*time.Millisecond)
	p := w.asking()
	p.signal(syscall.SIGPIPE)
	p.ends(0)
	w.exact(w.file("out/truth.json"))
}

// TestSignalWhileNothingAnswers: the answers under way are not waited for without
// end.
func TestSignalWhileNothingAnswers(t *testing.T) {
	longtest.Require(t) // it waits for as long as a run may take to end
	t.Parallel()
	w := slow(t, time.Minute)
	w.rewrite(func(manifest string) string {
		return strings.Replace(manifest, "limit {", "timeout = \"30s\"\n  limit {", 1)
	})
	p := w.start("apply", "-auto-approve")
	p.until(func() bool { return w.api.tokens.Load() > 0 })
	p.signal(syscall.SIGTERM)
	began := time.Now()
	p.ends(75)
	if took := time.Since(began); took > windDown {
		t.Errorf("it took %s to end", took)
	}
	w.nothingFalse()
}

// TestEndWhileNothingAnswers is the same in this process and in virtual time.
func TestEndWhileNothingAnswers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "main.audit.hcl", strings.Replace(asker, "{", "{\n  timeout = \"30s\"", 1)+"message \"a\" {\n  process_query_key = \"K\"\n}\n")
	put(t, dir, "simulator.json", `{"latency": "1m"}`)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		began := time.Now()
		status := cli.Main(ctx, cli.Env{
			Args:    []string{"--manifest", dir, "--simulator", "apply", "-auto-approve"},
			Environ: []string{"TERM=dumb"}, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard,
		})
		if took := time.Since(began); status != 75 || took < 2*time.Second || took > 2*time.Second+windDown {
			t.Errorf("exit status %d after %s", status, took)
		}
	})
}

// TestSignalTwice: the second one ends the run at once, and the state is whole.
func TestSignalTwice(t *testing.T) {
	t.Parallel() // it mostly waits
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			w := slow(t, 0)
			answer := w.holdAnswers(0)
			p := w.asking()
			p.signal(signal)
			p.until(func() bool { return strings.Contains(p.out.String(), stopping) })
			time.Sleep(100 * time.Millisecond) // two at once are one
			p.signal(signal)
			p.ends(-1) // by the signal itself
			w.records(w.dir)
			answer()
			w.apply().ends(0)
			w.exact(w.file("out/truth.json"))
		})
	}
}

// TestBrokenPipe: nobody reads standard error. The run does its work.
func TestBrokenPipe(t *testing.T) {
	t.Parallel() // it mostly waits
	w := slow(t, 0)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = reader.Close()
	defer func() { _ = writer.Close() }()
	command := exec.Command(realProgram(t), "--manifest", w.dir, "apply", "-auto-approve")
	command.Env, command.Stderr = []string{"TMPDIR=" + w.temp, "XDG_CACHE_HOME=" + w.temp}, writer
	if got := statusOf(command.Run()); got != 0 {
		t.Fatalf("exit status %d, want 0", got)
	}
	w.exact(w.file("out/truth.json"))
}

// TestHangupUnderNohup: where SIGHUP is ignored before the start it stays ignored.
func TestHangupUnderNohup(t *testing.T) {
	t.Parallel() // it mostly waits
	w := slow(t, 100*time.Millisecond)
	p := launch(t, []string{"TMPDIR=" + w.temp, "XDG_CACHE_HOME=" + w.temp}, "sh", "-c", `trap "" HUP; exec "$0" "$@"`, realProgram(t), "--manifest", w.dir, "apply", "-auto-approve")
	p.until(func() bool { return w.api.asked.Load() > 0 })
	p.signal(syscall.SIGHUP)
	p.ends(0)
}
