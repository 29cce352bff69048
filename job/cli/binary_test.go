package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"notifyaudit/job/longtest"
)

// readmeBuild is the README's build line.
const readmeBuild = "CGO_ENABLED=0 go build -o notifyaudit ."

// built is the program, made once: in the long form by the README's line, as users have
// it; in the short form with cgo as the tests have it, so that only the linker has work
// to do. It lies beside the commands of the stories, which are removed when the tests end.
var built = sync.OnceValues(func() (string, error) {
	beside, err := exec.LookPath("notifyaudit")
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(beside), "notifyaudit-built")
	line := strings.Replace(readmeBuild, "-o notifyaudit", `-buildvcs=false -o "$0"`, 1)
	if !longtest.Enabled() {
		line = strings.TrimPrefix(line, "CGO_ENABLED=0 ")
	}
	cmd := exec.Command("sh", "-c", line, path)
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return path, nil
})

func realProgram(t *testing.T) string {
	t.Helper()
	if longtest.UnderRace {
		t.Skip("the race detector has nothing to find here")
	}
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// A process is a program at work. It ends with the test.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  lockedBuffer
	done chan struct{} // closed at its end, when status is set
	// status is the exit status, -1 for the end by a signal.
	status int
}

// launch starts a program in an environment of nothing but what is given.
func launch(t *testing.T, environ []string, name string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(name, args...), done: make(chan struct{})}
	p.cmd.Env = append([]string{"TERM=dumb", "PATH=" + os.Getenv("PATH")}, environ...)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.status = statusOf(p.cmd.Wait())
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.done
	})
	return p
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

func (p *process) over() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// until waits for something to hold, or for the end of the process.
func (p *process) until(holds func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(5 * time.Minute); !holds() && !p.over(); time.Sleep(200 * time.Microsecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("waited five minutes in vain for a process that said\n%s", p.out.String())
		}
	}
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatal(err)
	}
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// finishes waits for the end.
func (p *process) finishes() {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(5 * time.Minute):
		p.t.Fatalf("it still runs after five minutes\n%s", p.out.String())
	}
}

// ends waits for the end and holds the exit status against the one wanted.
func (p *process) ends(want int) (said string) {
	p.t.Helper()
	p.finishes()
	if said = p.out.String(); p.status != want {
		p.t.Fatalf("exit status %d, want %d\n%s", p.status, want, said)
	}
	return said
}

// A lockedBuffer can be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// strays are the files below a folder that are not meant to stay.
func strays(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		for _, end := range []string{".partial", ".new", ".new-journal"} {
			if strings.HasSuffix(path, end) {
				found = append(found, path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
