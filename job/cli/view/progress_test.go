package view

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/runner"
)

// A lockedBuffer can be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestNothingIsForetoldWithoutAnAnswer: messages that failed in an outage say nothing of the
// rest.
func TestNothingIsForetoldWithoutAnAnswer(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	p := newProgress(func() time.Time { return at }, 4)
	at = at.Add(10 * time.Second)
	p.count(runner.Event{Outcome: runner.OutcomeFailed})
	if left, known := p.left(); known {
		t.Errorf("%v left after a failure for want of an answer", left)
	}
	p.count(runner.Event{Outcome: runner.OutcomeRead, Cost: job.Cost{Metered: 1}})
	if left, known := p.left(); !known || left != 10*time.Second {
		t.Errorf("%v left, %t, want 10s for the other half", left, known)
	}
}

// TestProgressLines: the first line comes after a second, the next ones every ten,
// also while nothing answers, and an interruption is said at once.
func TestProgressLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		var said lockedBuffer
		v := NewText(NewPrinter(&out, false), NewPrinter(&said, false), time.Now)
		ctx, interrupt := context.WithCancel(t.Context())
		watched := v.Watch(ctx, session.Watched{Messages: 4, Zone: time.UTC})
		watched.Observe(runner.Event{Outcome: runner.OutcomeRead, Cost: job.Cost{Metered: 2}})
		for _, c := range []struct {
			after time.Duration
			lines int
		}{{900 * time.Millisecond, 0}, {200 * time.Millisecond, 1}, {9 * time.Second, 1}, {time.Second, 2}, {10 * time.Second, 3}} {
			time.Sleep(c.after)
			synctest.Wait()
			if got := strings.Count(said.String(), "1/4 messages, 2 calls"); got != c.lines {
				t.Errorf("%d lines, want %d:\n%s", got, c.lines, said.String())
			}
		}
		interrupt()
		synctest.Wait()
		if !strings.Contains(said.String(), "the answers under way are kept") {
			t.Errorf("an interruption is not said:\n%s", said.String())
		}
		watched.Close()
	})
}

// TestProgressOfAWholeRun says nothing of an interruption that was none.
func TestProgressOfAWholeRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out, said bytes.Buffer
		ctx, end := context.WithCancel(t.Context())
		v := NewText(NewPrinter(&out, false), NewPrinter(&said, false), time.Now)
		v.Watch(ctx, session.Watched{Messages: 4, Zone: time.UTC}).Close()
		end()
		synctest.Wait()
		if said.Len() > 0 {
			t.Errorf("it says %q", said.String())
		}
	})
}

// TestProgressEvents: the events of progress come at the same times.
func TestProgressEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out, said bytes.Buffer
		v := NewEvents(&out, NewPrinter(&said, false), time.Now)
		watched := v.Watch(t.Context(), session.Watched{Messages: 4, Zone: time.UTC})
		time.Sleep(11*time.Second + time.Millisecond)
		watched.Close()
		progress := 0
		for line := range strings.Lines(out.String()) {
			var e struct{ Type string }
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			if e.Type == "progress" {
				progress++
			}
		}
		if progress != 2 {
			t.Errorf("%d events of progress in eleven seconds, want 2:\n%s", progress, out.String())
		}
	})
}
