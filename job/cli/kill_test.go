package cli_test

import (
	"archive/zip"
	"encoding/csv"
	"errors"
	"flag"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"notifyaudit/job"
)

var kills = flag.Int("kills", 24, "how often TestKilledAtAnyMoment kills the program")

// TestKilledAtAnyMoment kills the real program with SIGKILL at random moments,
// while it asks, commits and writes reports. Whatever is on the disk then is
// whole, and going on ends with the truth, nothing asked twice but what was in
// flight.
func TestKilledAtAnyMoment(t *testing.T) {
	dir := t.TempDir()
	staff := people(300)
	list := truths(staff)
	killWorld(t, dir, staff, list)
	apply := func() *exec.Cmd {
		return exec.CommandContext(t.Context(), "notifyaudit", "--manifest", dir, "--simulator", "apply", "-auto-approve")
	}
	longest := timed(t, apply())
	random := rand.New(rand.NewPCG(1, 2))
	for killed := 0; killed < *kills; {
		cmd := apply()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.Int64N(int64(longest))))
		_ = cmd.Process.Kill()
		status := statusOf(cmd.Wait())
		whole(t, dir)
		if status == -1 {
			killed++
			continue
		}
		fresh(t, dir) // it came to its end: there must be something to ask again
	}
	if out, err := apply().CombinedOutput(); statusOf(err) != 3 {
		t.Fatalf("the last run: %v\n%s", err, out)
	}
	whole(t, dir)
	for _, stray := range strays(t, dir) {
		t.Errorf("%s was left behind", stray)
	}
	r := readReport(t, filepath.Join(dir, "truth.json"))
	for i, m := range r.Messages {
		// A run killed between its end and its reports is over: the one after it
		// finds nothing due.
		if m.Status == job.StatusFresh || m.Status == job.StatusSettled {
			r.Messages[i].Status = job.StatusCurrent
		}
	}
	compare(t, list, r)
}

// killWorld is the world of the truths, slow enough to be killed in.
func killWorld(t *testing.T, dir string, staff []string, list []truth) {
	t.Helper()
	world(t, dir, staff, list)
	path := filepath.Join(dir, "simulator.json")
	scenario, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	slow := strings.Replace(string(scenario), "{", `{"latency":"10ms",`, 1)
	if err := os.WriteFile(path, []byte(slow), 0o600); err != nil {
		t.Fatal(err)
	}
}

// timed runs the program once to its end and returns how long it took.
func timed(t *testing.T, cmd *exec.Cmd) time.Duration {
	t.Helper()
	begun := time.Now()
	if out, err := cmd.CombinedOutput(); statusOf(err) != 3 {
		t.Fatalf("the first run: %v\n%s", err, out)
	}
	return time.Since(begun)
}

// fresh takes the state away, so that there is something to ask again.
func fresh(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"audit.db", "audit.db-wal", "audit.db-shm"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

// statusOf is the exit status, -1 for the end by a signal.
func statusOf(err error) int {
	if err == nil {
		return 0
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return -2
	}
	if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return -1
	}
	return exit.ExitCode()
}

// whole fails the test when a file is torn: the state, a report.
func whole(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, "audit.db")); err == nil {
		if status, stderr := run(t, "--manifest", dir, "--simulator", "show"); status != 0 {
			t.Fatalf("the state after a kill: exit status %d\n%s", status, stderr)
		}
	}
	readReport(t, filepath.Join(dir, "truth.json"))
	book, err := zip.OpenReader(filepath.Join(dir, "truth.xlsx"))
	if err != nil {
		t.Fatalf("the workbook after a kill: %v", err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "csv", "messages.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatalf("the CSV after a kill: %v", err)
	}
	if want := 1 + len(truths(people(300))); len(rows) != want {
		t.Fatalf("the CSV after a kill has %d rows, want %d", len(rows), want)
	}
}

// strays are the temporary files below a folder.
func strays(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if name := filepath.Base(path); strings.HasSuffix(name, ".partial") || strings.HasSuffix(name, ".new") {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
