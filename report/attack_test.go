package report_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
)

// An attack knows everything about an audit but who has read what: the rosters
// and the audiences of every round, the rules and the runs, hence when each
// message would be asked as long as somebody has not read it, and how reports are
// made. It looks at everything that was published round by round, goes through all
// ways in which people may have read, and keeps those in which the very same would
// have been published. Where all of these agree on a figure of fewer people than
// the minimum, that figure was given away.
//
// This is stronger than solving for the sums in the files: it also sees through
// the reasons for keeping something back, for repeating a former figure, and for
// the times beside the figures.
type attack struct {
	people  []job.Person
	letters []letter
	// rounds is how many reports were published, one after the other.
	rounds int
	// minimum is the smallest group; minimums replaces it from a round on.
	minimum  int
	minimums map[int]int
	// moves are people's new departments from a round on; segments the column by
	// which people are divided from a round on.
	moves    map[int]map[string]string
	segments map[int]string
	// all looks at every form of the report, not only at the workbook and JSON.
	all bool
}

// A letter is one message.
type letter struct {
	campaign string
	to       []string
	// first is the round in which it was first read.
	first int
	// closes is the round from which on nobody can ask it; 0 is never.
	closes int
	// slow says that it is so old that it is due in every other round only.
	slow bool
	// later are the audiences that replace the one before, by round. The message is
	// asked then, unless silent says that only the manifest's not_delivered changed.
	later  map[int][]string
	silent bool
	// skipped are rounds whose run was not to ask it; gone those in which it is not
	// in the manifest; renamed those from which on it is of another campaign.
	skipped, gone []int
	renamed       map[int]string
	// purged is the round after which its people were purged; 0 is never.
	purged int
}

// at is the latest of several values by round; false when there is none yet.
func at[T any](values map[int]T, round int) (latest T, found bool) {
	for ; round >= 0 && !found; round-- {
		latest, found = values[round]
	}
	return latest, found
}

// everybody are all whom a letter was ever sent to.
func (l *letter) everybody() []string {
	all := slices.Clone(l.to)
	for _, ids := range l.later {
		all = append(all, ids...)
	}
	return slices.Compact(slices.Sorted(slices.Values(all)))
}

// asks reports whether a round would ask the letter, last asked in another one,
// as long as somebody had not read it.
func (l *letter) asks(round, last int) bool {
	_, replaced := l.later[round]
	switch {
	case round < l.first, slices.Contains(l.gone, round):
		return false
	case l.purged > 0 && round > l.purged, l.closes > 0 && round >= l.closes:
		return false
	case round == l.first, replaced && !l.silent:
		return true
	default:
		return !slices.Contains(l.skipped, round) && (!l.slow || round-last > 1)
	}
}

// asked are the rounds that would ask the letter as long as somebody had not read
// it.
func (l *letter) asked(rounds int) []int {
	var all []int
	for round, last := l.first, l.first; round < rounds; round++ {
		if l.asks(round, last) {
			all = append(all, round)
			last = round
		}
	}
	return all
}

// An unknown is one delivery: whether somebody has read a letter.
type unknown struct {
	letter int
	person string
}

func (a *attack) unknowns() []unknown {
	var all []unknown
	for i := range a.letters {
		for _, id := range a.letters[i].everybody() {
			all = append(all, unknown{i, id})
		}
	}
	return all
}

// A world says for each unknown from which round on it is read; rounds is never.
type world []int

// worlds are all that differ in what a round could find.
func (a *attack) worlds() []world {
	all := []world{{}}
	for _, u := range a.unknowns() {
		var longer []world
		for _, w := range all {
			for _, choice := range append(a.letters[u.letter].asked(a.rounds), a.rounds) {
				longer = append(longer, append(slices.Clone(w), choice))
			}
		}
		all = longer
	}
	return all
}

// A history is what the state has of a letter.
type history struct {
	audience []string
	seen     map[string]int // the round that first saw a reader
	asked    []int
	purged   bool
}

func (h *history) settled() bool {
	return len(h.asked) > 0 && !slices.ContainsFunc(h.audience, func(id string) bool {
		_, read := h.seen[id]
		return !read
	})
}

// play asks a letter up to a round.
func (a *attack) play(w world, i, round int) history {
	l, unknowns := &a.letters[i], a.unknowns()
	h := history{audience: l.to, seen: make(map[string]int)}
	last := l.first
	for now := l.first; now <= round; now++ {
		replaced, is := l.later[now]
		if is && !slices.Contains(l.gone, now) {
			h.audience = replaced
		}
		forced := is && !l.silent
		if l.asks(now, last) && (forced || !h.settled()) {
			last = now
			h.asked = append(h.asked, now)
			for j, u := range unknowns {
				_, seen := h.seen[u.person]
				if u.letter == i && w[j] <= now && !seen {
					h.seen[u.person] = now
				}
			}
		}
	}
	h.purged = l.purged > 0 && round >= l.purged
	return h
}

