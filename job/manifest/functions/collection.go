package functions

import (
	"errors"
	"strings"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// sumFunc adds up numbers, and texts that are numbers, as Terraform's does.
func sumFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			kind := args[0].Type()
			switch {
			case !kind.IsListType() && !kind.IsSetType() && !kind.IsTupleType():
				return cty.NilVal, function.NewArgErrorf(0, "it must be a list, a set or a tuple, not %s", kind.FriendlyName())
			case args[0].LengthInt() == 0:
				return cty.NilVal, function.NewArgErrorf(0, "an empty list has no sum")
			case !args[0].IsWhollyKnown():
				return cty.UnknownVal(cty.Number), nil
			}
			total := cty.Zero
			for it := args[0].ElementIterator(); it.Next(); {
				_, element := it.Element()
				n, err := convert.Convert(element, cty.Number)
				if err != nil || n.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "every element must be a number")
				}
				total = total.Add(n)
			}
			return total, nil
		},
	})
}

// lookupFunc finds an element of a map, or the default if there is one. What it
// finds is sensitive only if that element is, or all of the map.
//
// The map is taken as an expression: of a value the library looks through all elements
// for marks at each call, which a for_each over the same map makes quadratic.
func lookupFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "map", Type: customdecode.ExpressionClosureType},
			{Name: "key", Type: cty.String, AllowMarked: true},
		},
		VarParam: &function.Parameter{Name: "default", Type: cty.DynamicPseudoType, AllowMarked: true, AllowNull: true, AllowUnknown: true, AllowDynamicType: true},
		Type: func(args []cty.Value) (cty.Type, error) {
			if len(args) > 3 {
				return cty.NilType, errors.New("it takes a map, a key and a default")
			}
			return cty.DynamicPseudoType, nil // not evaluated twice: calls can be nested
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return lookup(args) },
	})
}

func lookup(args []cty.Value) (cty.Value, error) {
	of, diags := customdecode.ExpressionClosureFromVal(args[0]).Value()
	if diags.HasErrors() {
		return cty.DynamicVal, function.NewArgErrorf(0, "%s", strings.TrimSuffix(diags[0].Detail, "."))
	}
	table, marks := of.Unmark()
	key, keyMarks := args[1].Unmark()
	kind := table.Type()
	if kind != cty.DynamicPseudoType && !kind.IsMapType() && !kind.IsObjectType() {
		return cty.DynamicVal, function.NewArgErrorf(0, "it must be a map, not %s", kind.FriendlyName())
	}
	if table.IsNull() {
		return cty.DynamicVal, function.NewArgErrorf(0, "argument must not be null")
	}
	if !table.IsKnown() || !key.IsKnown() {
		return cty.DynamicVal.WithMarks(marks, keyMarks), nil
	}
	found := kind.IsObjectType() && kind.HasAttribute(key.AsString())
	if kind.IsMapType() {
		has, _ := table.HasIndex(key).Unmark()
		found = has.IsKnown() && has.True()
	}
	switch {
	case found && kind.IsObjectType():
		return table.GetAttr(key.AsString()).WithMarks(marks, keyMarks), nil
	case found:
		return table.Index(key).WithMarks(marks, keyMarks), nil
	case len(args) < 3 && len(marks)+len(keyMarks) > 0:
		return cty.DynamicVal, errSensitive
	case len(args) < 3:
		return cty.DynamicVal, function.NewArgErrorf(1, "the map has no %s, and there is no default", diag.Quote(key.AsString()))
	case kind.IsMapType() && BecomesText(args[2].Type(), kind.ElementType()):
		return cty.DynamicVal, function.NewArgError(2, errNumberAmongTexts)
	case kind.IsMapType() && !args[2].IsNull():
		v, err := convert.Convert(args[2], kind.ElementType())
		if err != nil {
			return cty.DynamicVal, function.NewArgErrorf(2, "the default must be of the type of the map's elements: %w", discreetError(err, isSensitive(args[2])))
		}
		return v.WithMarks(marks, keyMarks), nil
	}
	return args[2].WithMarks(marks, keyMarks), nil
}
