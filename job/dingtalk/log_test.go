package dingtalk_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/ratelimit"
)

// logLines are the lines of a JSON log.
func logLines(t *testing.T, log *bytes.Buffer) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for text := range strings.Lines(log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestTheLogHasEachAttemptAndNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		const person, key = "user-canary-77", "key-canary-88"
		w := &wire{latency: 50 * time.Millisecond, answer: func(_ *wireRequest, n int) (int, string) {
			switch n {
			case 0:
				return 429, `{"code":"Throttling","requestid":"R1","message":"` + person + ` ` + tokenCanary + `"}`
			case 1:
				return 400, coded("InvalidAuthentication")
			default:
				return 200, strings.ReplaceAll(goodPage, "u1", person)
			}
		}}
		c := newClient(t, w, func(_ *job.Provider, _ *ratelimit.Options, o *dingtalk.Options) {
			o.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})).With("run", "r1")
		})
		q := query(key)
		m := job.Message{ID: job.MessageID{ProcessQueryKey: key}, Address: `messages.payslips["` + person + `"]`}
		q.Label = m.Label()
		if _, err := c.Ask(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		for _, canary := range []string{person, key, secretCanary, tokenCanary} {
			if strings.Contains(log.String(), canary) {
				t.Errorf("the log has %q", canary)
			}
		}
		var said []string
		for _, line := range logLines(t, &log) {
			if line["provider"] != "dingtalk" || line["run"] != "r1" {
				t.Errorf("a line without its provider or run: %v", line)
			}
			what := fmt.Sprint(line["msg"])
			if what == "attempt" {
				what += " " + fmt.Sprint(line["path"])
			}
			said = append(said, what)
		}
		want := []string{
			"attempt /v1.0/oauth2/accessToken", "access token refreshed",
			"attempt /v1.0/robot/privateChatMessages/query", "gate shut",
			"attempt /v1.0/robot/privateChatMessages/query", "gate opened",
			"attempt /v1.0/oauth2/accessToken", "access token refreshed",
			"attempt /v1.0/robot/privateChatMessages/query",
		}
		if got := strings.Join(said, "\n"); got != strings.Join(want, "\n") {
			t.Errorf("the log says\n%s", got)
		}
		first, second := logLines(t, &log)[2], logLines(t, &log)[4]
		for field, want := range map[string]any{
			"method": http.MethodPost, "message": "messages.payslips#" + strings.TrimPrefix(q.Label, "messages.payslips#"),
			"status": 429.0, "code": "Throttling", "request_id": "R1", "attempt": 1.0, "probe": false,
			"waited_token": float64(50 * time.Millisecond), "waited_slot": 0.0, "waited_gate": 0.0, "duration": float64(50 * time.Millisecond),
		} {
			if first[field] != want {
				t.Errorf("%s: %v, want %v", field, first[field], want)
			}
		}
		if second["waited_gate"] != float64(time.Second) || second["probe"] != true || second["attempt"] != 2.0 {
			t.Errorf("the probe: %v", second)
		}
	})
}
