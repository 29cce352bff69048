package lang

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"notifyaudit/job/manifest/diag"
)

// Args are the arguments and inner blocks of one block. Arguments are evaluated
// one at a time, and mistakes in them are reported then.
type Args struct {
	Block Block

	program *Program
	shape   Shape
	attrs   hcl.Attributes
	blocks  Blocks
	scope   *Scope
	// resolved says that the references in arguments were checked already, in this
	// scope or in one with the same names.
	resolved bool
}

// Args reads the contents of a block by its shape and reports what doesn't belong
// there.
func (p *Program) Args(b Block) *Args {
	s := p.schema.shape(b.Kind, b.Labels)
	schema := &hcl.BodySchema{}
	for _, name := range s.Arguments {
		schema.Attributes = append(schema.Attributes, hcl.AttributeSchema{Name: name})
	}
	for _, kind := range s.Blocks {
		schema.Blocks = append(schema.Blocks, hcl.BlockHeaderSchema{Type: kind, LabelNames: p.schema.shape(b.Kind+"."+kind, nil).Labels})
	}
	content, diags := b.body.Content(schema)
	a := &Args{Block: b, program: p, shape: s, attrs: content.Attributes, scope: p.Scope()}
	p.Diags.AddHCL(reword(diags, a))
	for _, inner := range content.Blocks {
		a.blocks = append(a.blocks, Block{
			Kind: b.Kind + "." + inner.Type, Labels: inner.Labels,
			At: inner.DefRange, LabelAt: inner.DefRange, body: inner.Body,
		})
	}
	return a
}

// NoArgs are those of a block that isn't there.
func (p *Program) NoArgs(b Block) *Args {
	return &Args{Block: b, program: p, shape: p.schema.shape(b.Kind, b.Labels), scope: p.Scope()}
}

// reword adds to hcl's words what a block of this kind does take.
func reword(diags hcl.Diagnostics, a *Args) hcl.Diagnostics {
	for _, d := range diags {
		if d.Summary == "Extraneous JSON object property" {
			d.Summary = "Unsupported argument"
		}
		if d.Summary != "Unsupported argument" && d.Summary != "Unsupported block type" {
			continue
		}
		name := firstQuoted(d.Detail)
		if hint := a.program.schema.Unsupported[name]; hint != "" {
			d.Detail = hint
			continue
		}
		if strings.Contains(d.Detail, "Did you mean") {
			continue
		}
		known := slices.Concat(a.shape.Arguments, a.shape.Blocks)
		d.Detail += diag.DidYouMeanOr(name, known, "A block "+strings.ReplaceAll(a.Block.Kind, ".", " ")+" takes")
	}
	return diags
}

func firstQuoted(text string) string {
	_, rest, _ := strings.Cut(text, `"`)
	name, _, _ := strings.Cut(rest, `"`)
	return name
}

// Program is the one that the arguments belong to.
func (a *Args) Program() *Program { return a.program }

// Blocks are the inner blocks of a kind.
func (a *Args) Blocks(kind string) Blocks { return a.blocks.Of(a.Block.Kind + "." + kind) }

// Inner returns the arguments of the one inner block of a kind, in the same scope;
// without the block there are none.
func (a *Args) Inner(kind string) *Args {
	found := a.Blocks(kind)
	if len(found) == 0 {
		return a.program.NoArgs(Block{Kind: a.Block.Kind + "." + kind, At: a.Block.At})
	}
	for _, extra := range found[1:] {
		a.program.Diags.FailAt(extra.At, diag.Problemf("Two "+kind+" blocks", "A block %s has at most one; the first is at %s.", a.Block.Kind, Place(found[0].At)))
	}
	return a.program.Args(found[0]).In(a.scope)
}

// In evaluates the arguments in another scope.
func (a *Args) In(scope *Scope) *Args {
	other := *a
	other.scope, other.program = scope, scope.program
	return &other
}

// InResolved is In for arguments whose references were checked in a scope with the
// same names.
func (a *Args) InResolved(scope *Scope) *Args {
	other := a.In(scope)
	other.resolved = true
	return other
}

// Has reports whether an argument is written, be it as null.
func (a *Args) Has(name string) bool { return a.attrs[name] != nil }

// Expr is an argument's expression; nil without it.
func (a *Args) Expr(name string) hcl.Expression {
	if attr := a.attrs[name]; attr != nil {
		return attr.Expr
	}
	return nil
}

// At is where the argument's value is, or the block's header without it.
func (a *Args) At(name string) hcl.Range {
	if attr := a.attrs[name]; attr != nil {
		return attr.Expr.Range()
	}
	return a.Block.At
}

// FailAt reports an error in an argument's value.
func (a *Args) FailAt(name string, p *diag.Problem) {
	if p.Argument != "" {
		name = p.Argument
	}
	a.program.Diags.FailAt(a.At(name), p)
}

// WarnAt reports a warning about an argument's value.
func (a *Args) WarnAt(name string, p *diag.Problem) { a.program.Diags.WarnAt(a.At(name), p) }

// Fail reports an error in the block as a whole.
func (a *Args) Fail(p *diag.Problem) { a.program.Diags.FailAt(a.Block.At, p) }

// IsSet reports whether an argument has a value other than null, as far as that
// can be told: one with a mistake counts as set.
func (a *Args) IsSet(name string) bool {
	attr := a.attrs[name]
	if attr == nil {
		return false
	}
	v, ok := a.scope.Eval(attr.Expr)
	return !ok || !v.IsNull()
}

// Require reports an argument that isn't set.
func (a *Args) Require(name, hint string) bool {
	if a.IsSet(name) {
		return true
	}
	a.Fail(diag.Problemf("Missing required argument", "%s needs %s. %s", a.Block, name, hint))
	return false
}

// RefersTo reports whether an argument's expression refers to a name.
func (a *Args) RefersTo(name, root string) bool {
	attr := a.attrs[name]
	return attr != nil && slices.ContainsFunc(attr.Expr.Variables(), func(t hcl.Traversal) bool { return t.RootName() == root })
}

// Reference reads an argument that refers to a block: dingtalk.hr, audience.staff.
// The name is empty for the root alone.
func (a *Args) Reference(argument, root string) (name string, ok bool) {
	t, ok := Traversal(a.attrs[argument].Expr)
	if !ok || t.RootName() != root || len(t) > 2 {
		return "", false
	}
	return StepName(t), len(t) == 1 || StepName(t) != ""
}
