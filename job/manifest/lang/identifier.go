package lang

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job/manifest/diag"
)

// Identifier is a text that names something outside of the manifest; empty when it
// isn't set or a mistake was reported. A number is a mistake: 000123 has lost its
// zeros, and YAML takes it for octal.
func (a *Args) Identifier(name string) string {
	v, ok := textual(a, name, cty.String)
	if !ok {
		return ""
	}
	return strings.TrimSpace(v.AsString())
}

// Identifiers are the elements of a list, each an [Args.Identifier].
func (a *Args) Identifiers(name string) []string {
	v, ok := textual(a, name, cty.List(cty.String))
	if !ok {
		return nil
	}
	return elements(a, name, v)
}

// textual is [Args.Shown] for texts. A number, or one among the elements of a list,
// is reported as a mistake.
func textual(a *Args, name string, want cty.Type) (cty.Value, bool) {
	v, ok := a.Shown(name, cty.DynamicPseudoType)
	if !ok {
		return cty.NilVal, false
	}
	number := func(v cty.Value) bool { return v.Type() == cty.Number }
	if number(v) || v.CanIterateElements() && slices.ContainsFunc(v.AsValueSlice(), number) {
		a.FailAt(name, diag.Problemf("Number in place of an identifier",
			`A number in %s has no zeros before it: write it in quotation marks, as in "000123". Numbers in a decoded file go through tostring() if none of them can begin with a zero.`, name))
		return cty.NilVal, false
	}
	return converted(a, name, v, want)
}
