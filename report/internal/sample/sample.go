// Package sample is a small audit for the tests of the reports: every status,
// every form of audience, people who left, readers nobody expected, names in two
// scripts.
package sample

import (
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
)

// Now is when the sample's run ended.
func Now() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, Zone()) }

// Zone is the audit's time zone.
func Zone() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// Staff are ten people. One of them has no department, the others are in four; u09 has
// left.
func Staff() *job.Roster {
	return job.NewRoster("staff", "staff.csv", []job.Person{
		{UserID: "u01", Name: "王芳", Department: "人事部", Manager: "赵敏", Email: "wang@example.com", Location: "上海"},
		{UserID: "u02", Name: "李伟", Department: "人事部", Manager: "赵敏", Email: "li@example.com", Location: "上海"},
		{UserID: "u03", Name: "Anna Berg", Department: "Sales", Manager: "Tom Hill", Email: "anna@example.com"},
		{UserID: "u04", Name: "Bob Cole", Department: "Sales", Manager: "Tom Hill", Email: "bob@example.com"},
		{UserID: "u05", Name: "Cleo Dunn", Department: "Sales"},
		{UserID: "u06", Name: "陈静", Department: "财务部"},
		{UserID: "u07", Name: "刘洋", Department: "研发部"},
		{UserID: "u08", Name: "张敏"},
		{UserID: "u09", Name: "周杰", Department: "财务部", Left: Now().Add(-time.Hour)},
		{UserID: "12345678901234567890", Department: "Sales"},
	})
}

// Results are the audit's messages, counted.
func Results() []*job.Result {
	staff := Staff().AudienceAt(time.Time{})
	failure := func(s job.Status, class job.ErrorClass, code string) *job.Failure {
		return &job.Failure{
			Status: s, Class: class, Code: code, Message: "no such message", RequestID: "R-1", At: Now(),
		}
	}
	all := []*job.Result{
		message("benefits", "q4", job.StatusCurrent, staff, reading(1), "u01", "u02", "u03", "x1"),
		message("dress", "q4", job.StatusSettled, job.Listed("staff", []string{"u01", "u02"}), reading(2), "u01", "u02"),
		message("parking", "q4", job.StatusFresh, job.Listed("staff", []string{"u03", "u04", "u08"}), reading(3), "u04"),
		message("canteen", "facility", job.StatusFrozen, staff, reading(30), "u05"),
		message("oops", "facility", job.StatusRecalled, staff, reading(4), "u01"),
		message("alarm", "facility", job.StatusPending, job.Listed("staff", []string{"u06", "u07"}), nil),
		message("survey", "facility", job.StatusDeferred, job.Listed("", []string{"u01", "stranger"}), nil),
		message("wrong", "safety", job.StatusRejected, job.Listed("staff", []string{"u03"}), nil),
		message("broken", "safety", job.StatusIncomplete, staff, reading(50), "u01", "u06"),
		message("down", "safety", job.StatusFailed, job.Sized(40), nil),
		message("lobby", "safety", job.StatusCurrent, job.Sized(8), reading(1), "a1", "a2", "a3"),
		message("crowd", "safety", job.StatusCurrent, job.Sized(2), reading(1), "a1", "a2", "a3"),
		message("open", "safety", job.StatusCurrent, job.Audience{}, reading(1), "a1", "u01"),
		message("roster", "safety", job.StatusCurrent, job.Listed("staff", []string{"u07"}), reading(1), "z1", "z2"),
		message("gone", "safety", job.StatusFrozen, job.Listed("staff", []string{"u01", "u05"}), nil),
	}
	all[0].Message.Target = 0.9
	all[0].Message.Tags = map[string]string{"owner": "c&b", "area": "pay"}
	all[0].Previous = new(*all[0].Reading)
	all[0].Previous.RunID, all[0].Previous.Read, all[0].Previous.Readers = "earlier", 1, 1
	all[0].Previous.StartedAt, all[0].Previous.FinishedAt = Now().Add(-48*time.Hour), Now().Add(-47*time.Hour)
	all[0].Readers[0].FirstSeenAt = all[0].Previous.FinishedAt
	all[2].Message.Target = 0.3
	all[2].Message.NotDelivered = []string{"u02"}
	all[5].Failure = failure(job.StatusPending, job.ClassExpired, "processQueryKey.expireTime")
	all[7].Failure = failure(job.StatusRejected, job.ClassInvalid, "invalid.processQueryKey")
	all[8].Failure = failure(job.StatusIncomplete, job.ClassUnbelieved, "")
	all[9].Failure = failure(job.StatusFailed, job.ClassTransient, "system.error")
	return all
}

