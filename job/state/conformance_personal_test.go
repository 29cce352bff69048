package state_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/audit"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/personal"
	"notifyaudit/job/state/transfer"
)

// figures are what a report says of a message, and what a purge and an erasure
// must leave as it is.
type figures struct {
	Counts           job.Counts
	Outside, Readers int
	Rated            bool
	Rate             float64
	Size             int
}

// figures joins messages with the state as the reports do.
func (b *bench) figures(messages ...*job.Message) map[string]figures {
	b.t.Helper()
	run, err := b.LatestRun(b.t.Context())
	must(b.t, err)
	all := make(map[string]figures)
	for r, err := range audit.Results(b.t.Context(), b.masked(messages), b.DB, audit.Options{Run: run}) {
		must(b.t, err)
		f := figures{Counts: r.Counts, Outside: r.Outside, Readers: r.ReaderCount(), Size: r.Audience.Size}
		f.Rate, f.Rated = r.ReadRate()
		all[r.Message.ID.ProcessQueryKey] = f
	}
	return all
}

// masked is the manifest's stream as it meets the state.
func (b *bench) masked(messages []*job.Message) iter.Seq2[job.Message, error] {
	return func(yield func(job.Message, error) bool) {
		for _, m := range messages {
			masked := *m
			masked.Audience, masked.NotDelivered = b.Erased().Audience(m.Audience), b.Erased().IDs(m.NotDelivered)
			if !yield(masked, nil) {
				return
			}
		}
	}
}

func rowMessage(key, row string, audience job.Audience) *job.Message {
	m := message(key, audience)
	m.Address = fmt.Sprintf("messages.slips[%q]", row)
	m.ID.Kind = job.Group
	return m
}

func (b *bench) address(key string) string {
	b.t.Helper()
	for entry, err := range b.Messages(b.t.Context()) {
		must(b.t, err)
		if entry.ID.ProcessQueryKey == key {
			return entry.Address
		}
	}
	return ""
}

// userIDs are the people of the state.
func (b *bench) userIDs() (ids []string) {
	b.t.Helper()
	must(b.t, b.Look(b.t.Context(), "list", func(t *rows.Tx) (err error) {
		ids, err = sqldb.Column[string](b.t.Context(), &t.Tx, `SELECT user_id FROM person`)
		return err
	}))
	slices.Sort(ids)
	return ids
}

func notDelivered(messages ...*job.Message) map[job.MessageID][]string {
	ids := make(map[job.MessageID][]string)
	for _, m := range messages {
		if len(m.NotDelivered) > 0 {
			ids[m.ID] = m.NotDelivered
		}
	}
	return ids
}

// oldAndNew has a message of each kind read before minute 10, and two after it.
func (b *bench) oldAndNew() (old, kept []*job.Message) {
	staff := job.Listed("staff", []string{"s1", "s2", "s3", "s4"})
	listed := message("listed", staff)
	listed.NotDelivered = []string{"nobody", "s4"}
	sized := message("sized", job.Sized(5))
	sized.NotDelivered = []string{"x1", "x2"}
	old = []*job.Message{
		listed, sized, message("unknown", job.Audience{}), message("shared", staff),
		rowMessage("lone", "lone-person", job.Listed("", []string{"lone-person"})),
		message("unread", job.Listed("", []string{"o1", "o2"})),
	}
	b.read(listed, 0, "s1", "stranger")
	b.read(listed, 2, "s4")
	b.read(sized, 0, "z1", "z2")
	b.read(old[2], 0, "w1")
	b.read(old[3], 0, "s3")
	b.read(old[4], 0, "lone-person")
	b.read(old[5], 0)
	kept = []*job.Message{message("kept", staff), rowMessage("late", "late-person", job.Audience{})}
	b.read(kept[0], 20, "s1", "stranger2")
	b.read(kept[1], 0, "late-person")
	b.read(kept[1], 20)
	return old, kept
}

