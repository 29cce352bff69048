package cli_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

// A fullDisk takes so many bytes and no more.
type fullDisk struct{ room int }

var errFull = errors.New("no space left on the test's device")

func (d *fullDisk) Write(text []byte) (int, error) {
	if d.room < len(text) {
		n := d.room
		d.room = 0
		return n, errFull
	}
	d.room -= len(text)
	return len(text), nil
}

// TestStandardOutputThatCannotBeWritten: every command that has results ends with
// 1 where nobody gets them, whether the first byte is refused or the last.
func TestStandardOutputThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	audit := appliedAudit(t)
	for name, line := range cutShort() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "query" { // it keeps the answer: see the story query_kept
				return
			}
			ctx, end := context.WithCancel(t.Context())
			defer end()
			if name == "simulate" { // it ends with its context alone
				end()
			}
			var results, said bytes.Buffer
			runLine(ctx, copyOf(t, audit), line, &results, &said)
			if results.Len() == 0 { // it says nothing there
				return
			}
			for _, room := range []int{0, results.Len() / 2} {
				said.Reset()
				status := runLine(ctx, copyOf(t, audit), line, &fullDisk{room: room}, &said)
				if status != 1 || !strings.Contains(said.String(), errFull.Error()) {
					t.Errorf("%s with room for %d of %d bytes: exit status %d\n%s", line, room, results.Len(), status, said.String())
				}
			}
		})
	}
}
