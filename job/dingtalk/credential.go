package dingtalk

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"

	"notifyaudit/job"
	"notifyaudit/ratelimit"
)

// A tokenCall is how one kind of app gets its access tokens. None of the calls is
// metered.
type tokenCall struct {
	path string
	// body is what is sent; it holds a secret.
	body func() any
	// token and seconds are the names that the answer has for the token and for
	// how long it is valid.
	token, seconds string
}

// tokenCallOf is the call for the provider's app; without an app, false.
func tokenCallOf(p job.Provider) (tokenCall, bool) {
	switch {
	case p.AppKey != "" && !p.AppSecret.IsZero():
		return internalApp(p), true
	case p.SuiteKey != "" && !p.SuiteSecret.IsZero() && !p.SuiteTicket.IsZero() && p.AuthCorpID != "":
		return thirdPartyApp(p), true
	case p.ClientID != "" && !p.ClientSecret.IsZero() && p.CorpID != "":
		return unifiedApp(p), true
	default:
		return tokenCall{}, false
	}
}

// internalApp is an app that a company made for itself. A repeat gives the same
// token, renewed.
func internalApp(p job.Provider) tokenCall {
	return tokenCall{
		path: "/v1.0/oauth2/accessToken", token: "accessToken", seconds: "expireIn",
		body: func() any {
			return struct {
				AppKey    string `json:"appKey"`
				AppSecret string `json:"appSecret"`
			}{p.AppKey, p.AppSecret.Reveal()}
		},
	}
}

// thirdPartyApp is an app that somebody offers to companies, in one that
// authorised it. A repeat gives a new token.
func thirdPartyApp(p job.Provider) tokenCall {
	return tokenCall{
		path: "/v1.0/oauth2/corpAccessToken", token: "accessToken", seconds: "expireIn",
		body: func() any {
			return struct {
				SuiteKey    string `json:"suiteKey"`
				SuiteSecret string `json:"suiteSecret"`
				AuthCorpID  string `json:"authCorpId"`
				SuiteTicket string `json:"suiteTicket"`
			}{p.SuiteKey, p.SuiteSecret.Reveal(), p.AuthCorpID, p.SuiteTicket.Reveal()}
		},
	}
}

// unifiedApp is an app of the newer sort, which names the organisation in the
// path, and speaks as OAuth 2 does (RFC 6749, 4.4).
func unifiedApp(p job.Provider) tokenCall {
	return tokenCall{
		path: "/v1.0/oauth2/" + url.PathEscape(p.CorpID) + "/token", token: "access_token", seconds: "expires_in",
		body: func() any {
			return struct {
				ClientID     string `json:"client_id"`
				ClientSecret string `json:"client_secret"`
				GrantType    string `json:"grant_type"`
			}{p.ClientID, p.ClientSecret.Reveal(), "client_credentials"}
		},
	}
}

// credential is where the provider's tokens come from.
func (c *Client) credential(p job.Provider) (*tokens, error) {
	for _, secret := range []job.Secret{p.AppSecret, p.SuiteSecret, p.SuiteTicket, p.ClientSecret, p.AccessToken} {
		c.scrub.add(secret)
	}
	if !p.AccessToken.IsZero() {
		return givenToken(p.AccessToken), nil
	}
	call, found := tokenCallOf(p)
	if !found {
		return nil, errors.New("the provider has no credential: app_key with app_secret; " +
			"suite_key with suite_secret, suite_ticket and auth_corp_id; client_id with client_secret and corp_id; or access_token")
	}
	transport := c.lim.Transport(c.base, c.judgeToken(call))
	transport.Attempted = func(a ratelimit.Attempt) { c.logAttempt(a.Request.Context(), a, "", 0) }
	return newTokens(&app{client: c, transport: transport, call: call}), nil
}

// An app gets its own tokens.
type app struct {
	client    *Client
	transport *ratelimit.Transport
	call      tokenCall
}

// fetch waits for a slot like any request, before all others, and goes on until
// the limiter gives up: without a token nothing else can be asked.
func (a *app) fetch(ctx context.Context) (t *token, err error) {
	defer func() { a.client.logToken(ctx, t, err) }()
	// All messages need the token: the one that asks for it first may be taken back, and
	// the call goes on.
	ctx = ratelimit.WithWithdrawal(ctx, nil)
	ctx = ratelimit.WithPriority(ratelimit.WithSubject(ctx, "access token"), math.MaxInt)
	ctx, call := a.client.lim.Track(ctx)
	call.LimitAttempts(math.MaxInt)
	req, err := a.client.request(ctx, http.MethodPost, a.call.path, nil, a.call.body())
	if err != nil {
		return nil, internalError(err)
	}
	answer, err := a.client.do(ctx, call, a.transport, req, &job.Cost{})
	if err != nil {
		return nil, err
	}
	a.client.scrub.add(answer.token.value)
	return answer.token, nil
}
