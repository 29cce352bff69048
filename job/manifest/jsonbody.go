package manifest

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

// parseJSON reads a file of HCL's JSON syntax.
func (l *loader) parseJSON(src []byte, name string) *jsonBody {
	if d := guardJSON(src, name); d != nil {
		l.add(hcl.Diagnostics{d})
		return nil
	}
	parsed, diags := json.Parse(src, name)
	// Past its first mistake the parser only guesses.
	first := slices.IndexFunc(diags, func(d *hcl.Diagnostic) bool { return d.Summary != "Root value must be object" })
	if len(diags) > 0 {
		l.add(diags[max(0, first):][:1])
	}
	if parsed == nil || diags.HasErrors() {
		return nil
	}
	return &jsonBody{Body: parsed.Body, l: l}
}

// guardJSON is guard for JSON. What stands in its texts is looked at when they
// are parsed.
func guardJSON(src []byte, name string) *hcl.Diagnostic {
	if d := guardFile(src, name); d != nil {
		return d
	}
	if deepJSON(src) {
		return hclError("Nested too deeply", "Objects and lists may be nested 64 deep.", hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos})
	}
	return nil
}

// A jsonBody has the same expressions as a body of the native syntax: hcl's own
// for JSON parse their templates at each evaluation, out of reach of the guard
// and the meter.
type jsonBody struct {
	hcl.Body
	l *loader
}

// Content is that of the JSON body.
func (b *jsonBody) Content(schema *hcl.BodySchema) (*hcl.BodyContent, hcl.Diagnostics) {
	content, diags := b.Body.Content(schema)
	b.adopt(content)
	return content, diags
}

// PartialContent is that of the JSON body.
func (b *jsonBody) PartialContent(schema *hcl.BodySchema) (*hcl.BodyContent, hcl.Body, hcl.Diagnostics) {
	content, rest, diags := b.Body.PartialContent(schema)
	b.adopt(content)
	return content, &jsonBody{Body: rest, l: b.l}, diags
}

// JustAttributes are those of the JSON body.
func (b *jsonBody) JustAttributes() (hcl.Attributes, hcl.Diagnostics) {
	attrs, diags := b.Body.JustAttributes()
	for _, attr := range attrs {
		attr.Expr = b.l.fromJSON(attr.Expr)
	}
	return attrs, diags
}

func (b *jsonBody) adopt(content *hcl.BodyContent) {
	for _, attr := range content.Attributes {
		attr.Expr = b.l.fromJSON(attr.Expr)
	}
	for _, inner := range content.Blocks {
		inner.Body = &jsonBody{Body: inner.Body, l: b.l}
	}
}

// A jsonExpression is a value of the JSON syntax as an expression of the native
// one.
type jsonExpression struct {
	hclsyntax.Expression
	source hcl.Expression
}

// fromJSON makes a guarded and metered expression of a JSON value.
func (l *loader) fromJSON(e hcl.Expression) hcl.Expression {
	native := l.native(e)
	l.meter.attach(native)
	return &jsonExpression{Expression: native, source: e}
}

// UnwrapExpression is for hcl's static analysis, of types for instance.
func (e *jsonExpression) UnwrapExpression() hcl.Expression { return e.source }

// AsTraversal is the reference that a text is, with or without ${ } around it.
func (e *jsonExpression) AsTraversal() hcl.Traversal {
	if t, diags := hcl.AbsTraversalForExpr(e.source); !diags.HasErrors() {
		return t
	}
	if wrap, ok := e.Expression.(*hclsyntax.TemplateWrapExpr); ok {
		if t, diags := hcl.AbsTraversalForExpr(wrap.Wrapped); !diags.HasErrors() {
			return t
		}
	}
	return nil
}

