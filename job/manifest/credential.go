package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// A credentialForm is one way to say who asks: arguments that belong together.
type credentialForm struct {
	arguments []string
	// hint says where to find them.
	hint string
	read func(a *lang.Args, p *job.Provider) (groupIsSecret bool)
}

// credentialForms are all of them. Where a block has arguments of several, those
// of the first count.
func credentialForms() []credentialForm {
	return []credentialForm{
		{arguments: []string{"access_token"}, read: accessToken},
		{
			arguments: []string{"app_key", "app_secret"}, read: internalApp,
			hint: "The developer console shows it under the app's credentials; or give an access_token.",
		},
		{
			arguments: []string{"suite_key", "suite_secret", "suite_ticket", "auth_corp_id"}, read: thirdPartyApp,
			hint: "A third-party app asks with suite_key, suite_secret, suite_ticket, the latest that DingTalk pushed to it, and auth_corp_id, the corp id of the organisation that authorised it.",
		},
		{
			arguments: []string{"client_id", "client_secret", "corp_id"}, read: unifiedApp,
			hint: "A unified app asks with client_id, client_secret and corp_id. For an internal app, write the Client ID and Client Secret of its page as app_key and app_secret.",
		},
	}
}

func (f credentialForm) setIn(a *lang.Args) []string {
	var set []string
	for _, name := range f.arguments {
		if a.IsSet(name) {
			set = append(set, name)
		}
	}
	return set
}

// credential takes the one form that the block has, and names the organisation
// whose quota it asks on where nothing else does.
func credential(a *lang.Args, p *job.Provider) {
	var chosen *credentialForm
	for _, f := range credentialForms() {
		set := f.setIn(a)
		switch {
		case len(set) == 0:
		case chosen == nil:
			chosen = &f
		default:
			a.FailAt(set[0], twoCredentials(set, chosen.setIn(a)))
		}
	}
	if chosen == nil {
		a.Fail(diag.Problemf("Credential missing", "%s has no credential. It needs %s.", a.Block, credentialChoice()))
		return
	}
	secret := chosen.read(a, p)
	if p.Limit.QuotaGroup == "" {
		p.Limit.QuotaGroup = quotaGroup(p, secret)
	}
}

func twoCredentials(extra, chosen []string) *diag.Problem {
	verb := "is"
	if len(extra) > 1 {
		verb = "are"
	}
	detail := diag.Listed(extra) + " " + verb + " set in addition to " + diag.Listed(chosen) + ". A provider has one credential: " + credentialChoice()
	if strings.HasSuffix(extra[0], "corp_id") {
		detail += ". To name the organisation whose quota is spent, write quota_group into limit { … }"
	}
	return diag.Problemf("Two credentials", "%s.", detail)
}

// credentialChoice names all forms.
func credentialChoice() string {
	var forms []string
	for _, f := range credentialForms() {
		forms = append(forms, diag.Listed(f.arguments))
	}
	return strings.Join(forms, "; or ")
}

// quotaGroup is the corp id, else the app key. The group's name is shown and
// stored, so a secret can't be one; a fingerprint is.
func quotaGroup(p *job.Provider, secret bool) string {
	switch organisation := p.Organisation(); {
	case organisation != "" && secret:
		sum := sha256.Sum256([]byte("notifyaudit organisation\x00" + organisation))
		return hex.EncodeToString(sum[:8])
	case organisation != "":
		return organisation
	case p.AppKey != "" && !secret:
		return p.AppKey
	default:
		return p.Credential()
	}
}

func accessToken(a *lang.Args, p *job.Provider) bool {
	p.AccessToken = secret(a, "access_token")
	return false
}

func internalApp(a *lang.Args, p *job.Provider) (groupIsSecret bool) {
	hint := credentialForms()[1].hint
	p.AppKey, groupIsSecret = publicID(a, "app_key", hint)
	p.AppSecret = requiredSecret(a, "app_secret", hint)
	return groupIsSecret
}

func thirdPartyApp(a *lang.Args, p *job.Provider) (groupIsSecret bool) {
	hint := credentialForms()[2].hint
	p.SuiteKey, _ = publicID(a, "suite_key", hint)
	p.SuiteSecret = requiredSecret(a, "suite_secret", hint)
	p.SuiteTicket = requiredSecret(a, "suite_ticket", hint)
	p.AuthCorpID, groupIsSecret = corpID(a, "auth_corp_id", hint)
	return groupIsSecret
}

func unifiedApp(a *lang.Args, p *job.Provider) (groupIsSecret bool) {
	hint := credentialForms()[3].hint
	p.ClientID, _ = publicID(a, "client_id", hint)
	p.ClientSecret = requiredSecret(a, "client_secret", hint)
	p.CorpID, groupIsSecret = corpID(a, "corp_id", hint)
	return groupIsSecret
}

// publicID reads an id that is no secret by itself, but may come from a sensitive
// variable: then it is kept like one.
func publicID(a *lang.Args, name, hint string) (id string, secret bool) {
	if !a.Require(name, hint) {
		return "", false
	}
	id, secret, ok := a.Revealed(name)
	if ok && id == "" {
		a.FailAt(name, diag.Problemf("Empty value", "%s is empty.", name))
	}
	if secret {
		a.KeepSecret(id)
	}
	return id, secret
}

// corpID reads an organisation's id. It goes into the path of a token call.
func corpID(a *lang.Args, name, hint string) (id string, secret bool) {
	id, secret = publicID(a, name, hint)
	strange := strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	})
	if strange || len(id) > job.MaxID {
		a.FailAt(name, diag.Problemf("Unsuitable value", `%s is no corp id: those are of letters and digits, as in "ding9f50b15bccd16741".`, name))
		return "", secret
	}
	return id, secret
}

func requiredSecret(a *lang.Args, name, hint string) job.Secret {
	if !a.Require(name, hint) {
		return job.Secret{}
	}
	return secret(a, name)
}

// secret is the zero value without a text.
func secret(a *lang.Args, name string) job.Secret {
	text := a.Secret(name)
	if text == "" {
		return job.Secret{}
	}
	return job.NewSecret(text)
}
