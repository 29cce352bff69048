package dingtalk

import (
	"errors"
	"net/http"
	"testing"
)

// counting counts what reaches the wire.
type counting struct{ requests int }

func (c *counting) RoundTrip(req *http.Request) (*http.Response, error) {
	c.requests++
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: req}, nil
}

// TestOneHost: whatever makes a request for another host, it ends before the
// wire, our token with it.
func TestOneHost(t *testing.T) {
	for url, want := range map[string]error{
		"https://api.dingtalk.io/v1.0/x":               nil,
		"https://api.dingtalk.io:8443/v1.0/x":          errForeignHost,
		"https://example.com/v1.0/x":                   errForeignHost,
		"https://api.dingtalk.io.example.com/v1.0/x":   errForeignHost,
		"https://api.dingtalk.io@example.com/v1.0/x":   errForeignHost,
		"https://example.com/https://api.dingtalk.io/": errForeignHost,
	} {
		wire := &counting{}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("x-acs-dingtalk-access-token", "t")
		resp, err := oneHost{base: wire, host: "api.dingtalk.io"}.RoundTrip(req)
		if !errors.Is(err, want) || (wire.requests == 1) != (want == nil) {
			t.Errorf("%s: %d requests, error %v", url, wire.requests, err)
		}
		if err == nil {
			_ = resp.Body.Close()
		}
	}
}
