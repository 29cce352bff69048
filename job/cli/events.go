package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/event"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
	"notifyaudit/job/state"
)

// An eventStream writes the events of -json, one object a line, each whole. It is
// safe to use by several goroutines. Nil, which is without -json, writes nothing.
type eventStream struct {
	now func() time.Time

	mu      sync.Mutex
	w       io.Writer
	encoder *json.Encoder
	// err is the first one of writing: nothing follows it.
	err error
	// errors and warnings count the diagnostics.
	errors, warnings int
}

// jsonFlag is -json of the commands that stream events.
func jsonFlag() cli.Flag {
	return &cli.BoolFlag{Name: "json", Usage: "write events for programs, one JSON object a line"}
}

// stream begins the events if -json asks for them. It goes before load, so that
// the manifest's mistakes are events too.
func (p *program) stream(c *cli.Context) {
	if !c.Bool("json") {
		return
	}
	e := json.NewEncoder(p.env.Stdout)
	e.SetEscapeHTML(false)
	p.events = &eventStream{now: p.env.Now, w: p.env.Stdout, encoder: e}
}

// header makes the first members of an event.
func (s *eventStream) header(t event.Type) event.Header {
	return event.Header{Type: t, Time: s.now().UTC(), FormatVersion: event.FormatVersion}
}

// write writes one event.
func (s *eventStream) write(e any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = s.encoder.Encode(e)
	}
}

// failed is why not everything could be written, or nil.
func (s *eventStream) failed() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *eventStream) diagnostics(ds manifest.Diagnostics) {
	for _, d := range ds {
		if d.Severity == manifest.SeverityError {
			s.errors++
		} else {
			s.warnings++
		}
		s.write(event.Diagnostic{
			Header: s.header(event.TypeDiagnostic), Severity: string(d.Severity),
			Summary: d.Summary, Detail: d.Detail, File: d.File,
			Line: d.Line, Column: d.Column, EndColumn: d.EndColumn, Snippet: d.Snippet, Count: d.Count,
		})
	}
}

// validation is the verdict behind the diagnostics; m is nil when one of them is
// an error.
func (s *eventStream) validation(m *manifest.Manifest) {
	v := event.Validation{
		Header: s.header(event.TypeValidation), Valid: m != nil,
		Errors: s.errors, Warnings: s.warnings,
	}
	if m != nil {
		v.Messages, v.Providers = m.Count, len(m.Providers)
	}
	s.write(v)
}

// plan writes a plan's groups and its sum.
func (s *eventStream) plan(p *plan.Plan, savedTo string) {
	for _, g := range p.Groups {
		s.write(event.PlanGroup{Header: s.header(event.TypePlanGroup), Group: *g})
	}
	s.write(event.Plan{
		Header: s.header(event.TypePlan), Counts: p.Counts, ToAsk: p.Counts.Asked(),
		DurationSeconds: p.Forecast.Duration.Seconds(), Forecast: p.Forecast,
		Summary: p.Summary(), SavedTo: savedTo,
	})
}

func (s *eventStream) runStarted(r job.Run, messages int) {
	s.write(event.RunStarted{
		Header: s.header(event.TypeRunStarted), RunID: r.ID,
		Continues: r.Calls > 0 || r.UpdatedAt.After(r.StartedAt), Messages: messages,
	})
}

// message writes the end of a message.
func (s *eventStream) message(e runner.Event) {
	m := event.Message{
		Header: s.header(event.TypeMessage), Address: e.Message.Address,
		Provider: e.Message.ID.Provider, Kind: e.Message.ID.Kind, ProcessQueryKey: e.Message.ID.ProcessQueryKey,
		Outcome: string(e.Outcome), Calls: e.Cost.Metered, Retries: e.Cost.Retries, Throttled: e.Cost.Throttled,
	}
	if e.Err != nil {
		m.Error = failureEvent(&job.Failure{
			Class: e.Err.Class, HTTPStatus: e.Err.Status, Code: e.Err.Code,
			Message: e.Err.Text(), RequestID: e.Err.RequestID,
		})
	}
	s.write(m)
}