// input is the audit of a round in a world.
func (a *attack) input(w world, round int) report.Input {
	in := sample.Input(report.English)
	in.Refresh = job.Refresh{Age: 0.05}
	in.Directory = job.NewDirectory(job.NewRoster("staff", "staff.csv", a.staff(round)))
	run := a.reading(round)
	in.Run = &job.Run{ID: run.RunID, StartedAt: run.StartedAt, FinishedAt: run.FinishedAt, UpdatedAt: run.FinishedAt, Complete: true}
	histories := make(map[job.MessageID][]job.Reading)
	var results []*job.Result
	for i := range a.letters {
		if slices.Contains(a.letters[i].gone, round) {
			continue
		}
		r, readings := a.result(w, i, round)
		results = append(results, r)
		histories[r.Message.ID] = readings
	}
	in.Results = sample.Stream(results)
	in.History = func(ids []job.MessageID) ([][]job.Reading, error) {
		all := make([][]job.Reading, len(ids))
		for k, id := range ids {
			all[k] = histories[id]
		}
		return all, nil
	}
	return in
}

// staff are the people of a round. They are divided by their location as by their
// user id's last digit, odd or even.
func (a *attack) staff(round int) []job.Person {
	people := slices.Clone(a.people)
	for i := range people {
		p := &people[i]
		p.Location = []string{"even", "odd"}[int(p.UserID[len(p.UserID)-1])%2]
		for now := range round + 1 {
			if department, moved := a.moves[now][p.UserID]; moved {
				p.Department = department
			}
		}
	}
	return people
}

func (a *attack) result(w world, i, round int) (*job.Result, []job.Reading) {
	l, m := &a.letters[i], a.message(i, round)
	h := a.play(w, i, round)
	if round < l.first {
		return sample.Message(m, job.StatusPending, job.Listed("staff", l.to), nil), nil
	}
	var readings []job.Reading
	for _, asked := range h.asked {
		r := a.reading(asked)
		for id, seen := range h.seen {
			if seen <= asked {
				r.Readers++
				if slices.Contains(h.audience, id) {
					r.Read++
				}
			}
		}
		readings = append(readings, *r)
	}
	last := readings[len(readings)-1]
	var ids []string
	for id := range h.seen {
		ids = append(ids, id)
	}
	r := sample.Message(m, a.status(&h, i, round), job.Listed("staff", h.audience), new(last), ids...)
	for k, reader := range r.Readers {
		r.Readers[k].FirstSeenAt = a.reading(h.seen[reader.UserID]).FinishedAt
	}
	r.Calls = len(h.asked)
	if len(readings) > 1 {
		r.Previous = new(readings[len(readings)-2])
	}
	if r.Status == job.StatusFailed {
		r.Failure = &job.Failure{Status: job.StatusFailed, Class: job.ClassTransient, Code: "system.error"}
	}
	if h.purged {
		r.Audience, r.Readers, r.PurgedAt = job.Sized(len(h.audience)), nil, a.reading(l.purged).FinishedAt
		r.Count()
	}
	return r, readings
}

// status is where a letter stands: one that was to be read again and was not has
// failed.
func (a *attack) status(h *history, i, round int) job.Status {
	l := &a.letters[i]
	switch {
	case h.asked[len(h.asked)-1] == round:
		return job.StatusCurrent
	case h.purged, l.closes > 0 && round >= l.closes:
		return job.StatusFrozen
	case h.settled():
		return job.StatusSettled
	case slices.Contains(l.skipped, round):
		return job.StatusFailed
	default:
		return job.StatusFresh
	}
}

func (a *attack) message(i, round int) job.Message {
	l, name := &a.letters[i], fmt.Sprintf("%02d", i)
	m := job.Message{
		ID:      job.MessageID{Provider: "dingtalk", Kind: job.PrivateChat, ProcessQueryKey: "k" + name},
		Address: "message.m" + name, Title: "m" + name, Campaign: l.campaign,
		SentAt: a.reading(l.first).StartedAt.Add(-time.Minute), Target: 0.5,
	}
	if renamed, is := at(l.renamed, round); is {
		m.Campaign = renamed
	}
	if l.slow {
		m.SentAt = m.SentAt.Add(-30 * time.Hour)
	}
	if l.closes > 0 {
		m.Window = a.reading(l.closes).StartedAt.Add(-time.Minute).Sub(m.SentAt)
	}
	return m
}

func (*attack) reading(round int) *job.Reading {
	at := sample.Now().Add(time.Duration(round-10) * time.Hour)
	return &job.Reading{RunID: fmt.Sprint("r", round), StartedAt: at, FinishedAt: at.Add(time.Second), SendStatus: job.SendSuccess}
}

// whole reports whether a round's run asked all that was due.
func (a *attack) whole(round int) bool {
	return !slices.ContainsFunc(a.letters, func(l letter) bool { return slices.Contains(l.skipped, round) })
}

// privacy is the mode of a round's reports.
func (a *attack) privacy(round int) report.Privacy {
	p := report.Privacy{People: report.PeopleAggregate, MinimumGroupSize: a.minimum}
	if minimum, is := at(a.minimums, round); is {
		p.MinimumGroupSize = minimum
	}
	p.Segment, _ = at(a.segments, round)
	return p
}

// published is everything that a round's reports say.
func (a *attack) published(t rapid.TB, in report.Input, privacy report.Privacy) string {
	t.Helper()
	var said strings.Builder
	choices := [][]string{nil}
	if a.all {
		choices = append(choices, []string{"a"})
	}
	for _, campaigns := range choices {
		wb := build(t, in, report.Options{Privacy: privacy, Campaigns: campaigns})
		sayCells(&said, wb.Summary)
		for _, s := range wb.Sheets {
			sayRows(t, &said, s)
		}
	}
	if a.all {
		sayFiles(t, &said, in, privacy)
	} else {
		sayJSON(t, &said, in, privacy)
	}
	return said.String()
}
