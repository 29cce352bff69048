package messages

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/rows"
)

// duplicates finds messages that can't be told apart, in 24 bytes a message: a
// hash of 128 bits and the place.
type duplicates struct {
	identities, addresses []mark
	files                 []string
	// tables are those of the files that are tables.
	tables map[string]rows.Ref
	// text is what was hashed last.
	text []byte
}

// A mark is one message's identity, or address, and where it is.
type mark struct {
	hash [2]uint64
	file uint32
	line uint32
}

// compare orders marks by hash and place.
func (k mark) compare(other mark) int {
	for i := range k.hash {
		if k.hash[i] != other.hash[i] {
			return cmp.Compare(k.hash[i], other.hash[i])
		}
	}
	return cmp.Or(cmp.Compare(k.file, other.file), cmp.Compare(k.line, other.line))
}

func (ds *duplicates) mark(m *job.Message, parts ...string) mark {
	ds.text = ds.text[:0]
	for _, part := range parts {
		ds.text = binary.AppendUvarint(ds.text, uint64(len(part)))
		ds.text = append(ds.text, part...)
	}
	sum := sha256.Sum256(ds.text)
	k := mark{line: uint32(m.Source.Line)} //nolint:gosec // a table of 1 GiB has fewer lines
	for i := range k.hash {
		k.hash[i] = binary.BigEndian.Uint64(sum[8*i:])
	}
	i := slices.Index(ds.files, m.Source.File)
	if i < 0 {
		i = len(ds.files)
		ds.files = append(ds.files, m.Source.File)
	}
	k.file = uint32(i) //nolint:gosec // a manifest has fewer files
	return k
}

func (ds *duplicates) add(m *job.Message) {
	ds.identities = append(ds.identities, ds.mark(m, m.ID.Provider, string(m.ID.Kind), m.ID.ProcessQueryKey))
}

// addAddress is for addresses that a column makes; the others are unique as they
// are.
func (ds *duplicates) addAddress(m *job.Message) {
	ds.addresses = append(ds.addresses, ds.mark(m, m.Address))
}

// report reports identities and addresses that occur twice.
func (ds *duplicates) report(diags *diag.Collector) {
	ds.repeats(diags, ds.identities, "Two messages with one identity",
		"The message at %s has the same provider, kind and process_query_key. A key is one message: remove one of them.")
	ds.repeats(diags, ds.addresses, "Two messages with one address",
		"The row at %s has the same cell in the key column, and so the same address. Choose a column whose cells differ, or leave key out.")
}

// repeats is one diagnostic per file, which counts.
func (ds *duplicates) repeats(diags *diag.Collector, marks []mark, summary, detail string) {
	slices.SortFunc(marks, mark.compare)
	counts := make([]diag.ErrorCount, len(ds.files))
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
		file, line := ds.files[p.again.file], int(p.again.line)
		counts[p.again.file].File = file
		first := fmt.Sprintf("%s:%d", ds.files[p.first.file], p.first.line)
		snippet := ""
		if counts[p.again.file].IsEmpty() {
			snippet = ds.snippet(diags, file, line)
		}
		counts[p.again.file].Add(diag.SeverityError, "", diag.Problemf(summary, detail, first), line, snippet)
	}
	for i := range counts {
		counts[i].ReportTo(diags)
	}
}

// snippet reads a row again, or a line of the manifest.
func (ds *duplicates) snippet(diags *diag.Collector, file string, line int) string {
	if text, found := diags.Line(file, line); found {
		return text
	}
	ref, found := ds.tables[file]
	if !found {
		return ""
	}
	t, err := ref.Open()
	if err != nil {
		return ""
	}
	defer t.Close()
	for row, err := range t.Rows(nil) {
		if err == nil && row.Line == line {
			return row.String()
		}
	}
	return ""
}
