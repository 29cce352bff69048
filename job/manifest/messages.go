package manifest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/table"
)

// A messageSource is a message block, one with for_each, or a messages block with
// its table.
type messageSource struct {
	single    *job.Message
	instances []job.Message
	stream    *stream
}

// A stream is the messages of a messages block.
type stream struct {
	name    string
	doc     *document
	base    draft
	columns []column
	// key is the column that names a row; -1 for the row's number.
	key int
}

// A column is where an argument stands in a row.
type column struct {
	argument string
	index    int
}

// Messages reads all messages in the manifest's order, the rows of tables among
// them, from the files as they are. It can be ranged over several times, also
// side by side. An error ends the sequence; it wraps ErrChanged when a table is
// another one than was loaded.
func (m *Manifest) Messages() iter.Seq2[job.Message, error] {
	return func(yield func(job.Message, error) bool) {
		for _, source := range m.messages {
			if source.single != nil {
				if !yield(*source.single, nil) {
					return
				}
				continue
			}
			for _, instance := range source.instances {
				if !yield(instance, nil) {
					return
				}
			}
			if source.stream != nil && !source.stream.each(&m.loader.world, yield) {
				return
			}
		}
	}
}

// each yields the rows' messages; false when the consumer has had enough or an
// error was told.
func (s *stream) each(w *world, yield func(job.Message, error) bool) bool {
	t, err := s.doc.table()
	if err != nil {
		yield(job.Message{}, fmt.Errorf("reading messages %q: %w", s.name, err))
		return false
	}
	defer t.close()
	var cache audienceCache
	for row, err := range t.Rows() {
		var m job.Message
		if err == nil {
			var p *diag.Problem
			if m, _, p = s.message(w, row, &cache); p != nil {
				err = p
			}
		}
		if err != nil {
			yield(job.Message{}, fmt.Errorf("reading messages %q: %s:%d: %w", s.name, s.doc.name, row.Line, err))
			return false
		}
		if !yield(m, nil) {
			return false
		}
	}
	return true
}

// message makes a message of a row. With a problem, argument is the column it is
// in.
func (s *stream) message(w *world, row table.Row, cache *audienceCache) (m job.Message, argument string, p *diag.Problem) {
	d := s.base
	for _, c := range s.columns {
		cell := row.Cells[c.index]
		if cell.Text == "" {
			continue
		}
		if p := w.set(&d, c.argument, cell); p != nil {
			return m, c.argument, p
		}
	}
	m, p = w.complete(d, s.address(row), s.name, job.Position{File: s.doc.name, Line: row.Line}, cache)
	return m, "process_query_key", p
}

// address is messages.payslips["row-7"], or the key's cell in place of row-7.
func (s *stream) address(row table.Row) string {
	key := "row-" + strconv.Itoa(row.Line)
	if s.key >= 0 {
		key = row.Cells[s.key].Text
	}
	return "messages." + s.name + "[" + strconv.Quote(key) + "]"
}

// allMessages decodes the message and messages blocks, and looks at every row.
func (l *loader) allMessages(ctx context.Context, bs blocks, m *Manifest) {
	c := census{l: l, m: m, campaigns: make(map[string]bool), now: l.opts.Now()}
	c.identities.tables = make(map[string]*document)
	if len(bs) == 0 && !l.diags.HasErrors() {
		l.diags.Warn(diag.Problemf("Nothing to audit",
			`The manifest has no message: add message "…" { process_query_key = "…" }, or a messages block that reads a table.`))
	}
	for _, b := range bs {
		s, _ := shapeOf(b.kind)
		a := l.args(b, s)
		switch {
		case b.kind == "messages":
			c.messages(ctx, a)
		case a.has("for_each"):
			c.instances(ctx, a)
		default:
			c.message(a)
		}
	}
	c.identities.report(l)
	if c.crowded.Count > 0 {
		m.Findings = append(m.Findings, c.crowded)
	}
	l.world.campaigns = c.campaigns
}

