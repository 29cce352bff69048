package transfer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// A stateLine is the first line: which state this is.
type stateLine struct {
	Type          string `json:"type"`
	FormatVersion string `json:"format_version"`
	Lineage       string `json:"lineage"`
	Serial        int64  `json:"serial"`
	// Simulated says that the simulator made the readings up, as the lineage does.
	Simulated bool `json:"simulated,omitempty"`
	// ErasureKey is the key of the tombstones; empty before the first erasure.
	ErasureKey string `json:"erasure_key,omitempty"`
}

// An endLine is the last line: without it the export was cut.
type endLine struct {
	Type string `json:"type"`
	// Lines counts the lines before it.
	Lines int `json:"lines"`
}

// Export writes the whole state as JSON lines, which [Import] reads: the same state
// gives the same bytes. It sees the state as it is at one instant, goes on while a
// run records, and holds no more than the people of one message at a time. The
// lines have every user id, and the key of the tombstones of those who were erased.
func Export(ctx context.Context, v *state.View, w io.Writer) error {
	return v.Look(ctx, "export the state", func(t *rows.Tx) error {
		e := &exporter{Tx: t, out: w}
		return e.all(ctx)
	})
}

// An exporter writes lines and counts them.
type exporter struct {
	*rows.Tx
	out   io.Writer
	lines int
	line  []byte
}

func (e *exporter) all(ctx context.Context) error {
	head := stateLine{Type: lineState, FormatVersion: version}
	err := e.Row(ctx, `SELECT lineage, serial, erasure_key FROM meta WHERE id = 1`).Scan(
		&head.Lineage, &head.Serial, &head.ErasureKey)
	if err != nil {
		return err
	}
	head.Simulated = state.IsSimulated(head.Lineage)
	if err := e.object(head); err != nil {
		return err
	}
	all := tables()
	for i, t := range all {
		if t.of != "" {
			continue
		}
		if err := e.table(ctx, &t, all[i+1:]); err != nil {
			return err
		}
	}
	return e.object(endLine{Type: lineEnd, Lines: e.lines})
}

func (e *exporter) object(v any) error {
	text, err := json.Marshal(v)
	e.line = append(e.line[:0], text...)
	return errors.Join(err, e.write())
}

func (e *exporter) write() error {
	e.lines++
	_, err := e.out.Write(append(e.line, '\n'))
	return err
}

// table writes a table that belongs to none, each row with the rows of those that
// belong to it, which are among others.
func (e *exporter) table(ctx context.Context, t *table, others []table) (err error) {
	own, err := e.open(ctx, t)
	if err != nil {
		return err
	}
	streams := []*stream{own}
	defer func() {
		for _, s := range streams {
			err = errors.Join(err, s.rows.Close())
		}
	}()
	for _, other := range others {
		if other.of != t.line {
			continue
		}
		s, err := e.open(ctx, &other)
		if err != nil {
			return err
		}
		streams = append(streams, s)
	}
	if t.people {
		return e.people(own, 0)
	}
	for ; own.more; own.next() {
		if err := e.row(own); err != nil {
			return err
		}
		for _, s := range streams[1:] {
			if err := e.rows(s, own.owner); err != nil {
				return err
			}
		}
	}
	return own.err
}

// rows writes the rows that belong to an owner, which are the next of their table.
func (e *exporter) rows(s *stream, owner int64) error {
	if s.table.people {
		return e.people(s, owner)
	}
	for ; s.more && s.owner == owner; s.next() {
		if err := e.row(s); err != nil {
			return err
		}
	}
	return s.err
}

func (e *exporter) row(s *stream) (err error) {
	e.line = append(append(append(e.line[:0], `{"type":"`...), s.table.line...), '"')
	for i, c := range s.table.columns {
		if c.optional && s.values[i].zero(c.kind) {
			continue
		}
		e.line = append(append(append(e.line, `,"`...), c.key...), `":`...)
		if e.line, err = s.values[i].append(e.line, c.kind); err != nil {
			return err
		}
	}
	e.line = append(e.line, '}')
	return e.write()
}

