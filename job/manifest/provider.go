package manifest

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"notifyaudit/job"
	"notifyaudit/job/address"
	"notifyaudit/job/ident"
	"notifyaudit/job/manifest/delivery"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/messages"
	"notifyaudit/job/manifest/rows"
	"notifyaudit/job/table"
)

// A providerDecoder decodes the provider blocks of a manifest.
type providerDecoder struct {
	program *lang.Program
	symbols *messages.Symbols
	// simulator says that variables without a value have a placeholder.
	simulator bool
	providers []job.Provider
	at        map[string]hcl.Range // of the blocks, by name
	// twins are the names of the providers by their credentials.
	twins map[string]string
}

// decodeProviders reads the provider blocks. One with mistakes is known all the
// same, so that they aren't reported again at each message.
func (m *Manifest) decodeProviders(bs lang.Blocks, symbols *messages.Symbols, simulator bool) {
	symbols.Providers, symbols.Instances = make(map[string]string), make(map[string]bool)
	d := providerDecoder{
		program: m.program, symbols: symbols, simulator: simulator,
		at: make(map[string]hcl.Range), twins: make(map[string]string),
	}
	misnamed := false
	for _, b := range bs {
		if b.Name() != messages.ProviderKind {
			m.program.Diags.FailAt(b.LabelAt, diag.Problemf("Unknown provider", "There is no provider %s.%s",
				diag.Quote(b.Name()), diag.DidYouMeanOr(b.Name(), []string{messages.ProviderKind}, "The only one is")))
			misnamed = true
			continue
		}
		d.decode(m.program.Args(b))
	}
	if _, found := symbols.Providers[messages.ProviderKind]; !found && misnamed {
		symbols.Providers[messages.ProviderKind] = ""
	}
	d.compareQuotas()
	m.Providers = d.providers
}

func (d *providerDecoder) decode(a *lang.Args) {
	name := messages.ProviderKind
	if alias := a.Text("alias", ""); a.Has("alias") {
		if !lang.ValidName(alias) {
			a.FailAt("alias", diag.Problemf("Invalid name", "The alias %s must be a letter followed by letters, digits, _ and -.", diag.Quote(alias)))
		}
		name += "." + alias
	}
	if before, twice := d.at[name]; twice {
		a.Fail(diag.Problemf("Two providers with one name", `%s is already declared at %s. Give one of them another alias = "…".`, name, lang.Place(before)))
		return
	}
	d.at[name] = a.Block.At
	if a.Has("for_each") {
		d.instances(a, name)
		return
	}
	d.add(a, name)
}

// maxInstances is how many providers a block with for_each makes.
const maxInstances = 5000

// instances decodes a block with for_each into a provider for each element.
func (d *providerDecoder) instances(a *lang.Args, name string) {
	d.symbols.Instances[name] = true
	if !a.Require("alias", "With for_each its instances are used as provider = dingtalk.ALIAS[\"key\"].") {
		return
	}
	all, _ := lang.ForEach(a)
	if len(all) > maxInstances {
		a.FailAt("for_each", diag.Problemf("Too many providers", "for_each makes %d providers, and at most %d keep within the memory and files of one process.", len(all), maxInstances))
		return
	}
	var mistakes diag.Instances
	scope := d.program.Scope()
	for _, i := range all {
		if d.program.Exhausted() {
			break
		}
		mistakes.Add(d.program.Diags.Capture(func() {
			if err := job.CheckID(i.Key); err != nil {
				a.FailAt("for_each", diag.Problemf("Unsuitable for_each", "A key of for_each is part of the provider's name, and this one can't be: %v.", err))
				return
			}
			address := lang.InstanceAddress(name, i.Key)
			d.at[address] = a.Block.At
			d.add(a.In(scope.Each(i)), address)
		}), i.Key)
	}
	d.program.Diags.Append(mistakes.Diagnostics(name)...)
}

// add decodes one provider.
func (d *providerDecoder) add(a *lang.Args, name string) {
	p := provider(a, name)
	d.refuseTwin(&p, a)
	d.symbols.Providers[name] = robotCode(a)
	d.providers = append(d.providers, p)
}

// refuseTwin refuses a second provider with the credential of an earlier one: each
// would keep to the rate limit alone, and both together would exceed it. With the
// simulator it isn't checked: there, variables without a value have the same one.
func (d *providerDecoder) refuseTwin(p *job.Provider, a *lang.Args) {
	if d.simulator {
		return
	}
	first, twice := d.twins[p.Credential()]
	if twice {
		a.Fail(diag.Problemf("Two providers with one credential", `%s has the credential of %s, declared at %s, and shares its rate limit: declare it once. For another robot, set robot_code on its messages.`,
			p.Name, first, lang.Place(d.at[first])))
		return
	}
	d.twins[p.Credential()] = p.Name
}

func robotCode(a *lang.Args) string {
	code, p := rows.ParseID(table.Cell{Text: a.Identifier("robot_code")}, ident.RobotCode)
	if p != nil {
		a.FailAt("robot_code", p)
	}
	return code
}

