package manifest

import (
	"slices"
	"strings"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// locals evaluates the locals, each after those that it refers to.
func (l *loader) locals(bs blocks) {
	o := ordering{l: l, attrs: make(map[string]*hcl.Attribute), state: make(map[string]visit)}
	l.scope.locals = make(map[string]cty.Value)
	for _, b := range bs {
		attrs, diags := b.body.JustAttributes()
		l.diags.AddHCL(diags)
		for name, attr := range attrs {
			if before, twice := o.attrs[name]; twice {
				first, second := before, attr
				if second.Range.Filename == first.Range.Filename && second.Range.Start.Byte < first.Range.Start.Byte {
					first, second = second, first
				}
				l.diags.FailAt(second.NameRange, diag.Problemf("Two locals with one name", "local.%s is already set at %s.", name, place(first.NameRange)))
				continue
			}
			o.attrs[name] = attr
			l.scope.locals[name] = cty.DynamicVal
		}
	}
	names := make([]string, 0, len(o.attrs))
	for name := range o.attrs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		o.visit(name)
	}
}

type visit uint8

const (
	unvisited visit = iota
	visiting
	visited
)

// An ordering walks the references between locals depth first.
type ordering struct {
	l     *loader
	attrs map[string]*hcl.Attribute
	state map[string]visit
	path  []string
}

func (o *ordering) visit(name string) {
	o.state[name] = visiting
	o.path = append(o.path, name)
	needs := o.needs(name)
	for _, need := range needs {
		switch o.state[need] {
		case unvisited:
			o.visit(need)
		case visiting:
			o.cycle(need)
		case visited:
		}
	}
	o.path = o.path[:len(o.path)-1]
	o.state[name] = visited
	o.evaluate(name, needs)
}

// needs are the locals that a local refers to, in the order of their mention.
func (o *ordering) needs(name string) []string {
	var needs []string
	for _, t := range o.attrs[name].Expr.Variables() {
		if need := stepName(t); t.RootName() == "local" && o.attrs[need] != nil && !slices.Contains(needs, need) {
			needs = append(needs, need)
		}
	}
	return needs
}

func (o *ordering) cycle(name string) {
	from := slices.Index(o.path, name)
	names := append(slices.Clone(o.path[from:]), name)
	o.l.diags.FailAt(o.attrs[name].NameRange, diag.Problemf("Locals in a circle", "local.%s: each needs the next one first. Break the circle.", strings.Join(names, " → local.")))
}

// evaluate sees only the locals that are needed: rebuilding the object of all of
// them for each would be quadratic.
func (o *ordering) evaluate(name string, needs []string) {
	known := make(map[string]cty.Value, len(needs))
	for _, need := range needs {
		known[need] = o.l.scope.locals[need]
	}
	narrow := scope{variables: o.l.scope.variables, locals: known, functions: o.l.scope.functions}
	if v, ok := o.l.eval(o.attrs[name].Expr, narrow.context()); ok {
		o.l.scope.locals[name] = v
	}
}
