package lang

import (
	"encoding/json"

	"github.com/zclconf/go-cty/cty"
)

// PlainValue makes a Go value that encoding/json encodes: nil, a bool, a string, an
// int64, a float64, a json.Number, a []any or a map[string]any. What isn't known is
// nil.
func PlainValue(v cty.Value) any {
	switch kind := v.Type(); {
	case !v.IsKnown() || v.IsNull():
		return nil
	case kind == cty.String:
		return v.AsString()
	case kind == cty.Bool:
		return v.True()
	case kind == cty.Number:
		return plainNumber(v)
	case kind.IsObjectType() || kind.IsMapType():
		values := make(map[string]any, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			key, element := it.Element()
			values[key.AsString()] = PlainValue(element)
		}
		return values
	}
	values := make([]any, 0, v.LengthInt())
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		values = append(values, PlainValue(element))
	}
	return values
}

// plainNumber is a whole number as such, any other to the digits that a float64
// has, and nil beyond all numbers.
func plainNumber(v cty.Value) any {
	f := v.AsBigFloat()
	if f.IsInf() {
		return nil // a division by zero, which JSON has no number for
	}
	if f.IsInt() {
		if n, accuracy := f.Int64(); accuracy == 0 {
			return n
		}
		const digits = 17
		return json.Number(f.Text('g', digits))
	}
	n, _ := f.Float64()
	return n
}