func testPurge(b *bench) {
	t := b.t
	old, kept := b.oldAndNew()
	manifest := slices.Concat(old, kept)
	before, untouched := b.figures(manifest...), []any{b.record("kept"), b.record("late"), b.readers("kept"), b.readers("late")}

	want := personal.Purged{Messages: 6, People: 7} // stranger, z1, z2, w1, lone-person, o1, o2
	would, err := personal.Purgeable(t.Context(), &b.View, after(10))
	must(t, err)
	same(t, "purgeable", would, want)
	took, err := personal.Purge(t.Context(), b.DB, personal.PurgeOptions{Before: after(10), NotDelivered: notDelivered(manifest...)}, after(30))
	must(t, err)
	same(t, "purged", took, want)

	same(t, "figures", b.figures(manifest...), before)
	same(t, "messages after the cutoff", []any{b.record("kept"), b.record("late"), b.readers("kept"), b.readers("late")}, untouched)
	same(t, "people", b.userIDs(), []string{"late-person", "s1", "s2", "s3", "s4", "stranger2"})
	for key, audience := range map[string]job.Audience{
		"listed": {Form: job.AudienceSized, Size: 3, Roster: "staff"}, "sized": job.Sized(3), "unknown": {},
		"lone": job.Sized(1), "shared": {Form: job.AudienceSized, Size: 4, Roster: "staff"},
	} {
		r := b.record(key)
		same(t, key, r.Audience, audience)
		same(t, key, r.AudienceHash, "")
		same(t, key, r.PurgedAt, after(30))
		same(t, key, len(b.readers(key)), 0)
	}
	var reads []int
	for r, err := range b.History(t.Context(), messageID("listed")) {
		must(t, err)
		reads = append(reads, r.Read)
	}
	same(t, "history of the audience in force", reads, []int{1, 1})
	same(t, "address of a row", []string{b.address("lone"), b.address("listed"), b.address("late")},
		[]string{"messages.slips", "message.listed", `messages.slips["late-person"]`})

	serial, err := b.Serial(t.Context())
	must(t, err)
	took, err = personal.Purge(t.Context(), b.DB, personal.PurgeOptions{Before: after(10), NotDelivered: notDelivered(manifest...)}, after(40))
	must(t, err)
	same(t, "purged again", took, personal.Purged{})
	same(t, "figures", b.figures(manifest...), before)
	same(t, "purged at", b.record("listed").PurgedAt, after(30))
	now, err := b.Serial(t.Context())
	must(t, err)
	same(t, "serial", now, serial+1)
}

// Of a message without a reading nothing stays that could name anybody, but it
// is no purged message: there are no counts to keep.
func testPurgeUnread(b *bench) {
	t := b.t
	open, failed := rowMessage("open", "row-a", job.Audience{}), rowMessage("failed", "row-b", job.Audience{})
	must(t, b.CommitPage(t.Context(), b.page(open, 1, []string{"t"}, "u1")))
	must(t, b.CommitFailure(t.Context(), b.failure(failed, 1, job.ClassInvalid)))
	young := rowMessage("young", "row-c", job.Audience{})
	must(t, b.CommitPage(t.Context(), b.page(young, 20, []string{"t"}, "u2")))
	must(t, b.FinishRun(t.Context(), job.Run{ID: b.run, FinishedAt: after(2), Stops: []job.Stop{{Reach: job.ReachRobot, Name: "r", Message: "not u1"}}}))
	must(t, b.CommitStop(t.Context(), job.RobotStop{Provider: "p", RobotCode: "r", Message: "not u1", At: after(2)}))

	would, err := personal.Purgeable(t.Context(), &b.View, after(10))
	must(t, err)
	took, err := personal.Purge(t.Context(), b.DB, personal.PurgeOptions{Before: after(10)}, after(30))
	must(t, err)
	same(t, "purged", []personal.Purged{took, would}, []personal.Purged{{Messages: 2, People: 1}, {Messages: 2, People: 1}})
	same(t, "people", b.userIDs(), []string{"u2"})
	same(t, "addresses", []string{b.address("open"), b.address("failed"), b.address("young")},
		[]string{"messages.slips", "messages.slips", `messages.slips["row-c"]`})
	same(t, "cursor", b.record("open").Cursor, nil)
	same(t, "words", b.record("failed").Failure.Message, "")
	same(t, "what is known of the failure", b.record("failed").Failure.Code, "a.code")
	same(t, "purged at", []time.Time{b.record("open").PurgedAt, b.record("failed").PurgedAt}, []time.Time{{}, {}})
	run, err := b.LatestRun(t.Context())
	must(t, err)
	same(t, "stops", run.Stops, []job.Stop{{Reach: job.ReachRobot, Name: "r"}})
	stops, err := b.Stops(t.Context())
	must(t, err)
	same(t, "robot's words", stops[0].Message, "")
	same(t, "young cursor", b.record("young").Cursor.NextToken, "t")
}

