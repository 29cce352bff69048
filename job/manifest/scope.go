package manifest

import (
	"slices"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// sensitive marks a value that must not be shown, and all that is made of it.
const sensitive valueMark = "sensitive"

type valueMark string

func isSensitive(v cty.Value) bool { return v.ContainsMarked() }

// A scope is what expressions may refer to.
type scope struct {
	// variables and locals are unknown where a mistake was reported, so that one
	// mistake isn't reported again wherever it is used.
	variables, locals map[string]cty.Value
	functions         map[string]function.Function
}

// context has all variables and locals.
func (s *scope) context() *hcl.EvalContext {
	return &hcl.EvalContext{
		Variables: map[string]cty.Value{"var": cty.ObjectVal(s.variables), "local": cty.ObjectVal(s.locals)},
		Functions: s.functions,
	}
}

// eval evaluates an expression; false when a mistake in it, or in what it refers
// to, was reported. A nil context is that of variables and locals.
func (l *loader) eval(e hcl.Expression, ctx *hcl.EvalContext) (cty.Value, bool) {
	if ctx == nil {
		ctx = l.scope.context()
	}
	if !l.resolves(e, ctx) {
		return cty.DynamicVal, false
	}
	return l.evaluate(e, ctx)
}

// evaluate is eval for an expression of which all that it refers to is there.
func (l *loader) evaluate(e hcl.Expression, ctx *hcl.EvalContext) (cty.Value, bool) {
	v, diags := e.Value(ctx)
	l.diags.AddHCL(diags)
	if diags.HasErrors() || !l.within(e, v) {
		return cty.DynamicVal, false
	}
	return v, true
}

// resolves reports references to what isn't there, in better words than the
// evaluator has.
func (l *loader) resolves(e hcl.Expression, ctx *hcl.EvalContext) bool {
	ok := true
	for _, t := range e.Variables() {
		if p := l.unresolved(t, ctx); p != nil {
			l.diags.FailAt(t.SourceRange(), p)
			ok = false
		}
	}
	return ok
}

func (l *loader) unresolved(t hcl.Traversal, ctx *hcl.EvalContext) *diag.Problem {
	root := t.RootName()
	name := stepName(t)
	switch root {
	case "var":
		return undeclared("variable", name, l.scope.variables)
	case "local":
		return undeclared("local value", name, l.scope.locals)
	case "audience", "dingtalk":
		return diag.Problemf("Reference out of place", "%s names a block, not a value. It stands alone, as in audience = audience.staff, roster = audience.staff and provider = dingtalk.hr.", root)
	case "each":
		return unresolvedEach(name, ctx)
	case "message", "messages", whole:
		return l.unresolvedFigure(t, ctx)
	case "run":
		if !knows(ctx, "run") {
			return diag.Problemf("Reference out of place", "run is only known in checks, in outputs and in the paths of reports.")
		}
		if known := []string{"id", "date", "started_at"}; !slices.Contains(known, name) {
			return diag.Problemf("Undeclared reference", "run has no %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, known, "It has"))
		}
		return nil
	}
	return diag.Problemf("Undeclared reference", "There is nothing named %s.%s", diag.Quote(root), diag.DidYouMeanOr(root, rootNames(ctx), "An expression can refer to")+" A text is written in quotation marks.")
}

// rootNames are what an expression can refer to in a context.
func rootNames(ctx *hcl.EvalContext) []string {
	names := []string{"var", "local", "audience", "dingtalk"}
	for _, name := range []string{"each", "message", "messages", whole, "run"} {
		if knows(ctx, name) {
			names = append(names, name)
		}
	}
	return names
}

func undeclared(kind, name string, declared map[string]cty.Value) *diag.Problem {
	if _, found := declared[name]; found {
		return nil
	}
	if name == "" {
		return diag.Problemf("Undeclared reference", "Name the %s, as in var.name or local.name.", kind)
	}
	names := make([]string, 0, len(declared))
	for n := range declared {
		names = append(names, n)
	}
	slices.Sort(names)
	return diag.Problemf("Undeclared reference", "There is no %s named %s.%s", kind, diag.Quote(name), diag.DidYouMeanOr(name, names, "Declared are"))
}

// stepName is the name after the root of a reference: name in var.name.x and
// var["name"]; "" without one.
func stepName(t hcl.Traversal) string {
	if len(t) < 2 {
		return ""
	}
	switch step := t[1].(type) {
	case hcl.TraverseAttr:
		return step.Name
	case hcl.TraverseIndex:
		if key, _ := step.Key.Unmark(); key.Type() == cty.String && key.IsKnown() && !key.IsNull() {
			return key.AsString()
		}
	}
	return ""
}

// reference reads an argument that names a block: dingtalk.hr, audience.staff.
// The name is "" for the root alone.
func reference(e hcl.Expression, root string) (name string, ok bool) {
	t, ok := traversal(e)
	if !ok || t.RootName() != root || len(t) > 2 {
		return "", false
	}
	return stepName(t), len(t) == 1 || stepName(t) != ""
}
