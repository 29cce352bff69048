package diag

import "fmt"

// Instances collects the diagnostics of the instances of a for_each: the same one in a
// thousand of them is one with a count.
type Instances struct {
	index map[mistake]int // into found and keys
	found []Diagnostic
	// keys are the first instances of each.
	keys [][]string
}

// Diagnostics with the same mistake are counted together.
type mistake struct {
	severity     Severity
	summary      string
	line, column int
}

// Add adds the diagnostics of the instance with a key.
func (ms *Instances) Add(diags Diagnostics, key string) {
	for _, d := range diags {
		k := mistake{d.Severity, d.Summary, d.Line, d.Column}
		i, known := ms.index[k]
		if !known {
			if ms.index == nil {
				ms.index = make(map[mistake]int)
			}
			i = len(ms.found)
			ms.index[k] = i
			d.Count = 0
			ms.found, ms.keys = append(ms.found, d), append(ms.keys, nil)
		}
		ms.found[i].Count++
		if len(ms.keys[i]) < FirstLines {
			ms.keys[i] = append(ms.keys[i], Quote(key))
		}
	}
}

// Diagnostics names with each mistake the instances that have it.
func (ms *Instances) Diagnostics(address string) Diagnostics {
	for i := range ms.found {
		d := &ms.found[i]
		where := fmt.Sprintf(" This is %s[%s].", address, ms.keys[i][0])
		if d.Count > 1 {
			where = fmt.Sprintf(" The same in %s: %s.", Counted(d.Count, "instance", "instances"), FirstOf(ms.keys[i], d.Count))
		}
		d.Detail += where
	}
	return ms.found
}