func testReadAfterPurge(b *bench) {
	t := b.t
	m := rowMessage("k", "row", job.Listed("staff", []string{"u1", "u2"}))
	b.read(m, 0, "u1")
	b.read(m, 2)
	unknown := message("unknown", job.Audience{})
	b.read(unknown, 0, "u1")
	purge := func(before, now int) {
		_, err := personal.Purge(t.Context(), b.DB, personal.PurgeOptions{Before: after(before)}, after(now))
		must(t, err)
	}
	purge(10, 12)
	purged := b.record("k")

	// Whatever is no reading leaves it purged, and a later purge takes what came
	// with it.
	must(t, b.CommitPage(t.Context(), b.page(m, 14, []string{"t"}, "u9")))
	must(t, b.CommitFailure(t.Context(), b.failure(m, 15, job.ClassTransient)))
	same(t, "purged at", b.record("k").PurgedAt, after(12))
	same(t, "address", b.address("k"), "messages.slips")
	purge(16, 17)
	same(t, "people", len(b.userIDs()), 0)
	same(t, "purged still", b.record("k").PurgedAt, after(12))
	same(t, "audience", b.record("k").Audience, purged.Audience)
	same(t, "words", b.record("k").Failure.Message, "")

	b.next(after(20))
	must(t, b.CommitPage(t.Context(), b.page(m, 20, []string{"t"}, "u1")))
	c := b.reading(m, 20, "u3")
	c.Pages = 2
	must(t, b.CommitReading(t.Context(), c))
	r := b.record("k")
	same(t, "whole again", r.Audience, job.Audience{Form: job.AudienceListed, Size: 2, Roster: "staff"})
	same(t, "purged no more", r.PurgedAt, time.Time{})
	same(t, "counts", [2]int{r.Last.Readers, r.Last.Read}, [2]int{2, 1})
	same(t, "nothing to compare with", r.Previous, nil)
	histories, err := b.Histories(t.Context(), []job.MessageID{m.ID})
	must(t, err)
	same(t, "readings of the audience in force", histories, [][]job.Reading{{*r.Last}})
	same(t, "there is no other", r.OnlyReading, true)
	b.read(unknown, 20)
	same(t, "nothing to compare with, without an audience", b.record("unknown").Previous, nil)
	same(t, "address", b.address("k"), `messages.slips["row"]`)
	// u1 may have read it at any time before.
	same(t, "readers", b.readers("k"), []job.Reader{{UserID: "u1", FirstSeenAt: after(21)}, {UserID: "u3", FirstSeenAt: after(21)}})
	b.next(after(30))
	b.read(m, 30, "u2")
	same(t, "a later reader", b.readers("k")[1], job.Reader{UserID: "u2", NotSeenAt: after(20), FirstSeenAt: after(31)})
	same(t, "previous", b.record("k").Previous.StartedAt, after(20))
	same(t, "there is another", b.record("k").OnlyReading, false)
	purge(40, 50)
	var reads []int
	for r, err := range b.History(t.Context(), messageID("k")) {
		must(t, err)
		reads = append(reads, r.Read)
	}
	same(t, "history", reads, []int{1, 1, 1, 2})
	histories, err = b.Histories(t.Context(), []job.MessageID{m.ID})
	must(t, err)
	same(t, "histories of a purged message", len(histories[0]), len(reads))
	same(t, "there are others before the purge", b.record("k").OnlyReading, false)
}

