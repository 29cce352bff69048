package cli_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A supervisor is asked by the kernel before each system call of a program that
// changes a file or sends something: all threads', one after the other, so that
// "the seventh write" means just that. See seccomp_unotify(2).
type supervisor struct {
	// decide says what becomes of a call: 0 lets it happen, else it fails with
	// that and does nothing.
	decide func(call) syscall.Errno
	pid    int
}

// A call is one system call.
type call struct {
	name string
	// path is the file it is about, absolute; for a rename the new one, and from
	// the old one. Empty for what is no file.
	path, from string
	// network: it goes to a socket.
	network bool
	// creates: an open that may make the file.
	creates bool
}

func (c call) String() string { return c.name + " " + filepath.Base(c.path) }

// supervised are the calls that are asked about, by number.
func supervised() map[uintptr]string {
	calls := map[uintptr]string{
		unix.SYS_WRITE: "write", unix.SYS_PWRITE64: "write", unix.SYS_WRITEV: "write", unix.SYS_PWRITEV: "write",
		unix.SYS_FSYNC: "sync", unix.SYS_FDATASYNC: "sync", unix.SYS_FTRUNCATE: "truncate", unix.SYS_FALLOCATE: "allocate",
		unix.SYS_OPENAT: "open", unix.SYS_RENAMEAT2: "rename", unix.SYS_UNLINKAT: "remove", unix.SYS_MKDIRAT: "mkdir",
		unix.SYS_FCHMOD: "chmod", unix.SYS_FCHMODAT: "chmod", unix.SYS_CONNECT: "connect",
	}
	maps.Copy(calls, oldCalls())
	return calls
}

// paths says in which arguments a call has its folder and path; folder -1: the
// path alone says it.
func (c call) paths(number uintptr) (folder, path int, found bool) {
	if _, old := oldCalls()[number]; old && number != unix.SYS_RENAMEAT {
		return -1, 0, true
	}
	switch number {
	case unix.SYS_OPENAT, unix.SYS_UNLINKAT, unix.SYS_MKDIRAT, unix.SYS_FCHMODAT:
		return 0, 1, true
	default:
		return 0, 0, false
	}
}

// The kernel's structures.
type (
	notification struct {
		id         uint64
		pid, flags uint32
		number     int32
		arch       uint32
		pointer    uint64
		args       [6]uint64
	}
	verdict struct {
		id    uint64
		value int64
		errno int32
		flags uint32
	}
)

// whyUnsupervised is why this machine has no supervisors, "" when it does.
func whyUnsupervised() string {
	action := uint32(unix.SECCOMP_RET_USER_NOTIF)
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	if errno != 0 {
		return "the kernel does not let a program be supervised: " + errno.Error()
	}
	return ""
}

// superviseMe is a program of the test binary: it hands the file of its filter to
// its parent and becomes the program in its arguments.
func superviseMe() {
	fatal := func(doing string, err error) {
		_, _ = fmt.Fprintln(os.Stderr, doing, err)
		os.Exit(125)
	}
	// The thread with the filter is the one that becomes the program.
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		fatal("no new privileges:", err)
	}
	filter := filterOf(supervised())
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	const flags = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
	listener, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		fatal("install the filter:", errno)
	}
	// From here on nothing may write before the parent has the listener.
	const toParent = 3
	if err := unix.Sendmsg(toParent, []byte{0}, unix.UnixRights(int(listener)), nil, 0); err != nil {
		os.Exit(124)
	}
	unix.CloseOnExec(toParent)
	unix.CloseOnExec(int(listener))
	_ = syscall.Exec(os.Args[1], os.Args[1:], os.Environ())
	os.Exit(123)
}

// filterOf notifies of some calls and lets all others pass.
func filterOf(calls map[uintptr]string) []unix.SockFilter {
	filter := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}} // the number
	for number := range calls {
		filter = append(filter,
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: uint32(number), Jt: 0, Jf: 1},
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_USER_NOTIF})
	}
	return append(filter, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW})
}

