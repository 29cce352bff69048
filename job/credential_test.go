package job_test

import (
	"testing"

	"notifyaudit/job"
)

func TestOneAppIsOneCredential(t *testing.T) {
	app := job.Provider{Endpoint: "https://api.dingtalk.io", AppKey: "key", AppSecret: job.NewSecret("s")}
	local := job.Provider{Endpoint: "http://127.0.0.1:8080", AppKey: "key"}
	same := func(of job.Provider, change func(p *job.Provider)) {
		t.Helper()
		other := of
		change(&other)
		if of.Credential() != other.Credential() {
			t.Errorf("%+v and %+v are two credentials", of, other)
		}
	}
	for _, endpoint := range []string{
		"https://API.dingtalk.io", "HTTPS://api.dingtalk.io/", "https://api.dingtalk.io:443", "https://api.dingtalk.io.", "https://api.dingtalk.io.:443/",
	} {
		same(app, func(p *job.Provider) { p.Endpoint = endpoint })
	}
	for _, endpoint := range []string{"http://localhost:8080", "http://LOCALHOST:8080/", "http://[::1]:8080", "http://127.0.0.2:8080"} {
		same(local, func(p *job.Provider) { p.Endpoint = endpoint })
	}
	same(app, func(p *job.Provider) { p.AppSecret = job.NewSecret("another") })
	same(app, func(p *job.Provider) { p.AppKey, p.ClientID, p.CorpID = "", "key", "corp" })

	suite := job.Provider{Endpoint: "https://api.dingtalk.io", SuiteKey: "key", AuthCorpID: "corp"}
	for name, other := range map[string]job.Provider{
		"another region": {Endpoint: "https://api.dingtalk.com", AppKey: "key"},
		"another port":   {Endpoint: "https://api.dingtalk.io:8443", AppKey: "key"},
		"another app":    {Endpoint: "https://api.dingtalk.io", AppKey: "other"},
		"a suite":        suite,
		"a token":        {Endpoint: "https://api.dingtalk.io", AccessToken: job.NewSecret("key")},
	} {
		if app.Credential() == other.Credential() {
			t.Errorf("%s is the same credential", name)
		}
	}
	elsewhere := suite
	elsewhere.AuthCorpID = "corp2"
	if suite.Credential() == elsewhere.Credential() {
		t.Error("a third-party app in two organisations is one credential")
	}
}
