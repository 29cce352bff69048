package lang

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// StepName is the name after the root of a reference: name in var.name.x and
// var["name"]; empty without one.
func StepName(t hcl.Traversal) string {
	if len(t) < 2 {
		return ""
	}
	switch step := t[1].(type) {
	case hcl.TraverseAttr:
		return step.Name
	case hcl.TraverseIndex:
		if key, _ := step.Key.Unmark(); key.Type() == cty.String && IsKnown(key) {
			return key.AsString()
		}
	}
	return ""
}

// Traversal is the reference that an expression consists of. In JSON that is a
// text, with or without ${ } around it.
func Traversal(e hcl.Expression) (hcl.Traversal, bool) {
	t, diags := hcl.AbsTraversalForExpr(e)
	if !diags.HasErrors() {
		return t, true
	}
	if _, native := e.(hclsyntax.Node); native {
		return nil, false
	}
	wrap, ok := Syntax(e).(*hclsyntax.TemplateWrapExpr)
	if !ok {
		return nil, false
	}
	t, diags = hcl.AbsTraversalForExpr(wrap.Wrapped)
	return t, !diags.HasErrors()
}

// Syntax is the syntax tree of an expression. In JSON only a text has one, that of
// its template; nil for everything else.
func Syntax(e hcl.Expression) hclsyntax.Node {
	if node, ok := e.(hclsyntax.Node); ok {
		return node
	}
	v, _ := e.Value(nil)
	if !IsKnown(v) || v.Type() != cty.String {
		return nil
	}
	template, diags := hclsyntax.ParseTemplate([]byte(v.AsString()), "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	return template
}
