package dingtalk

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"notifyaudit/job"
)

// NewTransport returns the provider's connections: its roots of trust, its proxy,
// and room for all its requests in flight. Without ProxyURL the environment's
// HTTPS_PROXY and NO_PROXY hold, as net/http reads them. The caller closes idle
// connections when done.
func NewTransport(p job.Provider) (*http.Transport, error) {
	proxy, err := proxyOf(p.ProxyURL.Reveal())
	if err != nil {
		return nil, err
	}
	roots, err := rootsOf(p.CAFile)
	if err != nil {
		return nil, err
	}
	connections := max(p.Limit.MaxInFlight, p.Limit.RequestsPerSecond, 1)
	// Over HTTP/2, net/http sends a request again by itself when its stream is refused
	// or its connection goes away: past the limiter, and off the account.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            (&net.Dialer{Timeout: p.Timeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		Protocols:              protocols,
		OnProxyConnectResponse: refusedByProxy,
		MaxIdleConns:           connections,
		MaxIdleConnsPerHost:    connections,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}, nil
}

// refusedByProxy keeps the status with which a proxy refuses to connect.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{status: resp.StatusCode}
}

func proxyOf(text string) (func(*http.Request) (*url.URL, error), error) {
	if text == "" {
		return http.ProxyFromEnvironment, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		// The text may hold a password: the error doesn't repeat it.
		return nil, errors.New("proxy_url is not a URL such as http://proxy.example:3128")
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return http.ProxyURL(u), nil
	default:
		return nil, fmt.Errorf("proxy_url has the scheme %q, not http, https or socks5", u.Scheme)
	}
}

// proxyPassword is the password of the proxy on the way to the endpoint, which the
// proxy might send back; empty where there is none.
func proxyPassword(p job.Provider, endpoint *url.URL) job.Secret {
	choose, err := proxyOf(p.ProxyURL.Reveal())
	if err != nil {
		return job.Secret{}
	}
	proxy, err := choose(&http.Request{URL: endpoint})
	if err != nil || proxy == nil {
		return job.Secret{}
	}
	password, _ := proxy.User.Password()
	return job.NewSecret(password)
}

// rootsOf returns the system's roots and those of the file; nil is the system's
// alone.
func rootsOf(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // that is how crypto/tls spells it
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read ca_file: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file %s has no certificate in PEM form", path)
	}
	return roots, nil
}
