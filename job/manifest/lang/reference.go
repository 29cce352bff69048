package lang

import (
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job/manifest/diag"
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

// A BlockRef is a reference to a block, or to one instance of a block with for_each:
// dingtalk, dingtalk.hr, dingtalk.corp["acme"], dingtalk.corp[each.key].
type BlockRef struct {
	// Name is the block's; empty for the root alone.
	Name string
	// Key names the instance; nil without one.
	Key hcl.Expression

	args     *Args
	argument string
}

// BlockRef reads an argument that refers to a block or to an instance of one; false
// for any other expression.
func (a *Args) BlockRef(argument, root string) (BlockRef, bool) {
	ref := BlockRef{args: a, argument: argument}
	t, ok := Traversal(a.Expr(argument))
	if !ok {
		t, ref.Key, ok = indexed(a.Expr(argument))
	}
	if len(t) == 3 && ref.Key == nil {
		if index, is := t[2].(hcl.TraverseIndex); is {
			ref.Key = &hclsyntax.LiteralValueExpr{Val: index.Key, SrcRange: index.SrcRange}
			t = t[:2]
		}
	}
	if !ok || t.RootName() != root || len(t) > 2 {
		return ref, false
	}
	ref.Name = StepName(t)
	return ref, ref.Name != "" || len(t) == 1 && ref.Key == nil
}

// indexed takes an expression apart that is a reference with a key in brackets.
func indexed(e hcl.Expression) (hcl.Traversal, hcl.Expression, bool) {
	node := Syntax(e)
	if wrap, is := node.(*hclsyntax.TemplateWrapExpr); is {
		node = wrap.Wrapped
	}
	index, is := node.(*hclsyntax.IndexExpr)
	if !is {
		return nil, nil, false
	}
	t, diags := hcl.AbsTraversalForExpr(index.Collection)
	return t, index.Key, !diags.HasErrors()
}

// Instance evaluates the key; false when a mistake was reported.
func (r BlockRef) Instance() (key string, ok bool) {
	v, ok := evaluate(r.args, r.Key)
	if !ok {
		return "", false
	}
	v, ok = converted(r.args, r.argument, v, cty.String)
	switch {
	case v == cty.NilVal: // reported
	case !ok:
		r.args.FailAt(r.argument, diag.Problemf("Unsuitable value", "The key in %s has no value.", r.argument))
	case IsSensitive(v):
		r.args.FailAt(r.argument, diag.Problemf("Sensitive value", "The key in %s is shown in plans and reports, so it can't come from a sensitive variable.", r.argument))
	default:
		return v.AsString(), true
	}
	return "", false
}

// InstanceAddress is how people refer to an instance: message.reminder["q4"].
func InstanceAddress(block, key string) string { return block + "[" + strconv.Quote(key) + "]" }

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
