package functions

import (
	"errors"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// BecomesText reports whether a value of one type has a number that would be a text
// in another type: zeros before it, as identifiers have, would be lost.
func BecomesText(from, to cty.Type) bool {
	switch {
	case to == cty.String:
		return from == cty.Number
	case to.IsCollectionType():
		element := to.ElementType()
		return slices.ContainsFunc(parts(from), func(part cty.Type) bool { return BecomesText(part, element) })
	case to.IsTupleType() && from.IsTupleType():
		for i, part := range from.TupleElementTypes() {
			if i < to.Length() && BecomesText(part, to.TupleElementType(i)) {
				return true
			}
		}
	case to.IsObjectType():
		for name, kind := range to.AttributeTypes() {
			switch {
			case from.IsMapType():
				if BecomesText(from.ElementType(), kind) {
					return true
				}
			case from.IsObjectType() && from.HasAttribute(name):
				if BecomesText(from.AttributeType(name), kind) {
					return true
				}
			}
		}
	}
	return false
}

// parts are the types of the elements of a value.
func parts(kind cty.Type) []cty.Type {
	switch {
	case kind.IsCollectionType():
		return []cty.Type{kind.ElementType()}
	case kind.IsTupleType():
		return kind.TupleElementTypes()
	case kind.IsObjectType():
		return slices.Collect(maps.Values(kind.AttributeTypes()))
	}
	return nil
}

// errNumberAmongTexts says why numbers and texts don't mix.
var errNumberAmongTexts = errors.New(`a number among texts would become a text without the zeros before it: write it in quotation marks, as in "000123", or put tostring() around it`)

// exact refuses to make texts of numbers that stand among texts, also where a
// parameter is a list, whose elements are of one type.
func exact(f function.Function) function.Function {
	params := f.Params()
	for i := range params {
		params[i].Type = cty.DynamicPseudoType
	}
	return function.New(&function.Spec{
		Params:   params,
		VarParam: f.VarParam(),
		Type: func(args []cty.Value) (cty.Type, error) {
			all, err := asDeclared(f, args)
			if err != nil {
				return cty.NilType, err
			}
			return f.ReturnTypeForValues(all)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			all, err := asDeclared(f, args)
			if err != nil {
				return cty.NilVal, err
			}
			v, err := f.Call(all)
			for _, a := range args {
				if err == nil && BecomesText(a.Type(), v.Type()) {
					err = errNumberAmongTexts
				}
			}
			return v, err
		},
	})
}

// asDeclared converts arguments to the types of a function's parameters.
func asDeclared(f function.Function, args []cty.Value) ([]cty.Value, error) {
	all := slices.Clone(args)
	for i, p := range f.Params() {
		v, err := convert.Convert(collected(args[i]), p.Type)
		if err != nil {
			return nil, function.NewArgError(i, err)
		}
		all[i] = v
	}
	return all, nil
}
