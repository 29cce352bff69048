// Package termination says in a line why the process ended, in the file in which
// Kubernetes looks for it (terminationMessagePath).
package termination

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
)

// Path is the file that Kubernetes makes unless the container names another one.
const Path = "/dev/termination-log"

// longest bounds the line, in bytes: Kubernetes takes 4096 of all containers of a pod
// that have no more than 12 KiB together.
const longest = 2000

// begin is how each line begins.
const begin = "exit status "

// Write writes to a file that exists and is empty, or has an earlier line. Where there
// is none, or it can't be written, nothing happens: that is how it is outside of
// Kubernetes. err is the error
// that was shown, or nil. The one for wrong usage is left out: it has arguments, which
// may name people.
func Write(path string, status int, err error) {
	if path == "" {
		return
	}
	f, openErr := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if openErr != nil {
		return
	}
	defer func() { _ = f.Close() }()
	if !ours(f) || f.Truncate(0) != nil {
		return
	}
	_, _ = f.WriteAt([]byte(line(status, err)), 0)
}

// ours reports whether a file is there for these lines.
func ours(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	start := make([]byte, len(begin))
	n, err := f.ReadAt(start, 0)
	return n == 0 && errors.Is(err, io.EOF) || string(start) == begin
}

func line(status int, err error) string {
	text := fmt.Sprintf(begin+"%d: %s", status, exit.Meaning(status))
	if err != nil && status != exit.Usage {
		text += ": " + err.Error()
	}
	text = strings.Join(strings.Fields(term.Clean(text)), " ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + " …"
	}
	return text + "\n"
}
