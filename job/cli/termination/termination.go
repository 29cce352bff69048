// Package termination says in a line why the process ended, in the file in which
// Kubernetes looks for it (terminationMessagePath).
package termination

import (
	"fmt"
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

// Write replaces the content of a file that exists. Where there is none, or it can't be
// written, nothing happens: that is how it is outside of Kubernetes. err is the error
// that was shown, or nil. The one for wrong usage is left out: it has arguments, which
// may name people.
func Write(path string, status int, err error) {
	if path == "" {
		return
	}
	f, openErr := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if openErr != nil {
		return
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || f.Truncate(0) != nil {
		return
	}
	_, _ = f.WriteString(line(status, err))
}

func line(status int, err error) string {
	text := fmt.Sprintf("exit status %d: %s", status, exit.Meaning(status))
	if err != nil && status != exit.Usage {
		text += ": " + err.Error()
	}
	text = strings.Join(strings.Fields(term.Clean(text)), " ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + " …"
	}
	return text + "\n"
}
