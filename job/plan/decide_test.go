package plan_test

import (
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/plan"
)

// noon is the instant of most decisions here.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return noon.Add(-d) }

// A world is a message, its record and the rules, which a test case bends.
type world struct {
	m     job.Message
	r     job.Record
	rules plan.Rules
}

func newWorld() *world {
	return &world{
		m: job.Message{
			ID:        job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: "key"},
			Address:   "message.benefits",
			RobotCode: "dingabc",
			SentAt:    ago(24 * time.Hour),
			Audience:  job.Listed("", []string{"u1", "u2", "u3"}),
		},
		rules: plan.Rules{Now: noon, Refresh: job.DefaultRefresh()},
	}
}

// read records a reading that ended at t with n of the three people.
func (w *world) read(t time.Time, n int) {
	w.r.FirstAskedAt = t
	w.r.Audience = job.Audience{Form: job.AudienceListed, Size: 3}
	w.r.Last = &job.Reading{
		RunID: "run-1", StartedAt: t.Add(-time.Second), FinishedAt: t,
		SendStatus: job.SendSuccess, Readers: n, Read: n,
	}
}

// fail records an answer at t that was no reading, the first in its row.
func (w *world) fail(t time.Time, status job.Status, class job.ErrorClass, code string) {
	if w.r.FirstAskedAt.IsZero() {
		w.r.FirstAskedAt = t
	}
	if class == job.ClassExpired && w.r.ExpiredSince.IsZero() {
		w.r.ExpiredSince = t
	}
	w.r.Failure = &job.Failure{
		Status: status, Class: class, Code: code, RunID: "run-1", At: t,
		RobotCode: w.m.RobotCode, OpenConversationID: w.m.OpenConversationID, SentAt: w.m.SentAt,
		Runs: 1, Since: t, Same: 1,
	}
}

// failRuns is fail at the end of a row of runs.
func (w *world) failRuns(runs int, t time.Time) {
	w.fail(t, job.StatusFailed, job.ClassTransient, "system.error")
	w.r.Failure.Runs = runs
}

const gone = "processQueryKey.expireTime"