func provider(a *lang.Args, name string) job.Provider {
	p := job.Provider{Name: name, Endpoint: endpoint(a), Timeout: a.Duration("timeout", 10*time.Second, time.Second)}
	p.CAFile = lang.CAFile(a)
	p.ProxyURL = job.NewSecret(proxy(a))
	p.Limit = limit(a.Inner("limit"))
	p.Retry = retry(a.Inner("retry"))
	credential(a, &p)
	return p
}

func endpoint(a *lang.Args) string {
	text := a.Text("endpoint", "https://api.dingtalk.io")
	u, err := address.Parse(text, "http", "https")
	switch {
	case err != nil:
		a.FailAt("endpoint", diag.Problemf("Unsuitable endpoint", `%s is no address: %v. Write "https://api.dingtalk.io" or "https://api.dingtalk.com".`, diag.Quote(text), err))
	case u.User != nil:
		a.FailAt("endpoint", diag.Problemf("Unsuitable endpoint", "An endpoint has no user and password: credentials are arguments of their own."))
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		a.FailAt("endpoint", diag.Problemf("Unsuitable endpoint", "An endpoint ends after the host: write %s.", diag.Quote(u.Scheme+"://"+u.Host)))
	case u.Scheme != "https" && (u.Scheme != "http" || !delivery.Loopback(u.Hostname())):
		a.FailAt("endpoint", diag.Problemf("Unsuitable endpoint", "%s would send credentials in the open: write https. Plain http is for loopback addresses only.", diag.Quote(text)))
	default:
		if !delivery.Loopback(u.Hostname()) {
			warnOfHost(a, strings.TrimSuffix(strings.ToLower(u.Hostname()), "."))
		}
		return u.Scheme + "://" + u.Host
	}
	return "https://api.dingtalk.io"
}

// warnOfHost warns of a host that is not the vendor's: a slip of the pen would send
// the credential there.
func warnOfHost(a *lang.Args, host string) {
	known := []string{"api.dingtalk.io", "api.dingtalk.com"}
	if slices.Contains(known, host) {
		return
	}
	a.WarnAt("endpoint", diag.Problemf("Unknown endpoint", "%s is no host of DingTalk, and it gets the credential.%s",
		diag.Quote(host), diag.DidYouMeanOr(host, known, "DingTalk's are")))
}

func proxy(a *lang.Args) string {
	text, secret, ok := a.Revealed("proxy_url")
	if !ok || text == "" {
		return ""
	}
	if secret {
		a.KeepSecret(text)
	}
	u, err := address.Parse(text, "http", "https", "socks5", "socks5h")
	if err != nil {
		a.FailAt("proxy_url", diag.Problemf("Unsuitable proxy", `proxy_url is no address of a proxy: %v. Write it like "http://proxy.example.com:3128".`, err))
		return ""
	}
	if password, set := u.User.Password(); set {
		a.KeepSecret(password)
	}
	return text
}

func limit(a *lang.Args) job.Limit {
	const most = 500
	const mostCalls = 1_000_000_000
	rate := a.Int("requests_per_second", 20, 1, most)
	lim := job.Limit{
		RequestsPerSecond: rate,
		MaxInFlight:       a.Int("max_in_flight", rate, 1, most),
		RequestsPerMonth:  a.Int("requests_per_month", 5000, 0, mostCalls),
		RequestsPerRun:    a.Int("requests_per_run", 0, 0, mostCalls),
		QuotaGroup:        a.Text("quota_group", ""),
	}
	lim.Reserve = a.Int("reserve", min(500, lim.RequestsPerMonth), 0, mostCalls)
	if monthly, quota := lim.Monthly(); quota && monthly == 0 {
		a.FailAt("reserve", diag.Problemf("Nothing left to spend", "reserve takes all of the %d requests_per_month.", lim.RequestsPerMonth))
	}
	return lim
}

func retry(a *lang.Args) job.Retry {
	const mostAttempts = 100
	r := job.Retry{
		MaxAttempts: a.Int("max_attempts", 6, 1, mostAttempts),
		MinBackoff:  a.Duration("min_backoff", time.Second, time.Millisecond),
		MaxBackoff:  a.Duration("max_backoff", time.Minute, time.Millisecond),
		GiveUpAfter: a.Duration("give_up_after", 15*time.Minute, time.Second),
	}
	if r.MinBackoff > r.MaxBackoff {
		a.FailAt("min_backoff", diag.Problemf("Backoffs reversed", "min_backoff, %s, is longer than max_backoff, %s.", r.MinBackoff, r.MaxBackoff))
	}
	return r
}

// compareQuotas warns of providers that share a quota and disagree on it.
func (d *providerDecoder) compareQuotas() {
	first := make(map[string]job.Provider)
	for _, p := range d.providers {
		before, shared := first[p.Limit.QuotaGroup]
		if !shared {
			first[p.Limit.QuotaGroup] = p
			continue
		}
		if p.Limit.RequestsPerMonth != before.Limit.RequestsPerMonth || p.Limit.Reserve != before.Limit.Reserve {
			d.program.Diags.WarnAt(d.at[p.Name], diag.Problemf("Quotas differ", "%s and %s share the quota group %s, but not requests_per_month and reserve.", before.Name, p.Name, diag.Quote(p.Limit.QuotaGroup)))
		}
	}
}
