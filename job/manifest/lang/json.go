package lang

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/functions"
)

// parseJSON parses HCL's JSON syntax; nil when it can't be used.
func parseJSON(src []byte, name string, diags *diag.Collector) hcl.Body {
	d, invalid := guardJSON(src, name)
	if d != nil {
		diags.AddHCL(hcl.Diagnostics{d})
		return nil
	}
	parsed, found := hcljson.Parse(src, name)
	// After its first mistake the parser only guesses.
	first := slices.IndexFunc(found, func(d *hcl.Diagnostic) bool { return d.Summary != "Root value must be object" })
	if len(found) > 0 {
		diags.AddHCL(found[max(0, first):][:1])
	}
	if parsed == nil || found.HasErrors() {
		return nil
	}
	if invalid != nil { // hcl's parser accepts more
		diags.FailIn(name, "Invalid JSON", diag.Sentence(invalid))
		return nil
	}
	return parsed.Body
}

// guardJSON is [guard] for JSON, whose texts are templates that hcl parses when it
// evaluates them. The error is that of a text that isn't JSON.
func guardJSON(src []byte, name string) (*hcl.Diagnostic, error) {
	if d := guardFile(src, name); d != nil {
		return d, nil
	}
	at := hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}
	if functions.DeepJSON(string(src)) {
		return tooDeep("Objects and lists may be nested 64 deep.", at), nil
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
			at.Start.Line += bytes.Count(src[:decoder.InputOffset()], []byte("\n"))
			d.Subject = &at
			return d, nil
		}
	}
}

// json takes the blocks of a file in the JSON syntax.
func (d *blockDecoder) json(body hcl.Body) {
	top, diags := body.JustAttributes()
	for _, found := range diags {
		if !strings.HasPrefix(found.Summary, "Duplicate") { // two properties are two blocks
			d.diags.AddHCL(hcl.Diagnostics{found})
			return
		}
	}
	for name, attr := range top {
		if !slices.Contains(d.schema.Kinds, name) {
			d.diags.FailAt(attr.NameRange, d.unknown(name))
		}
	}
	schema := &hcl.BodySchema{}
	for _, kind := range d.schema.Kinds {
		schema.Blocks = append(schema.Blocks, hcl.BlockHeaderSchema{Type: kind, LabelNames: d.schema.shape(kind, nil).Labels})
	}
	content, _, diags := body.PartialContent(schema)
	d.diags.AddHCL(diags)
	for _, raw := range content.Blocks {
		b := Block{Kind: raw.Type, Labels: raw.Labels, At: raw.DefRange, LabelAt: raw.TypeRange, body: raw.Body}
		if n := len(raw.LabelRanges); n > 0 {
			b.LabelAt = raw.LabelRanges[n-1]
			b.At = b.LabelAt
		}
		for _, named := range d.optionallyLabelled(b) {
			if d.labelled(named) {
				d.blocks = append(d.blocks, named)
			}
		}
	}
}

// optionallyLabelled looks for the label that a block may have, which JSON doesn't
// tell from an argument: an object in the place of an unknown one is a block with
// that label.
func (d *blockDecoder) optionallyLabelled(b Block) Blocks {
	s := d.schema.shape(b.Kind, b.Labels)
	if s.Optional == "" {
		return Blocks{b}
	}
	attrs, _ := b.body.JustAttributes()
	var found Blocks
	for name, attr := range attrs {
		_, diags := hcl.ExprMap(attr.Expr)
		if diags.HasErrors() || slices.Contains(slices.Concat(s.Arguments, s.Blocks), name) {
			return Blocks{b}
		}
		content, _, _ := b.body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: name}}})
		for _, inner := range content.Blocks {
			named := b
			named.Labels = append(slices.Clone(b.Labels), name)
			named.LabelAt, named.At, named.body = attr.NameRange, attr.NameRange, inner.Body
			found = append(found, named)
		}
	}
	if found == nil {
		return Blocks{b}
	}
	slices.SortFunc(found, func(a, b Block) int { return a.At.Start.Byte - b.At.Start.Byte })
	return found
}
