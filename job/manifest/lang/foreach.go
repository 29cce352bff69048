package lang

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job/manifest/diag"
)

// An Instance is one element of a for_each.
type Instance struct {
	Key   string
	Value cty.Value
}

// ForEach evaluates the argument for_each into instances, sorted by key; false
// when a mistake was reported.
func ForEach(a *Args) ([]Instance, bool) {
	v, ok := a.scope.Eval(a.attrs["for_each"].Expr)
	if !ok {
		return nil, false
	}
	p := unsuitableForEach(v)
	if p == nil && v.IsKnown() && v.LengthInt() > maxInstances {
		p = diag.Problemf("Too many instances", "for_each has at most %d elements, and this one has %d. Put them into a csv that a messages block reads.", maxInstances, v.LengthInt())
	}
	if p != nil {
		a.FailAt("for_each", p)
		return nil, false
	}
	if !v.IsKnown() {
		return nil, false
	}
	all := make([]Instance, 0, v.LengthInt())
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if v.Type().IsSetType() {
			key = value
		}
		switch {
		case IsSensitive(value):
			a.FailAt("for_each", sensitiveForEach())
			return nil, false
		case !value.IsWhollyKnown() || !key.IsKnown():
			return nil, false
		case key.IsNull():
			a.FailAt("for_each", diag.Problemf("Unsuitable for_each", "The set for for_each has a null in it."))
			return nil, false
		}
		all = append(all, Instance{Key: key.AsString(), Value: value})
	}
	slices.SortFunc(all, func(a, b Instance) int { return cmp.Compare(a.Key, b.Key) })
	return all, true
}

func sensitiveForEach() *diag.Problem {
	return diag.Problemf("Sensitive value", "The keys of for_each are shown in addresses, so it can't come from a sensitive variable.")
}

func unsuitableForEach(v cty.Value) *diag.Problem {
	kind := v.Type()
	list := kind.IsListType() || kind.IsTupleType()
	switch {
	case v.IsMarked():
		return sensitiveForEach()
	case kind == cty.DynamicPseudoType && !v.IsKnown():
		return nil
	case v.IsNull():
		return diag.Problemf("Unsuitable for_each", "for_each is null: write {} for none.")
	case list:
		return diag.Problemf("Unsuitable for_each", `for_each is a map or a set of texts, and this is a list. Write toset(…) around it, or name the elements: { for r in … : r.id => r }.`)
	case kind.IsSetType() && kind.ElementType() != cty.String && kind != cty.Set(cty.DynamicPseudoType):
		return diag.Problemf("Unsuitable for_each", "A set for for_each holds texts, and this one holds %s. Write a map: { for r in … : r.id => r }.", kind.ElementType().FriendlyName())
	case !kind.IsMapType() && !kind.IsObjectType() && !kind.IsSetType():
		return diag.Problemf("Unsuitable for_each", "for_each is a map or a set of texts, and this is a %s.", kind.FriendlyName())
	}
	return nil
}

// Each is the scope of one instance: it has each.key and each.value.
func (s *Scope) Each(i Instance) *Scope {
	return s.With("each", Root{
		Value: cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(i.Key), "value": i.Value}),
		Check: unresolvedEach,
	})
}

func unresolvedEach(t hcl.Traversal) *diag.Problem {
	name, known := StepName(t), []string{"key", "value"}
	if slices.Contains(known, name) {
		return nil
	}
	return diag.Problemf("Undeclared reference", "each has no %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, known, "It has"))
}

// Exhausted reports whether the values of the program are more than it may make:
// nothing is evaluated any more, and an error was reported.
func (p *Program) Exhausted() bool { return p.limits.exceeded }
