//go:build unix

package cli_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// windDown is how long a run may take to end after a signal: Kubernetes kills it
// after 30 s.
const windDown = 10 * time.Second

// TestSignalOnce: no request begins any more, the answers under way are kept and
// reported, the exit status is 75, and going on asks nothing again.
func TestSignalOnce(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			const latency = time.Second
			w := slow(t, latency)
			p := w.asking()
			const asked = 1 + testInFlight // a robot's first request goes alone; then as many as may be
			p.until(func() bool { return w.api.asked.Load() == asked })
			time.Sleep(latency * 6 / 10) // until the server has answered, and the answers are on their way
			p.signal(signal)
			began := time.Now()
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

// TestSignalWhileNothingAnswers: the answers under way are not waited for without
// end.
func TestSignalWhileNothingAnswers(t *testing.T) {
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

// TestSignalTwice: the second one ends the run at once, and the state is whole.
func TestSignalTwice(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(signal.String(), func(t *testing.T) {
			w := slow(t, time.Second)
			p := w.asking()
			p.signal(signal)
			time.Sleep(100 * time.Millisecond) // two at once are one
			if p.over() {
				t.Fatalf("the first signal ended it at once: %s", p.out.String())
			}
			p.signal(signal)
			began := time.Now()
			p.ends(-1)
			if took := time.Since(began); took > time.Second/2 {
				t.Errorf("it took %s to end", took)
			}
			w.records(w.dir)
			w.apply().ends(0)
			w.exact(w.file("out/truth.json"))
		})
	}
}
