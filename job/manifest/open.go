package manifest

import (
	"os"
	"path/filepath"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/source"
)

// The ends of manifest file names.
const (
	extension     = ".audit.hcl"
	jsonExtension = ".audit.hcl.json"
	varsExtension = ".auto.auditvars"
)

// find finds the manifest's files, which lie in one folder; none when there is
// nothing to go on with.
func find(opts Options, diags *diag.Collector) (*source.FS, []string) {
	path := opts.Path
	if path == "" {
		path = "."
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		diags.Fail("Manifest not found", err.Error())
		return nil, nil
	}
	info, err := os.Stat(abs)
	if err != nil {
		diags.Failf("Manifest not found", "%s: %v. Name a file or a folder with --manifest, or write a first one with: notifyaudit init", path, source.Bare(err))
		return nil, nil
	}
	dir, names := abs, []string(nil)
	if !info.IsDir() {
		if end := filepath.Ext(abs); end != "" && end != ".hcl" && end != ".json" {
			diags.Failf("Not a manifest", "%s ends in %s, and a manifest in %s or %s. Name one, or the folder it is in.", path, end, extension, jsonExtension)
			return nil, nil
		}
		dir, names = filepath.Dir(abs), []string{filepath.Base(abs)}
	}
	files, err := source.New(dir, opts.AllowDirs)
	if err != nil {
		diags.Fail("Folder not found", err.Error())
		return nil, nil
	}
	if names == nil {
		names = manifestNames(dir, path, diags)
	}
	return files, names
}

func manifestNames(dir, shown string, diags *diag.Collector) []string {
	names, err := source.NamesIn(dir, extension, jsonExtension)
	if err != nil {
		diags.Failf("Manifest not found", "%s: %v.", shown, err)
		return nil
	}
	if len(names) == 0 {
		diags.Failf("Manifest not found", "The folder %s has no *%s file. Write a first one with: notifyaudit init", shown, extension)
	}
	return names
}

// placeholder is what a credential is with Options.Simulator.
const placeholder = "simulator"
