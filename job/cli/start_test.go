package cli_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// TestStartLoadsNothing: what packages make before main runs is made at each start, also
// for a command that doesn't need it. Allocations are counted: seconds depend on the
// machine.
func TestStartLoadsNothing(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(realProgram(t), "version")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const (
		most    = 4 << 20 // bytes of all packages: excelize and the root certificates have half of it
		mostOwn = 64      // allocations of a package of ours
	)
	total, lines := 0, 0
	for line := range strings.Lines(string(out)) {
		// init notifyaudit/job/table @53 ms, 0.011 ms clock, 208 bytes, 4 allocs
		fields := strings.Fields(line)
		if len(fields) < 11 || fields[0] != "init" {
			continue
		}
		lines++
		bytes, err := strconv.Atoi(fields[7])
		if err != nil {
			t.Fatal(err)
		}
		total += bytes
		if allocations, err := strconv.Atoi(fields[9]); err != nil || strings.HasPrefix(fields[1], "notifyaudit/") && allocations > mostOwn {
			t.Errorf("%s makes more than %d allocations at the start: %s", fields[1], mostOwn, line)
		}
	}
	if lines == 0 || total > most {
		t.Errorf("%d packages allocate %d bytes at the start, at most %d wanted", lines, total, most)
	}
}
