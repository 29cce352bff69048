package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"notifyaudit/job"
	"notifyaudit/ratelimit"
)

// Options adjust a Client. The zero value is the default.
type Options struct {
	// Budget bounds the metered calls; nil: no bound.
	Budget Budget
	// Log gets a debug line for each attempt, token and change of the gate; nil:
	// nothing is logged.
	Log *slog.Logger
	// UserAgent is sent with every request; empty: Go's own.
	UserAgent string
}

// A Client asks for one provider. Its methods may be called by many goroutines.
type Client struct {
	// endpoint is the URL before a call's path, host the host in it.
	endpoint, host string

	// header is of requests without a body, bodyHeader of those with one. Nobody writes to
	// them.
	header, bodyHeader http.Header
	lim                *ratelimit.Limiter
	// base is what carries requests to the endpoint's host and no other; transports
	// are where the exchanges' transports come from, by the kinds of messages.
	base       http.RoundTripper
	transports map[job.Kind]*ratelimit.Transport
	tokens     *tokens
	scrub      *scrubber
	log        *slog.Logger
	// answered is set by the first good answer: from there on the endpoint is
	// known to be the API, and a web page in its place is a ban.
	answered atomic.Bool
	// trouble is the latest passing failure, to tell why the limiter gave up.
	trouble atomic.Pointer[job.AnswerError]
	budget  Budget
}

// New returns a client that asks through lim and over base, which NewTransport
// makes. The error says what is wrong with the provider.
func New(p job.Provider, lim *ratelimit.Limiter, base http.RoundTripper, opts Options) (*Client, error) {
	endpoint, err := parseEndpoint(p.Endpoint)
	if err != nil {
		return nil, err
	}
	c := &Client{
		endpoint: endpoint.String(),
		host:     endpoint.Host,
		header:   http.Header{"Accept": {"application/json"}},
		lim:      lim,
		base:     oneHost{base: base, host: endpoint.Host},
		budget:   opts.Budget,
		scrub:    &scrubber{},
		log:      opts.Log,
	}
	if opts.UserAgent != "" {
		c.header.Set("User-Agent", opts.UserAgent)
	}
	c.bodyHeader = c.header.Clone()
	c.bodyHeader.Set("Content-Type", "application/json")
	if c.budget == nil {
		c.budget = unbounded{}
	}
	c.scrub.add(proxyPassword(p, endpoint))
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.log = c.log.With("provider", p.Name)
	queries := lim.Transport(c.base, nil)
	c.transports = make(map[job.Kind]*ratelimit.Transport)
	for _, call := range queryCalls() {
		c.transports[call.kind] = queries.Apart()
	}
	c.tokens, err = c.credential(p)
	return c, err
}

// parseEndpoint reads a base URL: https, or plain http to a loopback address.
func parseEndpoint(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("the endpoint is not a base URL such as https://api.dingtalk.io")
	}
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
	}
	return nil, fmt.Errorf("the endpoint %s://%s is not https", u.Scheme, u.Host)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// stayHere leaves a redirect to the judge: net/http would send our token along
// to whatever host it names.
func stayHere(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// oneHost is the last gate before the wire: what carries our token goes to its
// host and no other.
type oneHost struct {
	base http.RoundTripper
	host string
}

func (o oneHost) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host != o.host {
		return nil, errForeignHost
	}
	return o.base.RoundTrip(req)
}

var errForeignHost = errors.New("a request was about to leave for another host")

// Ask asks for one page, and again until there is a believable answer, a final
// one, or no attempt left. The error is a *job.AnswerError, or the cause of ctx
// when that ended it; it wraps ratelimit.ErrStopped when the limiter drains,
// ratelimit.ErrGaveUp when it gave the provider up, and ratelimit.ErrWithdrawn when
// the query was taken back.
//
// The subject and priority in ctx (see ratelimit) are the message's.
func (c *Client) Ask(ctx context.Context, q job.Query) (job.Page, error) {
	call, err := callFor(q)
	if err != nil {
		return job.Page{}, err
	}
	ctx, calls := c.lim.Track(ctx)
	if q.Attempts > 0 {
		calls.LimitAttempts(q.Attempts)
	}
	e := &exchange{client: c, query: q, call: calls}
	var refused *token
	for renewals := 0; ; renewals++ {
		begun := time.Now()
		tok, err := c.tokens.get(ctx, refused)
		if err != nil {
			return job.Page{}, withCost(err, e.cost)
		}
		e.token, e.tokenWait = tok, time.Since(begun)
		page, err := c.converse(ctx, call, e)
		if renewals < maxRenewals && isTokenTrouble(err) && c.tokens.renewable(e.token) {
			refused = e.token
			continue
		}
		if err != nil {
			return job.Page{}, withCost(err, e.cost)
		}
		e.token.proved.Store(true) // for renewable
		page.Cost = e.cost
		return page, nil
	}
}

// maxRenewals is how many tokens one query may find refused. The one after a refused
// token is replaced only once it was good for another query: a query that waits long
// between its attempts may see several of them revoked.
const maxRenewals = 3

func isTokenTrouble(err error) bool {
	failure, ok := answerError(err)
	return ok && failure.Class == job.ClassToken
}

func answerError(err error) (*job.AnswerError, bool) { return errors.AsType[*job.AnswerError](err) }

// withCost gives an error the cost of getting it. An error that many share, about
// the token, is copied; the end of the context gets a place for the cost of the
// answers before it.
func withCost(err error, cost job.Cost) error {
	failure, ok := answerError(err)
	switch {
	case ok:
	case cost == job.Cost{}:
		return err
	default:
		failure = &job.AnswerError{Class: job.ClassTransient, Reach: job.ReachMessage, Temporary: true, Err: err}
	}
	priced := *failure
	priced.Cost = cost
	return &priced
}
