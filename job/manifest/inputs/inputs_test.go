package inputs_test

import (
	"os"
	"path/filepath"
	"testing"

	"notifyaudit/job/manifest/inputs"
)

// TestFind names one file in every way.
func TestFind(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.MkdirAll(at("in"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("in/Müller.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"link.csv": "in/Müller.csv", "folder": "in", "dangling.db": "in/audit.db", "twice.db": "dangling.db", "loop": "loop"} {
		if err := os.Symlink(target, at(link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(at("in/Müller.csv"), at("hard.csv")); err != nil {
		t.Fatal(err)
	}
	var s inputs.Set
	s.Add("a table", at("in/Müller.csv"))
	s.Add("a folder", at("in"))
	s.Add("nothing", "")
	s.AddState(at("in/audit.db")) // which doesn't exist yet

	for path, want := range map[string]string{
		"in/Müller.csv":             "a table",
		"in/../in/./Müller.csv":     "a table",
		"in/MÜLLER.CSV":             "a table",
		"in/Mu\u0308ller.csv":       "a table",
		"folder/Müller.csv":         "a table",
		"folder/mÜller.CSV":         "a table",
		"link.csv":                  "a table",
		"hard.csv":                  "a table",
		"in/Müller.csv/report.json": "a table",
		"in/audit.db":               "the state",
		"in/Audit.DB":               "the state",
		"folder/audit.db":           "the state",
		"dangling.db":               "the state",
		"twice.db":                  "the state",
		"loop":                      "",
		"loop/x":                    "",
		"in/audit.db-wal":           "a part of the state",
		"in/audit.db-shm":           "a part of the state",
		"in/audit.db-journal":       "a part of the state",
		"in/audit.db.lock":          "a part of the state",
		"in/.credential-0a1b.lock":  "the lock of a credential",
		"in/other.csv":              "",
		"in":                        "",
		"out/audit.db":              "",
		"in/audit.db.json":          "",
	} {
		found, ok := s.Find(at(path))
		if ok != (want != "") || found.What != want {
			t.Errorf("%s is %q, want %q", path, found.What, want)
		}
	}
}

func TestEmptySet(t *testing.T) {
	var s inputs.Set
	if f, found := s.Find("x"); found {
		t.Errorf("found %v", f)
	}
}
