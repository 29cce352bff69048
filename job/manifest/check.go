package manifest

import (
	"slices"
	"time"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A check is a check block.
type check struct {
	name     string
	after    time.Duration
	severity Severity
	asserts  []assertion
	refs     []figureRef
}

// An assertion is an assert block of a check.
type assertion struct {
	condition, message hcl.Expression
	refs               []figureRef // the condition's
	// plain says that the condition itself says what becomes of a figure that
	// isn't known: with null, coalesce, try or can.
	plain bool
}

// An output is an output block.
type output struct {
	name        string
	value       hcl.Expression
	refs        []figureRef
	description string
	sensitive   bool
}

// conclusions declares the checks and outputs, and what they refer to.
func (l *loader) conclusions(all blocks, m *Manifest) {
	l.world.figures.declare(all.of("message", "messages"), func(b block) bool {
		attrs, _, _ := b.body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "for_each"}}})
		return len(attrs.Attributes) > 0
	})
	for _, b := range all.of("check") {
		m.checks = append(m.checks, l.check(b))
	}
	for _, b := range all.of("output") {
		if o, ok := l.output(b); ok {
			m.outputs = append(m.outputs, o)
		}
	}
}

func (l *loader) check(b block) check {
	s, _ := shapeOf("check")
	a := l.args(b, s)
	c := check{name: b.name(), after: a.duration("after", 0, 0), severity: diag.SeverityError}
	if severity := a.text("severity", ""); severity != "" {
		c.severity = Severity(severity)
		known := []string{string(diag.SeverityError), string(diag.SeverityWarning)}
		if !slices.Contains(known, severity) {
			a.failAt("severity", diag.Problemf("Unknown severity", "There is no severity %s.%s", diag.Quote(severity), diag.DidYouMeanOr(severity, known, "They are")))
		}
	}
	asserts := a.blocks.of("check.assert")
	if len(asserts) == 0 {
		l.diags.FailAt(b.at, diag.Problemf("Missing required block", "%s needs assert { condition = … , error_message = … }, the two on lines of their own.", b))
	}
	for _, inner := range asserts {
		s, _ := shapeOf("check.assert")
		ia := l.args(inner, s)
		condition, message := ia.attrs["condition"], ia.attrs["error_message"]
		if condition == nil {
			l.diags.FailAt(inner.at, diag.Problemf("Missing required argument", "assert needs condition, an expression that is true when all is well."))
		}
		if message == nil {
			l.diags.FailAt(inner.at, diag.Problemf("Missing required argument", "assert needs error_message, which says what is wrong when the condition is false."))
		}
		if condition == nil || message == nil {
			continue
		}
		as := assertion{condition: condition.Expr, message: message.Expr, plain: handlesNull(condition.Expr)}
		as.refs = l.world.figures.refsOf(as.condition)
		c.asserts = append(c.asserts, as)
		c.refs = append(c.refs, as.refs...)
		l.world.figures.want(as.refs)
		l.world.figures.want(l.world.figures.refsOf(as.message))
	}
	return c
}

func (l *loader) output(b block) (output, bool) {
	s, _ := shapeOf("output")
	a := l.args(b, s)
	o := output{name: b.name(), description: a.text("description", ""), sensitive: a.boolean("sensitive", false)}
	value := a.attrs["value"]
	if value == nil {
		l.diags.FailAt(b.at, diag.Problemf("Missing required argument", "%s needs value, as in value = audit.read_rate.", b))
		return o, false
	}
	o.value = value.Expr
	o.refs = l.world.figures.refsOf(o.value)
	l.world.figures.want(o.refs)
	return o, true
}

// handlesNull reports whether an expression asks for null itself, or makes do
// without a value.
func handlesNull(e hcl.Expression) bool {
	node := syntaxOf(e)
	if node == nil {
		return false
	}
	found := false
	_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.LiteralValueExpr:
			found = found || n.Val.IsNull()
		case *hclsyntax.FunctionCallExpr:
			found = found || slices.Contains([]string{"coalesce", "try", "can"}, n.Name)
		}
		return nil
	})
	return found
}

// rehearse evaluates checks and outputs with figures that aren't known, which
// finds every mistake that doesn't depend on them.
func (l *loader) rehearse(m *Manifest) {
	ctx := l.figureScope(nil, specimen(), cty.UnknownVal)
	for _, c := range m.checks {
		for _, as := range c.asserts {
			l.rehearseAssertion(as, ctx)
		}
	}
	for _, o := range m.outputs {
		v, ok := l.eval(o.value, ctx)
		if ok && isSensitive(v) && !o.sensitive {
			l.diags.FailAt(o.value.Range(), diag.Problemf("Sensitive value", "The output %s comes from a sensitive variable. Outputs are shown and reported: take the variable out, or set sensitive = true to have the value masked.", diag.Quote(o.name)))
		}
	}
}

func (l *loader) rehearseAssertion(as assertion, ctx *hcl.EvalContext) {
	if v, ok := l.eval(as.condition, ctx); ok {
		v, _ = v.Unmark()
		kind := v.Type().FriendlyName()
		switch v, err := convert.Convert(v, cty.Bool); {
		case err != nil:
			l.diags.FailAt(as.condition.Range(), diag.Problemf("Unsuitable condition", "A condition is true or false, as in message.benefits.read_rate >= 0.9, and this is a %s.", kind))
		case v.IsNull():
			l.diags.FailAt(as.condition.Range(), diag.Problemf("Unsuitable condition", "A condition is true or false, and this is null."))
		case len(as.refs) == 0 && v.IsKnown():
			l.diags.WarnAt(as.condition.Range(), diag.Problemf("Check without a figure", "The condition is %t whatever the messages do. It can refer to message.NAME, messages.NAME and audit.", v.True()))
		}
	}
	v, ok := l.eval(as.message, ctx)
	if !ok {
		return
	}
	v, _ = v.UnmarkDeep()
	switch v, err := convert.Convert(v, cty.String); {
	case err != nil || v.IsNull():
		l.diags.FailAt(as.message.Range(), diag.Problemf("Unsuitable value", "error_message is a text."))
	case v.IsKnown() && v.AsString() == "":
		l.diags.FailAt(as.message.Range(), diag.Problemf("Empty value", "error_message is empty: it says what is wrong when the condition is false."))
	}
}
