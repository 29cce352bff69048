package messages

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/ident"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/rows"
	"notifyaudit/job/table"
)

// An Observer hears of messages while they are loaded.
type Observer interface {
	// Message is called for each message once.
	Message(m *job.Message)
	// Complete is called with the address of a block whose messages were all
	// observed.
	Complete(block string)
}

// Load decodes the blocks message and messages, and reads every row of their
// tables once. Now is the time that times of sending are compared with. Cancelling
// ctx is an error among the diagnostics.
func Load(ctx context.Context, p *lang.Program, bs lang.Blocks, symbols *Symbols, observer Observer, now time.Time) *Set {
	l := messageLoader{
		program: p, symbols: symbols, observer: observer, now: now,
		set:        &Set{campaigns: make(map[string]bool), symbols: symbols},
		duplicates: duplicates{tables: make(map[string]rows.Ref)},
	}
	if len(bs) == 0 && !p.Diags.HasErrors() {
		p.Diags.Warn(diag.Problemf("Nothing to audit",
			`The manifest has no message: add message "…" { process_query_key = "…" }, or a messages block that reads a table.`))
	}
	for _, b := range bs {
		a := p.Args(b)
		switch {
		case b.Kind == "messages":
			l.rows(ctx, a)
		case a.Has("for_each"):
			l.forEach(ctx, a)
		default:
			l.message(a)
		}
	}
	l.duplicates.report(p.Diags)
	if l.crowded.Count > 0 {
		l.set.Findings = append(l.set.Findings, l.crowded)
	}
	return l.set
}

// Of is a set of messages that are in no manifest. What is doubtful about them
// is reported once for all.
func Of(all []job.Message, diags *diag.Collector, now time.Time) *Set {
	l := messageLoader{now: now, set: &Set{Count: len(all)}}
	reported := make(map[string]bool)
	for i := range all {
		l.set.parts = append(l.set.parts, part{single: &all[i]})
		for _, p := range l.doubts(&all[i]) {
			if !reported[p.Argument] {
				reported[p.Argument] = true
				diags.Warn(p)
			}
		}
	}
	if l.crowded.Count > 0 {
		l.set.Findings = append(l.set.Findings, l.crowded)
	}
	return l.set
}

// Cancelled reports an interruption.
func Cancelled(ctx context.Context, diags *diag.Collector) bool {
	if ctx.Err() == nil {
		return false
	}
	diags.Failf("Interrupted", "Loading stopped: %v.", context.Cause(ctx))
	return true
}

// A messageLoader decodes the blocks and looks at every message once.
type messageLoader struct {
	program    *lang.Program
	symbols    *Symbols
	observer   Observer
	now        time.Time
	set        *Set
	duplicates duplicates
	// crowded are the messages with an audience of more people than their kind
	// reaches.
	crowded rows.Finding
	// unprovided says that the lack of any provider was reported.
	unprovided bool
}

// message decodes a message block without for_each.
func (l *messageLoader) message(a *lang.Args) {
	d := draft{provider: ProviderKind}
	l.symbols.read(&d, a, Arguments())
	name := a.Block.Name()
	if !a.Require("process_query_key", "The send call returned it.") {
		return
	}
	if d.message.ID.ProcessQueryKey == "" {
		if v, ok := a.Value("process_query_key", cty.String); ok && !lang.IsSensitive(v) && v.AsString() == "" {
			a.FailAt("process_query_key", diag.Problemf("Key missing", "process_query_key is empty: the send call returned one."))
		}
		return
	}
	if !l.hasProvider(a, d) {
		return
	}
	m, p := l.symbols.complete(d, "message."+name, name, positionOf(a), &audienceCache{})
	if p != nil {
		a.FailAt("process_query_key", p)
		return
	}
	l.add(&m)
	for _, p := range append(l.doubts(&m), l.zoneless(&d)...) {
		a.WarnAt(p.Argument, p)
	}
	l.set.parts = append(l.set.parts, part{single: &m})
	l.observer.Complete(m.Address)
}

func positionOf(a *lang.Args) job.Position {
	return job.Position{File: a.Block.At.Filename, Line: a.Block.At.Start.Line}
}

// hasProvider reports a message without a provider argument in a manifest whose
// providers all have aliases.
func (l *messageLoader) hasProvider(a *lang.Args, d draft) bool {
	if _, found := l.symbols.Providers[d.provider]; found {
		return true
	}
	switch _, p := l.symbols.provider(d.provider); {
	case l.symbols.Instances[d.provider]:
		a.FailAt("provider", p)
	case !a.Has("provider") && !l.unprovided:
		a.Fail(p)
		l.unprovided = len(l.symbols.Providers) == 0
	}
	return false
}

// add takes a message that has no mistake.
func (l *messageLoader) add(m *job.Message) {
	l.set.Count++
	l.duplicates.add(m)
	l.observer.Message(m)
	if len(l.set.campaigns) < maxCampaigns {
		l.set.campaigns[m.Campaign] = true
	}
}

