package view

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"notifyaudit/job/cli/session"
	"notifyaudit/job/event"
	"notifyaudit/job/runner"
)

const (
	// progressEvery is the interval of lines and events of progress.
	progressEvery = 10 * time.Second
	// barEvery is the interval at which the bar is redrawn while nothing else happens,
	// so that its clock goes on.
	barEvery = time.Second
)

// interrupted is said when a run is asked to end.
const interrupted = "Stopping: no request begins any more, the answers under way are kept. Press Ctrl-C again to end at once."

// A progress counts how far a run is.
type progress struct {
	now   func() time.Time
	begun time.Time
	total int

	mu          sync.Mutex // also guards the writing: notes come in between
	done, calls int
	// end ends the reports at an interval, unwatch the look at the gates, unsaid
	// the wait for an interruption.
	end, unwatch func()
	unsaid       func() bool
}

func newProgress(now func() time.Time, total int) progress {
	return progress{now: now, begun: now(), total: total, end: func() {}}
}

// Close stops following the run.
func (p *progress) Close() {
	p.unsaid()
	p.unwatch()
	p.end()
}

// count counts a step of the run. The caller holds mu.
func (p *progress) count(e runner.Event) {
	p.calls += e.Cost.Metered
	if e.Outcome != "" {
		p.done++
	}
}

// left estimates the remaining time from the rate so far; false before the first answer,
// also where messages have failed for want of one.
func (p *progress) left() (left time.Duration, known bool) {
	if p.done == 0 || p.calls == 0 {
		return 0, false
	}
	return p.now().Sub(p.begun) / time.Duration(p.done) * time.Duration(p.total-p.done), true
}

// rate is the mean number of metered calls a second since the start.
func (p *progress) rate() float64 {
	if elapsed := p.now().Sub(p.begun).Seconds(); elapsed > 0 {
		return float64(p.calls) / elapsed
	}
	return 0
}

// A textProgress shows a bar on a terminal, and lines at an interval elsewhere.
type textProgress struct {
	progress
	screen Printer
	bar    *progressbar.ProgressBar
}

// Watch shows the progress of a run.
func (v *Text) Watch(ctx context.Context, w session.Watched) session.Observer {
	messages := w.Messages
	p := &textProgress{progress: newProgress(v.now, messages), screen: v.err}
	unwatch := watchGates(ctx, w.Gates, v.now, w.Zone, p.note)
	switch s := v.err; {
	case messages == 0:
	case s.Width > 0:
		p.bar = progressbar.NewOptions(messages,
			progressbar.OptionSetWriter(s.Writer), progressbar.OptionSetWidth(max(10, min(40, s.Width-60))),
			progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(false),
			progressbar.OptionEnableColorCodes(s.Color), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("asking"))
		_ = p.bar.RenderBlank()
		redraw := every(ctx, barEvery, p.draw)
		p.end = func() { redraw(); _ = p.bar.Finish() }
	default:
		p.end = every(ctx, progressEvery, p.report)
	}
	p.unwatch = unwatch
	p.unsaid = context.AfterFunc(ctx, func() { p.note(interrupted) })
	return p
}

func (p *textProgress) Observe(e runner.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(e)
	if p.bar != nil {
		p.bar.Describe(p.pace())
		_ = p.bar.Set(p.done)
	}
}

// draw redraws the bar.
func (p *textProgress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bar.Describe(p.pace())
}

// pace is "240 calls, 19.8/s, 44s left". The caller holds mu.
func (p *textProgress) pace() string {
	text := fmt.Sprintf("%d calls, %.1f/s", p.calls, p.rate())
	if left, known := p.left(); known && left > 0 {
		text += fmt.Sprintf(", %s left", left.Round(time.Second))
	}
	return text
}

// note shows a remark above the bar, if there is one.
func (p *textProgress) note(text string) {
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

// report shows the progress so far.
func (p *textProgress) report() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.screen.Println(p.line())
}

// line is "120/1000 messages, 240 calls, 19.8 calls/s, about 44s left". The caller holds mu.
func (p *textProgress) line() string {
	text := fmt.Sprintf("%d/%d messages, %d calls, %.1f calls/s", p.done, p.total, p.calls, p.rate())
	if left, known := p.left(); known && left > 0 {
		text += fmt.Sprintf(", about %s left", left.Round(time.Second))
	}
	return text
}

// An eventProgress writes an event for each message that is done, and progress at an
// interval.
type eventProgress struct {
	progress
	view *Events
}

// Watch writes that the run has started, then its progress.
func (v *Events) Watch(ctx context.Context, w session.Watched) session.Observer {
	r, messages := w.Run, w.Messages
	v.write(event.RunStarted{
		Header: v.header(event.TypeRunStarted), RunID: r.ID,
		Continues: r.Calls > 0 || r.UpdatedAt.After(r.StartedAt), Messages: messages,
	})
	p := &eventProgress{progress: newProgress(v.now, messages), view: v}
	if messages > 0 {
		p.end = every(ctx, progressEvery, p.report)
	}
	p.unwatch = watchGates(ctx, w.Gates, v.now, w.Zone, p.note)
	p.unsaid = context.AfterFunc(ctx, func() { p.note(interrupted) })
	return p
}

func (p *eventProgress) Observe(e runner.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(e)
	if e.Outcome != "" {
		p.view.message(e)
	}
}

func (p *eventProgress) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.view.Note(text)
}

// report writes the progress now.
func (p *eventProgress) report() {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := event.Progress{
		Header: p.view.header(event.TypeProgress),
		Done:   p.done, Total: p.total, Calls: p.calls, CallsPerSecond: p.rate(),
	}
	if left, known := p.left(); known {
		e.SecondsLeft = new(left.Seconds())
	}
	p.view.write(e)
}
