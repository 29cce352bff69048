package cli_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"notifyaudit/job/cli"
)

// crashWorld is a manifest of two messages with a secret from the environment, and
// a server that takes its time.
func crashWorld(t *testing.T, latency string) (w *watch, environ []string) {
	t.Helper()
	story, w := plant([]byte(`-- main.audit.hcl --
variable "app_secret" {
  type      = string
  sensitive = true
}
provider "dingtalk" {
  app_key    = "dingkey"
  app_secret = var.app_secret
}
message "a" {
  process_query_key = "K1"
  audience          = ["canary-person"]
}
message "b" {
  process_query_key = "K2"
  audience          = ["u2"]
}
report "json" { path = "out/read.json" }
report "csv" {
  directory = "out/csv"
}
-- canary-secret --
`))
	w.dir = t.TempDir()
	text, _, _ := strings.Cut(string(story), "-- canary-secret")
	text = strings.TrimPrefix(text, "-- main.audit.hcl --\n")
	w.inputs[text] = true
	lay(t, w.dir, "main.audit.hcl", text)
	lay(t, w.dir, "simulator.json", `{"latency":"`+latency+`"}`)
	return w, []string{"TERM=dumb", "NOTIFYAUDIT_VAR_app_secret=canary-secret-" + w.random["canary-secret"]}
}

// TestAPanicShowsNoSecret plants a panic in the middle of one message: it is that
// message's failure, told with its stack, and neither shows what was in memory.
func TestAPanicShowsNoSecret(t *testing.T) {
	w, environ := crashWorld(t, "1ms")
	var planted atomic.Bool
	now := func() time.Time {
		if inMessage() && planted.CompareAndSwap(false, true) {
			panic("planted")
		}
		return time.Now()
	}
	args := []string{"--manifest", w.dir, "--simulator", "--log-level", "debug", "apply", "-auto-approve"}
	var stdout, stderr bytes.Buffer
	status := cli.Main(t.Context(), cli.Env{
		Args: args, Environ: environ, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: now,
	})
	for _, leak := range w.ran(args, stdout.String(), stderr.String()) {
		t.Error(leak)
	}
	for _, want := range []string{"panic: planted", "runner.(*messageReader)", "1 of "} {
		if status != 3 || !strings.Contains(stderr.String(), want) {
			t.Fatalf("exit status %d, and %q should be in\n%s", status, want, stderr.String())
		}
	}
}

// inMessage reports whether the caller's caller is at work on one message.
func inMessage() bool {
	var callers [16]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])])
	for {
		frame, more := frames.Next()
		if strings.Contains(frame.Function, "runner.(*messageReader)") {
			return true
		}
		if !more {
			return false
		}
	}
}

// TestStackDumpsShowNoSecret has the real program dump all its stacks while it
// asks, as the runtime does when it crashes: with addresses and lengths of
// strings, not their bytes. A core dump would hold all memory; the runtime leaves
// one only with GOTRACEBACK=crash, which is for whoever sets it.
func TestStackDumpsShowNoSecret(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGABRT} {
		w, environ := crashWorld(t, "60s")
		args := []string{"--manifest", w.dir, "--simulator", "apply", "-auto-approve"}
		dump := ""
		for wait := 100 * time.Millisecond; !strings.Contains(dump, "dingtalk.(*Client).Ask"); wait *= 3 {
			if wait > 10*time.Second {
				t.Fatalf("%v: no dump of a program that asks:\n%s", signal, dump)
			}
			dump = dumped(t, w.dir, environ, args, signal, wait)
		}
		for _, leak := range w.ran(args, "", dump) {
			t.Errorf("%v: %s", signal, leak)
		}
	}
}

// dumped is what the real program says when it gets a signal, some time after it
// has planned.
func dumped(t *testing.T, dir string, environ, args []string, signal os.Signal, wait time.Duration) string {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	said := func() string {
		text, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	cmd := exec.CommandContext(t.Context(), "notifyaudit", args...)
	cmd.Env = append(append(os.Environ(), environ...), "GOTRACEBACK=system")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Minute); !strings.Contains(said(), "This state has spent") && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(wait)
	_ = cmd.Process.Signal(signal)
	_ = cmd.Wait()
	return said()
}

// writeCall is a call that writes to an open file, with the bytes in hexadecimal.
var writeCall = regexp.MustCompile(`\b(?:write|pwrite64|writev|pwritev2?|sendto|sendmsg)\(\d+<([^>]*)>, .*"((?:\\x[0-9a-f]{2})*)"`)

// TestEveryWrittenByte follows the system calls of the real program: no byte that
// it writes, to files that it removes again too, has the secret.
func TestEveryWrittenByte(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	w, environ := crashWorld(t, "1ms")
	log := filepath.Join(t.TempDir(), "calls")
	for _, args := range [][]string{
		{"--simulator", "plan", "-out", "made.plan"},
		{"--simulator", "--log-level", "debug", "apply", "-auto-approve", "-json"},
		{"--simulator", "report"},
	} {
		cmd := exec.CommandContext(t.Context(), strace, append([]string{
			"-f", "-y", "-qq", "-xx", "-s", "16777216", "-e", "signal=none", "-o", log,
			"-e", "trace=write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg", "notifyaudit", "--manifest", ".",
		}, args...)...)
		cmd.Dir, cmd.Env = w.dir, append(os.Environ(), environ...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		calls, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		for path, content := range writes(t, string(calls)) {
			for _, leak := range w.search(path, content, w.mayName(strings.TrimPrefix(path, w.dir+"/"))) {
				t.Errorf("%v: %s", args, leak)
			}
		}
	}
}

// writes is all that was written to each file, in order.
func writes(t *testing.T, log string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for line := range strings.Lines(log) {
		m := writeCall.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		path, err := strconv.Unquote(`"` + m[1] + `"`)
		if err != nil {
			t.Fatal(err)
		}
		text, err := strconv.Unquote(`"` + m[2] + `"`)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = append(all[path], text...)
	}
	if len(all) == 0 {
		t.Fatal("nothing was written")
	}
	return all
}

// TestNoChildProcess: there is no command line of another process for a secret to
// stand in.
func TestNoChildProcess(t *testing.T) {
	looked := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && (entry.Name() == ".ci" || entry.Name() == "pgtest") { // they are not in the program
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		looked++
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imported := range f.Imports {
			if imported.Path.Value == `"os/exec"` {
				t.Errorf("%s imports os/exec", path)
			}
		}
		text, err := os.ReadFile(path)
		if err == nil && regexp.MustCompile(`\b(?:os\.StartProcess|ForkExec|(?:syscall|unix)\.Exec)\(`).Match(text) {
			t.Errorf("%s starts a process", path)
		}
		return err
	})
	if err != nil || looked < 100 {
		t.Fatalf("%d files: %v", looked, err)
	}
}
