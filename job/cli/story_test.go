package cli_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"notifyaudit/job/cli"
	"notifyaudit/job/longtest"
)

// TestMain lets the test binary stand in for the program in the stories. Most tests
// here wait for a process or a server, so more of them run at a time than there are
// processors; -parallel still decides.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", strconv.Itoa(3*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	copyHelpFlag()
	testscript.Main(m, parts())
}

// program is main, as far as the command line knows.
func program() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Main(ctx, cli.Env{
		Args: os.Args[1:], Environ: os.Environ(),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	}))
}

// TestStories runs testdata/script: each file is one user's story, with its
// manifest and what the user sees. Nothing that it writes may have its secrets.
// What takes long in it stands behind the condition [long].
func TestStories(t *testing.T) {
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	dir, watches := planted(t, "../../testdata/script")
	testscript.Run(t, stories(dir, watches, "EXAMPLES="+examples))
}

// stories are the ones of a folder, watched.
func stories(dir string, watches map[string]*watch, environ ...string) testscript.Params {
	return testscript.Params{
		Dir: dir,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, environ...)
			env.Setenv("TMPDIR", env.WorkDir)
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
			w := watches[strings.TrimPrefix(filepath.Base(env.WorkDir), "script-")]
			w.dir = env.WorkDir
			env.Values[watchKey{}] = w
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "long" {
				return false, fmt.Errorf("there is no condition %s", name)
			}
			return longtest.Enabled(), nil
		},
		Cmds:               map[string]func(*testscript.TestScript, bool, []string){"status": status},
		RequireUniqueNames: true,
	}
}

// watchKey is the key of a story's watch among its values.
type watchKey struct{}

// planted copies the stories of a folder, with canaries in them, and returns the
// copies' folder and who watches which.
func planted(t *testing.T, from string) (dir string, watches map[string]*watch) {
	t.Helper()
	dir, watches = t.TempDir(), map[string]*watch{}
	paths, err := filepath.Glob(filepath.Join(from, "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no story in %s: %v", from, err)
	}
	for _, path := range paths {
		name := filepath.Base(path)
		story, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		plays := strings.Contains(string(story), "\nprovider \"dingtalk\"") && name != "fmt.txtar" // which shows manifests as they are
		if plays && !canaryWord.Match(story) {
			t.Errorf("%s has a provider, but no canary: write its secret as canary-secret or canary-token, and a user id as %s", path, personWord)
		}
		story, watches[strings.TrimSuffix(name, ".txtar")] = plant(story)
		if err := os.WriteFile(filepath.Join(dir, name), story, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, watches
}

// status runs the program and holds its exit status against the first argument:
// status 78 apply -auto-approve. An argument of the form 'a b' is one argument.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: status CODE [ARG...]")
	}
	err := ts.Exec("notifyaudit", args[1:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	w, _ := ts.Value(watchKey{}).(*watch)
	if leaks := w.ran(args[1:], ts.ReadFile("stdout"), ts.ReadFile("stderr")); len(leaks) > 0 {
		ts.Fatalf("%s", strings.Join(leaks, "\n"))
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}
