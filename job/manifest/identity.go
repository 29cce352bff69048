package manifest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// A register finds messages that can't be told apart, in 24 bytes a message: a
// hash of 128 bits and the place.
type register struct {
	identities, addresses []mark
	files                 []string
	// tables are those of the files that are tables.
	tables map[string]*document
}

// A mark is one message's identity, or address, and where it stands.
type mark struct {
	hash [16]byte
	file uint32
	line uint32
}

func (r *register) mark(m *job.Message, parts ...string) mark {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	var sum [sha256.Size]byte
	k := mark{line: uint32(m.Source.Line)} //nolint:gosec // a table of 1 GiB has fewer lines
	copy(k.hash[:], h.Sum(sum[:0]))
	i := slices.Index(r.files, m.Source.File)
	if i < 0 {
		i = len(r.files)
		r.files = append(r.files, m.Source.File)
	}
	k.file = uint32(i) //nolint:gosec // a manifest has fewer files
	return k
}

func (r *register) add(m *job.Message) {
	r.identities = append(r.identities, r.mark(m, m.ID.Provider, string(m.ID.Kind), m.ID.ProcessQueryKey))
}

// addAddress is for addresses that a column makes; the others are unique as they
// are.
func (r *register) addAddress(m *job.Message) {
	r.addresses = append(r.addresses, r.mark(m, m.Address))
}

// report tells of identities and addresses that stand twice.
func (r *register) report(l *loader) {
	r.repeats(l, r.identities, "Two messages with one identity",
		"The message at %s has the same provider, kind and process_query_key. A key is one message: remove one of them.")
	r.repeats(l, r.addresses, "Two messages with one address",
		"The row at %s has the same cell in the key column, and so the same address. Choose a column whose cells differ, or leave key out.")
}

// repeats is one diagnostic per file, which counts.
func (r *register) repeats(l *loader, marks []mark, summary, detail string) {
	slices.SortFunc(marks, func(a, b mark) int {
		return cmp.Or(bytes.Compare(a.hash[:], b.hash[:]), cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line))
	})
	tallies := make([]diag.ErrorCount, len(r.files))
	type repeat struct{ first, again mark }
	var all []repeat
	for i := 0; i < len(marks); {
		j := i + 1
		for ; j < len(marks) && marks[j].hash == marks[i].hash; j++ {
			all = append(all, repeat{marks[i], marks[j]})
		}
		i = j
	}
	slices.SortFunc(all, func(a, b repeat) int {
		return cmp.Or(cmp.Compare(a.again.file, b.again.file), cmp.Compare(a.again.line, b.again.line))
	})
	for _, p := range all {
		file, line := r.files[p.again.file], int(p.again.line)
		tallies[p.again.file].File = file
		first := fmt.Sprintf("%s:%d", r.files[p.first.file], p.first.line)
		snippet := ""
		if tallies[p.again.file].IsEmpty() {
			snippet = r.snippet(l, file, line)
		}
		tallies[p.again.file].Add(diag.SeverityError, "", diag.Problemf(summary, detail, first), line, snippet)
	}
	for i := range tallies {
		tallies[i].ReportTo(l.diags)
	}
}

// snippet reads a row again, or a line of the manifest.
func (r *register) snippet(l *loader, file string, line int) string {
	if text, found := l.diags.Line(file, line); found {
		return text
	}
	doc := r.tables[file]
	if doc == nil {
		return ""
	}
	t, err := doc.table()
	if err != nil {
		return ""
	}
	defer t.close()
	for row, err := range t.Rows() {
		if err == nil && row.Line == line {
			return row.String()
		}
	}
	return ""
}
