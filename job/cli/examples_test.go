package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli"
)

// TestExamplesRun applies each example, in virtual time: it ends as its first
// lines say, with messages of these statuses, and a second run asks only for what
// is due.
func TestExamplesRun(t *testing.T) {
	t.Parallel()
	for _, run := range []struct {
		example, report string
		again           bool
		exit            int
		statuses        []job.Status
	}{
		{"quickstart", "out/quickstart.json", false, 3, []job.Status{
			job.StatusCurrent, job.StatusFrozen, job.StatusRecalled, job.StatusPending,
			job.StatusDeferred, job.StatusRejected, job.StatusIncomplete, job.StatusFailed,
		}},
		{"quickstart", "out/quickstart.json", true, 3, []job.Status{job.StatusSettled, job.StatusFresh}},
		{"campaign", "out/campaign.json", false, 0, []job.Status{job.StatusCurrent, job.StatusPending}},
		{"postgres", "out/postgres.json", false, 0, []job.Status{job.StatusCurrent}},
	} {
		name := run.example
		if run.again {
			name += " again"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				// A bubble's time begins in 2000; the examples' messages were sent in 2026.
				later := time.Until(time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC))
				apply := func(exit int) {
					var said strings.Builder
					status := cli.Main(t.Context(), cli.Env{
						Args:    []string{"--manifest", "../../examples/" + run.example, "--data-dir", data, "--simulator", "apply", "-auto-approve"},
						Environ: []string{"TERM=dumb"}, Stdin: strings.NewReader(""), Stdout: &said, Stderr: &said,
						Now: func() time.Time { return time.Now().Add(later) },
					})
					if status != exit {
						t.Fatalf("exit status %d, want %d\n%s", status, exit, said.String())
					}
				}
				apply(run.exit)
				if run.again {
					apply(0) // what failed waits
				}
			})
			for _, name := range []string{"out/" + run.example + ".xlsx", "out/csv/messages.csv"} {
				if info, err := os.Stat(filepath.Join(data, name)); err != nil || info.Size() == 0 {
					t.Errorf("%s is missing or empty: %v", name, err)
				}
			}
			found := map[job.Status]bool{}
			for _, m := range readReport(t, filepath.Join(data, run.report)).Messages {
				found[m.Status] = true
			}
			for _, status := range run.statuses {
				if !found[status] {
					t.Errorf("no message is %s: %v", status, found)
				}
			}
		})
	}
}
