package lang

import (
	"math/big"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"notifyaudit/job/manifest/diag"
)

// Value evaluates an argument and converts it; false when it isn't set, is null or
// unknown, or a mistake in it was reported. The value may be sensitive.
func (a *Args) Value(name string, want cty.Type) (cty.Value, bool) {
	attr := a.attrs[name]
	if attr == nil {
		return cty.NilVal, false
	}
	v, ok := evaluate(a, attr.Expr)
	if !ok {
		return cty.NilVal, false
	}
	return converted(a, name, v, want)
}

// evaluate evaluates an expression in the scope of the arguments.
func evaluate(a *Args, e hcl.Expression) (cty.Value, bool) {
	if a.resolved {
		return a.scope.evalResolved(e)
	}
	return a.scope.Eval(e)
}

// converted converts an argument's value; false as for [Args.Value].
func converted(a *Args, name string, v cty.Value, want cty.Type) (cty.Value, bool) {
	v, err := convert.Convert(v, want)
	if err != nil {
		a.FailAt(name, diag.Problemf("Unsuitable value", "%s: %s.", name, err))
		return cty.NilVal, false
	}
	return v, !v.IsNull() && v.IsWhollyKnown()
}

// Shown is a Value that may be shown: a sensitive one is an error.
func (a *Args) Shown(name string, want cty.Type) (cty.Value, bool) {
	v, ok := a.Value(name, want)
	if ok && IsSensitive(v) {
		a.FailAt(name, diag.Problemf("Sensitive value", "%s is shown in plans and reports, so it can't come from a sensitive variable.", name))
		return cty.NilVal, false
	}
	return v, ok
}

// Text is without white space around it; otherwise when it isn't set.
func (a *Args) Text(name, otherwise string) string {
	v, ok := a.Shown(name, cty.String)
	if !ok {
		return otherwise
	}
	return strings.TrimSpace(v.AsString())
}

// Revealed is a text that may be sensitive.
func (a *Args) Revealed(name string) (text string, secret, ok bool) {
	v, ok := a.Value(name, cty.String)
	if !ok {
		return "", false, false
	}
	secret = IsSensitive(v)
	v, _ = v.UnmarkDeep()
	return strings.TrimSpace(v.AsString()), secret, true
}

// Secret is a text that is never shown; empty when there is none. A secret that is
// written out in the manifest is a warning.
func (a *Args) Secret(name string) string {
	text, secret, ok := a.Revealed(name)
	if !ok {
		return ""
	}
	if text == "" {
		a.FailAt(name, diag.Problemf("Empty value", "%s is empty.", name))
		return ""
	}
	a.KeepSecret(text)
	if len(a.attrs[name].Expr.Variables()) == 0 {
		a.WarnAt(name, diag.Problemf("Secret in the manifest",
			`%[1]s is written out, and everybody who reads the manifest sees it. Declare variable "%[1]s" { type = string, sensitive = true } on lines of their own, write %[1]s = var.%[1]s and set NOTIFYAUDIT_VAR_%[1]s or NOTIFYAUDIT_VAR_%[1]s_FILE.`,
			name))
	}
	if !secret && a.RefersTo(name, "each") {
		a.WarnAt(name, diag.Problemf("Secret in a table",
			`%[1]s comes from for_each, and everybody who reads its table sees it. Declare variable "%[1]ss" { type = map(string), sensitive = true } on lines of their own, write %[1]s = var.%[1]ss[each.key] and set NOTIFYAUDIT_VAR_%[1]ss_FILE to a file with { "key" = "secret" }.`,
			name))
	}
	return text
}

// KeepSecret keeps a text out of all diagnostics.
func (a *Args) KeepSecret(text string) {
	if text != a.program.values.placeholder {
		a.program.Diags.KeepSecret(text)
	}
}

// Bool is true or false; otherwise when it isn't set.
func (a *Args) Bool(name string, otherwise bool) bool {
	v, ok := a.Shown(name, cty.Bool)
	if !ok {
		return otherwise
	}
	return v.True()
}

// Int is a whole number from least to most; otherwise when it isn't set.
func (a *Args) Int(name string, otherwise, least, most int) int {
	v, ok := a.Shown(name, cty.Number)
	if !ok {
		return otherwise
	}
	n, accuracy := v.AsBigFloat().Int64()
	if accuracy != big.Exact || n < int64(least) || n > int64(most) {
		a.FailAt(name, diag.Problemf("Number out of range", "%s is a whole number from %d to %d.", name, least, most))
		return otherwise
	}
	return int(n)
}

// Float is a number from least to most; otherwise when it isn't set.
func (a *Args) Float(name string, otherwise, least, most float64) float64 {
	v, ok := a.Shown(name, cty.Number)
	if !ok {
		return otherwise
	}
	n, _ := v.AsBigFloat().Float64()
	if n < least || n > most {
		a.FailAt(name, diag.Problemf("Number out of range", "%s is a number from %g to %g.", name, least, most))
		return otherwise
	}
	return n
}

// Duration is at least least; otherwise when it isn't set.
func (a *Args) Duration(name string, otherwise, least time.Duration) time.Duration {
	text := a.Text(name, "")
	if text == "" {
		return otherwise
	}
	d, p := ParseDuration(text)
	if p == nil && d < least {
		p = diag.Problemf("Duration out of range", "%s is at least %s.", name, least)
	}
	if p != nil {
		a.FailAt(name, p)
		return otherwise
	}
	return d
}

// Texts are the elements of a list, without white space around them.
func (a *Args) Texts(name string) []string {
	v, ok := a.Shown(name, cty.List(cty.String))
	if !ok {
		return nil
	}
	return elements(a, name, v)
}

// elements are those of a list of texts.
func elements(a *Args, name string, v cty.Value) []string {
	var texts []string
	for _, element := range v.AsValueSlice() {
		if element.IsNull() {
			a.FailAt(name, diag.Problemf("Unsuitable value", "%s has an element without a value.", name))
			return nil
		}
		texts = append(texts, strings.TrimSpace(element.AsString()))
	}
	return texts
}

// TextMap is a map of texts.
func (a *Args) TextMap(name string) map[string]string {
	v, ok := a.Shown(name, cty.Map(cty.String))
	if !ok {
		return nil
	}
	texts := make(map[string]string, v.LengthInt())
	for key, element := range v.AsValueMap() {
		if element.IsNull() {
			a.FailAt(name, diag.Problemf("Unsuitable value", "%s[%s] has no value.", name, diag.Quote(key)))
			return nil
		}
		texts[key] = element.AsString()
	}
	return texts
}
