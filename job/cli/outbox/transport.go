package outbox

import (
	"net/http"
	"net/url"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/deliver"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/manifest"
	"notifyaudit/job/manifest/delivery"
)

// connectTimeout is how long a connection may take to be made.
const connectTimeout = 30 * time.Second

// transport is how a target is reached.
func transport(t *manifest.Delivery, taken deliver.Receipts, now func() time.Time) (deliver.Target, error) {
	// As a provider is: by the environment's proxy, with the system's roots of trust and
	// those of ca_file.
	over, err := dingtalk.NewTransport(job.Provider{CAFile: t.CAFile, Timeout: connectTimeout})
	if err != nil {
		return nil, err
	}
	switch {
	case t.Email != nil:
		e := t.Email
		return &deliver.Email{
			Host: e.Host, Port: e.Port, TLS: deliver.EmailTLS(e.TLS), Roots: over.TLSClientConfig.RootCAs, Username: e.Username, Password: e.Password,
			From: e.From, To: e.To, CC: e.CC, Receipts: taken, MaxAttachments: e.MaxAttachments,
		}, nil
	case t.S3 != nil:
		s := t.S3
		return &deliver.S3{
			Endpoint: s.Host, Plain: s.Plain, Region: s.Region, Bucket: s.Bucket, Prefix: s.Prefix,
			AccessKey: s.AccessKey, SecretKey: s.SecretKey, PathStyle: s.PathStyle, Transport: over,
		}, nil
	case t.DingTalk != nil:
		return &deliver.Robot{Webhook: t.DingTalk.Webhook, Secret: t.DingTalk.Secret, Client: &http.Client{Transport: over}, Now: now}, nil
	default:
		return &deliver.Webhook{URL: t.Webhook.URL, Token: t.Webhook.Token, Client: &http.Client{Transport: over}}, nil
	}
}

// local reports whether a target is on this machine.
func local(t *manifest.Delivery) bool {
	var host string
	switch {
	case t.Email != nil:
		host = t.Email.Host
	case t.S3 != nil:
		host = hostOf("//" + t.S3.Host)
	case t.DingTalk != nil:
		host = hostOf(t.DingTalk.Webhook.Reveal())
	default:
		host = hostOf(t.Webhook.URL.Reveal())
	}
	return delivery.Loopback(host)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