func testErase(b *bench) {
	t := b.t
	staff := []string{"s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9"}
	roster := message("roster", job.Listed("staff", staff))
	lone := rowMessage("lone", "row-1", job.Listed("", []string{"s1"}))
	sized := rowMessage("sized", "row-2", job.Sized(1))
	named := rowMessage("named", "s1", job.Audience{})
	other := rowMessage("other", "s10", job.Listed("", []string{"s10"}))
	missed := message("missed", job.Listed("", []string{"s1", "s2"}))
	missed.NotDelivered = []string{"s1"}
	manifest := []*job.Message{roster, lone, sized, named, other, missed}
	for _, m := range []*job.Message{lone, sized, missed} {
		b.read(m, 0, "s1")
	}
	b.read(roster, 0, "s2")
	b.read(other, 0, "s10")
	must(t, b.CommitPage(t.Context(), b.page(roster, 2, []string{"t"}, "s1")))
	f := b.failure(named, 3, job.ClassInvalid)
	f.Failure.Message = "user s1 is unknown"
	must(t, b.CommitFailure(t.Context(), f))
	f = b.failure(other, 3, job.ClassInvalid)
	f.Failure.Message = "user s10 is unknown"
	must(t, b.CommitFailure(t.Context(), f))
	before := b.figures(manifest...)

	if _, err := personal.Erase(t.Context(), b.DB, "s"); !errors.Is(err, personal.ErrUnknownPerson) {
		t.Errorf("erased nobody: %v", err)
	}
	same(t, "nobody was erased", len(b.Erased().Audience(roster.Audience).UserIDs), 10)
	n, err := personal.Erase(t.Context(), b.DB, "s1")
	must(t, err)
	same(t, "messages", n, 5) // all but other
	same(t, "figures", b.figures(manifest...), before)
	if slices.Contains(b.userIDs(), "s1") || bytes.Contains(b.export(), []byte(`"s1"`)) {
		t.Error("the user id is still there")
	}
	same(t, "addresses", []string{b.address("lone"), b.address("sized"), b.address("named"), b.address("other")},
		[]string{"messages.slips", "messages.slips", "messages.slips", `messages.slips["s10"]`})
	same(t, "words", []string{b.record("named").Failure.Message, b.record("other").Failure.Message}, []string{"", "user s10 is unknown"})
	same(t, "hash", b.record("roster").AudienceHash, b.Erased().Audience(roster.Audience).Hash())
	again := b.Erased().Audience(roster.Audience)
	if &again.UserIDs[0] != &b.Erased().Audience(roster.Audience).UserIDs[0] {
		t.Error("messages with one roster have different lists")
	}
	for e, err := range personal.Entries(t.Context(), &b.View, "s1") {
		t.Errorf("the person is still known: %+v, %v", e, err)
	}
	if _, err := personal.Erase(t.Context(), b.DB, "s1"); !errors.Is(err, personal.ErrUnknownPerson) {
		t.Errorf("erased twice: %v", err)
	}
	b.erasedStayErased(roster, lone, named)
}

// erasedStayErased has the API and the manifest name the erased s1 again, read
// for unread, in every place where an id can come in.
func (b *bench) erasedStayErased(roster, lone, named *job.Message) {
	t := b.t
	t.Helper()
	same(t, "unread", b.figures(roster)["roster"].Counts, job.Counts{Read: 1, Unread: 9})
	c := b.reading(roster, 10, "s3")
	c.Pages = 2 // with s1 on the page before
	must(t, b.CommitReading(t.Context(), c))
	same(t, "read", b.figures(roster)["roster"].Counts, job.Counts{Read: 3, Unread: 7})
	must(t, b.CommitPage(t.Context(), b.page(roster, 11, []string{"t"}, "s1", "s4")))
	c = b.reading(roster, 12, "s1")
	c.Pages, c.ReplaceAudience = 2, true
	must(t, b.CommitReading(t.Context(), c))
	same(t, "read once", b.figures(roster)["roster"].Counts, job.Counts{Read: 4, Unread: 6})
	b.read(lone, 13, "s1")
	again := rowMessage("again", "s1", job.Sized(1))
	b.read(again, 13, "s1")
	f := b.failure(named, 14, job.ClassInvalid)
	f.Failure.Message = "who is s1?"
	must(t, b.CommitFailure(t.Context(), f))
	must(t, b.CommitStop(t.Context(), job.RobotStop{Provider: "p", RobotCode: "r", Message: "s1", At: start}))
	must(t, b.FinishRun(t.Context(), job.Run{ID: b.run, FinishedAt: after(15), Stops: []job.Stop{{Name: "r", Message: "(s1)"}}}))
	must(t, b.Move(t.Context(), []state.Move{{From: again.ID, To: again.ID, Address: `messages.slips["s1"]`}}))
	if bytes.Contains(b.export(), []byte("s1\"")) || strings.Contains(string(b.export()), "s1?") {
		t.Error("the user id is there again")
	}
}