// A listed person is a row of a table of people: in a group, which is the number of
// a reading or 0.
type listed struct {
	group int64
	id    string
}

// people writes the people that belong to an owner, some to a line.
func (e *exporter) people(s *stream, owner int64) (err error) {
	var all []listed
	for ; s.more && s.owner == owner; s.next() {
		person := listed{id: s.person}
		if len(s.values) > 0 {
			person.group = s.values[0].number.V
		}
		all = append(all, person)
	}
	slices.SortFunc(all, func(a, b listed) int { return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.id, b.id)) })
	for len(all) > 0 {
		n := 1
		for n < len(all) && n < perLine && all[n].group == all[0].group {
			n++
		}
		if err := e.listed(s.table, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return s.err
}

func (e *exporter) listed(t *table, people []listed) (err error) {
	e.line = append(append(append(e.line[:0], `{"type":"`...), t.line...), '"')
	for _, c := range t.columns {
		v := value{}
		v.number.V = people[0].group
		e.line = append(append(append(e.line, `,"`...), c.key...), `":`...)
		if e.line, err = v.append(e.line, c.kind); err != nil {
			return err
		}
	}
	e.line = append(e.line, `,"user_ids":`...)
	separator := byte('[')
	for _, p := range people {
		if e.line, err = appendText(append(e.line, separator), p.id); err != nil {
			return err
		}
		separator = ','
	}
	e.line = append(e.line, "]}"...)
	return e.write()
}

// A stream is the rows of a table, in the order of their owners.
type stream struct {
	table *table
	rows  sqldb.Rows
	// owner is the row that the current row belongs to, or its own number; person
	// is its user id in a table of people.
	owner  int64
	person string
	values []value
	dest   []any
	more   bool
	err    error
}

func (e *exporter) open(ctx context.Context, t *table) (*stream, error) {
	s := &stream{table: t, values: make([]value, len(t.columns))}
	rows, err := e.Stream(ctx, t.query())
	if err != nil {
		return nil, err
	}
	s.rows = rows
	if t.numbered || t.of != "" {
		s.dest = append(s.dest, &s.owner)
	}
	for i, c := range t.columns {
		s.dest = append(s.dest, s.values[i].scanned(c.kind))
	}
	if t.people {
		s.dest = append(s.dest, &s.person)
	}
	s.next()
	return s, s.err
}

func (s *stream) next() {
	if s.more = s.rows.Next(); s.more {
		s.err = s.rows.Scan(s.dest...)
		s.more = s.err == nil
	}
}

// query selects the owner or number, the columns and the person of each row.
func (t *table) query() string {
	var selected, order []string
	from := t.name
	switch {
	case t.of != "":
		selected, order = []string{t.name + "." + t.of}, []string{t.name + "." + t.of}
	case t.numbered:
		selected = []string{"id"}
	}
	for _, c := range t.columns {
		selected = append(selected, t.selected(c))
	}
	if t.order != "" {
		order = append(order, t.order)
	}
	switch {
	case t.line == lineErased:
		selected = append(selected, "user_id")
		from += " WHERE erased"
	case t.people:
		selected = append(selected, "person.user_id")
		from += " JOIN person ON person.id = " + t.name + ".person"
	}
	query := "SELECT " + strings.Join(selected, ", ") + " FROM " + from
	if len(order) > 0 {
		query += " ORDER BY " + strings.Join(order, ", ")
	}
	return query
}

// selected is what stands for a column in a query.
func (t *table) selected(c column) string {
	switch c.kind {
	case run:
		return "(SELECT name FROM run WHERE run.id = " + t.name + ".run)"
	case list:
		return "(SELECT hash FROM audience WHERE audience.id = " + t.name + ".audience)"
	case provider, source:
		return "(SELECT " + c.key + " FROM source WHERE source.id = " + t.name + ".source)"
	case tokens:
		return "(SELECT json_group_array(token ORDER BY number) FROM cursor_token WHERE cursor_token.message = " + t.name + ".message)"
	default:
		return c.named()
	}
}
