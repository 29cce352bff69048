package cli_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// opens counts how often a file is opened until the returned function is called.
func opens(t *testing.T, path string) func() int {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	watch := os.NewFile(uintptr(fd), "inotify")
	if _, err := unix.InotifyAddWatch(fd, path, unix.IN_OPEN); err != nil {
		t.Fatal(err)
	}
	return func() int {
		defer func() { _ = watch.Close() }()
		if err := watch.SetReadDeadline(time.Now()); err != nil {
			t.Fatal(err)
		}
		count, buf := 0, make([]byte, 64<<10)
		for {
			n, err := watch.Read(buf)
			if err != nil {
				return count
			}
			for events := bytes.NewReader(buf[:n]); events.Len() > 0; {
				var e unix.InotifyEvent
				if err := binary.Read(events, binary.NativeEndian, &e); err != nil {
					t.Fatal(err)
				}
				if _, err := events.Seek(int64(e.Len), 1); err != nil {
					t.Fatal(err)
				}
				count++
			}
		}
	}
}

// The rows of a manifest can be a million: each command reads them as often as it
// has to, however many reports there are.
func TestRowsAreReadOnceForAllReports(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.CopyFS(dir, os.DirFS("../../examples/quickstart")))
	must(os.WriteFile(filepath.Join(dir, "reports.audit.hcl"), []byte(`
report "excel" "all" {
  path   = "out/all.xlsx"
  sheets = ["summary", "campaigns", "messages", "departments", "matrix", "trend", "unread", "reminders", "people", "detail", "problems", "notes"]
}
report "excel" "aggregate" {
  path   = "out/aggregate.xlsx"
  people = "aggregate"
}
report "html" { path = "out/page.html" }
report "markdown" { path = "out/note.md" }
`), 0o600))
	rows := filepath.Join(dir, "payslips.csv")
	counted := func(args ...string) int {
		t.Helper()
		stop := opens(t, rows)
		status, stderr := run(t, append([]string{"--manifest", dir, "--simulator"}, args...)...)
		if status != 0 && status != 3 {
			t.Fatalf("%v: exit status %d\n%s", args, status, stderr)
		}
		return stop()
	}
	load := counted("validate")
	for _, tt := range []struct {
		command string
		passes  int // beside that of loading the manifest
	}{
		{"apply", 3}, // to plan, to ask, for the reports // two to plan, one to ask, one for the reports
		{"report", 1},
		{"show", 1},
	} {
		args := []string{tt.command}
		if tt.command == "apply" {
			args = append(args, "-auto-approve")
		}
		if got := counted(args...) - load; got > tt.passes {
			t.Errorf("%s opens the rows %d times, at most %d wanted", tt.command, got, tt.passes)
		}
	}
}
