package view

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/provider"
	"notifyaudit/ratelimit"
)

func TestGate(t *testing.T) {
	begin := time.Date(2026, 11, 20, 12, 3, 5, 0, time.UTC)
	refused := &job.AnswerError{Class: job.ClassTransient, Err: &url.Error{
		Op: "Post", URL: "https://api.example/v1.0", Err: &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)},
	}}
	tests := map[string]struct {
		stats   ratelimit.Stats
		trouble *job.AnswerError
		want    string
	}{
		"refused": {
			ratelimit.Stats{Closure: ratelimit.ClosedOutage, GivesUpAt: begin.Add(15 * time.Minute)},
			refused,
			"p: no answer from api.example since 12:03:05 (connection refused): waiting, and asking now and then; gives up after 12:18:05.",
		},
		"a few messages": {
			ratelimit.Stats{GivesUpAt: begin.Add(15 * time.Minute)},
			&job.AnswerError{Class: job.ClassTransient, Status: 500, Code: "system.error"},
			"p: no answer from api.example since 12:03:05 (status 500 system.error): trying again; gives up after 12:18:05.",
		},
		"wrapped": {
			ratelimit.Stats{Closure: ratelimit.ClosedOutage},
			&job.AnswerError{Err: fmt.Errorf("ask: %w", errors.New("no complete answer in time"))},
			"p: no answer from api.example since 12:03:05 (no complete answer in time): waiting, and asking now and then.",
		},
		"slower": {
			ratelimit.Stats{Closure: ratelimit.ClosedThrottled},
			nil,
			`p: api.example has been saying "slower" since 12:03:05: waiting, and asking now and then.`,
		},
		"banned": {
			ratelimit.Stats{Closure: ratelimit.ClosedBanned, ProbeAt: begin.Add(5 * time.Minute), GivesUpAt: begin.Add(24 * time.Hour)},
			nil,
			"p: api.example has been turning everything away since 12:03:05: waiting; asks again at 12:08:05; gives up after 2026-11-21 12:03:05.",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var now ratelimit.Stats
			g := provider.Gate{
				Provider: "p", Host: "api.example",
				Stats: func() ratelimit.Stats { return now }, Trouble: func() *job.AnswerError { return tt.trouble },
			}
			look := func(after time.Duration, want string) {
				t.Helper()
				got := ""
				if change := g.Look(begin.Add(after)); change != nil {
					got = gateWords(change, begin.Add(after), time.UTC)
				}
				if got != want {
					t.Errorf("after %v:\n got %q\nwant %q", after, got, want)
				}
			}
			look(0, "")
			now = tt.stats
			now.Since = begin
			look(provider.GateSilent-1, "")
			look(provider.GateSilent, tt.want)
			look(time.Minute, "") // told once
			now = ratelimit.Stats{}
			look(2*time.Minute+5*time.Second, "p: api.example answers again, after 2m5s.")
			look(3*time.Minute, "")
		})
	}
}