// A person who is in nothing but a row's name or the API's words can be erased
// too, and stays so.
func testEraseNamed(b *bench) {
	t := b.t
	m := rowMessage("k", "2026/u-7", job.Audience{})
	must(t, b.CommitFailure(t.Context(), b.failure(m, 0, job.ClassInvalid)))
	n, err := personal.Erase(t.Context(), b.DB, "u-7")
	must(t, err)
	same(t, "messages", n, 1)
	same(t, "address", b.address("k"), "messages.slips")
	b.read(m, 2, "u-7", "u-70")
	same(t, "address", b.address("k"), "messages.slips")
	same(t, "readers", []bool{job.Erased(b.readers("k")[0].UserID), job.Erased(b.readers("k")[1].UserID)}, []bool{true, false})
}

// Only what the state made is a tombstone: an id of the API that begins like one
// is in every list, is purged with its messages and can be erased.
func testTombstoneLookalike(b *bench) {
	t := b.t
	odd := []string{job.ErasedPrefix, job.ErasedPrefix + "u1", job.ErasedPrefix + strings.Repeat("0", job.ErasedDigits)}
	b.read(message("k", job.Listed("", odd)), 0, odd...)
	same(t, "read", b.record("k").Last.Read, len(odd))
	other := b.other()
	must(t, transfer.Import(t.Context(), other.DB, bytes.NewReader(b.export())))
	same(t, "imported", len(other.readers("k")), len(odd))
	n, err := personal.Erase(t.Context(), b.DB, odd[1])
	must(t, err)
	same(t, "erased from", n, 1)
	same(t, "read", b.record("k").Last.Read, len(odd))
	took, err := personal.Purge(t.Context(), b.DB, personal.PurgeOptions{Before: after(10)}, after(20))
	must(t, err)
	same(t, "purged", took, personal.Purged{Messages: 1, People: len(odd) - 1})
}

