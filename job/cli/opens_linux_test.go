package cli_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// opens counts how often a file is opened until the returned function is called.
func opens(t *testing.T, path string) func() int {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unix.InotifyAddWatch(fd, path, unix.IN_OPEN); err != nil {
		t.Fatal(err)
	}
	return func() int {
		defer func() { _ = unix.Close(fd) }()
		count, buf := 0, make([]byte, 64<<10)
		for {
			n, err := unix.Read(fd, buf)
			if errors.Is(err, unix.EAGAIN) {
				return count
			}
			if err != nil {
				t.Fatal(err)
			}
			for events := bytes.NewReader(buf[:n]); events.Len() > 0; count++ {
				var e unix.InotifyEvent
				if err := binary.Read(events, binary.NativeEndian, &e); err != nil {
					t.Fatal(err)
				}
				if _, err := events.Seek(int64(e.Len), 1); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// A table of rows is opened once a command, however many reports there are.
func TestTablesAreOpenedOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	copyExamples(t, dir, "quickstart")
	must(os.WriteFile(filepath.Join(dir, "lines.jsonl"), []byte(`{"process_query_key": "KnaOneMore=", "audience": 1}`+"\n"), 0o600))
	must(os.WriteFile(filepath.Join(dir, "more.audit.hcl"), []byte(`
messages "lines" { source = "lines.jsonl" }
messages "again" {
  source  = "payslips.csv"
  columns = { process_query_key = "employee" }
}
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
	for _, args := range [][]string{{"validate"}, {"plan"}, {"apply", "-auto-approve"}, {"plan"}, {"report"}, {"show"}} {
		counted := map[string]func() int{}
		for _, table := range []string{"payslips.csv", "lines.jsonl", "staff.csv"} {
			counted[table] = opens(t, filepath.Join(dir, table))
		}
		status, stderr := run(t, append([]string{"--manifest", dir, "--simulator"}, args...)...)
		if status != 0 && status != 3 {
			t.Fatalf("%v: exit status %d\n%s", args, status, stderr)
		}
		for table, stop := range counted {
			if got := stop(); got != 1 {
				t.Errorf("%s opens %s %d times, once wanted", args[0], table, got)
			}
		}
	}
}
