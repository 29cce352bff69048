package state_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
	"notifyaudit/job/state/sqlite"
)

// Canaries begin the user ids of the people to be purged, of one to be erased and
// of those who stay. None occurs by chance.
const (
	canaryGone   = "gN7vQ2xGone"
	canaryErased = "eR4kW9zErased"
	canaryKept   = "kP3mJ8yKept"

	peopleGone = 1800
	peopleKept = 500
)

// crowded fills a state so that ids are in every table and in pages that were
// filled, emptied and rearranged.
func (b *bench) crowded(w *watched) {
	t := b.t
	t.Helper()
	ids := func(canary string, n int) (ids []string) {
		for i := range n {
			ids = append(ids, fmt.Sprintf("%s%05d", canary, i*7919%n))
		}
		return ids
	}
	gone, kept, erased := ids(canaryGone, peopleGone), ids(canaryKept, peopleKept), canaryErased+"0"
	for i, id := range gone {
		m := rowMessage(fmt.Sprint("lone", i), id, job.Listed("", []string{id, kept[i%peopleKept]}))
		b.read(m, 0, id)
		b.read(m, 1)
		if i%3 == 0 {
			c := b.failure(m, 2, job.ClassInvalid)
			c.Failure.Message = "no user " + id
			must(t, b.CommitFailure(t.Context(), c))
		}
	}
	for i, id := range kept {
		b.read(rowMessage(fmt.Sprint("kept", i), id, job.Listed("", []string{id, erased})), 60, id, erased)
	}
	staff := append(gone, kept...)
	for i := range 5 {
		b.read(message(fmt.Sprint("old", i), job.Listed("staff", staff)), 0, gone[i*100:i*100+600]...)
	}
	open := message("open", job.Audience{})
	must(t, b.CommitPage(t.Context(), b.page(open, 1, []string{"t1"}, gone[:400]...)))
	must(t, b.CommitPage(t.Context(), b.page(open, 2, []string{"t1", "t2"}, gone[400:800]...)))
	must(t, b.CommitStop(t.Context(), job.RobotStop{Provider: "p", RobotCode: "r", Message: "not " + gone[0], At: after(2)}))
	must(t, b.FinishRun(t.Context(), job.Run{ID: b.run, FinishedAt: after(3), Complete: true, Stops: []job.Stop{{Name: "r", Message: "not " + gone[1]}}}))
	// Rows of the middle go before, with the pages that they leave half empty.
	var removed []job.MessageID
	for i := range 100 {
		removed = append(removed, messageID(fmt.Sprint("lone", i*9)))
	}
	w.rewriting = func() bool { return false } // and scrub nothing
	_, err := personal.Remove(t.Context(), b.DB, removed)
	must(t, err)
	w.change(t, `UPDATE meta SET scrub = 0`)
}

var (
	crowdOnce sync.Once
	crowd     []byte
)

// openCrowded opens a copy of a crowded state, which takes a second to make.
func openCrowded(t *testing.T) (b *bench, w *watched, dir string) {
	t.Helper()
	crowdOnce.Do(func() {
		dir := fastDir(t)
		db, w := openWatched(t, dir)
		b := newBench(t, db)
		b.crowded(w)
		must(t, b.Close())
		data, err := os.ReadFile(filepath.Join(dir, "audit.db"))
		must(t, err)
		crowd = data
	})
	dir = t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "audit.db"), crowd, 0o600))
	db, w := openWatched(t, dir)
	return newBench(t, db), w, dir
}

// copies counts a text in all files of the state's folder.
func copies(t *testing.T, dir, text string) (count int) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		count += bytes.Count(data, []byte(text))
		return err
	}))
	return count
}

// purgeOld is the change of a purge without what comes after it.
func (b *bench) purgeOld(w *watched, scrub bool) {
	b.t.Helper()
	w.rewriting = func() bool { return false }
	took, err := personal.Purge(b.t.Context(), b.DB, personal.PurgeOptions{Before: after(30)}, after(70))
	must(b.t, err)
	if took.Messages == 0 {
		b.t.Error("nothing was purged")
	}
	if w.rewriting = nil; !scrub {
		w.change(b.t, `UPDATE meta SET scrub = 0`)
	}
}

// noCopies scans the folder while the state is open and once more when it isn't.
func (b *bench) noCopies(dir string, texts ...string) {
	t := b.t
	t.Helper()
	for _, when := range []string{"open", "closed"} {
		for _, text := range texts {
			if n := copies(t, dir, text); n > 0 {
				t.Errorf("%s: %d copies of %s…", when, n, text)
			}
		}
		if copies(t, dir, canaryKept) < peopleKept {
			t.Errorf("%s: the scan doesn't find those who stay", when)
		}
		must(t, b.Close())
	}
}

