package manifest

import (
	"slices"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A variable is one declared variable.
type variable struct {
	args       *args
	name       string
	kind       cty.Type // cty.DynamicPseudoType: any
	defaults   *typeexpr.Defaults
	otherwise  cty.Value // the default; cty.NilVal: none
	sensitive  bool
	nullable   bool
	validation blocks
}

// variables declares the variables and gives them their values.
func (l *loader) variables(bs blocks) {
	l.scope.variables = make(map[string]cty.Value)
	declared := make(map[string]*variable)
	var order []*variable
	for _, b := range bs {
		if declared[b.name()] != nil {
			continue // reported as two blocks with one name
		}
		v := l.declare(b)
		declared[v.name] = v
		order = append(order, v)
		l.scope.variables[v.name] = cty.DynamicVal
	}
	given := l.givenValues(declared)
	for _, v := range order {
		if value, ok := l.valueOf(v, given[v.name]); ok {
			l.scope.variables[v.name] = value
		}
	}
	for _, v := range order {
		l.validate(v)
	}
}

func (l *loader) declare(b block) *variable {
	s, _ := shapeOf("variable")
	v := &variable{args: l.args(b, s), name: b.name(), kind: cty.DynamicPseudoType}
	// Nothing in a declaration may refer to other values.
	v.args.context = &hcl.EvalContext{Functions: l.scope.functions}
	v.sensitive = v.args.boolean("sensitive", false)
	v.nullable = v.args.boolean("nullable", true)
	v.validation = v.args.blocks.of("variable.validation")
	_ = v.args.text("description", "")
	if attr := v.args.attrs["type"]; attr != nil {
		kind, defaults, diags := typeexpr.TypeConstraintWithDefaults(attr.Expr)
		for _, d := range diags {
			d.Detail += diag.DidYouMean(firstQuoted(d.Detail), []string{"string", "number", "bool", "any", "list", "set", "map", "object", "tuple", "optional"})
		}
		l.diags.AddHCL(diags)
		if !diags.HasErrors() {
			v.kind, v.defaults = kind, defaults
		}
	}
	l.declareDefault(v)
	return v
}

func (l *loader) declareDefault(v *variable) {
	attr := v.args.attrs["default"]
	if attr == nil {
		return
	}
	value, ok := l.eval(attr.Expr, v.args.context)
	if !ok {
		v.otherwise = cty.UnknownVal(v.kind)
		return
	}
	converted, p := v.convert(value)
	if p == nil && converted.IsNull() && !v.nullable {
		p = diag.Problemf("Unsuitable default", "The variable is declared with nullable = false, so its default can't be null.")
	}
	if v.sensitive {
		l.keepAll(value)
	}
	if p != nil {
		l.diags.FailAt(attr.Expr.Range(), p)
		converted = cty.UnknownVal(v.kind)
	}
	v.otherwise = converted
}

// convert gives a value the declared type.
func (v *variable) convert(value cty.Value) (cty.Value, *diag.Problem) {
	if v.defaults != nil && !value.IsNull() {
		value = v.defaults.Apply(value)
	}
	converted, err := convert.Convert(value, v.kind)
	if err != nil {
		return cty.NilVal, diag.Problemf("Unsuitable value", "variable %q is of type %s: %s.", v.name, typeexpr.TypeString(v.kind), err)
	}
	return converted, nil
}

// valueOf chooses the variable's value and marks it; false when that failed.
func (l *loader) valueOf(v *variable, g *given) (cty.Value, bool) {
	value := v.otherwise
	if g != nil {
		converted, p := g.value(l, v)
		if p != nil {
			l.failGiven(g, p)
			return cty.NilVal, false
		}
		value = converted
	}
	if value == cty.NilVal && l.opts.Simulator && (v.kind == cty.String || v.kind == cty.DynamicPseudoType) {
		value = cty.StringVal(placeholder)
	}
	if value == cty.NilVal {
		l.diags.FailAt(v.args.block.at, diag.Problemf("No value for a variable",
			"variable %[1]q has no default: set it with -var '%[1]s=…', with NOTIFYAUDIT_VAR_%[1]s, with NOTIFYAUDIT_VAR_%[1]s_FILE naming a file that holds it, or in a *%[2]s file beside the manifest.", v.name, varsExtension))
		return cty.NilVal, false
	}
	if value.IsNull() && !v.nullable {
		if v.otherwise == cty.NilVal {
			l.failGiven(g, diag.Problemf("No value for a variable", "variable %q is declared with nullable = false, so it can't be null.", v.name))
			return cty.NilVal, false
		}
		value = v.otherwise
	}
	if v.sensitive {
		l.keepAll(value)
		value = value.Mark(sensitive)
	}
	return value, true
}

// placeholder is what a credential is under Options.Simulator.
const placeholder = "simulator"

// keepAll remembers every text in a sensitive value.
func (l *loader) keepAll(v cty.Value) {
	v, _ = v.UnmarkDeep()
	_ = cty.Walk(v, func(_ cty.Path, inner cty.Value) (bool, error) {
		if inner.IsKnown() && !inner.IsNull() && inner.Type() == cty.String && inner.AsString() != placeholder {
			l.diags.KeepSecret(inner.AsString())
		}
		return true, nil
	})
}

// validate checks a variable's own conditions, which may look at all variables.
func (l *loader) validate(v *variable) {
	s, _ := shapeOf("variable.validation")
	for _, b := range v.validation {
		a := l.args(b, s)
		if !a.require("condition", "It is an expression that is true for a good value.") ||
			!a.require("error_message", "It says what a good value is.") {
			continue
		}
		a.context = l.scope.context()
		condition, ok := a.value("condition", cty.Bool)
		if !ok {
			continue
		}
		if condition, _ = condition.Unmark(); condition.True() {
			continue
		}
		message, secret, ok := a.revealed("error_message")
		if !ok {
			continue
		}
		if secret {
			message = "The value is not valid. The message for it holds a sensitive value, so it isn't shown."
		}
		l.diags.FailAt(v.args.block.at, diag.Problemf("Invalid value for a variable", "variable %q: %s", v.name, message))
	}
}

// variableNames are the declared names, sorted.
func variableNames(declared map[string]*variable) []string {
	names := make([]string, 0, len(declared))
	for name := range declared {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