// rows decodes a messages block and reads its table once.
func (l *messageLoader) rows(ctx context.Context, a *lang.Args) {
	s := &stream{name: a.Block.Name(), base: draft{provider: ProviderKind}, key: -1}
	l.symbols.read(&s.base, a, Arguments())
	if a.Has("roster") {
		if r := l.symbols.roster(a, "roster"); r != nil {
			s.base.roster = r.Name
		}
	}
	for _, p := range l.zoneless(&s.base) {
		a.WarnAt(p.Argument, p)
	}
	s.base.hasZone = true // a row without a time of its own isn't reported again
	if !a.Require("source", "It is the csv, xlsx or jsonl file with a row for each message.") {
		return
	}
	t, ok := rows.Open(a)
	if !ok {
		return
	}
	defer t.Close()
	l.duplicates.tables[t.File.Name] = t.Ref
	if !l.header(a, s, t) {
		return
	}
	s.table = t.Ref
	r := rowReader{loader: l, stream: s, errors: diag.ErrorCount{File: s.table.File.Name}}
	if err := r.read(ctx, t); err != nil {
		a.FailAt("source", rows.Unreadable(s.table.File.Name, err))
	}
	r.errors.ReportTo(l.program.Diags)
	if r.unknown.report(a, l.symbols.Rosters[s.base.roster]) {
		l.set.Findings = append(l.set.Findings, r.unknown.finding)
	}
	l.observer.Complete(a.Block.Address())
	if r.count == 0 && !l.program.Diags.HasErrors() {
		a.WarnAt("source", diag.Problemf("No message in the table", "The table has a header, but no row."))
	}
	l.set.parts = append(l.set.parts, part{stream: s})
}

// header finds the columns; false when the rows can't be read without.
func (l *messageLoader) header(a *lang.Args, s *stream, t *rows.Table) bool {
	found := t.Columns(a, RowArguments())
	for _, argument := range RowArguments() {
		if i, is := found[argument]; is {
			s.columns = append(s.columns, column{argument: argument, index: i})
		}
	}
	used := slices.Collect(maps.Values(found))
	if name := a.Text("key", ""); name != "" {
		if s.key = t.KeyColumn(a, name); s.key >= 0 {
			used = append(used, s.key)
		}
	}
	t.Use(used)
	if i, is := found["audience"]; is {
		s.base.numbersAreIDs = l.symbols.hasUserIDs(t, i, &s.base)
	}
	if _, is := found["process_query_key"]; !is {
		if a.Has("process_query_key") {
			return true
		}
		t.ColumnMissing(a, "process_query_key", "query_key")
		return false
	}
	_, is := found["provider"]
	return is || l.hasProvider(a, s.base)
}

// A rowReader reads the rows of a messages block and counts their mistakes.
type rowReader struct {
	loader *messageLoader
	stream *stream
	errors diag.ErrorCount
	cache  audienceCache
	count  int
	// unknown are user ids that the block's roster doesn't have.
	unknown unknownUsers
}

func (r *rowReader) read(ctx context.Context, t *rows.Table) error {
	const checkEvery = 1024
	for row, err := range t.Rows(&r.errors) {
		if r.count++; r.count%checkEvery == 0 && Cancelled(ctx, r.loader.program.Diags) {
			return nil
		}
		if err != nil {
			if rows.CountFault(&r.errors, err) {
				continue
			}
			return err
		}
		r.row(row)
	}
	return nil
}

func (r *rowReader) row(row table.Row) {
	symbols := r.loader.symbols
	d, m, p := r.stream.message(symbols, row, &r.cache)
	if p == nil {
		if _, found := symbols.Providers[m.ID.Provider]; !found {
			_, p = symbols.provider(m.ID.Provider)
			p.Argument = "provider"
		}
	}
	if p == nil && r.stream.key >= 0 {
		if p = r.named(&m, row); p != nil {
			p.Argument = "key"
		}
	}
	if p != nil {
		r.errors.Add(diag.SeverityError, p.Argument, p, row.Line, row.String())
		return
	}
	r.loader.add(&m)
	r.unknown.look(symbols, &m, row.Line)
	for _, p := range append(r.loader.doubts(&m), r.loader.zoneless(&d)...) {
		r.errors.Add(diag.SeverityWarning, p.Argument, p, row.Line, row.String())
	}
}

// named checks the cell that names the row in its address.
func (r *rowReader) named(m *job.Message, row table.Row) *diag.Problem {
	c := row.Cells[r.stream.key]
	if rows.HasLostDigits(c) {
		return diag.Problemf("Digits lost", "The column that key names has a number of more than %d digits in this row, of which a spreadsheet keeps %d: format the column as text and enter the values again.", ident.MaxDigits, ident.MaxDigits)
	}
	if c.Text == "" {
		return diag.Problemf("Key missing", "The column that key names is empty in this row.")
	}
	r.loader.duplicates.addAddress(m)
	return nil
}