// Row 23 of the reliability table: not one byte of purged, erased or removed
// people is left in any file of the state's folder.
func TestNoByteOfPurgedPeopleIsLeft(t *testing.T) {
	for name, forget := range map[string]struct {
		do    func(*bench, *watched)
		texts []string
	}{
		"purge": {func(b *bench, _ *watched) {
			t := b.t
			took, err := personal.Purge(t.Context(), b.DB, personal.PurgeOptions{Before: after(30)}, after(70))
			must(t, err)
			same(t, "purged", took, personal.Purged{Messages: peopleGone - 100 + 5 + 1, People: peopleGone})
		}, []string{canaryGone}},
		"erase": {func(b *bench, _ *watched) {
			t := b.t
			n, err := personal.Erase(t.Context(), b.DB, canaryErased+"0")
			must(t, err)
			same(t, "messages", n, peopleKept)
		}, []string{canaryErased}},
		"remove": {func(b *bench, _ *watched) {
			t := b.t
			var ids []job.MessageID
			for e, err := range b.Messages(t.Context()) {
				must(t, err)
				if e.Address[0] != 'm' || b.isKept(e) {
					continue
				}
				ids = append(ids, e.ID)
			}
			_, err := personal.Remove(t.Context(), b.DB, ids)
			must(t, err)
			// What the API said when it stopped the run is no message's.
			_, err = personal.Purge(t.Context(), b.DB, personal.PurgeOptions{Before: after(30)}, after(70))
			must(t, err)
		}, []string{canaryGone}},
		"purge, then erase": {func(b *bench, _ *watched) {
			t := b.t
			_, err := personal.Purge(t.Context(), b.DB, personal.PurgeOptions{Before: after(30)}, after(70))
			must(t, err)
			_, err = personal.Erase(t.Context(), b.DB, canaryErased+"0")
			must(t, err)
		}, []string{canaryGone, canaryErased}},
		"a change that fails first": {func(b *bench, w *watched) {
			t := b.t
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := personal.Purge(ctx, b.DB, personal.PurgeOptions{Before: after(30)}, after(70)); !errors.Is(err, context.Canceled) {
				t.Errorf("a cancelled purge: %v", err)
			}
			b.purgeOld(w, true)
			if _, err := b.Scrub(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("a cancelled scrub: %v", err)
			}
			done, err := b.Scrub(t.Context())
			must(t, err)
			same(t, "done", done, true)
		}, []string{canaryGone}},
		"what was deleted and not overwritten before": {func(b *bench, w *watched) {
			t := b.t
			w.change(t, "PRAGMA secure_delete = OFF")
			b.purgeOld(w, false)
			w.change(t, "PRAGMA secure_delete = ON")
			_, err := personal.Erase(t.Context(), b.DB, canaryErased+"0")
			must(t, err)
		}, []string{canaryGone, canaryErased}},
		"the next holder of the lock": {func(b *bench, w *watched) {
			t := b.t
			b.purgeOld(w, true)
			must(t, b.lock.Release())
			_, err := b.Lock(t.Context(), "next", 0)
			must(t, err)
		}, []string{canaryGone}},
	} {
		t.Run(name, func(t *testing.T) {
			b, w, dir := openCrowded(t)
			forget.do(b, w)
			b.noCopies(dir, forget.texts...)
		})
	}
}

func (b *bench) isKept(e state.Entry) bool {
	return len(e.ID.ProcessQueryKey) > 4 && e.ID.ProcessQueryKey[:4] == "kept"
}

// The scan can fail: whatever of the measures is left out, it finds copies.
func TestScanFindsCopies(t *testing.T) {
	for name, half := range map[string]func(b *bench, w *watched, path string){
		"without a scrub": func(b *bench, w *watched, _ string) { b.purgeOld(w, false) },
		"without emptying the log": func(b *bench, w *watched, path string) {
			b.purgeOld(w, false)
			sqlExec("VACUUM")(b.t, path)
		},
		"without overwriting and VACUUM": func(b *bench, w *watched, path string) {
			w.change(b.t, "PRAGMA secure_delete = OFF")
			b.purgeOld(w, false)
			sqlExec("PRAGMA wal_checkpoint(TRUNCATE)")(b.t, path)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, w, dir := openCrowded(t)
			half(b, w, filepath.Join(dir, "audit.db"))
			n := copies(t, dir, canaryGone)
			t.Logf("%d copies", n)
			if n == 0 {
				t.Error("the scan found nothing")
			}
		})
	}
}

// A reader in the way is no error: the scrub stays to be done.
func TestScrubWaitsForReaders(t *testing.T) {
	b, w, dir := openCrowded(t)
	look, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{ReadOnly: true})
	must(t, err)
	b.purgeOld(w, true)
	done, err := b.Scrub(t.Context())
	must(t, err)
	same(t, "done beside a reader", done, false)
	if copies(t, dir, canaryGone) == 0 {
		t.Error("the reader's look was taken away")
	}
	b.read(message("goes on", job.Audience{}), 80)

	must(t, look.Close())
	done, err = b.Scrub(t.Context())
	must(t, err)
	same(t, "done", done, true)
	b.noCopies(dir, canaryGone)
	if _, err := b.Scrub(t.Context()); !errors.Is(err, state.ErrUnlocked) {
		t.Errorf("scrubbed without the lock: %v", err)
	}
}
