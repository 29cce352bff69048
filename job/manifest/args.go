package manifest

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// args are the arguments and inner blocks of one block, evaluated one at a time.
type args struct {
	l      *loader
	block  block
	shape  shape
	attrs  hcl.Attributes
	blocks blocks
	// context has what expressions may refer to; nil is variables and locals.
	context *hcl.EvalContext
	// resolved says that what expressions refer to was found in the context
	// already, or in one with the same names.
	resolved bool
}

// args reads the block's contents by its shape and reports what isn't in it.
func (l *loader) args(b block, s shape) *args {
	schema := &hcl.BodySchema{}
	for _, name := range slices.Concat(s.arguments, s.later) {
		schema.Attributes = append(schema.Attributes, hcl.AttributeSchema{Name: name})
	}
	for _, kind := range s.blocks {
		inner, _ := shapeOf(b.kind + "." + kind)
		schema.Blocks = append(schema.Blocks, hcl.BlockHeaderSchema{Type: kind, LabelNames: inner.labels})
	}
	content, diags := b.body.Content(schema)
	a := &args{l: l, block: b, shape: s, attrs: content.Attributes}
	l.diags.AddHCL(a.reword(diags))
	for _, inner := range content.Blocks {
		a.blocks = append(a.blocks, block{
			kind: b.kind + "." + inner.Type, labels: inner.Labels,
			at: inner.DefRange, labelAt: inner.DefRange, body: inner.Body,
		})
	}
	for _, name := range s.later {
		if attr, set := a.attrs[name]; set {
			l.diags.FailAt(attr.NameRange, notYet("The argument "+name))
		}
	}
	return a
}

// reword adds to hcl's words what a block of this kind does take.
func (a *args) reword(diags hcl.Diagnostics) hcl.Diagnostics {
	for _, d := range diags {
		if d.Summary == "Extraneous JSON object property" {
			d.Summary = "Unsupported argument"
		}
		unknown := d.Summary == "Unsupported argument" || d.Summary == "Unsupported block type"
		if unknown && firstQuoted(d.Detail) == "for_each" {
			d.Detail = "Only a block message has for_each. A messages block makes a message of each row of its table."
			continue
		}
		if !unknown || strings.Contains(d.Detail, "Did you mean") {
			continue
		}
		d.Detail += diag.DidYouMean(firstQuoted(d.Detail), slices.Concat(a.shape.arguments, a.shape.blocks))
		if !strings.Contains(d.Detail, "Did you mean") {
			d.Detail += " A block " + strings.ReplaceAll(a.block.kind, ".", " ") + " takes " + diag.Listed(slices.Concat(a.shape.arguments, a.shape.blocks)) + "."
		}
	}
	return diags
}

func firstQuoted(text string) string {
	_, rest, _ := strings.Cut(text, `"`)
	name, _, _ := strings.Cut(rest, `"`)
	return name
}

// inner returns the arguments of the one inner block of a kind; without the
// block there are none.
func (a *args) inner(kind string) *args {
	full := a.block.kind + "." + kind
	s, _ := shapeOf(full)
	found := a.blocks.of(full)
	if len(found) == 0 {
		return &args{l: a.l, block: block{kind: full, at: a.block.at}, shape: s}
	}
	for _, extra := range found[1:] {
		a.l.diags.FailAt(extra.at, diag.Problemf("Two "+kind+" blocks", "A block %s has at most one; the first is at %s.", a.block.kind, place(found[0].at)))
	}
	return a.l.args(found[0], s)
}

func (a *args) has(name string) bool { return a.attrs[name] != nil }

// at is where the argument's value stands, or the block's header without it.
func (a *args) at(name string) hcl.Range {
	if attr := a.attrs[name]; attr != nil {
		return attr.Expr.Range()
	}
	return a.block.at
}

func (a *args) failAt(name string, p *diag.Problem) {
	if p.Argument != "" {
		name = p.Argument
	}
	a.l.diags.FailAt(a.at(name), p)
}

// given reports whether an argument is set to something other than null, as far
// as that can be told: one with a mistake is.
func (a *args) given(name string) bool {
	attr := a.attrs[name]
	if attr == nil {
		return false
	}
	v, ok := a.l.eval(attr.Expr, a.context)
	return !ok || !v.IsNull()
}

// require reports an argument that isn't there.
func (a *args) require(name, hint string) bool {
	if a.given(name) {
		return true
	}
	a.l.diags.FailAt(a.block.at, diag.Problemf("Missing required argument", "%s needs %s. %s", a.block, name, hint))
	return false
}

