package lang

import (
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/source"
)

// The names of environment variables that set variables.
const (
	envPrefix = "NOTIFYAUDIT_VAR_"
	fileEnd   = "_FILE"
	// maxSecretFile is the size in bytes of a file that holds one value.
	maxSecretFile = 1 << 20
)

// An inputValue is a variable's value from outside of the manifest.
type inputValue struct {
	// origin is the flag, file or environment variable that set it.
	origin string
	// at is the place in a file with values; its file is empty for others.
	at hcl.Range
	// raw is a text that becomes a value by the variable's type; where expr is
	// set, that is the value.
	raw  string
	expr hcl.Expression
}

// inputValues collects the values, each source over the ones before.
func (d *declarations) inputValues() map[string]*inputValue {
	values := make(map[string]*inputValue)
	for name := range d.declared {
		if raw, set := d.in.Environ[envPrefix+name]; set {
			values[name] = &inputValue{origin: envPrefix + name, raw: raw}
		}
	}
	d.fromAutoFiles(values)
	for _, path := range d.in.VarFiles {
		d.fromFile(path, path, values)
	}
	for _, v := range d.in.Vars {
		name, raw, found := strings.Cut(v, "=")
		name = strings.TrimSpace(name)
		switch {
		case !found || !ValidName(name):
			d.p.Diags.Fail("Unsuitable -var", "Write -var 'name=value'.")
		case d.declared[name] == nil:
			d.p.Diags.Failf("Undeclared variable", "-var sets %s, which the manifest doesn't declare.%s", diag.Quote(name), diag.DidYouMeanOr(name, d.names(), "Declared are"))
		default:
			values[name] = &inputValue{origin: "-var " + name, raw: raw}
		}
	}
	d.fromMounts(values)
	return values
}

func (d *declarations) fromAutoFiles(values map[string]*inputValue) {
	dir := d.p.Files.Dir
	names, err := source.NamesIn(dir, d.in.AutoExtension, d.in.AutoExtension+".json")
	if err != nil {
		d.p.Diags.Fail("Folder not readable", diag.Sentence(err))
		return
	}
	for _, name := range names {
		d.fromFile(filepath.Join(dir, name), name, values)
	}
}

// fromMounts reads the files that NOTIFYAUDIT_VAR_name_FILE names. They win over
// everything: a mounted secret is the one that is meant.
func (d *declarations) fromMounts(values map[string]*inputValue) {
	for _, name := range d.names() {
		key := envPrefix + name + fileEnd
		path, set := d.in.Environ[key]
		if !set || d.declared[name+fileEnd] != nil {
			continue
		}
		data, err := readText(path, maxSecretFile)
		if err != nil {
			d.p.Diags.Failf("Value not readable", "%s names %s: %v.", key, diag.Quote(path), err)
			values[name] = &inputValue{origin: key, expr: hcl.StaticExpr(cty.DynamicVal, hcl.Range{})}
			continue
		}
		d.p.Files.Inputs.Add("the value of a variable", path)
		raw := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
		values[name] = &inputValue{origin: key, raw: raw}
	}
}

func readText(path string, limit int64) ([]byte, error) {
	data, err := source.Read(path, limit)
	if err != nil {
		return nil, err
	}
	return source.Text(data)
}

// fromFile reads name = value lines. A name that isn't declared is a warning,
// since one file may serve several manifests.
func (d *declarations) fromFile(path, shown string, values map[string]*inputValue) {
	src, err := readText(path, MaxFile)
	if err != nil {
		d.p.Diags.FailIn(shown, "Values not readable", diag.Sentence(err))
		return
	}
	d.p.Files.Inputs.Add("a file with values of variables", path)
	attrs, ok := d.attributes(src, shown)
	if !ok {
		return
	}
	for name, attr := range attrs {
		if d.declared[name] == nil {
			d.p.Diags.WarnAt(attr.NameRange, diag.Problemf("Undeclared variable", "The manifest doesn't declare %s.%s", diag.Quote(name), diag.DidYouMean(name, d.names())))
			continue
		}
		values[name] = &inputValue{origin: shown, at: attr.Expr.Range(), expr: attr.Expr}
	}
}

// attributes parses a file with values, in either syntax; false when it has
// mistakes.
func (d *declarations) attributes(src []byte, shown string) (hcl.Attributes, bool) {
	var body hcl.Body
	before := d.p.Diags.Errors()
	if strings.HasSuffix(shown, ".json") {
		body = parseJSON(src, shown, d.p.Diags)
	} else if native := parseNative(src, shown, d.p.Diags); native != nil {
		body = native
	}
	if body == nil || d.p.Diags.Errors() > before {
		return nil, false
	}
	d.p.lost.find(src, shown, d.p.Diags)
	attrs, diags := body.JustAttributes()
	d.p.Diags.AddHCL(diags)
	return attrs, true
}

// value makes a variable's value of an input. A text is taken as it is where the
// type has room for one, and as an expression elsewhere.
func (d *declarations) value(v *variable, in *inputValue) (cty.Value, *diag.Problem) {
	noNames := &hcl.EvalContext{}
	if in.expr != nil {
		value, diags := in.expr.Value(noNames)
		if diags.HasErrors() {
			return cty.NilVal, diag.Problemf("Unsuitable value", "The value of variable %q is not a plain value: write a text in quotation marks, a number, a list or a map.", v.name)
		}
		if v.sensitive {
			d.keepAll(value)
		}
		return v.convert(value)
	}
	if v.sensitive {
		d.p.Diags.KeepSecret(in.raw)
	}
	if v.kind == cty.DynamicPseudoType || v.kind.IsPrimitiveType() {
		return v.convert(cty.StringVal(in.raw))
	}
	if guard([]byte(in.raw), in.origin) != nil {
		return cty.NilVal, diag.Problemf("Unsuitable value", "The value of variable %q is too large or nested too deeply.", v.name)
	}
	tokens, _ := hclsyntax.LexExpression([]byte(in.raw), in.origin, hcl.InitialPos)
	if lost := lostIn(tokens); len(lost) > 0 {
		if v.sensitive {
			d.p.Diags.KeepSecret(lost[0].text)
		}
		return cty.NilVal, lost[0].problem()
	}
	expr, diags := hclsyntax.ParseExpression([]byte(in.raw), in.origin, hcl.InitialPos)
	if !diags.HasErrors() {
		var value cty.Value
		if value, diags = expr.Value(noNames); !diags.HasErrors() {
			return v.convert(value)
		}
	}
	return cty.NilVal, diag.Problemf("Unsuitable value", "The value of variable %q is no HCL expression for its type: write a list as [\"a\", \"b\"] and a map as { a = \"b\" }.", v.name)
}

// fail reports a mistake in an input at its origin.
func (d *declarations) fail(in *inputValue, p *diag.Problem) {
	switch {
	case in == nil:
		d.p.Diags.Fail(p.Summary, p.Detail)
	case in.at.Filename != "":
		d.p.Diags.FailAt(in.at, p)
	default:
		d.p.Diags.Fail(p.Summary, in.origin+": "+p.Detail)
	}
}
