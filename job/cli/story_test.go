package cli_test

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"notifyaudit/job/cli"
)

// TestMain lets the test binary stand in for the program in the stories.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"notifyaudit": program})
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
// manifest and what the user sees.
func TestStories(t *testing.T) {
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "../../testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("EXAMPLES", examples)
			env.Setenv("TMPDIR", env.WorkDir)
			return nil
		},
		Cmds:               map[string]func(*testscript.TestScript, bool, []string){"status": status},
		RequireUniqueNames: true,
	})
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
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}