func TestDecide(t *testing.T) {
	tests := []struct {
		name   string
		bend   func(w *world)
		action plan.Action
		cause  plan.Cause
		reason string
	}{
		// Read.
		{"never asked", func(*world) {}, plan.ActionRead, plan.CauseNever, "never read"},
		{"interrupted", func(w *world) {
			w.r.Cursor = &job.Cursor{NextToken: "t", Pages: 3, UpdatedAt: ago(job.MaxCursorAge)}
		}, plan.ActionRead, plan.CauseInterrupted, "interrupted 1 h ago: goes on there"},
		{"interrupted too long ago", func(w *world) {
			w.r.Cursor = &job.Cursor{NextToken: "t", Pages: 3, UpdatedAt: ago(job.MaxCursorAge + 1)}
		}, plan.ActionRead, plan.CauseNever, "never read"},
		{"was being sent", func(w *world) {
			w.fail(ago(5*time.Minute), job.StatusPending, job.ClassProcessing, "PROCESSING")
		}, plan.ActionWaiting, plan.CausePending, "no data yet 5 min ago: PROCESSING; asked again in 40 min"},
		{"was being sent an hour ago", func(w *world) {
			w.fail(ago(time.Hour), job.StatusPending, job.ClassProcessing, "PROCESSING")
		}, plan.ActionRead, plan.CausePending, "no data yet 1 h ago: PROCESSING"},
		{"gave up", func(w *world) {
			w.fail(ago(26*time.Hour), job.StatusFailed, job.ClassTransient, "system.error")
		}, plan.ActionRead, plan.CauseFailed, "failed 26 h ago: system.error"},
		{"gave up without an answer", func(w *world) {
			w.fail(ago(46*time.Minute), job.StatusFailed, job.ClassTransient, "")
		}, plan.ActionRead, plan.CauseFailed, "failed 46 min ago: transient"},
		{"not believed", func(w *world) {
			w.fail(ago(time.Hour), job.StatusIncomplete, job.ClassUnbelieved, "")
		}, plan.ActionRead, plan.CauseIncomplete, "pages not believed 1 h ago"},
		{"gave up a moment ago", func(w *world) {
			w.failRuns(1, ago(44*time.Minute))
		}, plan.ActionWaiting, plan.CauseFailed, "failed 44 min ago: system.error; asked again in 1 min"},
		{"gave up three runs in a row", func(w *world) {
			w.failRuns(3, ago(3*time.Hour))
		}, plan.ActionWaiting, plan.CauseFailed, "failed in 3 runs in a row, last 3 h ago: system.error; asked again in 45 min"},
		{"gave up three runs in a row, and waited", func(w *world) {
			w.failRuns(3, ago(4*time.Hour))
		}, plan.ActionRead, plan.CauseFailed, "failed in 3 runs in a row, last 4 h ago: system.error"},
		{"gave up a hundred runs in a row", func(w *world) {
			w.failRuns(100, ago(23*time.Hour+45*time.Minute))
		}, plan.ActionRead, plan.CauseFailed, "failed in 100 runs in a row, last 23 h ago: system.error"},
		{"a last try before the window closes", func(w *world) {
			w.m.Window = 25 * time.Hour
			w.failRuns(100, ago(time.Hour))
		}, plan.ActionRead, plan.CauseFailed, ""},
		{"no try sooner than half of what is left", func(w *world) {
			w.m.Window = 26 * time.Hour
			w.failRuns(100, ago(time.Hour))
		}, plan.ActionWaiting, plan.CauseFailed, "failed in 100 runs in a row, last 1 h ago: system.error; asked again in 30 min"},
		{"stopped with its robot", func(w *world) {
			w.failRuns(0, ago(time.Minute))
		}, plan.ActionRead, plan.CauseStopped, "stopped 1 min ago: system.error"},
		{"failed, and the robot code changed", func(w *world) {
			w.failRuns(5, ago(time.Minute))
			w.m.RobotCode = "dingxyz"
		}, plan.ActionRead, plan.CauseFailed, ""},
		{"failed after a reading", func(w *world) {
			w.read(ago(10*time.Hour), 1)
			w.failRuns(2, ago(time.Hour))
		}, plan.ActionWaiting, plan.CauseFailed, "failed in 2 runs in a row, last 1 h ago: system.error; asked again in 45 min"},

		// Refresh and not due: a day old at the reading, so due after 2 h 24 min.
		{"not due", func(w *world) {
			w.m.SentAt = ago(26*time.Hour + 24*time.Minute - 1)
			w.read(ago(144*time.Minute-1), 1)
		}, plan.ActionFresh, plan.CauseNotDue, "last read 2 h 23 min ago, due in 0 s"},
		{"read in the future", func(w *world) {
			w.read(ago(-48*time.Hour), 1)
		}, plan.ActionRefresh, plan.CauseClock, "last read on 2026-11-22, in the future: a clock was ahead"},
		{"failed in the future", func(w *world) {
			w.fail(ago(-48*time.Hour), job.StatusFailed, job.ClassTransient, "system.error")
		}, plan.ActionRead, plan.CauseFailed, "failed in the future (a clock was ahead): system.error"},
		{"due to the nanosecond", func(w *world) {
			w.m.SentAt = ago(26*time.Hour + 24*time.Minute)
			w.read(ago(144*time.Minute), 1)
		}, plan.ActionRefresh, plan.CauseDue, "last read 2 h 24 min ago, due after 2 h 24 min"},
		{"young: after decides", func(w *world) {
			w.m.SentAt = ago(2 * time.Hour)
			w.read(ago(time.Hour), 1)
		}, plan.ActionRefresh, plan.CauseDue, "last read 1 h ago, due after 1 h"},
		{"young and not due", func(w *world) {
			w.m.SentAt = ago(2 * time.Hour)
			w.read(ago(20*time.Minute), 1)
		}, plan.ActionFresh, plan.CauseNotDue, "last read 20 min ago, due in 40 min"},
		{"sent after its reading, says the manifest", func(w *world) {
			w.m.SentAt = noon.Add(time.Hour)
			w.read(ago(time.Hour), 1)
		}, plan.ActionRefresh, plan.CauseDue, "last read 1 h ago, due after 1 h"},
		{"age from the first answer", func(w *world) {
			w.m.SentAt = time.Time{}
			w.read(ago(2*time.Hour), 1)
			w.r.FirstAskedAt = ago(26 * time.Hour)
		}, plan.ActionFresh, plan.CauseNotDue, "last read 2 h ago, due in 24 min"},
		{"an absurd share", func(w *world) {
			w.rules.Refresh.Age = 1e12
			w.read(ago(2*time.Hour), 1)
		}, plan.ActionFresh, plan.CauseNotDue, ""},
		{"no refresh rule: always due", func(w *world) {
			w.rules.Refresh = job.Refresh{}
			w.read(noon, 1)
		}, plan.ActionRefresh, plan.CauseDue, "last read 0 s ago, due after 0 s"},
		{"just not too old", func(w *world) {
			w.m.SentAt = ago(30 * 24 * time.Hour)
			w.read(ago(10*24*time.Hour), 1)
		}, plan.ActionRefresh, plan.CauseDue, "last read 10 d ago, due after 2 d"},
		{"too old", func(w *world) {
			w.m.SentAt = ago(30*24*time.Hour + 1)
			w.read(ago(10*24*time.Hour), 1)
		}, plan.ActionFresh, plan.CauseOld, "too old to be refreshed, last read on 2026-11-10"},
		{"too old and never read", func(w *world) {
			w.m.SentAt = ago(300 * 24 * time.Hour)
		}, plan.ActionRead, plan.CauseNever, "never read"},
		{"refreshing never stops", func(w *world) {
			w.rules.Refresh.StopAfter = 0
			w.m.SentAt = ago(300 * 24 * time.Hour)
			w.read(ago(100*24*time.Hour), 1)
		}, plan.ActionRefresh, plan.CauseDue, "last read 100 d ago, due after 20 d"},
		{"a failure leaves a due reading due", func(w *world) {
			w.read(ago(5*time.Hour), 1)
			w.fail(ago(time.Hour), job.StatusFailed, job.ClassTransient, "system.error")
		}, plan.ActionRefresh, plan.CauseFailed, "failed 1 h ago: system.error"},
		{"only unread ones are wanted", func(w *world) {
			w.rules.NoRefresh = true
			w.read(ago(5*time.Hour), 1)
		}, plan.ActionFresh, plan.CauseNoRefresh, "last read 5 h ago, -refresh=false"},
		{"-refresh=false reads what was never read", func(w *world) {
			w.rules.NoRefresh = true
			w.fail(ago(5*time.Hour), job.StatusFailed, job.ClassTransient, "system.error")
		}, plan.ActionRead, plan.CauseFailed, "failed 5 h ago: system.error"},

		// Settled.
		{
			"everybody", func(w *world) { w.read(ago(48*time.Hour), 3) },
			plan.ActionSettled, plan.CauseEverybody, "everybody has read it",
		},
		{
			"all but one", func(w *world) { w.read(ago(20*time.Hour), 2) },
			plan.ActionRefresh, plan.CauseDue, "last read 20 h ago, due after 1 h",
		},
		{"as many readers as people, some from outside", func(w *world) {
			w.read(ago(20*time.Hour), 2)
			w.r.Last.Readers = 3
		}, plan.ActionRefresh, plan.CauseDue, "last read 20 h ago, due after 1 h"},
		{"a size is nobody in particular", func(w *world) {
			w.read(ago(20*time.Hour), 3)
			w.r.Audience = job.Sized(3)
		}, plan.ActionRefresh, plan.CauseDue, "last read 20 h ago, due after 1 h"},
		{"no audience", func(w *world) {
			w.read(ago(20*time.Hour), 3)
			w.r.Audience = job.Audience{}
		}, plan.ActionRefresh, plan.CauseDue, "last read 20 h ago, due after 1 h"},
		{"nobody is not everybody", func(w *world) {
			w.read(ago(20*time.Hour), 0)
			w.r.Audience.Size = 0
		}, plan.ActionRefresh, plan.CauseDue, "last read 20 h ago, due after 1 h"},
		{"one not delivered: names are needed to tell", func(w *world) {
			w.read(ago(20*time.Hour), 2)
			w.m.NotDelivered = []string{"u3"}
		}, plan.ActionRefresh, plan.CauseDue, "last read 20 h ago, due after 1 h"},
		{"one not delivered, and all others have read it", func(w *world) {
			w.read(ago(20*time.Hour), 2)
			w.m.NotDelivered = []string{"u3"}
			w.rules.Unread = new(int)
		}, plan.ActionSettled, plan.CauseEverybody, "everybody has read it"},
		{"one not delivered has read it, and another has not", func(w *world) {
			w.read(ago(20*time.Hour), 2)
			w.m.NotDelivered = []string{"u3"}
			w.rules.Unread = new(1)
		}, plan.ActionRefresh, plan.CauseDue, "last read 20 h ago, due after 1 h"},
		{"delivered to nobody", func(w *world) {
			w.m.NotDelivered = []string{"u1", "u2", "u3"}
		}, plan.ActionSettled, plan.CauseUnreached, "it was not delivered to anybody"},
		{"delivered to nobody, of whom only the size is known", func(w *world) {
			w.m.NotDelivered, w.m.Audience = []string{"u1", "u2", "u3"}, job.Sized(3)
		}, plan.ActionSettled, plan.CauseUnreached, "it was not delivered to anybody"},
		{"delivered to nobody, and read before that was known", func(w *world) {
			w.read(ago(20*time.Hour), 0)
			w.m.NotDelivered = []string{"u1", "u2", "u3"}
			w.rules.Unread = new(int)
		}, plan.ActionSettled, plan.CauseUnreached, "it was not delivered to anybody"},
		{"one not delivered, and all have read it", func(w *world) {
			w.read(ago(20*time.Hour), 3)
			w.m.NotDelivered = []string{"u3"}
		}, plan.ActionSettled, plan.CauseEverybody, "everybody has read it"},
		{"recalled", func(w *world) {
			w.read(ago(48*time.Hour), 1)
			w.r.Last.SendStatus = job.SendRecalled
		}, plan.ActionSettled, plan.CauseRecalled, "recalled by the sender"},

		// The run that goes on.
		{"read earlier in this run", func(w *world) {
			w.rules.Run, w.rules.Refresh = &job.Run{ID: "run-1"}, job.Refresh{}
			w.read(ago(20*time.Minute), 1)
		}, plan.ActionFresh, plan.CauseThisRun, "read earlier in this run"},
		{"read in an earlier run", func(w *world) {
			w.rules.Run, w.rules.Refresh = &job.Run{ID: "run-2"}, job.Refresh{}
			w.read(ago(20*time.Minute), 1)
		}, plan.ActionRefresh, plan.CauseDue, "last read 20 min ago, due after 0 s"},
		{"given up in this run", func(w *world) {
			w.rules.Run = &job.Run{ID: "run-1"}
			w.fail(ago(20*time.Minute), job.StatusFailed, job.ClassTransient, "system.error")
		}, plan.ActionWaiting, plan.CauseFailed, "failed 20 min ago: system.error; asked again in 25 min"},
		{"given up with its provider in this run", func(w *world) {
			w.rules.Run = &job.Run{ID: "run-1"}
			w.failRuns(0, ago(time.Minute))
		}, plan.ActionRead, plan.CauseStopped, "stopped 1 min ago: system.error"},

		// Not generated yet, or gone.
		{"no data while it may be under way", func(w *world) {
			w.m.SentAt = ago(31 * time.Minute)
			w.fail(ago(time.Minute), job.StatusPending, job.ClassExpired, gone)
		}, plan.ActionWaiting, plan.CausePending, "no data yet 1 min ago: " + gone + "; asked again in 44 min"},
		{"no data past that: too early to tell", func(w *world) {
			w.m.SentAt = ago(32 * time.Minute)
			w.fail(ago(time.Minute), job.StatusPending, job.ClassExpired, gone)
		}, plan.ActionWaiting, plan.CauseConfirming, "gone or not generated yet: can be told in 59 min"},
		{"an hour later it can be told", func(w *world) {
			w.fail(ago(time.Hour), job.StatusPending, job.ClassExpired, gone)
		}, plan.ActionRead, plan.CausePending, "no data yet 1 h ago: " + gone},
		{"a nanosecond short of an hour", func(w *world) {
			w.fail(ago(time.Hour-1), job.StatusPending, job.ClassExpired, gone)
		}, plan.ActionWaiting, plan.CauseConfirming, "gone or not generated yet: can be told in 0 s"},
		{"nobody knows when it was sent: patience", func(w *world) {
			w.m.SentAt = time.Time{}
			w.fail(ago(time.Minute), job.StatusPending, job.ClassExpired, gone)
		}, plan.ActionWaiting, plan.CausePending, "no data yet 1 min ago: " + gone + "; asked again in 44 min"},
		{"patience is over", func(w *world) {
			w.m.SentAt = time.Time{}
			w.fail(ago(time.Minute), job.StatusPending, job.ClassExpired, gone)
			w.r.FirstAskedAt = ago(job.GonePatience + time.Minute)
		}, plan.ActionWaiting, plan.CauseConfirming, "gone or not generated yet: can be told in 59 min"},
		{"the time of sending was mended", func(w *world) {
			w.fail(ago(time.Minute), job.StatusPending, job.ClassExpired, gone)
			w.m.SentAt = ago(10 * time.Minute)
		}, plan.ActionRead, plan.CausePending, "no data yet 1 min ago: " + gone},
		{"read before, then no data", func(w *world) {
			w.read(ago(5*time.Hour), 1)
			w.fail(ago(time.Minute), job.StatusPending, job.ClassExpired, gone)
		}, plan.ActionWaiting, plan.CauseConfirming, "gone or not generated yet: can be told in 59 min"},

		// Rejected.
		{"final", func(w *world) {
			w.fail(ago(time.Hour), job.StatusRejected, job.ClassInvalid, "invalid.processQueryKey")
		}, plan.ActionRejected, plan.CauseFinal, "rejected on 2026-11-20: invalid.processQueryKey"},
		{"final, in the run that goes on", func(w *world) {
			w.rules.Run = &job.Run{ID: "run-1"}
			w.fail(ago(time.Hour), job.StatusRejected, job.ClassInvalid, "invalid.processQueryKey")
		}, plan.ActionRejected, plan.CauseFinal, "rejected on 2026-11-20: invalid.processQueryKey"},
		{"final, with a reading before", func(w *world) {
			w.read(ago(48*time.Hour), 1)
			w.fail(ago(time.Hour), job.StatusRejected, job.ClassUnknown, "odd.code")
		}, plan.ActionRejected, plan.CauseFinal, "rejected on 2026-11-20: odd.code"},
		{"another robot", func(w *world) {
			w.fail(ago(time.Hour), job.StatusRejected, job.ClassRobot, "bot.stopped")
			w.m.RobotCode = "dingxyz"
		}, plan.ActionRead, plan.CauseChanged, "answered on 2026-11-20, its robot code changed since"},
		{"another conversation", func(w *world) {
			w.fail(ago(time.Hour), job.StatusRejected, job.ClassInvalid, "invalid.openConversationId")
			w.m.OpenConversationID = "cid2"
		}, plan.ActionRead, plan.CauseChanged, "answered on 2026-11-20, its conversation id changed since"},
		{"another time of sending does not help", func(w *world) {
			w.fail(ago(time.Hour), job.StatusRejected, job.ClassInvalid, "invalid.processQueryKey")
			w.m.SentAt = ago(time.Minute)
		}, plan.ActionRejected, plan.CauseFinal, "rejected on 2026-11-20: invalid.processQueryKey"},
		{"robot stopped", func(w *world) {
			w.rules.Stop = &job.RobotStop{Code: "bot.stopped", At: ago(time.Minute), Runs: 1}
		}, plan.ActionRead, plan.CauseNever, "never read"},
		{"robot found stopped twice", func(w *world) {
			w.rules.Stop = &job.RobotStop{Code: "bot.stopped", At: ago(30 * time.Minute), Runs: 2}
		}, plan.ActionWaiting, plan.CauseRobot, "its robot was stopped on 2026-11-20: bot.stopped; tried again in 15 min"},
		{"robot found stopped twice, and waited", func(w *world) {
			w.rules.Stop = &job.RobotStop{Code: "bot.stopped", At: ago(time.Hour), Runs: 2}
		}, plan.ActionRead, plan.CauseNever, "never read"},
		{"robot stopped in the run that goes on", func(w *world) {
			w.rules.Run = &job.Run{ID: "run-1", StartedAt: ago(time.Hour)}
			w.rules.Stop = &job.RobotStop{Class: job.ClassRobot, At: ago(time.Minute), Runs: 1}
		}, plan.ActionWaiting, plan.CauseRobot, "its robot was stopped on 2026-11-20: robot; tried again in the next run"},
		{"robot stopped, and a reading is due", func(w *world) {
			w.rules.Stop = &job.RobotStop{Code: "bot.stopped", At: ago(time.Hour), Runs: 4}
			w.read(ago(20*time.Hour), 1)
		}, plan.ActionWaiting, plan.CauseRobot, ""},
		{"robot stopped and nothing due", func(w *world) {
			w.rules.Stop = &job.RobotStop{Code: "bot.stopped", At: ago(time.Hour)}
			w.read(ago(time.Minute), 1)
		}, plan.ActionFresh, plan.CauseNotDue, "last read 1 min ago, due in 2 h 22 min"},

		// Frozen.
		{
			"window closed", func(w *world) { w.m.Window = 24 * time.Hour },
			plan.ActionFrozen, plan.CauseWindow, "its window closed on 2026-11-20 12:00",
		},
		{"people purged", func(w *world) {
			w.read(ago(200*time.Hour), 2)
			w.r.Audience, w.r.PurgedAt = job.Sized(3), ago(time.Hour)
		}, plan.ActionFrozen, plan.CausePurged, "its people were purged on 2026-11-20, only -replace asks again"},
		{"people purged, everybody had read it", func(w *world) {
			w.read(ago(200*time.Hour), 3)
			w.r.Audience, w.r.PurgedAt = job.Sized(3), ago(time.Hour)
		}, plan.ActionFrozen, plan.CausePurged, "its people were purged on 2026-11-20, only -replace asks again"},
		{"people purged, window closed", func(w *world) {
			w.read(ago(200*time.Hour), 2)
			w.m.Window = 24 * time.Hour
			w.r.Audience, w.r.PurgedAt = job.Sized(3), ago(time.Hour)
		}, plan.ActionFrozen, plan.CausePurged, "its people were purged on 2026-11-20"},
		{"people purged, then failed", func(w *world) {
			w.read(ago(200*time.Hour), 2)
			w.r.Audience, w.r.PurgedAt = job.Sized(3), ago(time.Hour)
			w.fail(ago(100*time.Hour), job.StatusFailed, job.ClassTransient, "system.error")
		}, plan.ActionFrozen, plan.CausePurged, "its people were purged on 2026-11-20, only -replace asks again"},
		{"people purged, -replace", func(w *world) {
			w.read(ago(200*time.Hour), 2)
			w.r.Audience, w.r.PurgedAt = job.Sized(3), ago(time.Hour)
			w.rules.Replace = true
		}, plan.ActionRefresh, plan.CauseReplaced, "-replace, last read 8 d 8 h ago"},
		{"people of a first page purged", func(w *world) {
			w.r.FirstAskedAt, w.r.PurgedAt = ago(200*time.Hour), ago(time.Hour)
		}, plan.ActionRead, plan.CauseNever, "never read"},
		{"recalled, people purged", func(w *world) {
			w.read(ago(200*time.Hour), 2)
			w.r.Last.SendStatus, w.r.PurgedAt = job.SendRecalled, ago(time.Hour)
		}, plan.ActionSettled, plan.CauseRecalled, "recalled by the sender"},
		{
			"window about to close", func(w *world) { w.m.Window = 24*time.Hour + 1 },
			plan.ActionRead, plan.CauseNever, "never read",
		},
		{
			"a window from nowhere", func(w *world) { w.m.SentAt, w.m.Window = time.Time{}, time.Hour },
			plan.ActionRead, plan.CauseNever, "never read",
		},
		{"window closed, everybody had read it", func(w *world) {
			w.m.Window = time.Hour
			w.read(ago(23*time.Hour), 3)
		}, plan.ActionSettled, plan.CauseEverybody, "everybody has read it"},
		{"gone", func(w *world) {
			w.fail(ago(48*time.Hour), job.StatusFrozen, job.ClassExpired, gone)
		}, plan.ActionFrozen, plan.CauseGone, "gone since 2026-11-18: " + gone},
		{"gone, with a reading that is due", func(w *world) {
			w.read(ago(20*time.Hour), 1)
			w.fail(ago(time.Hour), job.StatusFrozen, job.ClassExpired, gone)
		}, plan.ActionFrozen, plan.CauseGone, "gone since 2026-11-20: " + gone},
		{"thawed", func(w *world) {
			w.fail(ago(48*time.Hour), job.StatusFrozen, job.ClassExpired, gone)
			w.m.SentAt = ago(time.Hour)
		}, plan.ActionRead, plan.CauseChanged, "answered on 2026-11-18, its time of sending changed since"},
		{"the same instant in another zone thaws nothing", func(w *world) {
			w.fail(ago(48*time.Hour), job.StatusFrozen, job.ClassExpired, gone)
			w.m.SentAt = w.m.SentAt.In(time.FixedZone("", 8*60*60))
		}, plan.ActionFrozen, plan.CauseGone, "gone since 2026-11-18: " + gone},

		// Replace.
		{
			"replace what was never read", func(w *world) { w.rules.Replace = true },
			plan.ActionRead, plan.CauseReplaced, "-replace",
		},
		{"replace the settled", func(w *world) {
			w.rules.Replace = true
			w.read(ago(48*time.Hour), 3)
		}, plan.ActionSettled, plan.CauseReplaced, "everybody has read it; -replace records its audience anew, without a call"},
		{"replace the recalled", func(w *world) {
			w.rules.Replace = true
			w.read(ago(48*time.Hour), 1)
			w.r.Last.SendStatus = job.SendRecalled
		}, plan.ActionRefresh, plan.CauseReplaced, "-replace, last read 2 d ago"},
		{"replace the frozen", func(w *world) {
			w.rules.Replace = true
			w.m.Window = time.Hour
			w.read(ago(23*time.Hour), 1)
		}, plan.ActionFrozen, plan.CauseReplaced, "its window closed on 2026-11-19 13:00, -replace records its audience anew, without a call"},
		{"replace the frozen and purged", func(w *world) {
			w.rules.Replace = true
			w.m.Window = time.Hour
			w.read(ago(23*time.Hour), 1)
			w.r.Audience, w.r.PurgedAt = job.Sized(3), ago(time.Hour)
		}, plan.ActionFrozen, plan.CauseWindow, "its window closed on 2026-11-19 13:00, -replace can't reopen it"},
		{"replace the waiting", func(w *world) {
			w.rules.Replace = true
			w.failRuns(5, ago(time.Minute))
		}, plan.ActionRead, plan.CauseReplaced, "-replace"},
		{"replace the rejected, robot and all", func(w *world) {
			w.rules.Replace = true
			w.rules.Stop = &job.RobotStop{Code: "bot.stopped", At: ago(time.Hour)}
			w.fail(ago(time.Hour), job.StatusRejected, job.ClassRobot, "bot.stopped")
		}, plan.ActionRead, plan.CauseReplaced, "-replace"},
		{"replace the gone, with -refresh=false", func(w *world) {
			w.rules.Replace, w.rules.NoRefresh = true, true
			w.read(ago(48*time.Hour), 1)
			w.fail(ago(time.Hour), job.StatusFrozen, job.ClassExpired, gone)
		}, plan.ActionRefresh, plan.CauseReplaced, "-replace, last read 2 d ago"},
		{"replace opens no window", func(w *world) {
			w.rules.Replace = true
			w.m.Window = time.Hour
		}, plan.ActionFrozen, plan.CauseWindow, "its window closed on 2026-11-19 13:00, -replace can't reopen it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld()
			tt.bend(w)
			d := plan.Decide(&w.m, &w.r, w.rules)
			if d.Action != tt.action || d.Cause != tt.cause {
				t.Fatalf("got %s because of %s, want %s because of %s", d.Action, d.Cause, tt.action, tt.cause)
			}
			if records := tt.cause == plan.CauseReplaced && !tt.action.Asks(); d.Records() != records {
				t.Errorf("records the audience alone: %t", d.Records())
			}
			if got := d.Reason(nil); tt.reason != "" && got != tt.reason {
				t.Errorf("reason:\n got %q\nwant %q", got, tt.reason)
			}
		})
	}
}

