package view

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/dingtalk/codes"
	"notifyaudit/job/event"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
	"notifyaudit/report"
	reportjson "notifyaudit/report/json"
)

// Events writes the events of -json: one JSON object a line. Remarks and errors go
// to err as well. It is safe for concurrent use.
type Events struct {
	err Printer
	now func() time.Time

	mu      sync.Mutex
	w       io.Writer
	encoder *json.Encoder
}

// NewEvents returns an Events that writes to w.
func NewEvents(w io.Writer, err Printer, now func() time.Time) *Events {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return &Events{err: err, now: now, w: w, encoder: e}
}

// header returns the members that every event begins with.
func (v *Events) header(t event.Type) event.Header {
	return event.Header{Type: t, Time: v.now().UTC(), FormatVersion: event.FormatVersion}
}

// write writes one event. Main reports a writer that fails.
func (v *Events) write(e any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	_ = v.encoder.Encode(e)
}

// Diagnostics writes an event for each diagnostic.
func (v *Events) Diagnostics(ds manifest.Diagnostics) {
	for _, d := range ds {
		v.write(event.Diagnostic{
			Header: v.header(event.TypeDiagnostic), Severity: string(d.Severity),
			Summary: d.Summary, Detail: d.Detail, File: d.File,
			Line: d.Line, Column: d.Column, EndColumn: d.EndColumn, Snippet: d.Snippet, Count: d.Count,
		})
	}
}

// Validation writes the verdict with the number of errors and warnings.
func (v *Events) Validation(m *manifest.Manifest, ds manifest.Diagnostics) {
	e := event.Validation{Header: v.header(event.TypeValidation), Valid: m != nil}
	for _, d := range ds {
		if d.Severity == manifest.SeverityError {
			e.Errors++
		} else {
			e.Warnings++
		}
	}
	if m != nil {
		e.Messages, e.Providers = m.Count, len(m.Providers)
	}
	v.write(e)
}

// Plan writes a plan: an event for each group, then the totals.
func (v *Events) Plan(p *plan.Plan, savedTo string) {
	for _, g := range p.Groups {
		v.write(event.PlanGroup{Header: v.header(event.TypePlanGroup), Group: *g})
	}
	v.write(event.Plan{
		Header: v.header(event.TypePlan), Counts: p.Counts, ToAsk: p.Counts.Asked(),
		DurationSeconds: p.Forecast.Duration.Seconds(), Forecast: p.Forecast,
		Summary: p.Summary(), SavedTo: savedTo,
	})
}

// Proposal writes what Plan writes.
func (v *Events) Proposal(p *plan.Plan, savedTo string) { v.Plan(p, savedTo) }

// message writes the outcome of one message.
func (v *Events) message(e runner.Event) {
	m := event.Message{
		Header: v.header(event.TypeMessage), Address: e.Message.Address,
		Provider: e.Message.ID.Provider, Kind: e.Message.ID.Kind, ProcessQueryKey: e.Message.ID.ProcessQueryKey,
		Outcome: string(e.Outcome), Calls: e.Cost.Metered, Retries: e.Cost.Retries, Throttled: e.Cost.Throttled,
	}
	if e.Err != nil {
		m.Error = failureEvent(&job.Failure{
			Class: e.Err.Class, HTTPStatus: e.Err.Status, Code: e.Err.Code,
			Message: e.Err.Text(), RequestID: e.Err.RequestID,
		})
	}
	v.write(m)
}

// RunEnded writes the stops of a run, then its totals.
func (v *Events) RunEnded(r *session.RunResult) {
	sum := r.Summary
	for _, stop := range sum.Stops {
		v.write(event.Stop{
			Header: v.header(event.TypeStop), Reach: stop.Reach, Name: stop.Name, Temporary: stop.Temporary,
			NotAsked: stop.NotAsked, Error: *failureEvent(stop.Failure()),
		})
	}
	outcomes := make(map[string]int, len(sum.Outcomes))
	for o, n := range sum.Outcomes {
		outcomes[string(o)] = n
	}
	v.write(event.RunFinished{
		Header: v.header(event.TypeRunFinished), RunID: r.Run.ID, Complete: r.Complete(),
		Outcomes: outcomes, NotAsked: sum.NotAsked,
		Calls: sum.Cost.Metered, Retries: sum.Cost.Retries, Throttled: sum.Cost.Throttled,
	})
}

// Rate writes nothing: the JSON report has the figures.
func (v *Events) Rate(report.Input) error { return nil }

// Concluded writes an event for each check and each output.
func (v *Events) Concluded(e manifest.Evaluation) {
	for _, c := range e.Checks {
		v.write(event.Check{
			Header: v.header(event.TypeCheck), Name: c.Name, Status: string(c.Status),
			Severity: string(c.Severity), Message: c.Message,
		})
	}
	for _, o := range e.Outputs {
		v.write(event.Output{Header: v.header(event.TypeOutput), Name: o.Name, Value: o.Value})
	}
}

