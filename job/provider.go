package job

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/url"
	"strings"
	"time"
)

// A Provider is one API credential with its endpoint, rate limit and retry
// rules. The manifest fills in every default, so all fields can be trusted.
type Provider struct {
	// Name is "dingtalk", or "dingtalk.hr" with the alias hr.
	Name string
	// Endpoint is a base URL without a path: https://api.dingtalk.io.
	Endpoint string
	// The credential is one of four: AppKey and AppSecret are an internal app's;
	// the four fields from SuiteKey on are a third-party app's in the organisation
	// AuthCorpID that authorised it; the three from ClientID on are a unified
	// app's in the organisation CorpID; AccessToken was got by hand. The fields of
	// the others are empty.
	AppKey       string
	AppSecret    Secret
	SuiteKey     string
	SuiteSecret  Secret
	SuiteTicket  Secret
	AuthCorpID   string
	ClientID     string
	ClientSecret Secret
	CorpID       string
	AccessToken  Secret
	// CAFile is the path of a PEM file with further roots, ProxyURL a proxy;
	// empty: the system's roots, the environment's proxy.
	CAFile   string
	ProxyURL Secret
	Limit    Limit
	Retry    Retry
	// Timeout bounds one attempt, headers and body.
	Timeout time.Duration
}

// Credential is a fingerprint of the app that asks: it tells two apps apart and
// gives neither away. An app stays the same with another secret or ticket, however
// its endpoint is spelled, and under whichever form it is given: a unified app's
// client id is its app key. A third-party app is another one in another
// organisation.
func (p *Provider) Credential() string {
	var who string
	switch {
	case p.AppKey != "" || p.ClientID != "":
		who = "app\x00" + cmp.Or(p.AppKey, p.ClientID)
	case p.SuiteKey != "":
		who = "suite\x00" + p.SuiteKey + "\x00" + p.AuthCorpID
	default:
		who = "token\x00" + p.AccessToken.Reveal()
	}
	sum := sha256.Sum256([]byte("notifyaudit credential\x00" + canonicalEndpoint(p.Endpoint) + "\x00" + who))
	return hex.EncodeToString(sum[:8])
}

// canonicalEndpoint is one spelling of a base URL: in lower case, without a default
// port, a final dot or slash, and with one name for this host.
func canonicalEndpoint(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return text
	}
	scheme, host, port := strings.ToLower(u.Scheme), strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), u.Port()
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		host = "localhost"
	}
	if port == map[string]string{"https": "443", "http": "80"}[scheme] {
		port = ""
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// Organisation is the corp id, as far as the credential names one; else "".
func (p *Provider) Organisation() string { return cmp.Or(p.AuthCorpID, p.CorpID) }

// A Limit is how much a provider may ask.
type Limit struct {
	// RequestsPerSecond isn't exceeded in any second while latency is steady; 1 to 500.
	// See package ratelimit.
	RequestsPerSecond int
	// MaxInFlight is the most requests at a time; 1 to 500.
	MaxInFlight int
	// RequestsPerMonth is the month's quota by the state's count; 0 is none.
	// Reserve is left of it for other programs.
	RequestsPerMonth, Reserve int
	// RequestsPerRun is the most calls of one run; 0: as many as the month has.
	RequestsPerRun int
	// QuotaGroup names the organisation whose month the providers share.
	QuotaGroup string
}

// Monthly is what the providers of the group may spend in a month; 0, false
// without a quota.
func (l Limit) Monthly() (int, bool) {
	if l.RequestsPerMonth == 0 {
		return 0, false
	}
	return max(0, l.RequestsPerMonth-l.Reserve), true
}

// A Retry says how long a provider insists.
type Retry struct {
	// MaxAttempts of one query, 1 or more; throttled attempts and those made
	// while the gate is shut don't count.
	MaxAttempts int
	// MinBackoff and MaxBackoff bound the wait between attempts.
	MinBackoff, MaxBackoff time.Duration
	// GiveUpAfter is how long the provider goes on without one good answer.
	GiveUpAfter time.Duration
}

// The vendor counts a month's calls by the calendar of Asia/Shanghai, which has
// had no daylight saving time since 1991.
func shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// QuotaMonth is the calendar month whose quota pays for a call at t, as 2006-01.
func QuotaMonth(t time.Time) string { return t.In(shanghai()).Format("2006-01") }

// QuotaTurns is when the quota of t's month is renewed.
func QuotaTurns(t time.Time) time.Time {
	zone := shanghai()
	year, month, _ := t.In(zone).Date()
	return time.Date(year, month+1, 1, 0, 0, 0, 0, zone)
}

// A Secret is a string that no verb of fmt, no encoder and no logger prints.
// The pointer is what hides it: reflection stops there.
type Secret struct{ p *string }

// NewSecret hides s.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal returns the hidden string, "" for the zero Secret.
func (s Secret) Reveal() string {
	if s.p == nil {
		return ""
	}
	return *s.p
}

// IsZero reports whether nothing, or the empty string, is hidden.
func (s Secret) IsZero() bool { return s.p == nil || *s.p == "" }

// String returns a placeholder.
func (Secret) String() string { return "(sensitive)" }

// GoString returns a placeholder.
func (Secret) GoString() string { return "(sensitive)" }

// MarshalText returns a placeholder.
func (Secret) MarshalText() ([]byte, error) { return []byte("(sensitive)"), nil }
