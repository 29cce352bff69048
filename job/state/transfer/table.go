// Package transfer writes a whole state as JSON lines, and fills an empty state
// with them, also between databases. What the lines say stands once: the list of
// tables drives both directions.
package transfer

import (
	"cmp"
	"slices"
)

// version is the version of the lines that Export writes; Import reads it and the
// earlier ones. 1.1 has who was erased, what was purged and the reports; 1.2 has
// rows of failures and refused quotas; 1.3 calls a cursor's barren pages empty; 1.4 has
// deliveries; 1.5 has shards. What a version added is optional, what it renamed is read under both
// names.
const version = "1.5"

func readable(v string) bool {
	return slices.Contains([]string{"1.0", "1.1", "1.2", "1.3", "1.4", version}, v)
}

// The lines that are no rows: the first one and the last one.
const (
	lineState = "state"
	lineEnd   = "end"
)

// A table is the lines of one type and the rows that they stand for.
type table struct {
	// line is the type of the lines, name the table's name.
	line, name string
	// of is the type of the lines, and the column with their rows, that these
	// belong to. They follow the line that they belong to.
	of string
	// order sorts the rows of one owner, or all where there is none.
	order string
	// numbered rows have an id of their own that others refer to by.
	numbered bool
	columns  []column
	// people: a line has the user ids of many rows, at most perLine, sorted.
	people bool
}

// A column is a key of a line and a column of its table.
type column struct {
	key  string
	kind kind
	// name is the column's; empty when it is the key.
	name string
	// earlier is the key in lines of an earlier version; empty when it was the same.
	earlier string
	// optional columns are left out when they are zero, and may be missing in a
	// line: a number is then what missing says.
	optional bool
	missing  int64
}

func (c column) named() string { return cmp.Or(c.name, c.key) }

// A kind is what a column has, and how it stands in a line.
type kind int

const (
	text     kind = iota
	id            // a text that an id can be
	number        // an integer
	maybe         // an integer or nothing
	yes           // a bool
	moment        // a time as RFC 3339 has it, or nothing
	document      // JSON
	run           // a run by its name
	list          // a list of people by its hash
	provider      // one half of a source
	source        // the other: its kind
	tokens        // the tokens of a cursor, rows of a table of their own
)

// tables are what a state consists of, but for its row of meta. A table stands
// behind those that it refers to.
func tables() []table {
	return []table{
		{line: "run", name: "run", order: "id", columns: []column{
			{key: "id", name: "name"},
			{key: "started_at", kind: moment},
			{key: "updated_at", kind: moment},
			{key: "finished_at", kind: moment, optional: true},
			{key: "complete", kind: yes},
			{key: "calls", kind: number},
			{key: "retries", kind: number},
			{key: "throttled", kind: number},
			{key: "stops", kind: document},
			{key: "schedule", optional: true},
			{key: "shards", kind: number, optional: true},
		}},
		{line: "shard", name: "shard", order: "run, number", columns: []column{
			// Who has a part of a run is of no use in another database.
			{key: "run", kind: run},
			{key: "number", kind: number},
			{key: "finished_at", kind: moment, optional: true},
			{key: "calls", kind: number},
		}},
		{line: "ledger", name: "ledger", order: "month, quota_group", columns: []column{
			{key: "quota_group"}, {key: "month"}, {key: "calls", kind: number},
		}},
		{line: "quota_refusal", name: "quota_refusal", order: "quota_group", columns: []column{
			{key: "quota_group"},
			{key: "code"},
			{key: "message", name: "answer"},
			{key: "request_id"},
			{key: "at", name: "refused_at", kind: moment},
		}},
		{line: "robot_stop", name: "robot_stop", order: "provider, robot_code", columns: []column{
			{key: "provider"},
			{key: "robot_code"},
			{key: "credential"},
			{key: "class"},
			{key: "code"},
			{key: "message", name: "answer"},
			{key: "request_id"},
			{key: "at", name: "stopped_at", kind: moment},
			{key: "runs", kind: number, optional: true, missing: 1},
		}},
		{line: "audit", name: "audit", order: "credential", columns: []column{
			{key: "title"}, {key: "provider"}, {key: "credential"},
		}},
		{line: "report_file", name: "report_file", order: "path", columns: []column{
			{key: "path"}, {key: "written_at", kind: moment},
		}},
		{line: "delivery", name: "delivery", order: "target", columns: []column{
			{key: "target"},
			{key: "run"},
			{key: "owed"},
			{key: "at", name: "changed_at", kind: moment, optional: true},
			{key: "silent", kind: number},
		}},
		{line: lineErased, name: "person", people: true},
		{line: "audience", name: "audience", order: "id", numbered: true, columns: []column{
			{key: "hash"}, {key: "size", kind: number},
		}},
		{line: "members", of: "audience", name: "audience_member", people: true},
		{line: "message", name: "message", order: "id", numbered: true, columns: []column{
			{key: "provider", kind: provider},
			{key: "kind", kind: source, name: "source"},
			{key: "process_query_key", name: "key", kind: id},
			{key: "address"},
			{key: "first_asked_at", kind: moment, optional: true},
			{key: "expired_since", kind: moment, optional: true},
			{key: "calls", kind: number},
			{key: "audience", kind: list, optional: true},
			{key: "audience_size", kind: maybe, optional: true},
			{key: "roster", optional: true},
			{key: "previous_reading", kind: number, optional: true},
			{key: "purged_at", kind: moment, optional: true},
			{key: "forgotten_readings", name: "forgotten", kind: number, optional: true},
		}},
		{line: lineReading, of: "message", name: "reading", order: "number", columns: []column{
			{key: "number", kind: number},
			{key: "run", kind: run},
			{key: "started_at", kind: moment},
			{key: "finished_at", kind: moment},
			{key: "send_status"},
			{key: "readers", kind: number},
			{key: "read", kind: number},
		}},
		{line: "readers", of: "message", name: "reader", people: true, columns: []column{
			{key: lineReading, kind: number},
		}},
		{line: "failure", of: "message", name: "failure", columns: []column{
			{key: "status"},
			{key: "class"},
			{key: "http_status", kind: number},
			{key: "code"},
			{key: "message", name: "answer"},
			{key: "request_id"},
			{key: "run", kind: run},
			{key: "at", name: "failed_at", kind: moment},
			{key: "robot_code"},
			{key: "open_conversation_id"},
			{key: "sent_at", kind: moment, optional: true},
			{key: "runs", kind: number, optional: true},
			{key: "since", kind: moment, optional: true},
			{key: "same", kind: number, optional: true},
		}},
		{line: "cursor", of: "message", name: "cursor", columns: []column{
			{key: "next_token"},
			{key: "tokens", kind: tokens},
			{key: "pages", kind: number},
			{key: "readers", kind: number},
			{key: "empty_pages", kind: number, earlier: "barren"},
			{key: "started_at", kind: moment},
			{key: "updated_at", kind: moment},
		}},
		{line: "cursor_readers", of: "message", name: "cursor_reader", people: true},
	}
}

// The types of lines that stand for more than their columns say.
const (
	lineErased  = "erased"
	lineReading = "reading"
)

const (
	// perLine is how many user ids a line has that Export writes, and maxPerLine
	// how many Import reads.
	perLine    = 1000
	maxPerLine = 100 * perLine
	// maxLine is the length of the longest line that Import reads, in bytes.
	maxLine = 16 << 20
)
