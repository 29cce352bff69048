package cli

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"notifyaudit/job/event"
	"notifyaudit/job/runner"
)

// progressEvery is how often a log that nobody watches gets a line.
const progressEvery = 10 * time.Second

// A progress shows how far a run is: a bar on a terminal, a line now and then
// elsewhere.
type progress struct {
	screen printer
	// events get what a program reads instead of the screen; nil without -json.
	events *eventStream
	now    func() time.Time
	begun  time.Time
	total  int
	bar    *progressbar.ProgressBar

	mu          sync.Mutex // also of what is written: notes come in between
	done, calls int
}

// startProgress begins; the returned func ends it and takes the bar away.
func startProgress(ctx context.Context, s printer, events *eventStream, now func() time.Time, total int) (*progress, func()) {
	p := &progress{screen: s, events: events, now: now, begun: now(), total: total}
	if total == 0 {
		return p, func() {}
	}
	if s.Width > 0 && events == nil {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(s.Writer), progressbar.OptionSetWidth(max(10, min(40, s.Width-50))),
			progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true),
			progressbar.OptionEnableColorCodes(s.Color), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("asking"))
		return p, func() { _ = p.bar.Finish() }
	}
	return p, every(ctx, progressEvery, p.report)
}

// observe is told of every step of the run.
func (p *progress) observe(e runner.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls += e.Cost.Metered
	if e.Outcome != "" {
		p.done++
		if p.events != nil {
			p.events.message(e)
		}
	}
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("%d calls, %.1f/s", p.calls, p.rate()))
		_ = p.bar.Set(p.done)
	}
}

// note says something in between, above the bar where there is one.
func (p *progress) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	p.screen.Say(text)
	if p.bar != nil {
		_ = p.bar.RenderBlank()
	}
}

// every begins to call do at an interval, until the returned func is called or ctx
// ends; do is not called any more when that returns.
func every(ctx context.Context, interval time.Duration, do func()) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var calls sync.WaitGroup
	calls.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				do()
			}
		}
	})
	return func() {
		cancel()
		calls.Wait()
	}
}

// report writes the progress now.
func (p *progress) report() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.events == nil {
		p.screen.Println(p.line())
		return
	}
	e := event.Progress{Done: p.done, Total: p.total, Calls: p.calls, CallsPerSecond: p.rate()}
	if p.done > 0 {
		e.SecondsLeft = new(p.left().Seconds())
	}
	p.events.progress(e)
}

// line is "120/1000 messages, 240 calls, 19.8 calls/s, about 44s left", under mu.
func (p *progress) line() string {
	text := fmt.Sprintf("%d/%d messages, %d calls, %.1f calls/s", p.done, p.total, p.calls, p.rate())
	if p.done > 0 && p.done < p.total {
		text += fmt.Sprintf(", about %s left", p.left().Round(time.Second))
	}
	return text
}

// left is how long the rest takes if it goes on like this.
func (p *progress) left() time.Duration {
	return p.now().Sub(p.begun) / time.Duration(p.done) * time.Duration(p.total-p.done)
}

// rate is in metered calls a second since the start.
func (p *progress) rate() float64 {
	if elapsed := p.now().Sub(p.begun).Seconds(); elapsed > 0 {
		return float64(p.calls) / elapsed
	}
	return 0
}
