package manifest_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"notifyaudit/job/manifest"
)

func TestPathsThatMayBeRead(t *testing.T) {
	outside := folder(t, map[string]string{"staff.csv": "user_id\nu1\n", "note.txt": "note"})
	tests := []struct {
		name string
		// prepare puts something named staff.csv into the manifest's folder.
		prepare func(dir string) error
		allow   bool
		says    string // "": it loads
	}{
		{
			name:    "symlink within",
			prepare: func(dir string) error { return os.Symlink("real.csv", filepath.Join(dir, "staff.csv")) },
		},
		{
			name: "symlink out",
			prepare: func(dir string) error {
				return os.Symlink(filepath.Join(outside, "staff.csv"), filepath.Join(dir, "staff.csv"))
			},
			says: "outside of the manifest's folder",
		},
		{
			name: "symlink out, allowed",
			prepare: func(dir string) error {
				return os.Symlink(filepath.Join(outside, "staff.csv"), filepath.Join(dir, "staff.csv"))
			},
			allow: true,
		},
		{
			name:    "symlink to the system",
			prepare: func(dir string) error { return os.Symlink("/proc/self/environ", filepath.Join(dir, "staff.csv")) },
			allow:   true, says: "outside of the manifest's folder",
		},
		{
			name:    "fifo",
			prepare: func(dir string) error { return syscall.Mkfifo(filepath.Join(dir, "staff.csv"), 0o600) },
			says:    "not a regular file",
		},
		{
			name:    "unreadable",
			prepare: func(dir string) error { return os.WriteFile(filepath.Join(dir, "staff.csv"), nil, 0o000) },
			says:    "",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "unreadable" {
				if os.Getuid() == 0 {
					t.Skip("root reads everything")
				}
				tt.says = "permission denied"
			}
			dir := folder(t, map[string]string{"main.audit.hcl": provider + message("") + "\n" + staff, "real.csv": "user_id\nu1\n"})
			if err := tt.prepare(dir); err != nil {
				t.Fatal(err)
			}
			opts := options(dir)
			if tt.allow {
				opts.AllowDirs = []string{outside}
			}
			_, diags := manifest.Load(t.Context(), opts)
			if tt.says == "" && diags.HasErrors() || tt.says != "" && (len(diags) != 1 || !strings.Contains(diags[0].Detail, tt.says)) {
				t.Errorf("got %v, want %q", diags, tt.says)
			}
		})
	}
}

func TestFilesThatFunctionsRead(t *testing.T) {
	tests := []struct{ path, says string }{
		{"/etc/passwd", "outside of the manifest's folder"},
		{"../" + "x", "not exist"},
		{"/proc/self/environ", "outside of the manifest's folder"},
		{"large.txt", "larger than 4096 KiB"},
		{"binary", "not UTF-8"},
		{"fifo", "not a regular file"},
		{".", "folder"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			dir := folder(t, map[string]string{
				"main.audit.hcl": provider + message("title = file(\""+tt.path+"\")"),
				"large.txt":      strings.Repeat("x", 4<<20+1), "binary": "\xff\xfe\x00",
			})
			if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, diags := manifest.Load(t.Context(), options(dir))
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, tt.says) {
				t.Errorf("got %v, want %q", diags, tt.says)
			}
		})
	}
}

func TestManifestsThatArentThere(t *testing.T) {
	empty := t.TempDir()
	tests := []struct{ name, path, summary, says string }{
		{"missing", filepath.Join(empty, "none"), "Manifest not found", "notifyaudit init"},
		{"empty folder", empty, "Manifest not found", "notifyaudit init"},
		{"fifo", folder(t, nil), "Manifest not readable", "not a regular file"},
		{"broken JSON", folder(t, map[string]string{"a.audit.hcl.json": "{"}), "Missing value", "ends prematurely"},
		{"a table", filepath.Join(folder(t, map[string]string{"staff.csv": "user_id\nu1\n"}), "staff.csv"), "Not a manifest", "ends in .csv"},
	}
	if err := syscall.Mkfifo(filepath.Join(tests[2].path, "a.audit.hcl"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, diags := manifest.Load(t.Context(), options(tt.path))
			if m != nil || len(diags) != 1 || diags[0].Summary != tt.summary || !strings.Contains(diags[0].Detail, tt.says) {
				t.Errorf("got %v", diags)
			}
		})
	}
}

func TestSourcesAreDigested(t *testing.T) {
	dir := folder(t, map[string]string{
		"main.audit.hcl": provider + message(`title = file("note.txt")`) + "\n" + staff,
		"note.txt":       "abc", "staff.csv": "user_id\nu1\n", "a.auto.auditvars": "app_secret = \"canary\"",
	})
	m, _ := load(t, options(dir))
	var paths []string
	for _, s := range m.Sources {
		paths = append(paths, s.Path)
		if s.Path == "note.txt" && s.SHA256 != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
			t.Errorf("got %s for abc", s.SHA256)
		}
	}
	if got := strings.Join(paths, " "); got != "main.audit.hcl note.txt staff.csv" {
		t.Errorf("got %s", got)
	}
}
