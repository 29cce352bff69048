package manifest

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// The bounds of what expressions make. 455 bytes of locals that each double the
// one before would be 100 MB after twenty.
const (
	// maxProduced is how many bytes all templates, loops and functions of a
	// manifest may produce together, besides producedPerByte of what it reads
	// with file(), up to maxCredit bytes of that.
	maxProduced     = 96 << 20
	producedPerByte = 64
	maxCredit       = 4 << 20
	// maxValue is the weight of one value: the bytes of its strings and
	// perElement for each element. Again it grows with what is read, so that a
	// table of 100,000 rows is a value.
	maxValue     = 32 << 20
	valuePerByte = 24
	perElement   = 64
)

// A meter counts what expressions produce. Once it has run out, everything that
// it watches fails, so that even try() can't go on.
type meter struct {
	left int
	// credit is how many bytes were read with file().
	credit int
	at     *hcl.Range // where it ran out
}

// newMeter is one that nothing was spent of.
func newMeter() *meter { return &meter{left: maxProduced} }

// read takes note of a file's size.
func (m *meter) read(n int) {
	n = min(n, maxCredit-m.credit)
	m.credit += n
	if !m.empty() {
		m.left += n * producedPerByte
	}
}

// value is the most that one value may weigh.
func (m *meter) value() int { return maxValue + m.credit*valuePerByte }

func (m *meter) empty() bool { return m.left < 0 }

// refill begins anew, with other figures.
func (m *meter) refill() { m.left, m.at = maxProduced+m.credit*producedPerByte, nil }

// spend takes n bytes and reports whether they were there.
func (m *meter) spend(n int, at *hcl.Range) bool {
	if m.empty() {
		return false
	}
	if m.left -= n; m.empty() {
		m.at = at
	}
	return !m.empty()
}

// spendValue takes the weight of a value's own level.
func (m *meter) spendValue(v cty.Value, at *hcl.Range) bool {
	return m.spend(shallow(v), at)
}

// blame takes e for the culprit when the meter ran out in a function, which
// doesn't know its place.
func (m *meter) blame(e hcl.Expression) {
	if m.at == nil {
		m.at = e.Range().Ptr()
	}
}

func (m *meter) report(l *loader) {
	if !m.empty() {
		return
	}
	d := tooMuch()
	d.Subject = m.at
	l.add(hcl.Diagnostics{d})
}

func tooMuch() *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Values too large",
		Detail:   "The manifest's expressions make far more than there is in its files. Put rows into a csv that a messages block reads, and keep loops within loops small.",
	}
}

// attach puts the meter into the templates and loops of a body: nothing else in
// the language makes new values, but for functions, which have it too.
func (m *meter) attach(node hclsyntax.Node) {
	_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		switch e := n.(type) {
		case *hclsyntax.TemplateExpr:
			if len(e.Parts) > 1 {
				for i := range e.Parts {
					e.Parts[i] = m.watch(e.Parts[i])
				}
			}
		case *hclsyntax.ForExpr:
			e.ValExpr = m.watch(e.ValExpr)
			if e.CondExpr != nil { // a loop that makes nothing takes its time too
				e.CondExpr = m.watch(e.CondExpr)
			}
		case *hclsyntax.FunctionCallExpr:
			if e.Name == "lookup" && len(e.Args) > 1 {
				e.Args[0] = seal(e.Args[0])
			}
		case *hclsyntax.SplatExpr:
			e.Each = m.watch(e.Each)
		}
		return nil
	})
}

func (m *meter) watch(e hclsyntax.Expression) hclsyntax.Expression {
	return &metered{ParenthesesExpr: &hclsyntax.ParenthesesExpr{Expression: e, SrcRange: e.Range()}, meter: m}
}

// A metered expression fails when the meter has run out. To whoever walks the
// tree, as the search for references does, it is a pair of parentheses.
type metered struct {
	*hclsyntax.ParenthesesExpr
	meter *meter
}

// Value evaluates the expression and spends its result. When the meter has run
// out it does nothing, and says nothing either: a loop would say it once for
// every step that is left.
func (e *metered) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if e.meter.empty() {
		return cty.DynamicVal, nil
	}
	v, diags := e.ParenthesesExpr.Value(ctx)
	if !diags.HasErrors() && !e.meter.spendValue(v, e.SrcRange.Ptr()) {
		return cty.DynamicVal, nil
	}
	return v, diags
}

func shallow(v cty.Value) int {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() {
		return perElement
	}
	switch {
	case v.Type() == cty.String:
		return perElement + len(v.AsString())
	case v.CanIterateElements():
		return perElement * (1 + v.LengthInt())
	}
	return perElement
}

// weight adds up a value, but stops soon after limit.
func weight(v cty.Value, limit int) int {
	return survey(v, limit).weight
}

// An appearance is what a look through a whole value finds.
type appearance struct {
	weight int
	// marked and open say that something in it is sensitive, or isn't known.
	marked, open bool
}

// survey looks through a value once, but stops soon after it weighs more than
// limit.
func survey(v cty.Value, limit int) appearance {
	marked := v.IsMarked()
	if marked {
		v, _ = v.Unmark()
	}
	found := appearance{weight: shallow(v), marked: marked, open: !v.IsKnown()}
	if v.Type().IsPrimitiveType() || v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
		return found
	}
	for it := v.ElementIterator(); it.Next() && found.weight <= limit; {
		_, element := it.Element()
		inner := survey(element, limit-found.weight)
		found.weight += inner.weight
		found.marked = found.marked || inner.marked
		found.open = found.open || inner.open
	}
	return found
}
