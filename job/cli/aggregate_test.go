package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job/cli"
)

// TestCampaignInAggregate adds an aggregate report to an example after its run: it is
// written from the state like any other, shows all departments, some of them as a
// band, and the thousand messages to one person each in one row.
func TestCampaignInAggregate(t *testing.T) {
	t.Parallel()
	manifest, data := t.TempDir(), t.TempDir()
	copyExamples(t, manifest, "campaign")
	board := "report \"html\" \"board\" {\n  path   = \"out/board.html\"\n  people = \"aggregate\"\n}\n" +
		"report \"csv\" \"board\" {\n  directory = \"out/board\"\n  people    = \"aggregate\"\n}\n"
	synctest.Test(t, func(t *testing.T) {
		later := time.Until(time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC))
		run := func(args ...string) {
			var said strings.Builder
			status := cli.Main(t.Context(), cli.Env{
				Args:    append([]string{"--manifest", manifest, "--data-dir", data, "--simulator"}, args...),
				Environ: []string{"TERM=dumb"}, Stdin: strings.NewReader(""), Stdout: &said, Stderr: &said,
				Now: func() time.Time { return time.Now().Add(later) },
			})
			if status != 0 {
				t.Fatalf("%v: exit status %d\n%s", args, status, said.String())
			}
		}
		run("apply", "-auto-approve")
		if err := os.WriteFile(filepath.Join(manifest, "board.audit.hcl"), []byte(board), 0o600); err != nil {
			t.Fatal(err)
		}
		run("report")
	})
	text := func(name string) string {
		bytes, err := os.ReadFile(filepath.Join(data, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(bytes)
	}
	page := text("out/board.html")
	rows := regexp.MustCompile(`<tr id="departments-\d+">.*`).FindAllString(page, -1)
	if len(rows) != 12 {
		t.Errorf("the page has %d departments", len(rows))
	}
	exact, bands := 0, 0
	for _, row := range rows {
		switch {
		case strings.Contains(row, "≥ 90%"):
			bands++
		case regexp.MustCompile(`\d+\.\d%`).MatchString(row):
			exact++
		}
	}
	if exact < 7 || bands < 2 {
		t.Errorf("%d departments have exact figures, %d a band:\n%s", exact, bands, strings.Join(rows, "\n"))
	}
	if !strings.Contains(page, "任何数据均涉及不少于 5 人") {
		t.Error("the page doesn't say its minimum")
	}
	if messages := strings.Split(strings.TrimSpace(text("out/board/messages.csv")), "\r\n"); len(messages) != 3 ||
		!strings.Contains(messages[2], "1,000 条消息（发送对象不足 5 人）") {
		t.Errorf("the messages are\n%s", strings.Join(messages, "\n"))
	}
}
