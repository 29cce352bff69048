package lang

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/source"
)

// Format is the text of a file in the canonical layout, without a byte order mark:
// HCL's own, or for JSON two spaces a level and one member or element a line, in
// the order they had. Only white space differs. A text with syntax errors has no
// layout: then there are diagnostics instead. Name is what they call the file; it
// is JSON when its name ends in .json, or when it begins with a brace, as no HCL
// does.
func Format(name string, src []byte) ([]byte, diag.Diagnostics) {
	diags := diag.NewCollector()
	if text, err := source.Text(src); err == nil {
		src = text
	}
	diags.AddSource(name, src)
	if strings.HasSuffix(name, ".json") || bytes.HasPrefix(bytes.TrimSpace(src), []byte("{")) {
		return formatJSON(name, src, diags)
	}
	if d := guard(src, name); d != nil {
		diags.AddHCL(hcl.Diagnostics{d})
		return nil, diags.Finish()
	}
	if _, found := hclsyntax.ParseConfig(src, name, hcl.InitialPos); found.HasErrors() {
		diags.AddHCL(found)
		return nil, diags.Finish()
	}
	return hclwrite.Format(src), nil
}

func formatJSON(name string, src []byte, diags *diag.Collector) ([]byte, diag.Diagnostics) {
	if parseJSON(src, name, diags) == nil {
		return nil, diags.Finish()
	}
	var text bytes.Buffer
	if err := json.Indent(&text, bytes.TrimSpace(src), "", "  "); err != nil {
		diags.FailIn(name, "Invalid JSON", diag.Sentence(err))
		return nil, diags.Finish()
	}
	text.WriteByte('\n')
	return text.Bytes(), nil
}
