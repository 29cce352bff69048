package lang

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/functions"
)

// Inputs are the values of variables from outside of the manifest. Later ones win:
// NOTIFYAUDIT_VAR_name in Environ, files in the manifest's folder, VarFiles, Vars, and
// the files that NOTIFYAUDIT_VAR_name_FILE in Environ names.
type Inputs struct {
	// Vars are name=value.
	Vars, VarFiles []string
	Environ        map[string]string
	// AutoExtension is the end of the names of files in the manifest's folder.
	AutoExtension string
	// Placeholder is the value of variables of type string that have none and no
	// default; empty: such a variable is an error.
	Placeholder string
}

// Declare gives the variables and then the locals their values.
func (p *Program) Declare(variables, locals Blocks, in Inputs) {
	p.values.placeholder = in.Placeholder
	d := declarations{p: p, in: in, declared: make(map[string]*variable)}
	for _, b := range variables {
		if d.declared[b.Name()] != nil {
			continue // reported as two blocks with one name
		}
		v := d.declare(b)
		d.declared[v.name] = v
		d.order = append(d.order, v)
		p.values.variables[v.name] = cty.DynamicVal
	}
	values := d.inputValues()
	for _, v := range d.order {
		if value, ok := d.valueOf(v, values[v.name]); ok {
			p.values.variables[v.name] = value
		}
	}
	for _, v := range d.order {
		d.validate(v)
	}
	p.declareLocals(locals)
}

// declarations are the variables while they get their values.
type declarations struct {
	p        *Program
	in       Inputs
	declared map[string]*variable
	order    []*variable
}

// A variable is one declared variable.
type variable struct {
	args       *Args
	name       string
	kind       cty.Type // cty.DynamicPseudoType: any
	defaults   *typeexpr.Defaults
	otherwise  cty.Value // the default; cty.NilVal: none
	sensitive  bool
	nullable   bool
	validation Blocks
}

func (d *declarations) declare(b Block) *variable {
	// Nothing in a declaration may refer to other values.
	a := d.p.Args(b).In(d.p.constants())
	v := &variable{
		args: a, name: b.Name(), kind: cty.DynamicPseudoType,
		sensitive: a.Bool("sensitive", false), nullable: a.Bool("nullable", true), validation: a.Blocks("validation"),
	}
	_ = a.Text("description", "")
	if e := a.Expr("type"); e != nil {
		kind, defaults, diags := typeexpr.TypeConstraintWithDefaults(e)
		for _, found := range diags {
			found.Detail += diag.DidYouMean(firstQuoted(found.Detail), []string{"string", "number", "bool", "any", "list", "set", "map", "object", "tuple", "optional"})
		}
		d.p.Diags.AddHCL(diags)
		if !diags.HasErrors() {
			v.kind, v.defaults = kind, defaults
		}
	}
	d.declareDefault(v)
	return v
}

func (d *declarations) declareDefault(v *variable) {
	e := v.args.Expr("default")
	if e == nil {
		return
	}
	value, ok := v.args.scope.Eval(e)
	if !ok {
		d.keepLost(v, e)
		v.otherwise = cty.UnknownVal(v.kind)
		return
	}
	converted, p := v.convert(value)
	if p == nil && converted.IsNull() && !v.nullable {
		p = diag.Problemf("Unsuitable default", "The variable is declared with nullable = false, so its default can't be null.")
	}
	if v.sensitive {
		d.keepAll(value)
		v.warnOfSecret(value)
	}
	if p != nil {
		v.args.FailAt("default", p)
		converted = cty.UnknownVal(v.kind)
	}
	v.otherwise = converted
}

