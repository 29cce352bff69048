package cli

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"notifyaudit/job/runner"
)

// progressEvery is how often a log that nobody watches gets a line.
const progressEvery = 10 * time.Second

// A progress shows how far a run is: a bar on a terminal, a line now and then
// elsewhere.
type progress struct {
	screen *screen
	now    func() time.Time
	begun  time.Time
	total  int
	bar    *progressbar.ProgressBar

	mu          sync.Mutex
	done, calls int
}

// startProgress begins; the returned func ends it and takes the bar away.
func startProgress(ctx context.Context, s *screen, now func() time.Time, total int) (*progress, func()) {
	p := &progress{screen: s, now: now, begun: now(), total: total}
	if total == 0 {
		return p, func() {}
	}
	if s.width > 0 {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(s.w), progressbar.OptionSetWidth(max(10, min(40, s.width-50))),
			progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true),
			progressbar.OptionEnableColorCodes(s.color), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("asking"))
		return p, func() { _ = p.bar.Finish() }
	}
	ctx, cancel := context.WithCancel(ctx)
	var lines sync.WaitGroup
	lines.Go(func() { p.lines(ctx) })
	return p, func() {
		cancel()
		lines.Wait()
	}
}

// observe is told of every step of the run.
func (p *progress) observe(e runner.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls += e.Cost.Metered
	if e.Outcome != "" {
		p.done++
	}
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("%d calls, %.1f/s", p.calls, p.rate()))
		_ = p.bar.Set(p.done)
	}
}

// lines writes the progress every ten seconds until ctx ends.
func (p *progress) lines(ctx context.Context) {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.screen.println(p.line())
		}
	}
}

// line is "120/1000 messages, 240 calls, 19.8 calls/s, about 44s left".
func (p *progress) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := fmt.Sprintf("%d/%d messages, %d calls, %.1f calls/s", p.done, p.total, p.calls, p.rate())
	if p.done > 0 && p.done < p.total {
		left := p.now().Sub(p.begun) / time.Duration(p.done) * time.Duration(p.total-p.done)
		text += fmt.Sprintf(", about %s left", left.Round(time.Second))
	}
	return text
}

// rate is in metered calls a second since the start.
func (p *progress) rate() float64 {
	if elapsed := p.now().Sub(p.begun).Seconds(); elapsed > 0 {
		return float64(p.calls) / elapsed
	}
	return 0
}