// Input is the audit's report in a language.
func Input(lang report.Language) report.Input {
	return report.Input{
		Title: "Q4 notices 第四季度通知", Language: lang, Location: Zone(), Refresh: job.DefaultRefresh(),
		Run: &job.Run{
			ID: runID, StartedAt: Now().Add(-time.Minute), FinishedAt: Now(), UpdatedAt: Now(),
			Complete: true, Calls: 20, Retries: 2, Throttled: 1,
		},
		Compared:  Now().Add(-36 * time.Hour),
		Directory: job.NewDirectory(Staff()),
		Results:   Stream(Results()),
		Provenance: report.Provenance{
			Version: "0.1.0", Lineage: "5f1c", Serial: 42,
			Sources:  []report.SourceFile{{Path: "staff.csv", SHA256: "00ff"}},
			Spending: []report.Spending{{QuotaGroup: "acme", Month: "2026-11", Calls: 812, Allowed: 4500}},
		},
	}
}

// Stream yields the results at every call, each only good until the next one.
func Stream(all []*job.Result) func() iter.Seq2[*job.Result, error] {
	return func() iter.Seq2[*job.Result, error] {
		return func(yield func(*job.Result, error) bool) {
			for _, r := range all {
				one := Copy(r)
				more := yield(one, nil)
				spoil(one)
				if !more {
					return
				}
			}
		}
	}
}

// Copy is a copy of a result that stays good.
func Copy(r *job.Result) *job.Result {
	c := r.WithoutReaders()
	c.Readers = slices.Clone(r.Readers)
	return c
}

// spoil overwrites a result with what no report must show.
func spoil(r *job.Result) {
	clear(r.Readers)
	for _, reading := range []*job.Reading{r.Reading, r.Previous} {
		if reading != nil {
			*reading = job.Reading{RunID: "spoiled"}
		}
	}
	*r = job.Result{Message: job.Message{Address: "spoiled", Title: "spoiled"}}
}

// Message makes a counted result. The reading's counts are filled in; nil is
// none.
func Message(m job.Message, s job.Status, a job.Audience, reading *job.Reading, readers ...string) *job.Result {
	r := &job.Result{Message: m, Status: s, Audience: a, Reading: reading, Calls: 1}
	if reading != nil {
		for _, id := range slices.Compact(slices.Sorted(slices.Values(readers))) {
			r.Readers = append(r.Readers, job.Reader{UserID: id, FirstSeenAt: reading.FinishedAt})
		}
	}
	r.Count()
	if reading != nil {
		reading.Readers, reading.Read = len(r.Readers), r.Counts.Read
	}
	return r
}

func message(name, campaign string, s job.Status, a job.Audience, reading *job.Reading, readers ...string) *job.Result {
	if s == job.StatusRecalled {
		reading.SendStatus = job.SendRecalled
	}
	return Message(job.Message{
		ID:       job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: "Kna-" + name},
		Address:  "message." + name,
		Campaign: campaign,
		Title:    "Notice: " + name,
		SentAt:   Now().Add(-60 * 24 * time.Hour),
		Audience: a,
		Source:   job.Position{File: "q4.audit.hcl", Line: len(name)},
	}, s, a, reading, readers...)
}

// runID is the latest run's.
const runID = "20261123T010000Z-1f3a"

// reading is one so many days before Now, and of the latest run if that is one day.
func reading(days int) *job.Reading {
	at, run := Now().Add(-time.Duration(days)*24*time.Hour), runID
	if days > 1 {
		run = "earlier"
	}
	return &job.Reading{RunID: run, StartedAt: at, FinishedAt: at.Add(time.Second), SendStatus: job.SendSuccess}
}
