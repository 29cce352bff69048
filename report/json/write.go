// Package json writes an audit as the JSON document that other programs read,
// and has its types for those that decode it.
//
// The document is written message by message, a message a line: nothing holds
// all of them. The order of the keys is that of the types. Texts are as
// report.CleanText has them, so that they agree with the other forms.
package json

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/headline"
	"notifyaudit/report/metrics"
	"notifyaudit/report/privacy"
	"notifyaudit/report/words"
)

// Write writes the report. It reads the results twice: for the figures that come
// first, and for the messages. After an error what was written is no document.
func Write(w io.Writer, in report.Input) error {
	in = privacy.Guard(in)
	figures, err := metrics.Measure(in)
	if err != nil {
		return fmt.Errorf("write the JSON report: %w", err)
	}
	e := newEncoder(w, words.New(in.Language, in.Location))
	e.head(&in, figures)
	e.messages(&in)
	e.tail(&in)
	if e.err == nil {
		e.err = e.out.Flush()
	}
	if e.err != nil {
		return fmt.Errorf("write the JSON report: %w", e.err)
	}
	return nil
}

// An encoder writes the members of the document. Its first error stays.
type encoder struct {
	out   *bufio.Writer
	words *words.Printer
	value bytes.Buffer
	json  *json.Encoder
	err   error
}

func newEncoder(out io.Writer, w *words.Printer) *encoder {
	e := &encoder{out: bufio.NewWriterSize(out, 64<<10), words: w}
	e.json = json.NewEncoder(&e.value)
	e.json.SetEscapeHTML(false)
	return e
}

func (e *encoder) head(in *report.Input, f *metrics.Overall) {
	t := &times{zone: location(in)}
	e.raw("{\n")
	e.member("format_version", FormatVersion)
	e.member("audit", auditOf(in, t))
	e.member("simulated", in.Simulated)
	e.member("as_of", AsOf{Oldest: t.text(f.Oldest), Newest: t.text(f.Newest)})
	e.member("run", runOf(in.Run, t))
	e.member("summary", Summary(headline.Of(in, f, e.words)))
	totals := totalsOf(f, e.words)
	if in.Privacy.Named() && totals.Unread != nil {
		totals.UnreadBreakdown = new(UnreadBreakdown(f.Bridge))
	}
	e.member("totals", totals)
	e.raw(`"campaigns": [`)
	for i := range f.Campaigns {
		e.item(i, campaignOf(&f.Campaigns[i], e.words))
	}
	e.raw("\n],\n")
}

func (e *encoder) messages(in *report.Input) {
	t := &times{zone: location(in)}
	e.raw(`"messages": [`)
	var figures metrics.Message
	var m Message
	i := 0
	for r, err := range in.Results() {
		if e.err == nil {
			e.err = err
		}
		if e.err != nil {
			return
		}
		m = messageOf(r, &figures, t, e.words)
		if in.ListReaders {
			m.ReadBy = readersOf(in, r, t)
		}
		e.item(i, &m)
		i++
	}
	e.raw("\n],\n")
}

func (e *encoder) tail(in *report.Input) {
	checks := make([]Check, 0, len(in.Checks))
	for _, c := range in.Checks {
		checks = append(checks, Check{Name: c.Name, Status: c.Status, Message: optional(c.Message)})
	}
	e.member("checks", checks)
	outputs := in.Outputs
	if outputs == nil {
		outputs = map[string]any{}
	}
	e.raw(`"outputs": `)
	e.encode(outputs)
	e.raw("\n}\n")
}

// member writes one member of the document, with more to come.
func (e *encoder) member(key string, value any) {
	e.raw(`"` + key + `": `)
	e.encode(value)
	e.raw(",\n")
}

// item writes the i-th item of an array, on a line of its own.
func (e *encoder) item(i int, value any) {
	if i > 0 {
		e.raw(",")
	}
	e.raw("\n")
	e.encode(value)
}

func (e *encoder) encode(value any) {
	if e.err != nil {
		return
	}
	e.value.Reset()
	if e.err = e.json.Encode(value); e.err != nil {
		return
	}
	_, e.err = e.out.Write(bytes.TrimSuffix(e.value.Bytes(), []byte("\n")))
}

func (e *encoder) raw(s string) {
	if e.err == nil {
		_, e.err = e.out.WriteString(s)
	}
}

func auditOf(in *report.Input, t *times) Audit {
	a := Audit{Title: report.CleanText(in.Title), Language: language(in), Timezone: t.zone.String()}
	if !in.Privacy.Named() {
		a.People, a.MinimumGroupSize = in.Privacy.People, in.Privacy.Minimum()
	}
	return a
}

func totalsOf(f *metrics.Overall, w *words.Printer) Totals {
	t := &f.Totals
	c := countsOf(&f.Totals)
	return Totals{
		Messages: t.Messages, CountedMessages: t.Counted,
		AudienceSize: c.audience, Read: c.read, Unread: c.unread, Unknown: c.unknown,
		ReadRate: known(t.Counts.ReadRate()), ReadRateBand: w.Band(t.Counts),
		MeanReadRate: known(t.MeanReadRate()), Coverage: known(t.Counts.Coverage()),
		Recalled: t.Recalled, WithoutReading: t.WithoutReading,
	}
}

func campaignOf(f *metrics.Campaign, w *words.Printer) Campaign {
	c := countsOf(&f.Totals)
	return Campaign{
		Name: report.CleanText(f.Name), Messages: f.Messages,
		AudienceSize: c.audience, Read: c.read, Unread: c.unread, Unknown: c.unknown,
		ReadRate: known(f.Counts.ReadRate()), ReadRateBand: w.Band(f.Counts), Coverage: known(f.Counts.Coverage()),
	}
}

type counts struct{ audience, read, unread, unknown *int }

func countsOf(t *metrics.Totals) counts {
	c := t.Counts
	return counts{
		audience: known(c.Audience(), t.HasAudience), unknown: known(c.Unknown, t.HasAudience),
		read: known(c.Read, t.HasReading && c.Withheld == 0), unread: known(c.Unread, t.HasReading && c.Withheld == 0),
	}
}

func runOf(r *job.Run, t *times) *Run {
	if r == nil {
		return nil
	}
	return &Run{
		ID: r.ID, StartedAt: t.must(r.StartedAt), FinishedAt: t.text(r.FinishedAt), Complete: r.Complete,
		Calls: r.Calls, Retries: r.Retries, Throttled: r.Throttled,
	}
}
