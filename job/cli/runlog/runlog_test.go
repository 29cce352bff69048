package runlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"notifyaudit/job/cli/exit"
)

// records decodes a log.
func records(t *testing.T, text string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(text) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, record)
	}
	return all
}

// TestRun adds the run to every record from the time that it is known, also to those
// of loggers that were made before.
func TestRun(t *testing.T) {
	var out bytes.Buffer
	log, err := New(&out, "json")
	if err != nil {
		t.Fatal(err)
	}
	logger, err := log.Logger("info")
	if err != nil {
		t.Fatal(err)
	}
	client := logger.With("provider", "p")
	client.Info("before")
	log.SetRun("r1")
	client.Info("after")
	client.Debug("below the level")
	log.Always().Debug("always")
	log.SetRun("r2")
	logger.Warn("another run")
	var got []string
	for _, r := range records(t, out.String()) {
		got = append(got, fmt.Sprint(r["msg"], " ", r["provider"], " ", r["run_id"]))
	}
	want := "[before p <nil> after p r1 always <nil> r1 another run <nil> r2]"
	if fmt.Sprint(got) != want {
		t.Errorf("the log has %v, want %s", got, want)
	}
}

// TestLines makes one record of each line, however the lines are written.
func TestLines(t *testing.T) {
	var out bytes.Buffer
	log, err := New(&out, "json")
	if err != nil {
		t.Fatal(err)
	}
	w := Lines(log.Always())
	for _, text := range []string{"one\n", "t", "wo", "\n\n   \n  three  \nfo", "ur"} {
		if n, err := io.WriteString(w, text); n != len(text) || err != nil {
			t.Errorf("wrote %d of %q, %v", n, text, err)
		}
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { _, _ = io.WriteString(w, "\n"+strings.Repeat("x", 100)+"\n") })
	}
	group.Wait()
	var got []string
	for _, r := range records(t, out.String()) {
		got = append(got, fmt.Sprint(r["level"], " ", r["msg"]))
	}
	want := append([]string{"INFO one", "INFO two", "INFO three", "INFO four"}, strings.Split(strings.Repeat("INFO "+strings.Repeat("x", 100)+"|", 8), "|")[:8]...)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the log has %q, want %q", got, want)
	}
}

// TestWrongUsage refuses formats and levels that there are not.
func TestWrongUsage(t *testing.T) {
	_, format := New(io.Discard, "xml")
	log, err := New(io.Discard, "text")
	if err != nil {
		t.Fatal(err)
	}
	_, level := log.Logger("loud")
	for _, err := range []error{format, level} {
		if e, ok := errors.AsType[*exit.Error](err); !ok || e.Status != exit.Usage {
			t.Errorf("got %v", err)
		}
	}
}