// A census looks at every message once.
type census struct {
	l          *loader
	m          *Manifest
	identities register
	campaigns  map[string]bool
	now        time.Time
	// crowded are the messages that went to more people than their kind reaches.
	crowded Finding
	// unprovided says that the lack of any provider was reported.
	unprovided bool
}

// maxCampaigns is up to how many campaigns are remembered, to check the names in
// reports.
const maxCampaigns = 10_000

func (c *census) message(a *args) {
	d := c.l.draftOf(a, draft{provider: providerKind}, messageArguments())
	name := a.block.name()
	if !a.require("process_query_key", "The send call returned it.") {
		return
	}
	if d.message.ID.ProcessQueryKey == "" {
		if v, ok := a.value("process_query_key", cty.String); ok && !isSensitive(v) && v.AsString() == "" {
			a.failAt("process_query_key", diag.Problemf("Key missing", "process_query_key is empty: the send call returned one."))
		}
		return
	}
	if !c.provided(a, d) {
		return
	}
	at := job.Position{File: a.block.at.Filename, Line: a.block.at.Start.Line}
	m, p := c.l.world.complete(d, "message."+name, name, at, &audienceCache{})
	if p != nil {
		a.failAt("process_query_key", p)
		return
	}
	c.add(&m)
	for _, p := range c.doubts(&m) {
		c.l.diags.WarnAt(a.at(p.argument), p.problem)
	}
	c.m.messages = append(c.m.messages, messageSource{single: &m})
	c.l.world.read(m.Address)
}

// provided reports a message without a provider argument in a manifest whose
// providers all have aliases.
func (c *census) provided(a *args, d draft) bool {
	if _, found := c.l.world.providers[d.provider]; found {
		return true
	}
	if !a.has("provider") && !c.unprovided {
		_, p := c.l.world.provider(d.provider)
		c.l.diags.FailAt(a.block.at, p)
		c.unprovided = len(c.l.world.providers) == 0
	}
	return false
}

func (c *census) add(m *job.Message) {
	c.m.Count++
	c.identities.add(m)
	c.l.world.figures.met(m)
	if len(c.campaigns) < maxCampaigns {
		c.campaigns[m.Campaign] = true
	}
}

// A doubt is something about a message that is probably a mistake.
type doubt struct {
	argument string
	problem  *diag.Problem
}

func (c *census) doubts(m *job.Message) []doubt {
	ds := c.crowd(m)
	if m.ID.Kind == job.OneToOne && m.OpenConversationID != "" {
		ds = append(ds, doubt{"open_conversation_id", diag.Problemf("Conversation without effect",
			`A message of kind "one_to_one" is asked about without a conversation: leave open_conversation_id out, or write kind = "group" for a message in a group chat.`)})
	}
	if m.SentAt.After(c.now.Add(24 * time.Hour)) {
		ds = append(ds, doubt{"sent_at", diag.Problemf("Sent in the future", "sent_at, %s, is more than a day ahead.", m.SentAt.Format(time.RFC3339))})
	}
	return ds
}

// crowd doubts an audience of more people than the message's kind reaches.
func (c *census) crowd(m *job.Message) []doubt {
	const chatters = 2
	var p *diag.Problem
	switch size := m.Audience.Size; {
	case m.Audience.Form == job.AudienceUnknown:
	case m.ID.Kind == job.PrivateChat && size > chatters:
		p = diag.Problemf("Private chat with many people",
			`A key of kind "private_chat" has one recipient, but this audience has %d people. A notice to a group is of kind "group", one from the robot to up to 20 people of kind "one_to_one". In a cell, a number is the size of the audience: for a user id of digits write "%d;".`,
			size, size)
	case m.ID.Kind == job.OneToOne && size > job.OneToOneReceivers:
		p = diag.Problemf("One-to-one message to many people",
			`A message of kind "one_to_one" goes to at most %d people, but this audience has %d: the others would count as unread. Name its receivers, or leave audience out: the API's answer names them.`,
			job.OneToOneReceivers, size)
	}
	if p == nil {
		return nil
	}
	c.crowded.Kind = CrowdedChat
	c.crowded.add(m.Address)
	return []doubt{{"audience", p}}
}

