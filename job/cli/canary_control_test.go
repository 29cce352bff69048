package cli_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// newWatch watches an empty folder, for a secret and a person.
func newWatch(t *testing.T) (w *watch, secret, person string) {
	t.Helper()
	_, w = plant([]byte("canary-secret " + personWord + "\n-- main.audit.hcl --\nreport \"csv\" {\n  directory = \"out/${run.id}\"\n}\n"))
	w.dir = t.TempDir()
	return w, w.random["canary-secret"], w.random[personWord]
}

// TestCanariesAreFound leaks on purpose, in every way that the watch knows: each
// must be found, and nothing where there is nothing.
func TestCanariesAreFound(t *testing.T) {
	packed := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(text))
		_ = w.Close()
		return b.String()
	}
	zipped := func(text string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		f, _ := w.Create("xl/sharedStrings.xml")
		_, _ = f.Write([]byte(text))
		_ = w.Close()
		return b.String()
	}
	reversed := func(text string) string {
		b := []byte(text)
		slices.Reverse(b)
		return string(b)
	}
	base := base64.StdEncoding.EncodeToString
	leaks := map[string]func(secret string) string{
		"audit.db":                    func(s string) string { return "SQLite format 3\x00" + s },
		"audit.db-wal":                func(s string) string { return "\x00\x01" + s },
		"audit.db-shm":                func(s string) string { return s },
		"audit.db.lock":               func(s string) string { return "pid 1 " + s },
		"made.plan":                   func(s string) string { return `{"a": "` + s + `"}` },
		"out/x/people.csv":            func(s string) string { return "a," + s },
		"out/.x.csv.0123.partial":     func(s string) string { return "a," + s[:20] },
		"cut":                         func(s string) string { return s[13:] },
		"capitals":                    strings.ToUpper,
		"reversed":                    reversed,
		"hexadecimal":                 func(s string) string { return hex.EncodeToString([]byte("x" + s)) },
		"base64":                      func(s string) string { return base([]byte(s)) },
		"base64 of key:secret":        func(s string) string { return base([]byte("k:" + s)) },
		"base64 of a header":          func(s string) string { return base([]byte("Token " + s + "\r\n")) },
		"base64 of four and a secret": func(s string) string { return base([]byte("1234" + s)) },
		"book.xlsx":                   zipped,
		"old.gz":                      packed,
		"utf-16":                      func(s string) string { return strings.Join(strings.Split(s, ""), "\x00") },
	}
	for name, leak := range leaks {
		w, secret, _ := newWatch(t)
		lay(t, w.dir, name, "nothing to see")
		if found := w.ran([]string{"apply"}, "", ""); found != nil {
			t.Errorf("%s: found %q where there is nothing", name, found)
		}
		lay(t, w.dir, name, leak(secret)+"\n")
		if found := w.ran([]string{"apply"}, "", ""); found == nil {
			t.Errorf("%s: the secret was not found", name)
		}
	}
	w, secret, _ := newWatch(t)
	if w.ran([]string{"apply"}, secret, "") == nil || w.ran([]string{"apply"}, "", secret) == nil {
		t.Error("the secret was not found in the output")
	}
	lay(t, w.dir, "out/"+secret+"/x", "")
	if w.files() == nil {
		t.Error("the secret was not found in the name of a folder")
	}
}

// TestPeopleAreFoundWhereTheyMayNotBe: in the state, in reports that name people
// and from commands that do; nowhere else.
func TestPeopleAreFoundWhereTheyMayNotBe(t *testing.T) {
	for name, may := range map[string]bool{
		"audit.db": true, "audit.db-wal": true, "audit.db-shm": true, "sub/audit.db": true, "out/r1/people.csv": true, "data/out/r2/people.csv": true,
		"audit.db.lock": false, "made.plan": false, "people.csv": false, "out.csv": false, "read.json": false, "log.txt": false,
	} {
		w, _, person := newWatch(t)
		lay(t, w.dir, name, "a,"+person+"\n")
		if found := w.ran([]string{"apply"}, "", ""); (found == nil) != may {
			t.Errorf("%s: found %q", name, found)
		}
	}
	for line, may := range map[string]bool{
		"query K1": true, "show message.a": true, "--simulator show -json message.a": true, "state show message.a": true,
		"state export": true, "state person export u": true,
		"show": false, "show -json": false, "plan": false, "plan -json": false, "apply -json": false, "doctor": false, "state list": false,
	} {
		w, _, person := newWatch(t)
		if found := w.ran(strings.Fields(line), person, ""); (found == nil) != may {
			t.Errorf("standard output of %s: found %q", line, found)
		}
		if w.ran(strings.Fields(line), "", person) == nil {
			t.Errorf("standard error of %s: the person was not found", line)
		}
	}
}

func lay(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestAStoryThatLeaksFails plays a story with the real program in it that shows a
// secret: fmt shows a manifest as it is.
func TestAStoryThatLeaksFails(t *testing.T) {
	from := t.TempDir()
	lay(t, from, "leaks.txtar", `status 3 fmt -check -diff
-- main.audit.hcl --
provider "dingtalk" { access_token="canary-token" }
`)
	dir, watches := planted(t, from)
	c := &controlled{}
	var group sync.WaitGroup
	group.Go(func() { testscript.RunT(c, stories(dir, watches)) })
	group.Wait()
	if !c.failed || !strings.Contains(c.log.String(), "canary-token is in standard output") {
		t.Errorf("the story passed (%v) and said\n%s", !c.failed, c.log.String())
	}
}

// controlled is a test whose failure is looked at. It is used by one goroutine
// at a time, and each part of it runs in one of its own, which FailNow ends.
type controlled struct {
	failed bool
	log    strings.Builder
}

func (c *controlled) Skip(args ...any)  { c.Log(args...); runtime.Goexit() }
func (c *controlled) Fatal(args ...any) { c.Log(args...); c.FailNow() }
func (c *controlled) Parallel()         {}
func (c *controlled) Log(args ...any)   { fmt.Fprintln(&c.log, args...) }
func (c *controlled) FailNow()          { c.failed = true; runtime.Goexit() }
func (c *controlled) Verbose() bool     { return false }

func (c *controlled) Run(_ string, do func(testscript.T)) {
	var part sync.WaitGroup
	part.Go(func() { do(c) })
	part.Wait()
}
