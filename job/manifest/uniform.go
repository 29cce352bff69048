package manifest

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"
)

// maxMixed is how many elements of different types toset and tomap take: the
// search for their common type compares each with all others.
const maxMixed = 1000

// uniform makes a list of a long tuple, and a map of a long object, whose
// elements have one type, so that there is no common type to search for.
func uniform(name string, args []cty.Value) error {
	if name != "toset" && name != "tomap" || len(args) != 1 || !known(args[0]) || !args[0].CanIterateElements() {
		return nil
	}
	v := args[0]
	kind := v.Type()
	if !kind.IsTupleType() && !kind.IsObjectType() || v.LengthInt() <= maxMixed {
		return nil
	}
	var first cty.Type
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		if first == cty.NilType {
			first = element.Type()
		}
		if !element.Type().Equals(first) {
			return fmt.Errorf("more than %d elements must be of one type", maxMixed)
		}
	}
	if kind.IsTupleType() {
		args[0] = cty.ListVal(v.AsValueSlice())
		return nil
	}
	args[0] = cty.MapVal(v.AsValueMap())
	return nil
}
