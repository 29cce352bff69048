package lang

import (
	"maps"
	"slices"
	"strings"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// declareLocals evaluates the locals, each after those that it refers to.
func (p *Program) declareLocals(bs Blocks) {
	o := localOrder{p: p, attrs: make(map[string]*hcl.Attribute), state: make(map[string]visit)}
	for _, b := range bs {
		attrs, diags := b.body.JustAttributes()
		p.Diags.AddHCL(diags)
		for name, attr := range attrs {
			o.add(name, attr)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.attrs)) {
		if o.state[name] == unvisited {
			o.visit(name)
		}
	}
}

type visit uint8

const (
	unvisited visit = iota
	visiting
	visited
)

// A localOrder walks the references between locals depth first.
type localOrder struct {
	p     *Program
	attrs map[string]*hcl.Attribute
	state map[string]visit
	path  []string
}

func (o *localOrder) add(name string, attr *hcl.Attribute) {
	before, twice := o.attrs[name]
	if !twice {
		o.attrs[name] = attr
		o.p.values.locals[name] = cty.DynamicVal
		return
	}
	first, second := before, attr
	if second.Range.Filename == first.Range.Filename && second.Range.Start.Byte < first.Range.Start.Byte {
		first, second = second, first
	}
	o.p.Diags.FailAt(second.NameRange, diag.Problemf("Two locals with one name", "local.%s is already set at %s.", name, Place(first.NameRange)))
}

func (o *localOrder) visit(name string) {
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

// needs are the locals that a local refers to, in the order in which it does.
func (o *localOrder) needs(name string) []string {
	var needs []string
	for _, t := range o.attrs[name].Expr.Variables() {
		if need := StepName(t); t.RootName() == "local" && o.attrs[need] != nil && !slices.Contains(needs, need) {
			needs = append(needs, need)
		}
	}
	return needs
}

func (o *localOrder) cycle(name string) {
	from := slices.Index(o.path, name)
	names := append(slices.Clone(o.path[from:]), name)
	o.p.Diags.FailAt(o.attrs[name].NameRange, diag.Problemf("Locals in a circle", "local.%s: each needs the next one first. Break the circle.", strings.Join(names, " → local.")))
}

// evaluate sees only the locals that are needed: an object of all locals for each
// of them would be quadratic.
func (o *localOrder) evaluate(name string, needs []string) {
	needed := make(map[string]cty.Value, len(needs))
	for _, need := range needs {
		needed[need] = o.p.values.locals[need]
	}
	if v, ok := o.p.scope(needed).Eval(o.attrs[name].Expr); ok {
		o.p.values.locals[name] = v
	}
}