// supervise runs a program to its end, with decide asked about its calls.
func supervise(t *testing.T, decide func(call) syscall.Errno, environ []string, name string, args ...string) (status int, said string) {
	t.Helper()
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(ends[0]), "ours"), os.NewFile(uintptr(ends[1]), "theirs")
	defer func() { _ = ours.Close() }()
	var out lockedBuffer
	cmd := exec.Command("supervise-me", append([]string{name}, args...)...)
	// Preemption by signals would interrupt calls that wait for their verdict.
	cmd.Env = append([]string{"TERM=dumb", "PATH=" + os.Getenv("PATH"), "GODEBUG=asyncpreemptoff=1"}, environ...)
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = &out, &out, []*os.File{theirs}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = theirs.Close()
	listener, err := receiveFile(ends[0])
	if err != nil {
		_ = cmd.Process.Kill()
		t.Fatalf("%v %v: %s", err, cmd.Wait(), out.String())
	}
	s := &supervisor{decide: decide, pid: cmd.Process.Pid}
	served := make(chan error, 1)
	go func() { served <- s.serve(listener) }()
	status = statusOf(cmd.Wait())
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	return status, out.String()
}

func receiveFile(socket int) (int, error) {
	data, rights := make([]byte, 1), make([]byte, unix.CmsgSpace(4))
	n, length, _, _, err := unix.Recvmsg(socket, data, rights, unix.MSG_CMSG_CLOEXEC)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("the program hands over no filter: %w", err)
	}
	messages, err := unix.ParseSocketControlMessage(rights[:length])
	if err != nil || len(messages) != 1 {
		return 0, fmt.Errorf("the program hands over no filter: %w", err)
	}
	files, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(files) != 1 {
		return 0, fmt.Errorf("the program hands over no filter: %w", err)
	}
	return files[0], nil
}

// serve decides until the program is gone.
func (s *supervisor) serve(listener int) error {
	defer func() { _ = unix.Close(listener) }()
	names := supervised()
	for {
		events := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}}
		if _, err := unix.Poll(events, -1); err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		if events[0].Revents&unix.POLLIN == 0 {
			if events[0].Revents&unix.POLLHUP != 0 {
				return nil
			}
			continue
		}
		var n notification
		if errno := control(listener, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n)); errno != 0 {
			if errno == unix.ENOENT || errno == unix.EINTR { // its thread was interrupted, or killed
				continue
			}
			return fmt.Errorf("receive a call: %w", errno)
		}
		v := verdict{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
		if errno := s.decide(s.describe(names, &n)); errno != 0 {
			v.flags, v.errno = 0, -int32(errno)
		}
		if errno := control(listener, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&v)); errno != 0 && errno != unix.ENOENT {
			return fmt.Errorf("answer a call: %w", errno)
		}
	}
}

func control(fd int, request uintptr, argument unsafe.Pointer) syscall.Errno {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(argument))
	return errno
}

// describe finds out what a call is about. The caller waits meanwhile.
func (s *supervisor) describe(names map[uintptr]string, n *notification) call {
	number := uintptr(n.number)
	c := call{name: names[number]}
	switch c.name {
	case "write", "sync", "truncate", "allocate", "connect":
		c.path, c.network = s.opened(n.args[0])
		return c
	case "rename":
		if number == oldRename {
			c.from, c.path = s.at(-1, n.args[0]), s.at(-1, n.args[1])
			return c
		}
		c.from, c.path = s.at(int(int32(n.args[0])), n.args[1]), s.at(int(int32(n.args[2])), n.args[3])
		return c
	}
	if number == unix.SYS_FCHMOD {
		c.path, c.network = s.opened(n.args[0])
		return c
	}
	folder, path, found := c.paths(number)
	if !found {
		return c
	}
	base := -1
	if folder >= 0 {
		base = int(int32(n.args[folder]))
	}
	c.path = s.at(base, n.args[path])
	if c.name == "open" {
		c.creates = n.args[path+1]&unix.O_CREAT != 0
	}
	return c
}

// opened is the file behind a descriptor.
func (s *supervisor) opened(fd uint64) (path string, network bool) {
	path, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", s.pid, int32(fd)))
	if err != nil || !filepath.IsAbs(path) {
		return "", strings.HasPrefix(path, "socket:")
	}
	return path, false
}

// at is the path at an address of the program's memory, relative to a folder.
func (s *supervisor) at(folder int, address uint64) string {
	text := make([]byte, 512)
	n, err := unix.ProcessVMReadv(s.pid,
		[]unix.Iovec{{Base: &text[0], Len: uint64(len(text))}},
		[]unix.RemoteIovec{{Base: uintptr(address), Len: len(text)}}, 0)
	if err != nil {
		return ""
	}
	path, _, _ := strings.Cut(string(text[:n]), "\x00")
	if filepath.IsAbs(path) {
		return path
	}
	if folder < 0 {
		return path
	}
	base, _ := s.opened(uint64(folder))
	return filepath.Join(base, path)
}