// value evaluates an argument and converts it; false when it isn't set, is null,
// or a mistake in it was reported.
func (a *args) value(name string, want cty.Type) (cty.Value, bool) {
	attr := a.attrs[name]
	if attr == nil {
		return cty.NilVal, false
	}
	eval := a.l.eval
	if a.resolved {
		eval = a.l.evaluate
	}
	v, ok := eval(attr.Expr, a.context)
	if !ok {
		return cty.NilVal, false
	}
	v, err := convert.Convert(v, want)
	if err != nil {
		a.failAt(name, diag.Problemf("Unsuitable value", "%s: %s.", name, err))
		return cty.NilVal, false
	}
	return v, !v.IsNull() && v.IsWhollyKnown()
}

// open is a value that may be shown.
func (a *args) open(name string, want cty.Type) (cty.Value, bool) {
	v, ok := a.value(name, want)
	if ok && isSensitive(v) {
		a.failAt(name, diag.Problemf("Sensitive value", "%s is shown in plans and reports, so it can't come from a sensitive variable.", name))
		return cty.NilVal, false
	}
	return v, ok
}

func (a *args) text(name, otherwise string) string {
	v, ok := a.open(name, cty.String)
	if !ok {
		return otherwise
	}
	return strings.TrimSpace(v.AsString())
}

// revealed is a text that may be sensitive.
func (a *args) revealed(name string) (text string, secret, ok bool) {
	v, ok := a.value(name, cty.String)
	if !ok {
		return "", false, false
	}
	secret = isSensitive(v)
	v, _ = v.UnmarkDeep()
	return strings.TrimSpace(v.AsString()), secret, true
}

// secret is a text that is never shown; written out in the manifest, it is a
// warning.
func (a *args) secret(name string) job.Secret {
	text, _, ok := a.revealed(name)
	if !ok {
		return job.Secret{}
	}
	if text == "" {
		a.failAt(name, diag.Problemf("Empty value", "%s is empty.", name))
		return job.Secret{}
	}
	if text != placeholder {
		a.l.diags.KeepSecret(text)
	}
	if len(a.attrs[name].Expr.Variables()) == 0 {
		a.l.diags.WarnAt(a.at(name), diag.Problemf("Secret in the manifest",
			`%[1]s is written out where everybody who reads the manifest sees it. Declare variable "%[1]s" { type = string, sensitive = true } on lines of their own, write %[1]s = var.%[1]s and set NOTIFYAUDIT_VAR_%[1]s or NOTIFYAUDIT_VAR_%[1]s_FILE.`,
			name))
	}
	return job.NewSecret(text)
}

func (a *args) boolean(name string, otherwise bool) bool {
	v, ok := a.open(name, cty.Bool)
	if !ok {
		return otherwise
	}
	return v.True()
}

func (a *args) integer(name string, otherwise, least, most int) int {
	v, ok := a.open(name, cty.Number)
	if !ok {
		return otherwise
	}
	n, accuracy := v.AsBigFloat().Int64()
	if accuracy != big.Exact || n < int64(least) || n > int64(most) {
		a.failAt(name, diag.Problemf("Number out of range", "%s is a whole number from %d to %d.", name, least, most))
		return otherwise
	}
	return int(n)
}

func (a *args) number(name string, otherwise, least, most float64) float64 {
	v, ok := a.open(name, cty.Number)
	if !ok {
		return otherwise
	}
	n, _ := v.AsBigFloat().Float64()
	if n < least || n > most {
		a.failAt(name, diag.Problemf("Number out of range", "%s is a number from %g to %g.", name, least, most))
		return otherwise
	}
	return n
}

func (a *args) duration(name string, otherwise, least time.Duration) time.Duration {
	text := a.text(name, "")
	if text == "" {
		return otherwise
	}
	d, p := parseDuration(text)
	if p == nil && d < least {
		p = diag.Problemf("Duration out of range", "%s is at least %s.", name, least)
	}
	if p != nil {
		a.failAt(name, p)
		return otherwise
	}
	return d
}

func (a *args) texts(name string) []string {
	v, ok := a.open(name, cty.List(cty.String))
	if !ok {
		return nil
	}
	var texts []string
	for _, element := range v.AsValueSlice() {
		if element.IsNull() {
			a.failAt(name, diag.Problemf("Unsuitable value", "%s has an element without a value.", name))
			return nil
		}
		texts = append(texts, strings.TrimSpace(element.AsString()))
	}
	return texts
}

func (a *args) textMap(name string) map[string]string {
	v, ok := a.open(name, cty.Map(cty.String))
	if !ok {
		return nil
	}
	texts := make(map[string]string, v.LengthInt())
	for key, element := range v.AsValueMap() {
		if element.IsNull() {
			a.failAt(name, diag.Problemf("Unsuitable value", "%s[%s] has no value.", name, diag.Quote(key)))
			return nil
		}
		texts[key] = element.AsString()
	}
	return texts
}
