package messages

import (
	"context"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// forEach decodes a message block with for_each. What doesn't depend on each is
// evaluated once, for all instances.
func (l *messageLoader) forEach(ctx context.Context, a *lang.Args) {
	all, ok := lang.ForEach(a)
	shared, varying := splitByEach(a)
	f := &forEach{
		loader: l, args: a, base: draft{provider: ProviderKind}, varying: varying,
		scope: l.program.Scope(), keys: make(map[job.MessageID]string, len(all)),
	}
	l.symbols.read(&f.base, a, shared)
	for _, p := range l.zoneless(&f.base) {
		a.WarnAt(p.Argument, p)
	}
	f.base.hasZone = true // an instance without a time of its own isn't reported again
	if !a.Has("process_query_key") {
		a.Require("process_query_key", "The send call returned it.")
		return
	}
	provided := a.RefersTo("provider", "each") || l.hasProvider(a, f.base)
	if !f.resolve() || !provided || !ok {
		return
	}
	l.set.parts = append(l.set.parts, part{instances: f.run(ctx, all)})
	l.observer.Complete(a.Block.Address())
}

// splitByEach separates the arguments that are the same for all instances from the
// others.
func splitByEach(a *lang.Args) (shared, varying []string) {
	for _, name := range Arguments() {
		switch {
		case a.RefersTo(name, "each"):
			varying = append(varying, name)
		case a.Has(name):
			shared = append(shared, name)
		}
	}
	return shared, varying
}

// A forEach makes the instances of one block.
type forEach struct {
	loader  *messageLoader
	args    *lang.Args
	base    draft
	varying []string
	scope   *lang.Scope
	cache   audienceCache
	// keys are the instances by identity.
	keys map[job.MessageID]string
	// mistakes are those of all instances, each once.
	mistakes diag.Instances
}

// resolve checks the arguments' references once, so that a wrong name is one
// mistake even when there is no instance.
func (f *forEach) resolve() bool {
	scope := f.scope.Each(lang.Instance{Value: cty.DynamicVal})
	ok := true
	for _, name := range f.varying {
		e := f.args.Expr(name)
		if name == "provider" { // its root is no value
			ref, is := f.args.BlockRef(name, ProviderKind)
			if !is || ref.Key == nil {
				continue // reported when it is read
			}
			e = ref.Key
		}
		ok = scope.Resolve(e) && ok
	}
	return ok
}

func (f *forEach) run(ctx context.Context, all []lang.Instance) []job.Message {
	program := f.loader.program
	messages := make([]job.Message, 0, len(all))
	for _, i := range all {
		if ctx.Err() != nil || program.Exhausted() {
			break
		}
		f.mistakes.Add(program.Diags.Capture(func() {
			if m, ok := f.message(i); ok {
				messages = append(messages, m)
			}
		}), i.Key)
	}
	Cancelled(ctx, program.Diags)
	program.Diags.Append(f.mistakes.Diagnostics(f.args.Block.Address())...)
	return messages
}

// message makes one instance; false when it has a mistake.
func (f *forEach) message(i lang.Instance) (job.Message, bool) {
	l, d := f.loader, f.base
	a := f.args.InResolved(f.scope.Each(i))
	l.symbols.read(&d, a, f.varying)
	if l.program.Diags.HasErrors() || l.program.Exhausted() {
		return job.Message{}, false
	}
	m, p := l.symbols.complete(d, lang.InstanceAddress(a.Block.Address(), i.Key), a.Block.Name(), positionOf(a), &f.cache)
	if p == nil {
		p = f.repeated(&m, i.Key)
	}
	if p != nil {
		a.FailAt(orElse(p.Argument, "process_query_key"), p)
		return m, false
	}
	l.add(&m)
	for _, doubt := range append(l.doubts(&m), l.zoneless(&d)...) {
		a.WarnAt(doubt.Argument, doubt)
	}
	return m, true
}

// repeated finds an instance that is the same message as an earlier one.
func (f *forEach) repeated(m *job.Message, key string) *diag.Problem {
	first, found := f.keys[m.ID]
	if !found {
		f.keys[m.ID] = key
		return nil
	}
	return diag.Problemf("Two messages with one identity", "The instance %s has the same provider, kind and process_query_key as %s. A key is one message: remove one of them.", diag.Quote(key), diag.Quote(first))
}