// ReportWritten names the file or folder of a report.
func (v *Events) ReportWritten(format, path string) {
	v.write(event.ReportWritten{Header: v.header(event.TypeReportWritten), Format: format, Path: path})
}

// Purged says how much a purge removed.
func (v *Events) Purged(gone personal.Purged, before time.Time, _ *time.Location) {
	v.write(event.Purged{
		Header: v.header(event.TypePurged), Before: before.UTC(), Messages: gone.Messages, People: gone.People,
	})
}

// ReportsExpired writes an event for each report older than the retention.
func (v *Events) ReportsExpired(old []state.WrittenReport, path func(state.WrittenReport) string, _ *time.Location) {
	for _, r := range old {
		v.write(event.ReportExpired{Header: v.header(event.TypeReportExpired), Path: path(r), WrittenAt: r.WrittenAt.UTC()})
	}
}

// Delivered says what became of a delivery.
func (v *Events) Delivered(target string, err error) {
	e := event.Delivered{Header: v.header(event.TypeDelivered), Target: target}
	if err != nil {
		e.Error = err.Error()
	}
	v.write(e)
}

// Problem shows an error that does not end the command, on err.
func (v *Events) Problem(err error) { v.err.Problem(err) }

// Note shows a remark, on err.
func (v *Events) Note(text string) { v.err.Say(text) }

// Failed writes the error that ended the command, as the last event and on err.
func (v *Events) Failed(status int, err error) {
	v.write(event.Error{Header: v.header(event.TypeError), ExitStatus: status, Message: err.Error()})
	v.err.Failed(status, err)
}

// Figures writes the JSON report.
func (v *Events) Figures(in report.Input, _ manifest.Evaluation) error { return v.report(in) }

// Named writes the report on what was named, then the details of each message.
func (v *Events) Named(n *session.Named) error {
	if err := v.report(n.Input); err != nil {
		return err
	}
	for o, err := range n.Messages() {
		if err != nil {
			return err
		}
		v.details(o)
	}
	return nil
}

// report writes the JSON report as one event.
func (v *Events) report(in report.Input) error {
	e := &reportEvent{view: v}
	if err := reportjson.Write(e, in); err != nil {
		return err
	}
	e.end()
	return nil
}

// details writes all that is known about one message.
func (v *Events) details(o *session.MessageDetail) {
	e := event.MessageDetails{
		Header: v.header(event.TypeMessageDetails), Address: o.Result.Message.Address,
		Next: o.Next, Drift: o.Drift, History: []event.Reading{}, Latest: []event.Reader{},
	}
	if o.Result.Failure != nil {
		e.Failure = failureEvent(o.Result.Failure)
	}
	for _, r := range o.History {
		e.History = append(e.History, event.Reading{
			RunID: r.RunID, StartedAt: r.StartedAt.UTC(), FinishedAt: r.FinishedAt.UTC(),
			SendStatus: r.SendStatus, Readers: r.Readers, Read: r.Read,
		})
	}
	for _, r := range o.Latest() {
		reader := event.Reader{UserID: r.UserID, FirstSeenAt: r.FirstSeenAt.UTC()}
		if !r.NotSeenAt.IsZero() {
			reader.NotSeenAt = new(time.Time)
			*reader.NotSeenAt = r.NotSeenAt.UTC()
		}
		e.Latest = append(e.Latest, reader)
	}
	v.write(e)
}

func failureEvent(f *job.Failure) *event.Failure {
	return &event.Failure{
		Class: f.Class, HTTPStatus: f.HTTPStatus, Code: f.Code, Message: f.Message, RequestID: f.RequestID,
		Explanation: codes.Explain(f.Code, "en"), Advice: codes.Advise(f, "en"),
	}
}

// A reportEvent turns the JSON report that is written to it into one event on one
// line.
type reportEvent struct {
	view  *Events
	begun bool
}

// Write accepts the report in pieces of any size. Its line breaks are between
// members, never inside a string.
func (r *reportEvent) Write(text []byte) (int, error) {
	r.view.mu.Lock()
	defer r.view.mu.Unlock()
	line := make([]byte, 0, len(text)+128)
	for _, b := range text {
		switch {
		case b == '\n':
		case !r.begun:
			r.begun = true // the opening brace; format_version comes next
			line = fmt.Appendf(line, `{"type":%q,"@timestamp":%q,`, event.TypeReport, r.view.now().UTC().Format(time.RFC3339Nano))
		default:
			line = append(line, b)
		}
	}
	if _, err := r.view.w.Write(line); err != nil {
		return 0, err
	}
	return len(text), nil
}

// end ends the line.
func (r *reportEvent) end() {
	r.view.mu.Lock()
	defer r.view.mu.Unlock()
	_, _ = r.view.w.Write([]byte("\n"))
}