// warnOfSecret warns of a secret that is written out as a default. The simulator
// takes any.
func (v *variable) warnOfSecret(value cty.Value) {
	if _, called := hcl.ExprCall(v.args.Expr("default")); !called.HasErrors() {
		return
	}
	if v.args.program.values.placeholder != "" || value.Type() != cty.String || value.IsNull() || value.AsString() == "" {
		return
	}
	v.args.WarnAt("default", diag.Problemf("Secret in the manifest",
		"The default of %[1]s is written out, and everybody who reads the manifest sees it. Leave default out, and set NOTIFYAUDIT_VAR_%[1]s or NOTIFYAUDIT_VAR_%[1]s_FILE.", v.name))
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
	if functions.BecomesText(value.Type(), converted.Type()) {
		return cty.NilVal, diag.Problemf("Number in place of a text",
			`variable %q is of type %s, and a number has no zeros before it: write it in quotation marks, as in "000123".`, v.name, typeexpr.TypeString(v.kind))
	}
	return converted, nil
}

// valueOf chooses the variable's value and marks it; false when that failed.
func (d *declarations) valueOf(v *variable, in *inputValue) (cty.Value, bool) {
	value := v.otherwise
	if in != nil {
		if in.expr != nil && d.keepLost(v, in.expr) {
			return cty.NilVal, false
		}
		converted, p := d.value(v, in)
		if p != nil {
			d.fail(in, p)
			return cty.NilVal, false
		}
		value = converted
	}
	if value == cty.NilVal && d.in.Placeholder != "" && (v.kind == cty.String || v.kind == cty.DynamicPseudoType) {
		value = cty.StringVal(d.in.Placeholder)
	}
	if value == cty.NilVal {
		v.args.Fail(diag.Problemf("No value for a variable",
			"variable %[1]q has no default: set it with -var '%[1]s=…', with NOTIFYAUDIT_VAR_%[1]s, with NOTIFYAUDIT_VAR_%[1]s_FILE naming a file that holds it, or in a *%[2]s file in the manifest's folder.", v.name, d.in.AutoExtension))
		return cty.NilVal, false
	}
	if value.IsNull() && !v.nullable {
		if v.otherwise == cty.NilVal {
			d.fail(in, diag.Problemf("No value for a variable", "variable %q is declared with nullable = false, so it can't be null.", v.name))
			return cty.NilVal, false
		}
		value = v.otherwise
	}
	if v.sensitive {
		d.keepAll(value)
		value = value.Mark(sensitive)
	}
	return value, true
}

// keepLost reports whether an expression has a number that loses its digits, which
// was reported. As a part of a sensitive value it is kept out of the diagnostics.
func (d *declarations) keepLost(v *variable, e hcl.Expression) bool {
	lost, found := d.p.lost.within(e.Range())
	if found && v.sensitive {
		d.p.Diags.KeepSecret(lost.text)
	}
	return found
}

// keepAll keeps every text in a sensitive value out of the diagnostics.
func (d *declarations) keepAll(v cty.Value) {
	v, _ = v.UnmarkDeep()
	_ = cty.Walk(v, func(_ cty.Path, inner cty.Value) (bool, error) {
		if IsKnown(inner) && inner.Type() == cty.String && inner.AsString() != d.in.Placeholder {
			d.p.Diags.KeepSecret(inner.AsString())
		}
		return true, nil
	})
}

// validate checks a variable's own conditions, which may refer to all variables.
func (d *declarations) validate(v *variable) {
	for _, b := range v.validation {
		a := d.p.Args(b)
		if !a.Require("condition", "It is an expression that is true for a good value.") ||
			!a.Require("error_message", "It says what a good value is.") {
			continue
		}
		condition, ok := a.Value("condition", cty.Bool)
		if !ok {
			continue
		}
		if condition, _ = condition.Unmark(); condition.True() {
			continue
		}
		message, secret, ok := a.Revealed("error_message")
		if !ok {
			continue
		}
		if secret {
			message = "The value is not valid. The message for it holds a sensitive value, so it isn't shown."
		}
		v.args.Fail(diag.Problemf("Invalid value for a variable", "variable %q: %s", v.name, message))
	}
}

// names are the declared names, sorted.
func (d *declarations) names() []string {
	names := make([]string, 0, len(d.declared))
	for name := range d.declared {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
