package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A file is one parsed file of the manifest, in one of the two syntaxes.
type file struct {
	name   string
	native *hclsyntax.Body
	json   hcl.Body
}

// open finds, reads and parses the manifest's files; nil when there is none to
// go on with.
func (l *loader) open() []file {
	path := l.opts.Path
	if path == "" {
		path = "."
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		l.diags.Fail("Manifest not found", err.Error())
		return nil
	}
	info, err := os.Stat(abs)
	if err != nil {
		l.diags.Failf("Manifest not found", "%s: %v. Name a file or a folder with --manifest, or write a first one with: notifyaudit init", path, bare(err))
		return nil
	}
	dir, names := abs, []string(nil)
	if !info.IsDir() {
		dir, names = filepath.Dir(abs), []string{filepath.Base(abs)}
	}
	if l.library, err = newLibrary(dir, l.opts.AllowDirs); err != nil {
		l.diags.Fail("Folder not found", err.Error())
		return nil
	}
	if names == nil {
		if names = l.manifestNames(dir, path); len(names) == 0 {
			return nil
		}
	}
	var files []file
	for _, name := range names {
		if f := l.parse(name); f.native != nil || f.json != nil {
			files = append(files, f)
		}
	}
	return files
}

func (l *loader) manifestNames(dir, shown string) []string {
	names, err := namesIn(dir, extension, jsonExtension)
	if err != nil {
		l.diags.Failf("Manifest not found", "%s: %v.", shown, err)
		return nil
	}
	if len(names) == 0 {
		l.diags.Failf("Manifest not found", "The folder %s has no *%s file. Write a first one with: notifyaudit init", shown, extension)
	}
	return names
}

// namesIn lists the files of a folder whose names have one of the ends, sorted.
func namesIn(dir string, ends ...string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, bare(err)
	}
	var names []string
	for _, e := range entries {
		hasEnd := func(end string) bool { return strings.HasSuffix(e.Name(), end) }
		if e.Type()&fs.ModeDir == 0 && !strings.HasPrefix(e.Name(), ".") && slices.ContainsFunc(ends, hasEnd) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// parse reads one file. A body with syntax errors is decoded as far as it goes.
func (l *loader) parse(name string) file {
	f := file{name: name}
	doc, err := l.library.find(name)
	if err != nil {
		l.diags.FailIn(name, "Manifest not readable", diag.Sentence(err))
		return f
	}
	src, err := doc.read(maxFile)
	if err != nil {
		l.diags.FailIn(name, "Manifest not readable", diag.Sentence(err))
		return f
	}
	l.sources[doc.name] = sum(src)
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	l.diags.AddSource(name, src)
	if strings.HasSuffix(name, ".json") {
		f.json = l.parseJSON(src, name)
		return f
	}
	if d := guard(src, name); d != nil {
		l.diags.AddHCL(hcl.Diagnostics{d})
		return f
	}
	parsed, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	l.diags.AddHCL(diags)
	body, ok := parsed.Body.(*hclsyntax.Body)
	if !ok || diags.HasErrors() && len(body.Blocks) == 0 {
		return f
	}
	f.native = body
	return f
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}
