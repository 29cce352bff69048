package snapshot

import "time"

// The bounds of the names in memory: past them they are written out.
const (
	maxNames = 10_000
	maxName  = 128 // bytes
)

// A table has what many results share, in memory.
type table struct {
	names     []string
	nameIndex map[string]int
	zones     []*time.Location
	zoneIndex map[zone]int
}

// A zone is what makes two locations the same at an instant: a table of messages has
// one of its own for each time with an offset.
type zone struct {
	name   string
	offset int
}

func newTable() *table {
	return &table{nameIndex: make(map[string]int), zones: []*time.Location{time.UTC}, zoneIndex: make(map[zone]int)}
}

// name is the number of a name from 1; false when it isn't in the table and has no
// place there.
func (t *table) name(s string) (n int, known bool) {
	n, known = t.nameIndex[s]
	if known || len(t.names) == maxNames || len(s) > maxName {
		return n, known
	}
	t.names = append(t.names, s)
	t.nameIndex[s] = len(t.names)
	return len(t.names), true
}

// zone is the number of a time's zone from 1, which is UTC.
func (t *table) zone(at time.Time) int {
	if at.Location() == time.UTC {
		return 1
	}
	_, offset := at.Zone()
	key := zone{at.Location().String(), offset}
	n, known := t.zoneIndex[key]
	if !known {
		t.zones = append(t.zones, at.Location())
		n = len(t.zones)
		t.zoneIndex[key] = n
	}
	return n
}
