package lang

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job/manifest/diag"
)

// sensitive marks a value that must not be shown, and all that is made of it.
const sensitive valueMark = "sensitive"

type valueMark string

// IsSensitive reports whether a value, or a part of it, must not be shown.
func IsSensitive(v cty.Value) bool { return v.ContainsMarked() }

// IsKnown reports whether there is a value: it is neither null nor unknown.
func IsKnown(v cty.Value) bool { return v.IsKnown() && !v.IsNull() }

// A Root is a name that the expressions of a scope can refer to, in addition to
// var and local.
type Root struct {
	Value cty.Value
	// Check says what is wrong with a reference that begins with the name; nil
	// accepts every one.
	Check func(t hcl.Traversal) *diag.Problem
}

// A Scope is what expressions can refer to.
type Scope struct {
	program *Program
	context *hcl.EvalContext
	// name and root are what this scope adds to the one around it.
	name  string
	root  Root
	outer *Scope
}

// Scope has all variables and locals.
func (p *Program) Scope() *Scope { return p.scope(p.values.locals) }

func (p *Program) scope(locals map[string]cty.Value) *Scope {
	return &Scope{program: p, context: &hcl.EvalContext{
		Variables: map[string]cty.Value{"var": cty.ObjectVal(p.values.variables), "local": cty.ObjectVal(locals)},
		Functions: p.values.functions,
	}}
}

// constants is a scope of functions alone.
func (p *Program) constants() *Scope {
	return &Scope{program: p, context: &hcl.EvalContext{Functions: p.values.functions}}
}

// With is the scope with one more name.
func (s *Scope) With(name string, root Root) *Scope {
	inner := &Scope{program: s.program, context: s.context.NewChild(), name: name, root: root, outer: s}
	inner.context.Variables = map[string]cty.Value{name: root.Value}
	return inner
}

// Eval evaluates an expression; false when a mistake in it, or in what it refers
// to, was reported.
func (s *Scope) Eval(e hcl.Expression) (cty.Value, bool) {
	if !s.Resolve(e) {
		return cty.DynamicVal, false
	}
	return s.evalResolved(e)
}

// evalResolved is Eval for an expression that was resolved already.
func (s *Scope) evalResolved(e hcl.Expression) (cty.Value, bool) {
	if _, lost := s.program.lost.within(e.Range()); lost {
		return cty.DynamicVal, false
	}
	v, diags := e.Value(s.context)
	s.suggestFunctions(diags)
	s.program.Diags.AddHCL(diags)
	if diags.HasErrors() {
		return cty.DynamicVal, false
	}
	if p := s.program.limits.check(v); p != nil {
		s.program.Diags.FailAt(e.Range(), p)
		return cty.DynamicVal, false
	}
	return v, !s.program.limits.exceeded
}

// Try evaluates an expression and returns what is wrong in place of reporting it.
func (s *Scope) Try(e hcl.Expression) (cty.Value, *diag.Problem) {
	v, diags := e.Value(s.context)
	s.suggestFunctions(diags)
	if diags.HasErrors() {
		return cty.DynamicVal, &diag.Problem{Summary: diags[0].Summary, Detail: diags[0].Detail}
	}
	if p := s.program.limits.check(v); p != nil {
		return cty.DynamicVal, p
	}
	return v, nil
}

// suggestFunctions adds the nearest function to hcl's words, which has none for
// scopes within others.
func (s *Scope) suggestFunctions(diags hcl.Diagnostics) {
	for _, d := range diags {
		if d.Summary == "Call to unknown function" && !strings.Contains(d.Detail, "Did you mean") {
			d.Detail += diag.DidYouMean(firstQuoted(d.Detail), slices.Collect(maps.Keys(s.program.values.functions)))
		}
	}
}

// Resolve reports references to what isn't there, in better words than the
// evaluator has.
func (s *Scope) Resolve(e hcl.Expression) bool {
	ok := true
	for _, t := range e.Variables() {
		if p := s.unresolved(t); p != nil {
			s.program.Diags.FailAt(t.SourceRange(), p)
			ok = false
		}
	}
	return ok
}

func (s *Scope) unresolved(t hcl.Traversal) *diag.Problem {
	root, schema := t.RootName(), &s.program.schema
	switch root {
	case "var":
		return undeclared("variable", StepName(t), s.program.values.variables)
	case "local":
		return undeclared("local value", StepName(t), s.program.values.locals)
	}
	for scope := s; scope != nil; scope = scope.outer {
		if scope.name == root {
			if scope.root.Check == nil {
				return nil
			}
			return scope.root.Check(t)
		}
	}
	if hint := schema.Misplaced[root]; hint != "" {
		return diag.Problemf("Reference out of place", "%s", hint)
	}
	return diag.Problemf("Undeclared reference", "There is nothing named %s.%s A text is written in quotation marks.",
		diag.Quote(root), diag.DidYouMeanOr(root, s.rootNames(), "An expression can refer to"))
}

// rootNames are what an expression can refer to.
func (s *Scope) rootNames() []string {
	names := append([]string{"var", "local"}, s.program.schema.References...)
	known := len(names)
	for scope := s; scope != nil && scope.name != ""; scope = scope.outer {
		names = append(names, scope.name)
	}
	slices.Reverse(names[known:])
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
