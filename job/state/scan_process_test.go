//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package state

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"notifyaudit/job/longtest"
)

// playPurge purges what is old: the change first, then at a word the scrub.
func playPurge(ctx context.Context, in *bufio.Scanner) error {
	db, err := OpenSQLite(ctx, ".", "audit.db", Options{})
	if err != nil {
		return err
	}
	if _, err := db.Lock(ctx, "the purging one", 0); err != nil {
		return err
	}
	err = db.write(ctx, "purge", func(t *tx) error {
		_, changed, err := t.purge(ctx, Purge{Before: after(30)}, after(70))
		if err == nil && !changed {
			err = errors.New("nothing to purge")
		}
		return err
	})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	in.Scan()
	fmt.Println("scrubs")
	done, err := db.Scrub(ctx)
	fmt.Println("scrubbed", done, err)
	in.Scan()
	return nil
}

// Row 23 of the reliability table, when the process is killed between the purge
// and the end of its scrub: the next holder of the lock leaves no byte.
func TestNoByteIsLeftAfterAKill(t *testing.T) {
	for kill := range longtest.N(2, 5) {
		b, dir := openCrowded(t)
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
