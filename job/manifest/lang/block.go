package lang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job/manifest/diag"
)

// A Block is one block of a manifest.
type Block struct {
	// Kind is its type, with those of the blocks around it: "message",
	// "check.assert".
	Kind   string
	Labels []string
	// At is the header; LabelAt the last label, or the header of a block without
	// labels.
	At, LabelAt hcl.Range

	body hcl.Body
}

// Name is the last label, which tells blocks of a kind apart.
func (b Block) Name() string {
	if len(b.Labels) == 0 {
		return ""
	}
	return b.Labels[len(b.Labels)-1]
}

// Address is how people refer to the block: message.benefits.
func (b Block) Address() string { return strings.Join(append([]string{b.Kind}, b.Labels...), ".") }

// String is the header as it is written.
func (b Block) String() string {
	words := []string{b.Kind}
	for _, label := range b.Labels {
		words = append(words, `"`+label+`"`)
	}
	return strings.Join(words, " ")
}

// Sets reports whether the block sets an argument.
func (b Block) Sets(argument string) bool {
	content, _, _ := b.body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: argument}}})
	return len(content.Attributes) > 0
}

// Literal is a block with one label that is in no file. Empty texts are left
// out. Each argument in variables is set to the variable of the same name.
func Literal(kind, label string, texts map[string]string, variables ...string) Block {
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
	for name, text := range texts {
		if text != "" {
			body.Attributes[name] = &hclsyntax.Attribute{Name: name, Expr: &hclsyntax.LiteralValueExpr{Val: cty.StringVal(text)}}
		}
	}
	for _, name := range variables {
		body.Attributes[name] = &hclsyntax.Attribute{Name: name, Expr: &hclsyntax.ScopeTraversalExpr{
			Traversal: hcl.Traversal{hcl.TraverseRoot{Name: "var"}, hcl.TraverseAttr{Name: name}},
		}}
	}
	return Block{Kind: kind, Labels: []string{label}, body: body}
}

// Blocks are in the order of the manifest.
type Blocks []Block

// Of selects the blocks of some kinds.
func (bs Blocks) Of(kinds ...string) Blocks {
	var found Blocks
	for _, b := range bs {
		if slices.Contains(kinds, b.Kind) {
			found = append(found, b)
		}
	}
	return found
}

// Place is a range as people write it: "main.audit.hcl:12".
func Place(at hcl.Range) string { return fmt.Sprintf("%s:%d", at.Filename, at.Start.Line) }

// ValidName reports whether a name can be referred to: a letter or underscore,
// followed by letters, digits, underscores and hyphens, all of them ASCII.
func ValidName(name string) bool {
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && (i == 0 || r != '-' && (r < '0' || r > '9')) {
			return false
		}
	}
	return name != ""
}

// A blockDecoder collects the blocks of all files and checks kinds, labels and
// names.
type blockDecoder struct {
	diags  *diag.Collector
	schema *Schema
	blocks Blocks
}

// native takes the blocks of a file in the native syntax.
func (d *blockDecoder) native(body *hclsyntax.Body) {
	for name, a := range body.Attributes {
		d.diags.FailAt(a.NameRange, diag.Problemf("Argument outside of a block",
			"%s is outside of every block. Did you mean to put it into %s { … } or locals { … }?", diag.Quote(name), d.schema.Kinds[0]))
	}
	for _, raw := range body.Blocks {
		b := Block{Kind: raw.Type, Labels: raw.Labels, At: raw.DefRange(), LabelAt: raw.TypeRange, body: raw.Body}
		if n := len(raw.LabelRanges); n > 0 {
			b.LabelAt = raw.LabelRanges[n-1]
		}
		if !slices.Contains(d.schema.Kinds, b.Kind) {
			d.diags.FailAt(raw.TypeRange, d.unknown(b.Kind))
			continue
		}
		if d.labelled(b) {
			d.blocks = append(d.blocks, b)
		}
	}
}

func (d *blockDecoder) unknown(kind string) *diag.Problem {
	return diag.Problemf("Unsupported block type", "There is no block %s.%s", diag.Quote(kind), diag.DidYouMeanOr(kind, d.schema.Kinds, "The blocks of a manifest are"))
}

// labelled checks the number of labels, and the name that other blocks refer to.
func (d *blockDecoder) labelled(b Block) bool {
	s := d.schema.shape(b.Kind, b.Labels)
	most := len(s.Labels)
	if s.Optional != "" {
		most++
	}
	switch {
	case len(b.Labels) < len(s.Labels):
		d.diags.FailAt(b.At, diag.Problemf("Label missing", `A block %s has a %s: write %s { … }.`, b.Kind, s.Labels[len(b.Labels)], strings.Join(append([]string{b.Kind}, quoted(b.Labels, len(s.Labels))...), " ")))
		return false
	case len(b.Labels) > most && most == 0:
		d.diags.FailAt(b.At, diag.Problemf("Too many labels", "A block %s has no label: write %s { … }.", b.Kind, b.Kind))
		return false
	case len(b.Labels) > most:
		d.diags.FailAt(b.At, diag.Problemf("Too many labels", `A block %s has %s: write %s { … }.`, b.Kind, diag.Counted(most, "label", "labels"), strings.Join(append([]string{b.Kind}, quoted(b.Labels[:most], most)...), " ")))
		return false
	}
	if len(b.Labels) > 0 && s.Optional == "" && !s.AnyName && !ValidName(b.Name()) {
		d.diags.FailAt(b.LabelAt, diag.Problemf("Invalid name", "The name %s of the block must be a letter followed by letters, digits, _ and -.", diag.Quote(b.Name())))
		return false
	}
	return true
}

// quoted are labels as they are written, with "…" for those that are missing of n.
func quoted(labels []string, n int) []string {
	var all []string
	for i := range n {
		label := "…"
		if i < len(labels) {
			label = labels[i]
		}
		all = append(all, `"`+label+`"`)
	}
	return all
}

// distinct reports blocks that can't be told apart.
func (d *blockDecoder) distinct() {
	first := make(map[string]Block)
	for _, b := range d.blocks {
		if d.schema.shape(b.Kind, b.Labels).Repeatable {
			continue
		}
		before, twice := first[b.Address()]
		switch {
		case !twice:
			first[b.Address()] = b
		case len(b.Labels) == 0:
			d.diags.FailAt(b.At, diag.Problemf("Two "+b.Kind+" blocks", "The first one is at %s. A manifest, all of its files together, has one.", Place(before.At)))
		default:
			d.diags.FailAt(b.LabelAt, diag.Problemf("Two blocks with one name", "%s is already declared at %s. Give one of them another name.", b, Place(before.At)))
		}
	}
}