// messages decodes a messages block and reads its table once.
func (c *census) messages(ctx context.Context, a *args) {
	l := c.l
	s := &stream{name: a.block.name(), base: l.draftOf(a, draft{provider: providerKind}, messageArguments()), key: -1}
	if a.has("roster") {
		if r := l.rosterOf(a, "roster"); r != nil {
			s.base.roster = r.Name
		}
	}
	if !a.require("source", "It is the csv, xlsx or jsonl file with a row for each message.") {
		return
	}
	t, ok := l.table(a, "source")
	if !ok {
		return
	}
	defer t.close()
	s.doc = t.doc
	c.identities.tables[t.doc.name] = t.doc
	if !c.header(a, s, t.Header()) {
		return
	}
	r := rowReader{census: c, stream: s, tally: diag.ErrorCount{File: s.doc.name}}
	if err := r.read(ctx, t); err != nil {
		a.failAt("source", unreadable(s.doc.name, err))
	}
	r.tally.ReportTo(l.diags)
	if r.strangers.report(a, l.world.rosters[s.base.roster]) {
		c.m.Findings = append(c.m.Findings, r.strangers.finding)
	}
	l.world.read(a.block.address())
	if r.rows == 0 && !l.diags.HasErrors() {
		l.diags.WarnAt(a.at("source"), diag.Problemf("No message in the table", "The table has a header, but no row."))
	}
	c.m.messages = append(c.m.messages, messageSource{stream: s})
}

// header finds the columns; false when the rows can't be read without.
func (c *census) header(a *args, s *stream, header []string) bool {
	found := c.l.columns(a, header, rowArguments())
	for _, argument := range rowArguments() {
		if i, is := found[argument]; is {
			s.columns = append(s.columns, column{argument: argument, index: i})
		}
	}
	if name := a.text("key", ""); name != "" {
		if s.key = slices.Index(header, name); s.key < 0 {
			a.failAt("key", diag.Problemf("Column not found", "The table has no column %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, named(header), "Its columns are")))
		}
	}
	if _, is := found["process_query_key"]; !is {
		if a.has("process_query_key") {
			return true
		}
		c.l.missingColumn(a, "process_query_key", header, "query_key")
		return false
	}
	_, is := found["provider"]
	return is || c.provided(a, s.base)
}

// A rowReader reads the rows of a messages block and counts their mistakes.
type rowReader struct {
	census *census
	stream *stream
	tally  diag.ErrorCount
	cache  audienceCache
	rows   int
	// strangers are user ids that the block's roster doesn't know.
	strangers strangers
}

func (r *rowReader) read(ctx context.Context, t *openTable) error {
	const checkEvery = 1024
	for row, err := range t.Rows() {
		if r.rows++; r.rows%checkEvery == 0 && r.census.l.cancelled(ctx) {
			return nil
		}
		if err != nil {
			if rowFault(&r.tally, err) {
				continue
			}
			return err
		}
		r.row(row)
	}
	return nil
}

func (r *rowReader) row(row table.Row) {
	w := &r.census.l.world
	m, argument, p := r.stream.message(w, row, &r.cache)
	if p == nil {
		if _, found := w.providers[m.ID.Provider]; !found {
			argument = "provider"
			_, p = w.provider(m.ID.Provider)
		}
	}
	if p == nil && r.stream.key >= 0 {
		argument = "key"
		p = r.named(&m, row)
	}
	if p != nil {
		r.tally.Add(diag.SeverityError, argument, p, row.Line, row.String())
		return
	}
	r.census.add(&m)
	r.strangers.look(w, &m, row.Line)
	for _, d := range r.census.doubts(&m) {
		r.tally.Add(diag.SeverityWarning, d.argument, d.problem, row.Line, row.String())
	}
}

// named checks the cell that names the row in its address.
func (r *rowReader) named(m *job.Message, row table.Row) *diag.Problem {
	c := row.Cells[r.stream.key]
	if p := exact(c, "key"); p != nil {
		return p
	}
	if c.Text == "" {
		return diag.Problemf("Key missing", "The column that key names is empty in this row.")
	}
	r.census.identities.addAddress(m)
	return nil
}
