package manifest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
)

// robotic is a provider with a robot code.
const robotic = "provider \"dingtalk\" {\n  access_token = var.t\n  robot_code = \"bot\"\n}\n" +
	"variable \"t\" {\n  sensitive = true\n  default = join(\"-\", [\"hunter2\", \"canary\"])\n}\n"

func TestOneToOneDefaults(t *testing.T) {
	m, diags := load(t, options(folder(t, map[string]string{
		"a.audit.hcl": robotic + message("kind = \"one_to_one\"\n  sent_at = \"2026-11-20T09:00:00Z\"") +
			"\nmessage \"b\" {\n  kind = \"one_to_one\"\n  process_query_key = \"k2\"\n  window = \"12h\"\n  robot_code = \"other\"\n}\n" +
			"message \"c\" {\n  kind = \"group\"\n  process_query_key = \"k3\"\n}\n" +
			"audience \"staff\" {\n  source = \"staff.csv\"\n}\n" +
			"messages \"d\" {\n  source = \"rows.csv\"\n  roster = audience.staff\n  kind = \"one_to_one\"\n}\n",
		"rows.csv":  "process_query_key,audience\nk4,u1;u2\nk5,\n",
		"staff.csv": "user_id,name\nu1,A\nu2,B\n",
	})))
	if len(diags) > 0 {
		t.Errorf("got %v", diags)
	}
	want := []struct {
		window time.Duration
		robot  string
		learns bool
	}{{24 * time.Hour, "bot", true}, {12 * time.Hour, "other", true}, {0, "bot", false}, {24 * time.Hour, "bot", false}, {24 * time.Hour, "bot", true}}
	for i, msg := range messages(t, m) {
		if msg.Window != want[i].window || msg.RobotCode != want[i].robot || msg.LearnsAudience() != want[i].learns {
			t.Errorf("%s: window %v, robot %q, learns its audience %t; want %+v", msg.Address, msg.Window, msg.RobotCode, msg.LearnsAudience(), want[i])
		}
		if rows := strings.HasPrefix(msg.Address, "messages."); rows != (msg.Audience.Roster == "staff") {
			t.Errorf("%s: its people are known from %q", msg.Address, msg.Audience.Roster)
		}
	}
	if first := messages(t, m)[0]; !first.ClosesAt().Equal(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("it closes at %v", first.ClosesAt())
	}
}

func TestOneToOneNeedsARobot(t *testing.T) {
	files := map[string]string{
		"main.audit.hcl":     message(`kind = "one_to_one"`) + "\n" + rows(`kind = "one_to_one"`),
		"provider.audit.hcl": strings.Replace(robotic, "  robot_code = \"bot\"\n", "", 1),
		"rows.csv":           "process_query_key,kind\nk1,\nk2,group\nk3,one_to_one\n",
	}
	_, diags := manifest.Load(t.Context(), options(folder(t, files)))
	diags = errorsOf(diags)
	if len(diags) != 2 {
		t.Fatalf("got %d errors, want 2: %v", len(diags), diags)
	}
	checkDiagnostic(t, diags[0], "main.audit.hcl:3", "Robot code missing", []string{"robot_code", "provider dingtalk"})
	checkDiagnostic(t, diags[1], "rows.csv:2", "Robot code missing", []string{"2 rows"})
}

func TestOneToOneDoubts(t *testing.T) {
	ids := make([]string, 21)
	for i := range ids {
		ids[i] = fmt.Sprintf("%q", fmt.Sprint("u", i))
	}
	for argument, want := range map[string]string{
		"audience = [" + strings.Join(ids, ", ") + "]": "One-to-one message to many people",
		"audience = 21": "One-to-one message to many people",
		"audience = [" + strings.Join(ids[:20], ", ") + "]": "",
		`open_conversation_id = "cid"`:                      "Conversation without effect",
	} {
		_, diags := load(t, options(folder(t, map[string]string{"a.audit.hcl": robotic + message("kind = \"one_to_one\"\n  "+argument)})))
		if want == "" && len(diags) > 0 || want != "" && (len(diags) != 1 || diags[0].Summary != want) {
			t.Errorf("%s: got %v, want %q", argument, diags, want)
		}
	}
	if (&job.Message{ID: job.MessageID{Kind: job.Group}}).LearnsAudience() {
		t.Error("a group's answer names no receivers")
	}
}
