package deliver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"
)

const (
	// httpTimeout is how long one request may take, body and answer included.
	httpTimeout = time.Minute
	// maxAnswer is how much of an answer is read, in bytes.
	maxAnswer = 64 << 10
)

// A request is what is posted.
type request struct {
	address, contentType string
	header               http.Header
	body                 io.Reader
	size                 int64
}

// post sends one request and returns the answer's first bytes. Its errors name the
// host alone: a webhook's path and query are its secret.
func post(ctx context.Context, client *http.Client, what request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, httpTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, what.address, what.body)
	if err != nil {
		return nil, refusedf("the address of the webhook can't be used")
	}
	maps.Copy(r.Header, what.header)
	r.Header.Set("Content-Type", what.contentType)
	r.ContentLength = what.size
	answer, err := withoutRedirects(client).Do(r)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err
		}
		return nil, fmt.Errorf("post to %s: %w", r.URL.Host, err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", r.URL.Host, err)
	}
	return text, statusError(r.URL.Host, answer)
}

// statusError is nil for a 2xx. 408, 425, 429 and the 500s may pass.
func statusError(host string, answer *http.Response) error {
	switch code := answer.StatusCode; {
	case code/100 == 2:
		return nil
	case code/100 == 5, code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests:
		return fmt.Errorf("post to %s: %s", host, answer.Status)
	default:
		return refusedf("post to %s: %s", host, answer.Status)
	}
}

// withoutRedirects is the client that takes a redirect for the answer: the secret
// in the address goes to no other host.
func withoutRedirects(client *http.Client) *http.Client {
	c := *client
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}
