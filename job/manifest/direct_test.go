package manifest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
)

func direct(kind job.Kind) func(*job.Roster) []job.Message {
	return func(r *job.Roster) []job.Message {
		m := job.Message{ID: job.MessageID{Provider: "dingtalk", Kind: kind, ProcessQueryKey: "K1"}, Address: "K1"}
		if r != nil {
			m.Audience = job.Listed(r.Name, r.AudienceAt(m.SentAt).UserIDs)
		}
		return []job.Message{m}
	}
}

func TestLoadDirect(t *testing.T) {
	roster := filepath.Join(t.TempDir(), "staff.csv")
	if err := os.WriteFile(roster, []byte("user_id,name\nu2,Li Na\nu1,张伟\nu1,again\nu3,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// Through a link, by a path from here.
	t.Chdir(t.TempDir())
	if err := os.Symlink(roster, "list.csv"); err != nil {
		t.Fatal(err)
	}
	m, diags := manifest.LoadDirect(t.Context(), manifest.Direct{
		RobotCode: "ding1", AppKey: "key", AppSecret: job.NewSecret("canary"), Audience: "list.csv", DataDir: t.TempDir(),
		Messages: direct(job.PrivateChat),
	})
	if m == nil {
		t.Fatal(diags)
	}
	p := m.Providers[0]
	if p.Endpoint != "https://api.dingtalk.io" || p.AppKey != "key" || p.AppSecret.Reveal() != "canary" || p.Limit.RequestsPerSecond != 20 || p.Limit.RequestsPerMonth != 0 {
		t.Errorf("provider %+v", p)
	}
	got := 0
	for message, err := range m.Messages() {
		if err != nil || message.Audience.Size != 3 {
			t.Errorf("message %+v, %v", message, err)
		}
		got++
	}
	if got != 1 || m.Count != 1 {
		t.Errorf("%d messages, Count %d", got, m.Count)
	}
	if person, found := m.Directory.Person("audience", "u1"); !found || person.Name != "张伟" {
		t.Errorf("u1 is %+v", person)
	}
	var told []string
	for _, d := range diags {
		told = append(told, d.Summary)
	}
	if want := "Private chat with many people, User id repeated"; strings.Join(told, ", ") != want {
		t.Errorf("told %v, want %s", told, want)
	}
}

func TestLoadDirectMistakes(t *testing.T) {
	for name, tt := range map[string]struct {
		direct manifest.Direct
		want   string
	}{
		"endpoint":   {manifest.Direct{AccessToken: job.NewSecret("t"), Endpoint: "http://example.com"}, "write https"},
		"audience":   {manifest.Direct{AccessToken: job.NewSecret("t"), Audience: "nowhere/staff.csv"}, "nowhere"},
		"credential": {manifest.Direct{AppKey: "key"}, "app_secret"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.direct.Messages = direct(job.Group)
			m, diags := manifest.LoadDirect(t.Context(), tt.direct)
			if m != nil || !diags.HasErrors() || !strings.Contains(diags[0].String(), tt.want) {
				t.Errorf("got %v, want an error with %q", diags, tt.want)
			}
		})
	}
}
