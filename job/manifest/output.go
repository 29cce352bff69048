package manifest

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/inputs"
)

// Inputs are the files that the audit reads or keeps. A command adds those that it
// reads itself.
func (m *Manifest) Inputs() *inputs.Set { return m.program.Files.Inputs }

// CheckFile says why a command may not write a file of a kind to a path: the path
// begins with ~, or there is one of the audit's inputs, or something that
// [Options.CheckTarget] refuses. A relative path begins at the working folder.
func (m *Manifest) CheckFile(kind, path string) error {
	return errorOf(checkTarget(m, kind, path, []string{path}))
}

// CheckReport is [Manifest.CheckFile] for the files of a report, which also end in
// what belongs to its format. Path is the folder of a csv report.
func (m *Manifest) CheckReport(format, path string) error {
	p := checkExtension(format, path)
	if p == nil {
		p = checkTarget(m, format, path, reportFiles(format, path))
	}
	return errorOf(p)
}

func errorOf(p *diag.Problem) error {
	if p == nil {
		return nil
	}
	return errors.New(strings.TrimSuffix(p.Detail, "."))
}

// extensions are the ends of the names of reports, by format. A csv report is a
// folder.
func extensions() map[string]string {
	return map[string]string{"excel": ".xlsx", "json": ".json", "html": ".html", "markdown": ".md"}
}

// checkExtension refuses a name that other programs would take for another format.
func checkExtension(format, path string) *diag.Problem {
	end := strings.ToLower(filepath.Ext(path))
	if wanted, isFile := extensions()[format]; isFile {
		if end == wanted {
			return nil
		}
		return diag.Problemf("Unsuitable path", "The path %s of a report in the format %s must end in %s.", diag.Quote(path), format, wanted)
	}
	if slices.Contains([]string{".csv", ".xlsx", ".json", ".html", ".md"}, end) {
		return diag.Problemf("Unsuitable path", "A csv report is a folder with several files, and %s is the name of a file. Name a folder, such as %s.",
			diag.Quote(path), diag.Quote(strings.TrimSuffix(path, filepath.Ext(path))))
	}
	return nil
}

// reportFiles are the files of a report: those of a csv report lie in its folder.
func reportFiles(format, path string) []string {
	if format != "csv" {
		return []string{path}
	}
	var files []string
	for _, name := range []string{"messages.csv", "people.csv", "unread.csv", "problems.csv", "reminders.jsonl"} {
		files = append(files, filepath.Join(path, name))
	}
	return files
}

// checkTarget refuses to write files of a kind over what is not to be replaced.
func checkTarget(m *Manifest, kind, path string, files []string) *diag.Problem {
	if p := checkInputs(m.Inputs(), path, files); p != nil || m.check == nil {
		return p
	}
	for _, file := range files {
		if err := m.check(kind, file); err != nil {
			return diag.Problemf("File in the way", "%s %v. Move it away, or choose another path.", diag.Quote(shown(path, file)), err)
		}
	}
	return nil
}

// checkInputs refuses to write over one of the inputs.
func checkInputs(in *inputs.Set, path string, files []string) *diag.Problem {
	if p := checkHome(path); p != nil {
		return p
	}
	for _, file := range files {
		kept, found := in.Find(file)
		if !found {
			continue
		}
		return diag.Problemf("Written over an input", "%s is %s, which the audit needs: nothing is written over it. Choose another path.", diag.Quote(shown(path, file)), kept.What)
	}
	return nil
}

// shown is a file as the user may find it: below path, when it lies in that folder.
func shown(path, file string) string {
	if base := filepath.Base(file); base != filepath.Base(path) {
		return filepath.Join(path, base)
	}
	return path
}

// checkHome refuses a path that only a shell understands.
func checkHome(path string) *diag.Problem {
	first, rest, _ := strings.Cut(filepath.ToSlash(path), "/")
	if !strings.HasPrefix(first, "~") {
		return nil
	}
	if rest == "" {
		rest = "out"
	}
	return diag.Problemf("Unsuitable path", "%s begins with ~, which stands for a folder only in a shell. Write the path in full, such as %s; in a manifest, write one relative to --data-dir.",
		diag.Quote(path), diag.Quote("/home/me/"+rest))
}

// checkPlace checks a path in the manifest that is written to: relative, and below
// the data folder.
func checkPlace(path string) *diag.Problem {
	clean := filepath.Clean(path)
	if p := checkHome(path); p != nil {
		return p
	}
	switch {
	case strings.TrimSpace(path) == "":
		return diag.Problemf("Path missing", "Write a path relative to --data-dir, as in \"out/audit.xlsx\".")
	case filepath.IsAbs(path) || !filepath.IsLocal(clean) || clean == "." && path != ".":
		return diag.Problemf("Path outside of the data folder",
			"%s: what is written lies below --data-dir (the manifest's folder unless set). Write a relative path without \"..\" and set --data-dir to choose the folder.", diag.Quote(path))
	}
	return nil
}

// keep adds the files that the audit keeps to those it reads. A state that is one
// of those is a mistake.
func (m *Manifest) keep(opts Options) {
	in := m.Inputs()
	scenario := opts.Scenario
	if scenario == "" {
		scenario = filepath.Join(m.Dir, "simulator.json")
	}
	in.Add("the scenario of the simulator", scenario)
	if m.Backend.Path == "" {
		return // the state is in a database
	}
	state := filepath.Join(m.DataDir, filepath.FromSlash(m.Backend.Path))
	if p := checkInputs(in, m.Backend.Path, []string{state}); p != nil {
		m.backend.FailAt("path", p)
	}
	in.AddState(state)
}
