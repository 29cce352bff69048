//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package state_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"notifyaudit/job/longtest"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
	"notifyaudit/job/state/sqlite"
)

// playPurge purges what is old: the change first, then at a word the scrub.
func playPurge(ctx context.Context, in *bufio.Scanner) error {
	file, err := sqlite.OpenFile(ctx, ".", "audit.db", state.OpenOptions{})
	if err != nil {
		return err
	}
	w := &watched{Database: file}
	db, err := state.Open(ctx, w)
	if err != nil {
		return err
	}
	if _, err := db.Lock(ctx, "the purging one", 0); err != nil {
		return err
	}
	w.rewriting = func() bool {
		fmt.Println("ready")
		in.Scan()
		fmt.Println("scrubs")
		return true
	}
	took, err := personal.Purge(ctx, db, personal.PurgeOptions{Before: after(30)}, after(70))
	fmt.Println("scrubbed", took, err)
	in.Scan()
	return nil
}

// Row 23 of the reliability table, when the process is killed between the purge
// and the end of its scrub: the next holder of the lock leaves no byte.
func TestNoByteIsLeftAfterAKill(t *testing.T) {
	for kill := range longtest.N(2, 5) {
		b, _, dir := openCrowded(t)
		must(t, b.Close())
		purger := played(t, dir, "purge", nil)
		purger.hears("ready")
		if kill > 0 {
			purger.in("scrub")
			purger.hears("scrubs")
			time.Sleep(rand.N(time.Duration(kill) * 8 * time.Millisecond))
		}
		must(t, purger.cmd.Process.Kill())
		_ = purger.cmd.Wait() // it was killed
		left := copies(t, dir, canaryGone)
		t.Logf("%d copies after kill %d", left, kill)
		if kill == 0 && left == 0 {
			t.Error("the kill came too late to show anything")
		}
		next := newBench(t, openNew(t, dir))
		next.noCopies(dir, canaryGone)
	}
}
