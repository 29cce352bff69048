package manifest

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// providerKind is the only kind of provider, and the name of the one without an
// alias.
const providerKind = "dingtalk"

// A knownProvider is a provider as messages refer to it. One with mistakes is
// known all the same, so that they aren't reported again at each message.
type knownProvider struct {
	robotCode string
	at        hcl.Range
}

// providers decodes the provider blocks.
func (l *loader) providers(bs blocks, m *Manifest) {
	l.world.providers = make(map[string]knownProvider)
	s, _ := shapeOf("provider")
	var misnamed *block
	for _, b := range bs {
		if b.name() != providerKind {
			l.diags.FailAt(b.labelAt, diag.Problemf("Unknown provider", "There is no provider %s.%s", diag.Quote(b.name()), diag.DidYouMeanOr(b.name(), []string{providerKind}, "The only one is")))
			misnamed = &b
			continue
		}
		a := l.args(b, s)
		p := l.provider(a)
		if before, twice := l.world.providers[p.Name]; twice {
			l.diags.FailAt(b.at, diag.Problemf("Two providers with one name", `%s is already declared at %s. Give one of them another alias = "…".`, p.Name, place(before.at)))
			continue
		}
		l.refuseTwin(m.Providers, p, b)
		l.world.providers[p.Name] = knownProvider{robotCode: l.robotCode(a), at: b.at}
		m.Providers = append(m.Providers, p)
	}
	if _, found := l.world.providers[providerKind]; !found && misnamed != nil {
		l.world.providers[providerKind] = knownProvider{at: misnamed.at}
	}
	l.agree(m.Providers)
}

// refuseTwin refuses a second provider with the credential of an earlier one: each
// would keep to the rate limit for itself, and both together would exceed it. The
// simulator gives variables without a value the same one, so there it doesn't
// count.
func (l *loader) refuseTwin(earlier []job.Provider, p job.Provider, b block) {
	if l.opts.Simulator {
		return
	}
	for i := range earlier {
		if earlier[i].Credential() == p.Credential() {
			l.diags.FailAt(b.at, diag.Problemf("Two providers with one credential", `%s has the credential of %s, declared at %s, and shares its rate limit: declare it once. For another robot, set robot_code on its messages.`,
				p.Name, earlier[i].Name, place(l.world.providers[earlier[i].Name].at)))
			return
		}
	}
}

func (l *loader) robotCode(a *args) string {
	code := a.text("robot_code", "")
	if len(code) > maxID {
		a.failAt("robot_code", diag.Problemf("Unsuitable value", "The robot code is longer than %d bytes.", maxID))
	}
	return code
}

func (l *loader) provider(a *args) job.Provider {
	p := job.Provider{Name: providerKind, Endpoint: l.endpoint(a), Timeout: a.duration("timeout", 10*time.Second, time.Second)}
	if alias := a.text("alias", ""); a.has("alias") {
		if !validName(alias) {
			a.failAt("alias", diag.Problemf("Invalid name", "The alias %s must be a letter followed by letters, digits, _ and -.", diag.Quote(alias)))
		}
		p.Name += "." + alias
	}
	p.CAFile = l.caFile(a)
	p.ProxyURL = job.NewSecret(l.proxy(a))
	p.Limit = limit(a.inner("limit"))
	p.Retry = retry(a.inner("retry"))
	l.credential(a, &p)
	return p
}

