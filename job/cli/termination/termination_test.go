package termination_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/termination"
)

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	termination.Write(path, exit.Failure, errors.New("x"))
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was made")
	}
	termination.Write(filepath.Dir(path), exit.Failure, errors.New("x")) // a folder
	termination.Write("", exit.OK, nil)
	roster := filepath.Join(t.TempDir(), "staff.csv")
	if err := os.WriteFile(roster, []byte("user_id\nu1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	termination.Write(roster, exit.OK, nil)
	if text, err := os.ReadFile(roster); err != nil || string(text) != "user_id\nu1\n" {
		t.Errorf("somebody else's file is %q, %v", text, err)
	}
	for _, c := range []struct {
		status int
		err    error
		want   string
	}{
		{exit.OK, nil, "exit status 0: what was planned was done\n"},
		{exit.Incomplete, nil, "exit status 3: done, but some messages could not be read\n"},
		{exit.Config, errors.New("the secret\nis \x1b[1mwrong"), "exit status 78: the manifest, a credential or a permission is wrong: the secret is"},
		{exit.Usage, errors.New("no user zhang.wei"), "exit status 64: wrong usage\n"},
		{exit.Retry, errors.New(strings.Repeat("张", 2000)), " …\n"},
	} {
		if err := os.WriteFile(path, []byte("exit status 1: "+strings.Repeat("old ", 5000)), 0o600); err != nil {
			t.Fatal(err)
		}
		termination.Write(path, c.status, c.err)
		got, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(got), c.want) || strings.Count(string(got), "\n") != 1 || len(got) > 2100 || strings.Contains(string(got), "\x1b") {
			t.Errorf("status %d: %q, %v", c.status, got, err)
		}
	}
}
