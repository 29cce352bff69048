package manifest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// An instance is one key of a for_each with its value.
type instance struct {
	key   string
	value cty.Value
}

// forEach evaluates for_each into instances in the order of their keys; false
// when a mistake was reported.
func (l *loader) forEach(a *args) ([]instance, bool) {
	e, ctx := a.attrs["for_each"].Expr, l.scope.context()
	v, ok := l.eval(e, ctx)
	if !ok {
		return nil, false
	}
	if p := unsuitableForEach(v); p != nil {
		a.failAt("for_each", p)
		return nil, false
	}
	if !v.IsKnown() {
		return nil, false
	}
	if n := v.LengthInt(); n > maxInstances {
		a.failAt("for_each", diag.Problemf("Too many instances", "for_each has at most %d elements, and this one has %d. Put them into a csv that a messages block reads.", maxInstances, n))
		return nil, false
	}
	all := make([]instance, 0, v.LengthInt())
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if v.Type().IsSetType() {
			key = value
		}
		switch {
		case isSensitive(value):
			a.failAt("for_each", sensitiveForEach())
			return nil, false
		case !value.IsWhollyKnown() || !key.IsKnown():
			return nil, false
		case key.IsNull():
			a.failAt("for_each", diag.Problemf("Unsuitable for_each", "The set for for_each has a null in it."))
			return nil, false
		}
		all = append(all, instance{key: key.AsString(), value: value})
	}
	slices.SortFunc(all, func(a, b instance) int { return cmp.Compare(a.key, b.key) })
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
		return diag.Problemf("Unsuitable for_each", "for_each is null: write {} for no message.")
	case list:
		return diag.Problemf("Unsuitable for_each", `for_each is a map or a set of texts, and this is a list. Write toset(…) around it, or name the elements: { for r in … : r.id => r }.`)
	case kind.IsSetType() && kind.ElementType() != cty.String && kind != cty.Set(cty.DynamicPseudoType):
		return diag.Problemf("Unsuitable for_each", "A set for for_each holds texts, and this one holds %s. Write a map: { for r in … : r.id => r }.", kind.ElementType().FriendlyName())
	case !kind.IsMapType() && !kind.IsObjectType() && !kind.IsSetType():
		return diag.Problemf("Unsuitable for_each", "for_each is a map or a set of texts, and this is a %s.", kind.FriendlyName())
	}
	return nil
}

// scopeOf gives an instance's each to expressions. Variables and locals stay
// where they are: they are not made anew for every instance.
func scopeOf(parent *hcl.EvalContext, i instance) *hcl.EvalContext {
	ctx := parent.NewChild()
	ctx.Variables = map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{
		"key": cty.StringVal(i.key), "value": i.value,
	})}
	return ctx
}

