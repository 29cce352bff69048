package functions

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// collected is an object or a tuple as a map or a list, where all its elements are of
// one type: to find the type that elements of different ones have in common, the library
// compares each type with each.
func collected(v cty.Value) cty.Value {
	kind := v.Type()
	if !isKnown(v) || !kind.IsObjectType() && !kind.IsTupleType() || v.LengthInt() == 0 {
		return v
	}
	element := cty.NilType
	for it := v.ElementIterator(); it.Next(); {
		_, one := it.Element()
		if element == cty.NilType {
			element = one.Type()
		}
		if element.HasDynamicTypes() || !one.Type().Equals(element) {
			return v
		}
	}
	if kind.IsObjectType() {
		return cty.MapVal(v.AsValueMap())
	}
	return cty.ListVal(v.AsValueSlice())
}

// distinctFunc leaves out the elements of a list that came before. The library's own
// compares each element with each.
func distinctFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.DynamicPseudoType)}},
		Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl: func(args []cty.Value, kind cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(kind), nil
			}
			seen, first := cty.NewValueSet(kind.ElementType()), []cty.Value{}
			for it := args[0].ElementIterator(); it.Next(); {
				_, one := it.Element()
				if !seen.Has(one) {
					seen.Add(one)
					first = append(first, one)
				}
			}
			if len(first) == 0 {
				return cty.ListValEmpty(kind.ElementType()), nil
			}
			return cty.ListVal(first), nil
		},
	})
}