func testPerson(b *bench) {
	t := b.t
	both := message("both", job.Listed("", []string{"u1", "u2"}))
	b.read(both, 0)
	b.read(both, 2, "u1")
	b.read(both, 4)
	b.read(message("unread", job.Listed("", []string{"u1"})), 0)
	b.read(message("outside", job.Listed("", []string{"u2"})), 0, "u1")
	b.read(message("without", job.Listed("", []string{"u2"})), 0)
	must(t, b.CommitPage(t.Context(), b.page(message("paged", job.Audience{}), 6, []string{"t"}, "u1")))
	reading := func(n, readers, read int) *job.Reading {
		return &job.Reading{RunID: b.run, StartedAt: after(n), FinishedAt: after(n + 1), SendStatus: job.SendSuccess, Readers: readers, Read: read}
	}
	entry := func(key string) state.Entry { return state.Entry{ID: messageID(key), Address: "message." + key} }
	var got []personal.Entry
	for e, err := range personal.Entries(t.Context(), &b.View, "u1") {
		must(t, err)
		got = append(got, e)
	}
	same(t, "person", got, []personal.Entry{
		{Entry: entry("both"), InAudience: true, FirstSeenAt: after(3), NotSeenAt: start, Reading: reading(4, 1, 1)},
		{Entry: entry("unread"), InAudience: true, NotSeenAt: start, Reading: reading(0, 0, 0)},
		{Entry: entry("outside"), FirstSeenAt: after(1), Reading: reading(0, 1, 0)},
		{Entry: entry("paged"), Paged: true},
	})
	for e, err := range personal.Entries(t.Context(), &b.View, "u3") {
		t.Errorf("somebody unknown: %+v, %v", e, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range personal.Entries(ctx, &b.View, "u1") {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
}

func testReports(b *bench) {
	t := b.t
	serial, err := b.Serial(t.Context())
	must(t, err)
	must(t, b.RememberReport(t.Context(), "out/b.xlsx", after(1)))
	must(t, b.RememberReport(t.Context(), "out/a.xlsx", after(1)))
	must(t, b.RememberReport(t.Context(), "out/c.xlsx", after(0)))
	must(t, b.RememberReport(t.Context(), "out/d.xlsx", after(1)))
	must(t, b.RememberReport(t.Context(), "out/d.xlsx", after(5)))
	reports, err := b.WrittenReports(t.Context())
	must(t, err)
	same(t, "reports", reports, []state.WrittenReport{{"out/c.xlsx", after(0)}, {"out/a.xlsx", after(1)}, {"out/b.xlsx", after(1)}, {"out/d.xlsx", after(5)}})
	must(t, b.ForgetReports(t.Context(), []string{"out/c.xlsx", "unknown"}))
	reports, err = b.WrittenReports(t.Context())
	must(t, err)
	same(t, "reports that are not forgotten", reports, []state.WrittenReport{{"out/a.xlsx", after(1)}, {"out/b.xlsx", after(1)}, {"out/d.xlsx", after(5)}})
	now, err := b.Serial(t.Context())
	must(t, err)
	same(t, "serial", now, serial)
}

// What purges and erasures leave goes through an export whole, and who was erased
// stays erased on the other side.
func testExportPersonal(b *bench) {
	t := b.t
	old, kept := b.oldAndNew()
	manifest := slices.Concat(old, kept)
	must(t, b.RememberReport(t.Context(), "out/a.xlsx", after(1)))
	_, err := personal.Purge(t.Context(), b.DB, personal.PurgeOptions{Before: after(10), NotDelivered: notDelivered(manifest...)}, after(30))
	must(t, err)
	for _, id := range []string{"s1", "late-person"} {
		_, err = personal.Erase(t.Context(), b.DB, id)
		must(t, err)
	}
	_, err = personal.Remove(t.Context(), b.DB, []job.MessageID{kept[1].ID}) // the tombstone of late-person stays
	must(t, err)
	lines := b.export()
	other := b.other()
	must(t, transfer.Import(t.Context(), other.DB, bytes.NewReader(lines)))
	same(t, "exported again", string(other.export()), string(lines))
	same(t, "figures", other.figures(manifest...), b.figures(manifest...))
	ids := []string{"late-person", "s1", "s2"}
	same(t, "masked", other.Erased().IDs(ids), b.Erased().IDs(ids))
	same(t, "purged at", other.record("sized").PurgedAt, after(30))

	for name, text := range map[string]string{
		"no key":      strings.Replace(string(lines), `"erasure_key"`, `"comment"`, 1),
		"a short key": strings.Replace(string(lines), `"erasure_key":"`, `"erasure_key":"00`, 1),
		"a plain id":  strings.Replace(string(lines), `"user_ids":["erased:`, `"user_ids":["`, 1),
	} {
		if err := transfer.Import(t.Context(), b.other().DB, strings.NewReader(text)); !errors.Is(err, transfer.ErrBadExport) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// While nobody was erased, masking is the identity.
func TestMaskCostsNothing(t *testing.T) {
	db := openNew(t, t.TempDir())
	staff := job.Listed("staff", []string{"a", "b", "c"})
	allocs := testing.AllocsPerRun(100, func() {
		if masked := db.Erased().Audience(staff); &masked.UserIDs[0] != &staff.UserIDs[0] {
			t.Fatal("copied")
		}
	})
	same(t, "allocations", allocs, 0)
}
