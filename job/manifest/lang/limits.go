package lang

import (
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job/manifest/diag"
)

// The limits of what expressions make. 455 bytes of locals that each double the
// one before would be 10 MB after twenty.
const (
	// maxInstances is how many elements a for_each has.
	maxInstances = 100_000
	// maxValue is the size of one value: the bytes of its strings, and perElement
	// for itself and each element in it.
	maxValue   = 32 << 20
	perElement = 32
	// maxExpanded is the size of all values of a manifest together: of locals,
	// arguments and the instances of for_each.
	maxExpanded = 256 << 20
)

// limits hold what expressions make against the bounds.
type limits struct {
	expanded int
	// exceeded says that the sum was reported.
	exceeded bool
}

// check adds a value to the sum; what is wrong is reported once.
func (m *limits) check(v cty.Value) *diag.Problem {
	size := sizeOf(v, maxValue)
	if size > maxValue {
		return diag.Problemf("Value too large", "A value has at most %d MiB. Put rows into a csv that a messages block reads.", maxValue>>20)
	}
	if m.expanded += size; m.expanded <= maxExpanded || m.exceeded {
		return nil
	}
	m.exceeded = true
	return diag.Problemf("Values too large", "All values of a manifest have at most %d MiB together. Put rows into a csv that a messages block reads.", maxExpanded>>20)
}

// sizeOf adds up a value, but stops soon after it is over the limit.
func sizeOf(v cty.Value, limit int) int {
	v, _ = v.Unmark()
	size := perElement
	switch {
	case v.IsNull() || !v.IsKnown():
	case v.Type() == cty.String:
		size += len(v.AsString())
	case v.CanIterateElements():
		for it := v.ElementIterator(); it.Next() && size <= limit; {
			_, element := it.Element()
			size += sizeOf(element, limit-size)
		}
	}
	return size
}
