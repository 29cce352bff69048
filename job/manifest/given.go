package manifest

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// The names of environment variables that give values.
const (
	envPrefix = "NOTIFYAUDIT_VAR_"
	fileEnd   = "_FILE"
	// maxSecretFile is the size of a file that holds one value.
	maxSecretFile = 1 << 20
)

// A given value was set from outside of the manifest.
type given struct {
	// origin is the flag, file or environment variable that set it.
	origin string
	// at is the place in a file with values; its file is empty for others.
	at hcl.Range
	// raw is a text that becomes a value by the variable's type; where expr is
	// set, that is the value.
	raw  string
	expr hcl.Expression
}

// givenValues collects the values, each source over the ones before.
func (l *loader) givenValues(declared map[string]*variable) map[string]*given {
	values := make(map[string]*given)
	for name := range declared {
		if raw, set := l.opts.Environ[envPrefix+name]; set {
			values[name] = &given{origin: envPrefix + name, raw: raw}
		}
	}
	l.givenByAutoFiles(declared, values)
	for _, path := range l.opts.VarFiles {
		l.givenByFile(path, path, declared, values)
	}
	for _, v := range l.opts.Vars {
		name, raw, found := strings.Cut(v, "=")
		name = strings.TrimSpace(name)
		switch {
		case !found || !validName(name):
			l.diags.Fail("Unsuitable -var", "Write -var 'name=value'.")
		case declared[name] == nil:
			l.diags.Fail("Undeclared variable", fmt.Sprintf("-var sets %s, which the manifest doesn't declare.%s", diag.Quote(name), diag.DidYouMeanOr(name, variableNames(declared), "Declared are")))
		default:
			values[name] = &given{origin: "-var " + name, raw: raw}
		}
	}
	l.givenByMounts(declared, values)
	return values
}

func (l *loader) givenByAutoFiles(declared map[string]*variable, values map[string]*given) {
	names, err := namesIn(l.library.dir, varsExtension, varsExtension+".json")
	if err != nil {
		l.diags.Fail("Folder not readable", diag.Sentence(err))
		return
	}
	for _, name := range names {
		l.givenByFile(filepath.Join(l.library.dir, name), name, declared, values)
	}
}

// givenByMounts reads the files that NOTIFYAUDIT_VAR_name_FILE names. They win:
// whoever mounts a secret means it.
func (l *loader) givenByMounts(declared map[string]*variable, values map[string]*given) {
	for _, name := range variableNames(declared) {
		key := envPrefix + name + fileEnd
		path, set := l.opts.Environ[key]
		if !set || declared[name+fileEnd] != nil {
			continue
		}
		data, err := readFile(path, maxSecretFile)
		if err != nil {
			l.diags.Failf("Value not readable", "%s names %s: %v.", key, diag.Quote(path), err)
			delete(values, name)
			values[name] = &given{origin: key, expr: hcl.StaticExpr(cty.DynamicVal, hcl.Range{})}
			continue
		}
		raw := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
		values[name] = &given{origin: key, raw: raw}
	}
}

// givenByFile reads name = value lines. A name that isn't declared is a warning,
// since one file may serve several manifests.
func (l *loader) givenByFile(path, shown string, declared map[string]*variable, values map[string]*given) {
	src, err := readFile(path, maxFile)
	if err != nil {
		l.diags.FailIn(shown, "Values not readable", diag.Sentence(err))
		return
	}
	attrs, ok := l.valuesIn(bytes.TrimPrefix(src, []byte("\ufeff")), shown)
	if !ok {
		return
	}
	for name, attr := range attrs {
		if declared[name] == nil {
			l.diags.WarnAt(attr.NameRange, diag.Problemf("Undeclared variable", "The manifest doesn't declare %s.%s", diag.Quote(name), diag.DidYouMean(name, variableNames(declared))))
			continue
		}
		values[name] = &given{origin: shown, at: attr.Expr.Range(), expr: attr.Expr}
	}
}

// valuesIn parses a file with values, in either syntax; false when it has
// mistakes.
func (l *loader) valuesIn(src []byte, shown string) (hcl.Attributes, bool) {
	var body hcl.Body
	if strings.HasSuffix(shown, ".json") {
		parsed := l.parseJSON(src, shown)
		if parsed == nil {
			return nil, false
		}
		body = parsed
	} else {
		if d := guard(src, shown); d != nil {
			l.diags.AddHCL(hcl.Diagnostics{d})
			return nil, false
		}
		parsed, diags := hclsyntax.ParseConfig(src, shown, hcl.InitialPos)
		l.diags.AddHCL(diags)
		if diags.HasErrors() {
			return nil, false
		}
		body = parsed.Body
	}
	attrs, diags := body.JustAttributes()
	l.diags.AddHCL(diags)
	return attrs, true
}

// value makes the variable's value of what was given. A text is taken as it is
// where the type has room for one, and as an expression elsewhere.
func (g *given) value(l *loader, v *variable) (cty.Value, *diag.Problem) {
	none := &hcl.EvalContext{}
	if g.expr != nil {
		value, diags := g.expr.Value(none)
		if diags.HasErrors() {
			return cty.NilVal, diag.Problemf("Unsuitable value", "The value of variable %q is not a plain value: write a text in quotation marks, a number, a list or a map.", v.name)
		}
		if v.sensitive {
			l.keepAll(value)
		}
		return v.convert(value)
	}
	if v.sensitive {
		l.diags.KeepSecret(g.raw)
	}
	if v.kind == cty.DynamicPseudoType || v.kind.IsPrimitiveType() {
		return v.convert(cty.StringVal(g.raw))
	}
	if guard([]byte(g.raw), g.origin) != nil {
		return cty.NilVal, diag.Problemf("Unsuitable value", "The value of variable %q is too large or nested too deeply.", v.name)
	}
	expr, diags := hclsyntax.ParseExpression([]byte(g.raw), g.origin, hcl.InitialPos)
	if !diags.HasErrors() {
		var value cty.Value
		if value, diags = expr.Value(none); !diags.HasErrors() {
			return v.convert(value)
		}
	}
	return cty.NilVal, diag.Problemf("Unsuitable value", "The value of variable %q is no HCL expression for its type: write a list as [\"a\", \"b\"] and a map as { a = \"b\" }.", v.name)
}

// failGiven reports a mistake in a value at its origin.
func (l *loader) failGiven(g *given, p *diag.Problem) {
	if g == nil {
		l.diags.Fail(p.Summary, p.Detail)
		return
	}
	if g.at.Filename != "" {
		l.diags.FailAt(g.at, p)
		return
	}
	l.diags.Fail(p.Summary, g.origin+": "+p.Detail)
}