func (l *loader) endpoint(a *args) string {
	text := a.text("endpoint", "https://api.dingtalk.io")
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		a.failAt("endpoint", diag.Problemf("Unsuitable endpoint", `%s is no address: write "https://api.dingtalk.io" or "https://api.dingtalk.com".`, diag.Quote(text)))
	case u.User != nil:
		a.failAt("endpoint", diag.Problemf("Unsuitable endpoint", "An endpoint has no user and password: credentials are arguments of their own."))
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		a.failAt("endpoint", diag.Problemf("Unsuitable endpoint", "An endpoint ends behind the host: write %s.", diag.Quote(u.Scheme+"://"+u.Host)))
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		a.failAt("endpoint", diag.Problemf("Unsuitable endpoint", "%s would send credentials in the open: write https. Plain http is for loopback addresses only.", diag.Quote(text)))
	default:
		return u.Scheme + "://" + u.Host
	}
	return "https://api.dingtalk.io"
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (l *loader) caFile(a *args) string {
	name := a.text("ca_file", "")
	if name == "" {
		return ""
	}
	doc, err := l.library.find(name)
	if err == nil {
		l.sources[doc.name], err = doc.digest()
	}
	if err != nil {
		a.failAt("ca_file", unreadable(name, err))
		return ""
	}
	return doc.path
}

func (l *loader) proxy(a *args) string {
	text, secret, ok := a.revealed("proxy_url")
	if !ok || text == "" {
		return ""
	}
	if secret {
		l.diags.KeepSecret(text)
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		a.failAt("proxy_url", diag.Problemf("Unsuitable proxy", `proxy_url is no address of a proxy: write it like "http://proxy.example.com:3128".`))
		return ""
	}
	if password, set := u.User.Password(); set {
		l.diags.KeepSecret(password)
	}
	return text
}

func limit(a *args) job.Limit {
	const most = 500
	const mostCalls = 1_000_000_000
	rate := a.integer("requests_per_second", 20, 1, most)
	lim := job.Limit{
		RequestsPerSecond: rate,
		MaxInFlight:       a.integer("max_in_flight", rate, 1, most),
		RequestsPerMonth:  a.integer("requests_per_month", 5000, 0, mostCalls),
		RequestsPerRun:    a.integer("requests_per_run", 0, 0, mostCalls),
		QuotaGroup:        a.text("quota_group", ""),
	}
	lim.Reserve = a.integer("reserve", min(500, lim.RequestsPerMonth), 0, mostCalls)
	if monthly, quota := lim.Monthly(); quota && monthly == 0 {
		a.failAt("reserve", diag.Problemf("Nothing left to spend", "reserve takes all of the %d requests_per_month.", lim.RequestsPerMonth))
	}
	return lim
}

func retry(a *args) job.Retry {
	const mostAttempts = 100
	r := job.Retry{
		MaxAttempts: a.integer("max_attempts", 6, 1, mostAttempts),
		MinBackoff:  a.duration("min_backoff", time.Second, time.Millisecond),
		MaxBackoff:  a.duration("max_backoff", time.Minute, time.Millisecond),
		GiveUpAfter: a.duration("give_up_after", 15*time.Minute, time.Second),
	}
	if r.MinBackoff > r.MaxBackoff {
		a.failAt("min_backoff", diag.Problemf("Backoffs reversed", "min_backoff, %s, is longer than max_backoff, %s.", r.MinBackoff, r.MaxBackoff))
	}
	return r
}

// agree warns of providers that share a quota and disagree on it.
func (l *loader) agree(ps []job.Provider) {
	first := make(map[string]job.Provider)
	for _, p := range ps {
		before, shared := first[p.Limit.QuotaGroup]
		if !shared {
			first[p.Limit.QuotaGroup] = p
			continue
		}
		if p.Limit.RequestsPerMonth != before.Limit.RequestsPerMonth || p.Limit.Reserve != before.Limit.Reserve {
			l.diags.WarnAt(l.world.providers[p.Name].at, diag.Problemf("Quotas differ", "%s and %s share the quota group %s, but not requests_per_month and reserve.", before.Name, p.Name, diag.Quote(p.Limit.QuotaGroup)))
		}
	}
}

// unreadable says why a file that the manifest names can't be read.
func unreadable(name string, err error) *diag.Problem {
	return diag.Problemf("File not readable", "%s: %v.%s", diag.Quote(name), err, wayOut(err))
}
