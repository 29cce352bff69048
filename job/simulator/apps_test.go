package simulator_test

import (
	"maps"
	"testing"
	"testing/synctest"
	"time"
)

const (
	corpTokenPath    = "/v1.0/oauth2/corpAccessToken"
	unifiedTokenPath = "/v1.0/oauth2/corp1/token"

	threeApps = `{"apps": {
		"app":    {"app_secret": "s"},
		"suite":  {"app_secret": "s", "suite_ticket": "latest", "corps": ["corp1", "corp2"]},
		"client": {"app_secret": "s", "corps": ["corp1"]}},
	  "messages": [{"key": "k", "kind": "group", "app": "suite", "corp": "corp1", "readers": ["a"]}]}`
)

func suiteBody(change ...string) map[string]any {
	body := map[string]any{"suiteKey": "suite", "suiteSecret": "s", "suiteTicket": "latest", "authCorpId": "corp1"}
	for i := 0; i < len(change); i += 2 {
		body[change[i]] = change[i+1]
	}
	return body
}

func clientBody(change ...string) map[string]any {
	body := map[string]any{"client_id": "client", "client_secret": "s", "grant_type": "client_credentials"}
	for i := 0; i < len(change); i += 2 {
		body[change[i]] = change[i+1]
	}
	return body
}

func TestARepeatedCorpTokenCallGivesAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, threeApps)
		first := c.ask(t, corpTokenPath, suiteBody()).text("accessToken")
		time.Sleep(time.Hour)
		second := c.ask(t, corpTokenPath, suiteBody()).text("accessToken")
		if first == "" || second == "" || first == second {
			t.Fatalf("tokens %q and %q", first, second)
		}
		try := func(token string, want int) {
			t.Helper()
			c.token = token
			if a := c.ask(t, groupPath, map[string]any{"processQueryKey": "k"}); a.status != want {
				t.Errorf("%d %s, want %d", a.status, a.raw, want)
			}
		}
		try(first, 200)
		try(second, 200)
		time.Sleep(time.Hour)
		try(first, 400)
		try(second, 200)
		if seen := s.Requests()[2]; seen.App != "suite" || seen.Corp != "corp1" {
			t.Errorf("the log has %+v", seen)
		}
	})
}

func TestAUnifiedTokenIsRenewed(t *testing.T) {
	c, s := newClient(t, threeApps)
	first, second := c.ask(t, unifiedTokenPath, clientBody()), c.ask(t, unifiedTokenPath, clientBody())
	if token := first.text("access_token"); token == "" || token != second.text("access_token") {
		t.Errorf("first %s, second %s", first.raw, second.raw)
	}
	if seen := s.Requests()[0]; seen.Interface != "unified_token" || seen.App != "client" || seen.Corp != "corp1" {
		t.Errorf("the log has %+v", seen)
	}
}

func TestRefusedTokenCalls(t *testing.T) {
	c, _ := newClient(t, threeApps)
	for name, tt := range map[string]struct {
		path string
		body map[string]any
		code string
	}{
		"unknown suite":       {corpTokenPath, suiteBody("suiteKey", "sweet"), "invalidClientIdOrSecret"},
		"wrong suite secret":  {corpTokenPath, suiteBody("suiteSecret", "x"), "invalidClientIdOrSecret"},
		"old ticket":          {corpTokenPath, suiteBody("suiteTicket", "older"), "invalidClientIdOrSecret"},
		"no ticket":           {corpTokenPath, suiteBody("suiteTicket", ""), "invalidClientIdOrSecret"},
		"not authorised":      {corpTokenPath, suiteBody("authCorpId", "corp3"), "invalidClientIdOrSecret"},
		"no organisation":     {corpTokenPath, suiteBody("authCorpId", ""), "invalidClientIdOrSecret"},
		"unknown client":      {unifiedTokenPath, clientBody("client_id", "x"), "invalidClientIdOrSecret"},
		"wrong client secret": {unifiedTokenPath, clientBody("client_secret", "x"), "invalidClientIdOrSecret"},
		"wrong grant type":    {unifiedTokenPath, clientBody("grant_type", "password"), "invalidParameter.param.invalid"},
		"another corp":        {"/v1.0/oauth2/corp2/token", clientBody(), "invalidClientIdOrSecret"},
	} {
		if a := c.ask(t, tt.path, tt.body); a.status != 400 || a.text("code") != tt.code {
			t.Errorf("%s: %d %s, want %s", name, a.status, a.raw, tt.code)
		}
	}
}

// The token of one organisation doesn't open another's messages.
func TestATokenIsForItsOrganisation(t *testing.T) {
	c, _ := newClient(t, threeApps)
	for corp, want := range map[string]string{"corp1": "", "corp2": "invalid.processQueryKey"} {
		c.token = c.ask(t, corpTokenPath, suiteBody("authCorpId", corp)).text("accessToken")
		if a := c.ask(t, groupPath, map[string]any{"processQueryKey": "k"}); a.text("code") != want {
			t.Errorf("%s: %d %s", corp, a.status, a.raw)
		}
	}
}

func TestWithoutAppsEverybodyGetsAToken(t *testing.T) {
	c, _ := newClient(t, `{}`)
	tokens := map[string]bool{}
	for path, body := range map[string]map[string]any{
		tokenPath:        {"appKey": "any", "appSecret": "any"},
		corpTokenPath:    suiteBody(),
		unifiedTokenPath: clientBody(),
	} {
		a := c.ask(t, path, body)
		tokens[a.text("accessToken")+a.text("access_token")] = true
	}
	maps.DeleteFunc(tokens, func(token string, _ bool) bool { return token == "" })
	if len(tokens) != 3 {
		t.Errorf("tokens %v", tokens)
	}
}
