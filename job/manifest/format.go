package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Format is the text of a file in the canonical layout, without a byte order mark:
// HCL's own, or for JSON two spaces a level and one member or element a line, in
// the order they had. Only spaces differ. A text with syntax errors has no layout:
// then there are diagnostics instead. Name is what they call the file; it is JSON
// when its name ends in .json, or when it begins with a brace, as no HCL does.
func Format(name string, src []byte) ([]byte, Diagnostics) {
	l := &loader{diags: diag.NewCollector()}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	l.diags.AddSource(name, src)
	if strings.HasSuffix(name, ".json") || bytes.HasPrefix(bytes.TrimSpace(src), []byte("{")) {
		return l.formatJSON(name, src)
	}
	if d := guard(src, name); d != nil {
		l.diags.AddHCL(hcl.Diagnostics{d})
		return nil, l.diags.Finish()
	}
	if _, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos); diags.HasErrors() {
		l.diags.AddHCL(diags)
		return nil, l.diags.Finish()
	}
	return hclwrite.Format(src), nil
}

func (l *loader) formatJSON(name string, src []byte) ([]byte, Diagnostics) {
	if l.parseJSON(src, name) == nil {
		return nil, l.diags.Finish()
	}
	var text bytes.Buffer
	if err := json.Indent(&text, bytes.TrimSpace(src), "", "  "); err != nil {
		l.diags.FailIn(name, "Invalid JSON", diag.Sentence(err))
		return nil, l.diags.Finish()
	}
	text.WriteByte('\n')
	return text.Bytes(), nil
}

// Formattable are the files below a path that have a canonical layout: the path
// itself when it is a file, and of a folder its manifests and its files with
// values of variables. The paths begin with the given one.
func Formattable(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, bare(err))
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	names, err := namesIn(path, extension, jsonExtension, ".auditvars", ".auditvars.json")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("the folder %s has no *%s file", path, extension)
	}
	for i, name := range names {
		names[i] = filepath.Join(path, name)
	}
	return names, nil
}

// ReadSource reads the text of a manifest file: a regular one, not larger than a
// manifest can be.
func ReadSource(path string) ([]byte, error) {
	src, err := readFile(path, maxFile)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return src, nil
}

// ReadSourceFrom is ReadSource for a stream.
func ReadSourceFrom(r io.Reader) ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(src) > maxFile {
		err = errors.New("a manifest file has at most 1 MiB")
	}
	return src, err
}