func (s *eventStream) progress(e event.Progress) {
	e.Header = s.header(event.TypeProgress)
	s.write(e)
}

// outcome writes why a run stopped, if it did, and what it did.
func (s *eventStream) outcome(runID string, complete bool, sum runner.Summary) {
	for _, stop := range sum.Stops {
		s.write(event.Stop{
			Header: s.header(event.TypeStop), Reach: stop.Reach, Name: stop.Name, Temporary: stop.Temporary,
			NotAsked: stop.NotAsked, Error: *failureEvent(stop.Failure()),
		})
	}
	outcomes := make(map[string]int, len(sum.Outcomes))
	for o, n := range sum.Outcomes {
		outcomes[string(o)] = n
	}
	s.write(event.RunFinished{
		Header: s.header(event.TypeRunFinished), RunID: runID, Complete: complete,
		Outcomes: outcomes, NotAsked: sum.NotAsked,
		Calls: sum.Cost.Metered, Retries: sum.Cost.Retries, Throttled: sum.Cost.Throttled,
	})
}

// concluded writes what the checks and the outputs came to.
func (s *eventStream) concluded(e manifest.Evaluation) {
	for _, c := range e.Checks {
		s.write(event.Check{
			Header: s.header(event.TypeCheck), Name: c.Name, Status: string(c.Status),
			Severity: string(c.Severity), Message: c.Message,
		})
	}
	for _, o := range e.Outputs {
		s.write(event.Output{Header: s.header(event.TypeOutput), Name: o.Name, Value: o.Value})
	}
}

func (s *eventStream) reportWritten(format, path string) {
	s.write(event.ReportWritten{Header: s.header(event.TypeReportWritten), Format: format, Path: path})
}

func (s *eventStream) purged(gone state.Purged, before time.Time) {
	s.write(event.Purged{
		Header: s.header(event.TypePurged), Before: before.UTC(), Messages: gone.Messages, People: gone.People,
	})
}

func (s *eventStream) reportExpired(path string, at time.Time) {
	s.write(event.ReportExpired{Header: s.header(event.TypeReportExpired), Path: path, WrittenAt: at.UTC()})
}

// error is the last event of a command that fails for a reason which no other
// event gives.
func (s *eventStream) error(status int, err error) {
	s.write(event.Error{Header: s.header(event.TypeError), ExitStatus: status, Message: err.Error()})
}

func failureEvent(f *job.Failure) *event.Failure {
	return &event.Failure{
		Class: f.Class, HTTPStatus: f.HTTPStatus, Code: f.Code, Message: f.Message, RequestID: f.RequestID,
		Explanation: dingtalk.Explain(f.Code, "en"), Advice: dingtalk.Advise(f, "en"),
	}
}

// reportEvent turns the JSON report, which is written through it, into one event
// on one line.
type reportEvent struct {
	stream *eventStream
	begun  bool
}

// Write takes the report's text in any pieces: its line breaks stand between
// members and never in a string.
func (r *reportEvent) Write(text []byte) (int, error) {
	r.stream.mu.Lock()
	defer r.stream.mu.Unlock()
	line := make([]byte, 0, len(text)+128)
	for _, b := range text {
		switch {
		case b == '\n':
		case !r.begun:
			r.begun = true // the opening brace; format_version comes next
			line = fmt.Appendf(line, `{"type":%q,"@timestamp":%q,`, event.TypeReport, r.stream.now().UTC().Format(time.RFC3339Nano))
		default:
			line = append(line, b)
		}
	}
	if _, err := r.stream.w.Write(line); err != nil {
		return 0, err
	}
	return len(text), nil
}

// end ends the line.
func (r *reportEvent) end() {
	r.stream.mu.Lock()
	defer r.stream.mu.Unlock()
	_, r.stream.err = r.stream.w.Write([]byte("\n"))
}
