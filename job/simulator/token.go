package simulator

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"time"
)

const defaultTokenLifetime = 7200 * time.Second

// maxTokens bounds the memory for apps that nobody listed.
const maxTokens = 10_000

// A tokenBook knows the access tokens.
type tokenBook struct {
	// given never expire; they map to the app key, "" for one without an app.
	given map[string]string
	// issued are by token, current by app key.
	issued  map[string]*grant
	current map[string]*grant
	serial  int
}

// A grant is one issued token.
type grant struct {
	token, app          string
	renewed, validUntil time.Time
}

func newTokenBook(opts Options) tokenBook {
	b := tokenBook{given: map[string]string{}, issued: map[string]*grant{}, current: map[string]*grant{}}
	for _, token := range opts.AccessTokens {
		b.given[token] = ""
	}
	for key, app := range opts.Scenario.Apps {
		for _, token := range app.AccessTokens {
			b.given[token] = key
		}
	}
	return b
}

func readAccessToken(*Simulator, *call) {}

// identifyByBody checks an internal app's key and secret.
func identifyByBody(s *Simulator, c *call) *reply {
	key, _ := c.text("appKey")
	secret, _ := c.text("appSecret")
	app, known := s.scenario.Apps[key]
	wrong := len(s.scenario.Apps) > 0 && (!known || secret != app.AppSecret)
	if key == "" || secret == "" || wrong {
		return new(s.coded(c, codeBadSecret))
	}
	c.seen.App = key
	return nil
}

// answerAccessToken gives an app its token: the same one, renewed, as long as it
// is valid.
func answerAccessToken(s *Simulator, c *call) reply {
	lifetime := cmp.Or(time.Duration(s.scenario.TokenLifetime), defaultTokenLifetime)
	now := c.seen.At
	g, found := s.tokens.current[c.seen.App]
	if !found || !s.valid(g, now) {
		g = s.issue(c.seen.App, now)
	}
	g.renewed, g.validUntil = now, now.Add(lifetime)
	return jsonReply(200, struct {
		AccessToken string `json:"accessToken"`
		ExpireIn    int    `json:"expireIn"`
	}{g.token, int(lifetime / time.Second)})
}

func (s *Simulator) issue(app string, now time.Time) *grant {
	b := &s.tokens
	maps.DeleteFunc(b.issued, func(_ string, g *grant) bool { return !s.valid(g, now) })
	maps.DeleteFunc(b.current, func(_ string, g *grant) bool { return !s.valid(g, now) })
	if len(b.issued) >= maxTokens {
		clear(b.issued)
		clear(b.current)
	}
	b.serial++
	serial := strconv.Itoa(b.serial)
	token := fmt.Sprintf("%016x%016x", s.hash("token, high", app, serial), s.hash("token, low", app, serial))
	g := &grant{token: token, app: app}
	b.issued[token], b.current[app] = g, g
	return g
}

// valid reports whether a token holds: not expired, and not revoked since it was
// last renewed.
func (s *Simulator) valid(g *grant, now time.Time) bool {
	if !now.Before(g.validUntil) {
		return false
	}
	for _, at := range s.scenario.RevokeTokens {
		if revoked := s.start.Add(time.Duration(at)); g.renewed.Before(revoked) && !now.Before(revoked) {
			return false
		}
	}
	return true
}

// identifyByToken checks the token header of a business call.
func identifyByToken(s *Simulator, c *call) *reply {
	token := c.header.Get("x-acs-dingtalk-access-token")
	if token == "" {
		return new(s.coded(c, codeMissingHeader))
	}
	app, known := s.tokens.given[token]
	if g, issued := s.tokens.issued[token]; issued && s.valid(g, c.seen.At) {
		app, known = g.app, true
	}
	if !known {
		return new(s.coded(c, codeBadToken))
	}
	c.seen.App = app
	if listed, found := s.scenario.Apps[app]; found {
		c.app = &listed
	}
	return nil
}
