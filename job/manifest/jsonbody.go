package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

// parseJSON reads a file of HCL's JSON syntax; nil when it can't be used.
func (l *loader) parseJSON(src []byte, name string) hcl.Body {
	d, invalid := guardJSON(src, name)
	if d != nil {
		l.diags.AddHCL(hcl.Diagnostics{d})
		return nil
	}
	parsed, diags := hcljson.Parse(src, name)
	// Past its first mistake the parser only guesses.
	first := slices.IndexFunc(diags, func(d *hcl.Diagnostic) bool { return d.Summary != "Root value must be object" })
	if len(diags) > 0 {
		l.diags.AddHCL(diags[max(0, first):][:1])
	}
	if parsed == nil || diags.HasErrors() {
		return nil
	}
	if invalid != nil { // where hcl's parser accepts more
		l.diags.FailIn(name, "Invalid JSON", diag.Sentence(invalid))
		return nil
	}
	return parsed.Body
}

// guardJSON is guard for JSON, whose texts are templates: hcl parses them when
// they are evaluated. The error is that of a text which is no JSON.
func guardJSON(src []byte, name string) (*hcl.Diagnostic, error) {
	if d := guardFile(src, name); d != nil {
		return d, nil
	}
	start := hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}
	if deepJSON(string(src)) {
		return hclError("Nested too deeply", "Objects and lists may be nested 64 deep.", start), nil
	}
	decoder := json.NewDecoder(bytes.NewReader(src))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		text, _ := token.(string)
		tokens, _ := hclsyntax.LexTemplate([]byte(text), name, hcl.InitialPos)
		if d := guardTokens(tokens); d != nil {
			start.Start.Line += bytes.Count(src[:decoder.InputOffset()], []byte("\n"))
			d.Subject = &start
			return d, nil
		}
	}
}

// syntaxOf is the syntax tree of an expression. In JSON only a text has one, that
// of its template; nil for all others.
func syntaxOf(e hcl.Expression) hclsyntax.Node {
	if node, ok := e.(hclsyntax.Node); ok {
		return node
	}
	v, _ := e.Value(nil)
	if !known(v) || v.Type() != cty.String {
		return nil
	}
	template, diags := hclsyntax.ParseTemplate([]byte(v.AsString()), "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	return template
}

// traversal is the reference that an expression is. In JSON that is a text, with
// or without ${ } around it.
func traversal(e hcl.Expression) (hcl.Traversal, bool) {
	t, diags := hcl.AbsTraversalForExpr(e)
	if !diags.HasErrors() {
		return t, true
	}
	if _, native := e.(hclsyntax.Node); native {
		return nil, false
	}
	wrap, ok := syntaxOf(e).(*hclsyntax.TemplateWrapExpr)
	if !ok {
		return nil, false
	}
	t, diags = hcl.AbsTraversalForExpr(wrap.Wrapped)
	return t, !diags.HasErrors()
}

// jsonBlocks are the blocks of a JSON file.
func (l *loader) jsonBlocks(body hcl.Body) blocks {
	top, diags := body.JustAttributes()
	for _, d := range diags {
		if !strings.HasPrefix(d.Summary, "Duplicate") { // two properties are two blocks
			l.diags.AddHCL(hcl.Diagnostics{d})
			return nil
		}
	}
	for name, attr := range top {
		if !slices.Contains(blockKinds(), name) {
			l.diags.FailAt(attr.NameRange, unknownBlock(name))
		}
	}
	schema := &hcl.BodySchema{}
	for _, kind := range blockKinds() {
		s, _ := shapeOf(kind)
		schema.Blocks = append(schema.Blocks, hcl.BlockHeaderSchema{Type: kind, LabelNames: s.labels})
	}
	content, _, diags := body.PartialContent(schema)
	l.diags.AddHCL(diags)
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
