// Package messages decodes the blocks message and messages, and the rows of their
// tables, into messages. Rows are read as a stream and never held: a table of a
// million rows costs 24 bytes a row.
package messages

import (
	"fmt"
	"iter"
	"strconv"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/rows"
	"notifyaudit/job/table"
)

// A Set is all messages of a manifest.
type Set struct {
	// Count is how many there are.
	Count int
	// Findings are what the reports should tell of their audiences.
	Findings []rows.Finding

	campaigns map[string]bool
	parts     []part
	symbols   *Symbols
}

// A part is a message block, one with for_each, or a messages block with its
// table.
type part struct {
	single    *job.Message
	instances []job.Message
	stream    *stream
}

// All reads the messages in the manifest's order, the rows of tables from the
// files as they are. It can be ranged over several times, also side by side. An
// error ends the sequence; it wraps [source.ErrChanged] when a table isn't what it
// was when it was loaded.
func (s *Set) All() iter.Seq2[job.Message, error] {
	return func(yield func(job.Message, error) bool) {
		for _, part := range s.parts {
			if part.single != nil {
				if !yield(*part.single, nil) {
					return
				}
				continue
			}
			for _, instance := range part.instances {
				if !yield(instance, nil) {
					return
				}
			}
			if part.stream != nil && !part.stream.each(s.symbols, yield) {
				return
			}
		}
	}
}

// maxCampaigns is how many campaigns are remembered.
const maxCampaigns = 10_000

// Campaigns are the names of the campaigns; false when there are too many to
// remember.
func (s *Set) Campaigns() (names map[string]bool, all bool) {
	return s.campaigns, len(s.campaigns) < maxCampaigns
}

// A stream is the messages of a messages block.
type stream struct {
	name    string
	table   rows.Ref
	base    draft
	columns []column
	// key is the column that names a row; -1 for the row's number.
	key int
}

// A column is where an argument is in a row.
type column struct {
	argument string
	index    int
}

// each yields the rows' messages; false when the consumer stopped or an error was
// yielded.
func (s *stream) each(symbols *Symbols, yield func(job.Message, error) bool) bool {
	t, err := s.table.Open()
	if err != nil {
		yield(job.Message{}, fmt.Errorf("reading messages %q: %w", s.name, err))
		return false
	}
	defer t.Close()
	var cache audienceCache
	for row, err := range t.Rows(nil) {
		var m job.Message
		if err == nil {
			var p *diag.Problem
			if _, m, p = s.message(symbols, row, &cache); p != nil {
				err = p.Err()
			}
		}
		if err != nil {
			yield(job.Message{}, fmt.Errorf("reading messages %q: %s:%d: %w", s.name, s.table.File.Name, row.Line, err))
			return false
		}
		if !yield(m, nil) {
			return false
		}
	}
	return true
}

// message makes a message of a row. A problem names its argument.
func (s *stream) message(symbols *Symbols, row table.Row, cache *audienceCache) (d draft, m job.Message, p *diag.Problem) {
	d = s.base
	for _, c := range s.columns {
		cell := row.Cells[c.index]
		if cell.Text == "" {
			continue
		}
		if p := symbols.set(&d, c.argument, cell); p != nil {
			p.Argument = c.argument
			return d, m, p
		}
	}
	m, p = symbols.complete(d, s.address(row), s.name, job.Position{File: s.table.File.Name, Line: row.Line}, cache)
	if p != nil {
		p.Argument = orElse(p.Argument, "process_query_key")
	}
	return d, m, p
}

// address is messages.payslips["row-7"], or with the key's cell in place of row-7.
func (s *stream) address(row table.Row) string {
	key := "row-" + strconv.Itoa(row.Line)
	if s.key >= 0 {
		key = row.Cells[s.key].Text
	}
	return "messages." + s.name + "[" + strconv.Quote(key) + "]"
}
