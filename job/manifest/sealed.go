package manifest

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A sealed expression hands its value on in a capsule. cty looks through every
// argument of a call for marks, all of a map for one element of it: with for_each
// that would be quadratic.
type sealed struct{ *hclsyntax.ParenthesesExpr }

func seal(e hclsyntax.Expression) hclsyntax.Expression {
	return &sealed{&hclsyntax.ParenthesesExpr{Expression: e, SrcRange: e.Range()}}
}

// Value evaluates the expression. What isn't a map that is known stays as it is.
func (e *sealed) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.ParenthesesExpr.Value(ctx)
	plain, _ := v.Unmark()
	if diags.HasErrors() || !known(plain) || !plain.CanIterateElements() {
		return v, diags
	}
	return cty.CapsuleVal(cty.Capsule("sealed value", reflect.TypeFor[cty.Value]()), &v), diags
}

// unsealed takes a value out of its capsule.
func unsealed(v cty.Value) cty.Value {
	if !v.Type().IsCapsuleType() || !known(v) {
		return v
	}
	if inner, ok := v.EncapsulatedValue().(*cty.Value); ok {
		return *inner
	}
	return v
}
