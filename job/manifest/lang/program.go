// Package lang is the language of manifests: HCL 2 in both of its syntaxes, with
// variables, locals, functions and references. A [Schema] says which blocks there
// are; of their meaning the package knows nothing but variable and locals.
//
// Files are taken for hostile. Their size and nesting are checked before they are
// parsed, what expressions make is bounded, and files are read only in the folders
// that were allowed, as regular files, symlinks followed first.
//
// Sensitive values stay marked wherever they go and are in no diagnostic: a
// function that fails on one says only that it failed.
package lang

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/functions"
	"notifyaudit/job/manifest/source"
)

// A Program is the parsed files of a manifest with the values of its variables and
// locals. It is for one goroutine.
type Program struct {
	// Diags collects what is wrong.
	Diags *diag.Collector
	// Files are those that may be read.
	Files *source.FS

	schema Schema
	limits *limits
	values values
	lost   lostNumbers
}

// values are what expressions can refer to everywhere. Variables and locals are
// unknown where a mistake was reported, so that one mistake isn't reported again
// wherever it is used.
type values struct {
	variables, locals map[string]cty.Value
	functions         map[string]function.Function
	// placeholder is the value of variables without one; empty: they need one.
	placeholder string
}

// New is a program without a file.
func New(schema Schema, files *source.FS, diags *diag.Collector) *Program {
	p := &Program{Diags: diags, Files: files, schema: schema, limits: &limits{}, lost: make(lostNumbers)}
	p.values = values{
		variables: make(map[string]cty.Value), locals: make(map[string]cty.Value), functions: functions.All(files, sensitive),
	}
	return p
}

// Fork is the same program for another evaluation, which has diagnostics and
// limits of its own.
func (p *Program) Fork() *Program {
	fork := *p
	fork.Diags, fork.limits = p.Diags.Fork(), &limits{}
	return &fork
}

// Parse reads the files, which lie in the folder of [source.FS], and returns their
// blocks. A file with syntax errors is used as far as it could be parsed.
func (p *Program) Parse(names []string) Blocks {
	d := blockDecoder{diags: p.Diags, schema: &p.schema}
	for _, name := range names {
		src, ok := p.read(name)
		switch {
		case !ok:
		case strings.HasSuffix(name, ".json"):
			if body := parseJSON(src, name, p.Diags); body != nil {
				p.lost.find(src, name, p.Diags)
				d.json(body)
			}
		default:
			if body := parseNative(src, name, p.Diags); body != nil {
				p.lost.find(src, name, p.Diags)
				d.native(body)
			}
		}
	}
	d.distinct()
	return d.blocks
}

// read reads a file of the manifest.
func (p *Program) read(name string) ([]byte, bool) {
	file, err := p.Files.Find(name, "a file of the manifest")
	var src []byte
	if err == nil {
		src, err = file.Read(MaxFile)
	}
	if err != nil {
		p.Diags.FailIn(name, "Manifest not readable", diag.Sentence(err))
		return nil, false
	}
	if text, err := source.Text(src); err == nil {
		src = text
	}
	p.Diags.AddSource(name, src)
	return src, true
}

// parseNative parses the native syntax; nil when nothing of it can be used.
func parseNative(src []byte, name string, diags *diag.Collector) *hclsyntax.Body {
	if d := guard(src, name); d != nil {
		diags.AddHCL(hcl.Diagnostics{d})
		return nil
	}
	parsed, found := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	diags.AddHCL(found)
	body, ok := parsed.Body.(*hclsyntax.Body)
	if !ok || found.HasErrors() && len(body.Blocks) == 0 {
		return nil
	}
	return body
}

// Variables are the names of the declared variables, sorted.
func (p *Program) Variables() []string { return slices.Sorted(maps.Keys(p.values.variables)) }

// SetSensitive gives a variable that no block declares a sensitive text.
func (p *Program) SetSensitive(name, text string) {
	p.values.variables[name] = cty.StringVal(text).Mark(sensitive)
}

// WriteDigest writes what makes two programs the same: the digests of the files
// that were read, and the values of variables. A sensitive value is left out and
// not even hashed: a short one could be guessed from its hash.
func (p *Program) WriteDigest(w io.Writer) {
	for _, f := range p.Files.Digests() {
		fmt.Fprintf(w, "file %q %s\n", f.Path, f.SHA256)
	}
	for _, name := range p.Variables() {
		v := p.values.variables[name]
		if IsSensitive(v) || !v.IsWhollyKnown() {
			continue
		}
		text, err := ctyjson.Marshal(v, cty.DynamicPseudoType)
		if err != nil {
			continue // a capsule, which no variable is
		}
		fmt.Fprintf(w, "variable %q %s\n", name, text)
	}
}