// unresolvedEach checks a reference to each.
func unresolvedEach(name string, ctx *hcl.EvalContext) *diag.Problem {
	if !knows(ctx, "each") {
		return diag.Problemf("Reference out of place", "each is only known in a block message that has for_each.")
	}
	if parts := []string{"key", "value"}; !slices.Contains(parts, name) {
		return diag.Problemf("Undeclared reference", "each has no %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, parts, "It has"))
	}
	return nil
}

// knows reports whether a context, or one around it, has a name.
func knows(ctx *hcl.EvalContext, name string) bool {
	for ; ctx != nil; ctx = ctx.Parent() {
		if _, found := ctx.Variables[name]; found {
			return true
		}
	}
	return false
}

// instances makes the messages of a block with for_each. What doesn't depend on
// each is evaluated once, for all of them.
func (c *census) instances(ctx context.Context, a *args) {
	l := c.l
	all, ok := l.forEach(a)
	shared, varying := a.byEach()
	base := l.draftOf(a, draft{provider: providerKind}, shared)
	g := &generation{census: c, args: a, base: base, varying: varying, keys: make(map[job.MessageID]string, len(all))}
	g.scope = l.scope.context()
	if !a.has("process_query_key") {
		a.require("process_query_key", "The send call returned it.")
		return
	}
	if !g.resolves() || !c.provided(a, base) || !ok {
		return
	}
	messages := g.run(ctx, all)
	c.m.messages = append(c.m.messages, messageSource{instances: messages})
	l.world.read(a.block.address())
}

// byEach parts the arguments that are the same for all instances from the others.
func (a *args) byEach() (shared, varying []string) {
	for _, name := range messageArguments() {
		attr := a.attrs[name]
		if attr == nil {
			continue
		}
		if slices.ContainsFunc(attr.Expr.Variables(), func(t hcl.Traversal) bool { return t.RootName() == "each" }) {
			varying = append(varying, name)
			continue
		}
		shared = append(shared, name)
	}
	return shared, varying
}

// A generation makes the instances of one block.
type generation struct {
	census  *census
	args    *args
	base    draft
	varying []string
	scope   *hcl.EvalContext
	cache   audienceCache
	// keys are the instances by identity.
	keys map[job.MessageID]string
	// mistakes are those of all instances, each once.
	mistakes mistakes
}

// resolves checks once what the arguments refer to, so that a wrong name is one
// mistake even where there is no instance.
func (g *generation) resolves() bool {
	ctx := scopeOf(g.scope, instance{value: cty.DynamicVal})
	ok := true
	for _, name := range g.varying {
		ok = g.census.l.resolves(g.args.attrs[name].Expr, ctx) && ok
	}
	return ok
}

func (g *generation) run(ctx context.Context, all []instance) []job.Message {
	l := g.census.l
	messages := make([]job.Message, 0, len(all))
	for _, i := range all {
		if ctx.Err() != nil || l.limits.exceeded {
			break
		}
		g.mistakes.add(l.diags.Capture(func() {
			if m, ok := g.message(i); ok {
				messages = append(messages, m)
			}
		}), i.key)
	}
	l.cancelled(ctx)
	l.diags.Append(g.mistakes.diagnostics(g.args.block.address())...)
	return messages
}

// message makes one instance; false when it has a mistake.
func (g *generation) message(i instance) (job.Message, bool) {
	c, l := g.census, g.census.l
	a := *g.args
	a.context, a.resolved = scopeOf(g.scope, i), true
	d := l.draftOf(&a, g.base, g.varying)
	if l.diags.HasErrors() || l.limits.exceeded {
		return job.Message{}, false
	}
	name := a.block.name()
	at := job.Position{File: a.block.at.Filename, Line: a.block.at.Start.Line}
	m, p := l.world.complete(d, a.block.address()+"["+strconv.Quote(i.key)+"]", name, at, &g.cache)
	if p == nil {
		p = g.twice(&m, i.key)
	}
	if p != nil {
		a.failAt(orElse(p.Argument, "process_query_key"), p)
		return m, false
	}
	c.add(&m)
	for _, doubt := range c.doubts(&m) {
		l.diags.WarnAt(a.at(doubt.argument), doubt.problem)
	}
	return m, true
}

// twice finds an instance that is the same message as one before.
func (g *generation) twice(m *job.Message, key string) *diag.Problem {
	first, found := g.keys[m.ID]
	if !found {
		g.keys[m.ID] = key
		return nil
	}
	return diag.Problemf("Two messages with one identity", "The instance %s has the same provider, kind and process_query_key as %s. A key is one message: remove one of them.", diag.Quote(key), diag.Quote(first))
}

// mistakes gathers the diagnostics of instances: the same one in a thousand of
// them is one that counts.
type mistakes struct {
	by    map[mistake]int
	found []Diagnostic
	// keys are the first instances of each.
	keys [][]string
}

// A mistake tells diagnostics apart.
type mistake struct {
	severity     Severity
	summary      string
	line, column int
}

func (ms *mistakes) add(diags Diagnostics, key string) {
	for _, d := range diags {
		k := mistake{d.Severity, d.Summary, d.Line, d.Column}
		i, known := ms.by[k]
		if !known {
			if ms.by == nil {
				ms.by = make(map[mistake]int)
			}
			i = len(ms.found)
			ms.by[k] = i
			d.Count = 0
			ms.found, ms.keys = append(ms.found, d), append(ms.keys, nil)
		}
		ms.found[i].Count++
		if len(ms.keys[i]) < diag.FirstLines {
			ms.keys[i] = append(ms.keys[i], diag.Quote(key))
		}
	}
}

// diagnostics says of each in which instances it is.
func (ms *mistakes) diagnostics(address string) Diagnostics {
	for i := range ms.found {
		d := &ms.found[i]
		where := fmt.Sprintf(" This is %s[%s].", address, ms.keys[i][0])
		if d.Count > 1 {
			where = fmt.Sprintf(" The same in %s: %s.", diag.Counted(d.Count, "instance", "instances"), diag.FirstOf(ms.keys[i], d.Count))
		}
		d.Detail += where
	}
	return ms.found
}