// native translates a JSON value; its depth is bounded by the guard.
func (l *loader) native(e hcl.Expression) hclsyntax.Expression {
	if elements, diags := hcl.ExprList(e); !diags.HasErrors() {
		list := &hclsyntax.TupleConsExpr{SrcRange: e.Range(), OpenRange: e.StartRange()}
		for _, element := range elements {
			list.Exprs = append(list.Exprs, l.native(element))
		}
		return list
	}
	if pairs, diags := hcl.ExprMap(e); !diags.HasErrors() {
		object := &hclsyntax.ObjectConsExpr{SrcRange: e.Range(), OpenRange: e.StartRange()}
		for _, pair := range pairs {
			object.Items = append(object.Items, hclsyntax.ObjectConsItem{KeyExpr: l.native(pair.Key), ValueExpr: l.native(pair.Value)})
		}
		return object
	}
	v, _ := e.Value(nil)
	if !known(v) || v.Type() != cty.String {
		return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: e.Range()}
	}
	return l.template(v.AsString(), e.Range())
}

// template parses a text that may hold ${ }.
func (l *loader) template(text string, at hcl.Range) hclsyntax.Expression {
	start := at.Start
	start.Byte++
	start.Column++
	wrong := &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal, SrcRange: at}
	tokens, _ := hclsyntax.LexTemplate([]byte(text), at.Filename, start)
	if d := guardTokens(tokens); d != nil {
		d.Subject = &at
		l.add(hcl.Diagnostics{d})
		return wrong
	}
	e, diags := hclsyntax.ParseTemplate([]byte(text), at.Filename, start)
	l.add(diags)
	if diags.HasErrors() {
		return wrong
	}
	return e
}

// jsonBlocks are the blocks of a JSON file.
func (l *loader) jsonBlocks(body *jsonBody) blocks {
	top, diags := body.Body.JustAttributes()
	for _, d := range diags {
		if !strings.HasPrefix(d.Summary, "Duplicate") { // two properties are two blocks
			l.add(hcl.Diagnostics{d})
			return nil
		}
	}
	for name, attr := range top {
		if !slices.Contains(blockKinds(), name) {
			l.failAt(attr.NameRange, unknownBlock(name))
		}
	}
	schema := &hcl.BodySchema{}
	for _, kind := range blockKinds() {
		s, _ := shapeOf(kind)
		schema.Blocks = append(schema.Blocks, hcl.BlockHeaderSchema{Type: kind, LabelNames: s.labels})
	}
	content, _, diags := body.PartialContent(schema)
	l.add(diags)
	var all blocks
	for _, raw := range content.Blocks {
		b := block{kind: raw.Type, labels: raw.Labels, at: raw.DefRange, labelAt: raw.TypeRange, body: raw.Body}
		if n := len(raw.LabelRanges); n > 0 {
			b.labelAt = raw.LabelRanges[n-1]
			b.at = b.labelAt
		}
		all = append(all, namedReports(b)...)
	}
	return slices.DeleteFunc(all, func(b block) bool {
		s, _ := shapeOf(b.kind)
		return !l.labelled(b, s)
	})
}

// namedReports looks for the second label of a report, which JSON doesn't tell
// from arguments: an object in the place of one is a named report.
func namedReports(b block) blocks {
	if b.kind != "report" {
		return blocks{b}
	}
	s := reportShape(b.labels[0])
	attrs, _ := b.body.JustAttributes()
	var found blocks
	for name, attr := range attrs {
		_, diags := hcl.ExprMap(attr.Expr)
		if diags.HasErrors() || slices.Contains(slices.Concat(s.arguments, s.blocks, s.later), name) {
			return blocks{b}
		}
		content, _, _ := b.body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: name}}})
		for _, inner := range content.Blocks {
			named := b
			named.labels = append(slices.Clone(b.labels), name)
			named.labelAt, named.at, named.body = attr.NameRange, attr.NameRange, inner.Body
			found = append(found, named)
		}
	}
	if found == nil {
		return blocks{b}
	}
	slices.SortFunc(found, func(a, b block) int { return a.at.Start.Byte - b.at.Start.Byte })
	return found
}
