package dingtalk

import (
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
)

func TestDecodeToken(t *testing.T) {
	respell := strings.NewReplacer("accessToken", "access_token", "expireIn", "expires_in")
	for name, tc := range map[string]struct {
		call  tokenCall
		spell func(string) string
	}{
		"internal":    {internalApp(job.Provider{}), func(s string) string { return s }},
		"third-party": {thirdPartyApp(job.Provider{}), func(s string) string { return s }},
		"unified":     {unifiedApp(job.Provider{}), respell.Replace},
	} {
		t.Run(name, func(t *testing.T) { checkDecodeToken(t, tc.call, tc.spell) })
	}
	other := []byte(respell.Replace(`{"expireIn":7200,"accessToken":"abc"}`))
	if tok, err := internalApp(job.Provider{}).decode(other, time.Now()); err == nil {
		t.Errorf("took another call's answer for the token %v", tok)
	}
}

func checkDecodeToken(t *testing.T, call tokenCall, spell func(string) string) {
	t.Helper()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	tok, err := call.decode([]byte(spell(`{"expireIn":7200,"accessToken":"abc"}`)), now)
	if err != nil {
		t.Fatal(err)
	}
	if got := tok.refreshAt.Sub(now); tok.value.Reveal() != "abc" || got != 110*time.Minute {
		t.Errorf("token to be refreshed after %v, want 10 minutes before its end", got)
	}
	short, err := call.decode([]byte(spell(`{"expireIn":60,"accessToken":"abc"}`)), now)
	if err != nil || short.refreshAt.Sub(now) != 30*time.Second {
		t.Errorf("a token of one minute: %v, refresh %v", err, short.refreshAt)
	}
	for _, body := range []string{
		`{}`, `{"accessToken":"a"}`, `{"expireIn":7200}`, `{"accessToken":"","expireIn":7200}`, `{"accessToken":"a\r\nb","expireIn":7200}`,
		`{"accessToken":"a","expireIn":0}`, `{"accessToken":"a","expireIn":-1}`, `{"accessToken":"a","expireIn":1e300}`, `{"accessToken":"a","expireIn":"7200"}`,
		`{"accessToken":"a","AccessToken":"b","expireIn":7200}`, `{"accessToken":5,"expireIn":7200}`, `{"accessToken":"a","expireIn":null}`,
	} {
		if strings.Contains(body, "AccessToken") {
			body = strings.ReplaceAll(body, "AccessToken", strings.ToUpper(spell("accessToken")))
		}
		if _, err := call.decode([]byte(spell(body)), now); err == nil {
			t.Errorf("believed the token %s", spell(body))
		}
	}
}
