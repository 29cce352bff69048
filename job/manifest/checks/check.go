// Package checks decodes the blocks check and output, and evaluates them over the
// metrics of a run: read rates, counts and statuses of messages.
package checks

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// A Set is the checks and outputs of a manifest.
type Set struct {
	checks  []check
	outputs []output
	refs    *references
}

// A check is a check block.
type check struct {
	name     string
	after    time.Duration
	severity diag.Severity
	asserts  []assertion
	refs     []reference
}

// An assertion is an assert block of a check.
type assertion struct {
	condition, message hcl.Expression
	refs               []reference // the condition's
	// handlesNull says that the condition itself decides about a metric that isn't
	// known: with null, coalesce, try or can.
	handlesNull bool
}

// An output is an output block.
type output struct {
	name        string
	value       hcl.Expression
	refs        []reference
	description string
	sensitive   bool
}

// Decode reads the blocks check and output. They can refer to the blocks message
// and messages among all.
func Decode(p *lang.Program, all lang.Blocks) *Set {
	s := &Set{refs: newReferences(all.Of("message", "messages"))}
	for _, b := range all.Of("check") {
		s.checks = append(s.checks, s.check(p.Args(b)))
	}
	for _, b := range all.Of("output") {
		if o, ok := s.output(p.Args(b)); ok {
			s.outputs = append(s.outputs, o)
		}
	}
	return s
}

// IsEmpty reports whether there is neither a check nor an output.
func (s *Set) IsEmpty() bool { return len(s.checks)+len(s.outputs) == 0 }

// Message marks a message as one that can be referred to.
func (s *Set) Message(m *job.Message) { s.refs.message(m) }

// Complete marks a block as one whose messages are all known: a reference to
// another message in it is a mistake.
func (s *Set) Complete(block string) { s.refs.complete[block] = true }

func (s *Set) check(a *lang.Args) check {
	c := check{name: a.Block.Name(), after: a.Duration("after", 0, 0), severity: diag.SeverityError}
	if severity := a.Text("severity", ""); severity != "" {
		c.severity = diag.Severity(severity)
		known := []string{string(diag.SeverityError), string(diag.SeverityWarning)}
		if !slices.Contains(known, severity) {
			a.FailAt("severity", diag.Problemf("Unknown severity", "There is no severity %s.%s", diag.Quote(severity), diag.DidYouMeanOr(severity, known, "They are")))
		}
	}
	asserts := a.Blocks("assert")
	if len(asserts) == 0 {
		a.Fail(diag.Problemf("Missing required block", "%s needs assert { condition = … , error_message = … }, the two on lines of their own.", a.Block))
	}
	for _, inner := range asserts {
		as, ok := s.assertion(a.Program().Args(inner))
		if !ok {
			continue
		}
		c.asserts = append(c.asserts, as)
		c.refs = append(c.refs, as.refs...)
		s.refs.want(as.refs)
		s.refs.want(s.refs.in(as.message))
	}
	return c
}

func (s *Set) assertion(a *lang.Args) (assertion, bool) {
	condition, message := a.Expr("condition"), a.Expr("error_message")
	if condition == nil {
		a.Fail(diag.Problemf("Missing required argument", "assert needs condition, an expression that is true when all is well."))
	}
	if message == nil {
		a.Fail(diag.Problemf("Missing required argument", "assert needs error_message, which says what is wrong when the condition is false."))
	}
	if condition == nil || message == nil {
		return assertion{}, false
	}
	return assertion{condition: condition, message: message, handlesNull: handlesNull(condition), refs: s.refs.in(condition)}, true
}

func (s *Set) output(a *lang.Args) (output, bool) {
	o := output{name: a.Block.Name(), description: a.Text("description", ""), sensitive: a.Bool("sensitive", false)}
	if o.value = a.Expr("value"); o.value == nil {
		a.Fail(diag.Problemf("Missing required argument", "%s needs value, as in value = audit.read_rate.", a.Block))
		return o, false
	}
	o.refs = s.refs.in(o.value)
	s.refs.want(o.refs)
	return o, true
}

// handlesNull reports whether an expression compares with null, or has another
// value for one that is missing.
func handlesNull(e hcl.Expression) bool {
	node := lang.Syntax(e)
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

// Rehearse evaluates checks and outputs with metrics that aren't known, which finds
// every mistake that doesn't depend on them.
func (s *Set) Rehearse(p *lang.Program) {
	scope := s.scope(p, nil, unknownRun(), cty.UnknownVal)
	for _, c := range s.checks {
		for _, as := range c.asserts {
			rehearseCondition(p.Diags, as, scope)
			rehearseMessage(p.Diags, as, scope)
		}
	}
	for _, o := range s.outputs {
		v, ok := scope.Eval(o.value)
		if ok && lang.IsSensitive(v) && !o.sensitive {
			p.Diags.FailAt(o.value.Range(), diag.Problemf("Sensitive value", "The output %s comes from a sensitive variable. Outputs are shown and reported: take the variable out, or set sensitive = true to have the value masked.", diag.Quote(o.name)))
		}
	}
}

func rehearseCondition(diags *diag.Collector, as assertion, scope *lang.Scope) {
	v, ok := scope.Eval(as.condition)
	if !ok {
		return
	}
	v, _ = v.Unmark()
	kind, at := v.Type().FriendlyName(), as.condition.Range()
	switch v, err := convert.Convert(v, cty.Bool); {
	case err != nil:
		diags.FailAt(at, diag.Problemf("Unsuitable condition", "A condition is true or false, as in message.benefits.read_rate >= 0.9, and this is a %s.", kind))
	case v.IsNull():
		diags.FailAt(at, diag.Problemf("Unsuitable condition", "A condition is true or false, and this is null."))
	case len(as.refs) == 0 && v.IsKnown():
		diags.WarnAt(at, diag.Problemf("Check without a figure", "The condition is %t whatever the messages do. It can refer to message.NAME, messages.NAME and audit.", v.True()))
	}
}

func rehearseMessage(diags *diag.Collector, as assertion, scope *lang.Scope) {
	v, ok := scope.Eval(as.message)
	if !ok {
		return
	}
	v, _ = v.UnmarkDeep()
	switch v, err := convert.Convert(v, cty.String); {
	case err != nil || v.IsNull():
		diags.FailAt(as.message.Range(), diag.Problemf("Unsuitable value", "error_message is a text."))
	case v.IsKnown() && v.AsString() == "":
		diags.FailAt(as.message.Range(), diag.Problemf("Empty value", "error_message is empty: it says what is wrong when the condition is false."))
	}
}
