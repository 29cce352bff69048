//go:build unix

package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/longtest"
	"notifyaudit/job/simulator/scenario"
	"notifyaudit/job/state/postgres/pgtest"
)

// inShards has the state in a database, for two shards.
func (a *mailedAudit) inShards(schema string, create bool) {
	a.t.Helper()
	a.backend(fmt.Sprintf("backend \"postgres\" {\n    url = %q\n    schema = %q\n    create = %t\n  }",
		pgtest.Shared(a.t).URL().Reveal(), schema, create))
	a.write("deliver.audit.hcl", a.mailTarget("always"))
}

// shard runs one of two shards, and holds its exit status and how many mails it sent.
func (a *mailedAudit) shard(schedule string, index, want, mails int) (noticed []string) {
	a.t.Helper()
	a.now = a.now.Add(2 * time.Hour)
	said := a.runs(want, "--data-dir", filepath.Join(a.dir, fmt.Sprint("pod", index)), "apply", "-auto-approve",
		"-shard", fmt.Sprintf("%d/2", index), "-schedule", schedule)
	all, _ := a.office.taken()
	if len(all) != mails {
		a.t.Errorf("shard %d of %s sent %d mails, want %d:\n%s", index, schedule, len(all), mails, said)
	}
	for _, raw := range all {
		subject, texts, attached := mailParts(a.t, raw)
		noticed = append(noticed, fmt.Sprintf("%s: %s (%d)", subject, texts[0], len(attached)))
	}
	return noticed
}

// TestRunsWithoutResults: people are told once that the runs of several processes don't
// finish, until one does.
func TestRunsWithoutResults(t *testing.T) {
	t.Parallel()
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.inShards("shards_untold", true)
	a.shard("s0", 0, 0, 0)
	a.shard("s0", 1, 0, 1)
	for i := 1; i <= 3; i++ {
		a.shard(fmt.Sprint("s", i), 0, 0, 0)
	}
	a.shard("s4", 1, 0, 0)
	told := a.shard("s4", 0, 0, 2) // and then the results
	if !strings.Contains(told[0], "查询未能完成：福利通知: ") || !strings.Contains(told[0], "最近 3 次查询均未完成") || !strings.HasSuffix(told[1], "(1)") {
		t.Errorf("told: %q", told)
	}
	for i := 5; i <= 9; i++ {
		mails := 0
		if i == 8 {
			mails = 1
		}
		a.shard(fmt.Sprint("s", i), 0, 0, mails)
	}
}

// TestShardsWithoutAState: the first shard tells for all.
func TestShardsWithoutAState(t *testing.T) {
	t.Parallel()
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.inShards("shards_stateless", false)
	a.shard("s", 1, 78, 0)
	if told := a.shard("s", 0, 78, 1); !strings.Contains(told[0], "没有新数据：福利通知") {
		t.Errorf("told: %q", told)
	}
}

// TestAnOutageOfAllShards: where the last attempt brings nothing either, the mail says that
// there is no new data.
func TestAnOutageOfAllShards(t *testing.T) {
	longtest.Require(t) // each attempt waits for the API
	t.Parallel()
	good := serveAPI(t, scenario.Scenario{})
	var down atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		good.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	a := newMailedAudit(t, server.URL)
	a.inShards("shards_down", true)
	a.backend(`findings = "ok"`) // an outage is no finding
	asks := (&job.Provider{Limit: job.Limit{QuotaGroup: "k"}}).Shard(2)
	a.shard("s0", 0, 0, 0)
	a.shard("s0", 1, 0, 1)
	down.Store(true)
	a.shard("s1", 1-asks, 0, 0)
	a.shard("s1", asks, 75, 0)
	a.shard("s1", asks, 75, 0)
	told := a.shard("s1", asks, 3, 1)
	if !strings.Contains(told[0], "自 2026-11-28 11:00 以来没有新数据") || !strings.HasSuffix(told[0], "(0)") {
		t.Errorf("told: %q", told)
	}
}
