package simulator

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"time"

	"notifyaudit/job/simulator/scenario"
)

const defaultTokenLifetime = 7200 * time.Second

// maxTokens bounds the memory for apps that are not listed.
const maxTokens = 10_000

// A tokenBook knows the access tokens.
type tokenBook struct {
	// given never expire; they map to the app key, "" for one without an app.
	given map[string]string
	// issued are by token; current are those that a repeated call gives again.
	issued  map[string]*grant
	current map[holder]*grant
	serial  int

	draws draws
	clock clock
	// lifetime is a token's, from its last renewal; revocations are the times since
	// the start at which the tokens issued before become invalid.
	lifetime    time.Duration
	revocations []scenario.Duration
}

// A holder is an app that has a token, and the organisation if the token call names
// one.
type holder struct{ app, corp string }

// A grant is one issued token.
type grant struct {
	token string
	holder
	renewed, validUntil time.Time
}

func newTokenBook(opts Options, d draws, k clock) *tokenBook {
	b := &tokenBook{
		given: map[string]string{}, issued: map[string]*grant{}, current: map[holder]*grant{},
		draws: d, clock: k,
		lifetime:    cmp.Or(time.Duration(opts.Scenario.TokenLifetime), defaultTokenLifetime),
		revocations: opts.Scenario.RevokeTokens,
	}
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
	return s.identifyApp(c, key, secret)
}

// identifyApp checks a key and its secret, whatever a token call names them.
func (s *Simulator) identifyApp(c *call, key, secret string) *reply {
	app, known := s.scenario.Apps[key]
	wrong := len(s.scenario.Apps) > 0 && (!known || secret != app.AppSecret)
	if key == "" || secret == "" || wrong {
		return new(c.coded(scenario.CodeBadSecret))
	}
	c.seen.App = key
	if known {
		c.app = &app
	}
	return nil
}

// answerAccessToken gives an app its token: the same one, renewed, as long as it
// is valid.
func answerAccessToken(s *Simulator, c *call) reply {
	return jsonReply(200, s.tokens.answer(s.tokens.renew(c)))
}

// An oauthToken is what accessToken and corpAccessToken answer.
type oauthToken struct {
	AccessToken string `json:"accessToken"`
	ExpireIn    int    `json:"expireIn"` // in seconds
}

func (b *tokenBook) answer(g *grant) oauthToken {
	return oauthToken{AccessToken: g.token, ExpireIn: int(b.lifetime / time.Second)}
}

// renew is the token that the holder has already, for another lifetime, or else a
// new one.
func (b *tokenBook) renew(c *call) *grant {
	now := c.seen.At
	g, found := b.current[holder{c.seen.App, c.seen.Corp}]
	if !found || !b.valid(g, now) {
		return b.issue(c)
	}
	g.renewed, g.validUntil = now, now.Add(b.lifetime)
	return g
}

func (b *tokenBook) issue(c *call) *grant {
	to, now := holder{c.seen.App, c.seen.Corp}, c.seen.At
	maps.DeleteFunc(b.issued, func(_ string, g *grant) bool { return !b.valid(g, now) })
	maps.DeleteFunc(b.current, func(_ holder, g *grant) bool { return !b.valid(g, now) })
	if len(b.issued) >= maxTokens {
		clear(b.issued)
		clear(b.current)
	}
	b.serial++
	serial := strconv.Itoa(b.serial)
	token := fmt.Sprintf("%016x%016x", b.draws.hash("token, high", to.app, serial), b.draws.hash("token, low", to.app, serial))
	g := &grant{token: token, holder: to, renewed: now, validUntil: now.Add(b.lifetime)}
	b.issued[token], b.current[to] = g, g
	return g
}

// valid reports whether a token holds: not expired, and not revoked since it was
// last renewed.
func (b *tokenBook) valid(g *grant, now time.Time) bool {
	if !now.Before(g.validUntil) {
		return false
	}
	for _, at := range b.revocations {
		if revoked := b.clock.start.Add(time.Duration(at)); g.renewed.Before(revoked) && !now.Before(revoked) {
			return false
		}
	}
	return true
}

// find returns the holder of a token that is valid at an instant.
func (b *tokenBook) find(token string, at time.Time) (holder, bool) {
	if g, issued := b.issued[token]; issued && b.valid(g, at) {
		return g.holder, true
	}
	app, known := b.given[token]
	return holder{app: app}, known
}

// identifyByToken checks the token header of a business call.
func identifyByToken(s *Simulator, c *call) *reply {
	token := c.header.Get("x-acs-dingtalk-access-token")
	if token == "" {
		return new(c.coded(scenario.CodeMissingHeader))
	}
	by, known := s.tokens.find(token, c.seen.At)
	if !known {
		return new(c.coded(scenario.CodeBadToken))
	}
	c.seen.App, c.seen.Corp = by.app, by.corp
	if listed, found := s.scenario.Apps[by.app]; found {
		c.app = &listed
	}
	return nil
}
