package source_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"notifyaudit/job/manifest/source"
)

// TestText: what an editor or a shell writes before the text is taken off.
func TestText(t *testing.T) {
	for data, want := range map[string]string{
		"a,王":                        "a,王",
		"\xef\xbb\xbfa,王":            "a,王",
		"\xef\xbb\xbf\xef\xbb\xbfa":  "a",
		"\xff\xfea\x00,\x00\x8b\x73": "a,王",
		"\xfe\xff\x00a\x00,\x73\x8b": "a,王",
		"\xff\xfe\xff\xfea\x00":      "a",
		"":                           "",
	} {
		if got, err := source.Text([]byte(data)); err != nil || string(got) != want {
			t.Errorf("%q is %q, %v", data, got, err)
		}
	}
	for _, data := range []string{"\xff", "a\xe5\x9b", "\xff\xfe\x00\xd8a\x00", "\xff\xfea"} {
		if got, err := source.Text([]byte(data)); err == nil {
			t.Errorf("%q is %q", data, got)
		}
	}
}

// TestNamesInBothForms: ü is one character or two, and the file is the same.
func TestNamesInBothForms(t *testing.T) {
	const composed, decomposed = "pr\u00fcfung/\u540d\u5355\u00e9.csv", "pru\u0308fung/\u540d\u5355e\u0301.csv"
	for _, onDisk := range []string{composed, decomposed} {
		dir := t.TempDir()
		path := filepath.Join(dir, filepath.FromSlash(onDisk))
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("user_id\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		files, err := source.New(dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, written := range []string{composed, decomposed} {
			f, err := files.Find(written, "a table")
			if err != nil {
				t.Errorf("%+q on disk, %+q in the manifest: %v", onDisk, written, err)
				continue
			}
			if err := f.Hash(); err != nil || f.Name != composed {
				t.Errorf("%+q is called %+q, %v", written, f.Name, err)
			}
		}
		if n := len(files.Digests()); n != 1 {
			t.Errorf("%+q is %d files", onDisk, n)
		}
		if _, err := files.Find("pr\u00fcfung/other.csv", "a table"); err == nil {
			t.Error("a file that isn't there is found")
		}
	}
}

// TestHeldFilesChange: a file that stays open is still the one at its path.
func TestHeldFilesChange(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"replaced": func(path string) error {
			info, err := os.Stat(path)
			if err == nil {
				err = os.WriteFile(path+".new", []byte("user_id\nu2\n"), 0o600)
			}
			if err == nil {
				err = os.Chtimes(path+".new", info.ModTime(), info.ModTime())
			}
			if err == nil {
				err = os.Rename(path+".new", path)
			}
			return err
		},
		"longer":  func(path string) error { return os.WriteFile(path, []byte("user_id\nu1\nu2\n"), 0o600) },
		"touched": func(path string) error { return os.Chtimes(path, time.Unix(1, 0), time.Unix(1, 0)) },
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "staff.csv")
		if err := os.WriteFile(path, []byte("user_id\nu1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		files, err := source.New(dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer files.Close()
		held, err := files.Hold("staff.csv", "a table")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			opened, err := held.Open()
			if err != nil {
				t.Fatal(err)
			}
			if err := opened.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if err := change(path); err != nil {
			t.Fatal(err)
		}
		if _, err := held.Open(); !errors.Is(err, source.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := held.Open(); err == nil {
			t.Errorf("%s: a file that isn't there is read", name)
		}
	}
}
