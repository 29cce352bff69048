package cli_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	// mostMemory is what a bomb may cost the program at its peak, over what it
	// needs to say its version.
	mostMemory = 300 << 20
	// mostWork is how long a bomb may keep a processor busy, three times what the
	// worst does on an idle machine, and mostTime how long it may take on a machine
	// that does ten other things.
	mostWork = 45 * time.Second
	mostTime = 10 * time.Minute
)

// A spent is what one run of the program came to.
type spent struct {
	status int
	output string // both streams
	memory int64  // the peak of its resident set in bytes, 0 where nobody counts it
	took   time.Duration
	busy   time.Duration // of a processor, in both its modes
}

// spend runs the program in a process of its own and looks at what it took.
// Nothing limits its memory but itself.
func spend(t *testing.T, dir string, args ...string) spent {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), mostTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "notifyaudit", args...)
	cmd.Dir = dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "GOMEMLIMIT=") })
	cmd.Env = append(cmd.Env, "HOME="+dir, "TMPDIR="+dir, "XDG_CACHE_HOME="+dir)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	begun := time.Now()
	err := cmd.Run()
	s := spent{status: statusOf(err), output: output.String(), took: time.Since(begun)}
	s.busy = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if ok && runtime.GOOS == "linux" {
		s.memory = usage.Maxrss << 10
	}
	return s
}

// withinBounds fails the test unless the run took no more than a bomb may.
func (s spent) withinBounds(t *testing.T, idle int64) {
	t.Helper()
	t.Logf("exit status %d, %d MiB over %d MiB, %v, busy %v", s.status, (s.memory-idle)>>20, idle>>20,
		s.took.Round(time.Millisecond), s.busy.Round(time.Millisecond))
	if s.took >= mostTime || s.busy >= mostWork {
		t.Errorf("it took %v, %v of a processor", s.took, s.busy)
	}
	if s.memory-idle > mostMemory {
		t.Errorf("it took %d MiB of memory, more than %d MiB over the usual", s.memory>>20, mostMemory>>20)
	}
	for _, crash := range []string{"panic:", "fatal error:", "goroutine 1 ["} {
		if strings.Contains(s.output, crash) {
			t.Errorf("it crashed:\n%.2000s", s.output)
		}
	}
	if len(s.output) > 64<<10 {
		t.Errorf("it wrote %d bytes to the terminal", len(s.output))
	}
}

// idleMemory is the peak of a run that does nothing: the program itself, and
// what it inherits of this process' own peak between fork and exec.
func idleMemory(t *testing.T, dir string) int64 {
	t.Helper()
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // forget the peak; Linux alone has this
	s := spend(t, dir, "version")
	if s.status != 0 {
		t.Fatalf("version: exit status %d\n%s", s.status, s.output)
	}
	return s.memory
}

// put writes a file of a test's folder.
func put(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