func TestDecideWithoutRecord(t *testing.T) {
	w := newWorld()
	without, with := plan.Decide(&w.m, nil, w.rules), plan.Decide(&w.m, &job.Record{}, w.rules)
	if without != with || without.Action != plan.ActionRead {
		t.Errorf("without a record %+v, with an empty one %+v", without, with)
	}
}

// The day in a reason is the reader's, not the server's.
func TestReasonLocation(t *testing.T) {
	w := newWorld()
	w.fail(time.Date(2026, 11, 19, 17, 0, 0, 0, time.UTC), job.StatusRejected, job.ClassInvalid, "invalid.processQueryKey")
	got := plan.Decide(&w.m, &w.r, w.rules).Reason(time.FixedZone("Asia/Shanghai", 8*60*60))
	if want := "rejected on 2026-11-20: invalid.processQueryKey"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStops(t *testing.T) {
	provider := job.Provider{Name: "dingtalk", Endpoint: "https://api.dingtalk.io", AppKey: "key"}
	stop := job.RobotStop{Provider: "dingtalk", RobotCode: "dingabc", Credential: provider.Credential(), Code: "bot.stopped"}
	m := newWorld().m
	other := m
	other.RobotCode = "dingxyz"
	changed := provider
	changed.AppKey = "another"

	stops := plan.NewStops([]job.Provider{provider}, []job.RobotStop{stop})
	if got := stops.Of(&m); got == nil || got.Code != "bot.stopped" {
		t.Errorf("the stopped robot: got %v", got)
	}
	if got := stops.Of(&other); got != nil {
		t.Errorf("another robot: got %v", got)
	}
	if got := plan.NewStops([]job.Provider{changed}, []job.RobotStop{stop}).Of(&m); got != nil {
		t.Errorf("another credential: got %v", got)
	}
	if got := (plan.Stops{}).Of(&m); got != nil {
		t.Errorf("no stops: got %v", got)
	}
}

func TestMarks(t *testing.T) {
	want := map[plan.Action]string{
		plan.ActionRead: "+", plan.ActionRefresh: "~", plan.ActionSettled: "=", plan.ActionFresh: "=",
		plan.ActionRejected: "!", plan.ActionFrozen: ".", plan.ActionWaiting: ">", plan.ActionDeferred: ">",
		plan.ActionDropped: "-",
	}
	for _, a := range plan.Actions() {
		if a.Mark() != want[a] {
			t.Errorf("%s has mark %q, want %q", a, a.Mark(), want[a])
		}
		if asks := a == plan.ActionRead || a == plan.ActionRefresh; a.Asks() != asks {
			t.Errorf("%s asks: %t", a, a.Asks())
		}
	}
	if len(plan.Actions()) != len(want) {
		t.Errorf("%d actions, want %d", len(plan.Actions()), len(want))
	}
}
