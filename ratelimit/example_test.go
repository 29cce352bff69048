package ratelimit_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"notifyaudit/ratelimit"
)

// A server that fails once: the Call retries, and the limiter keeps count.
func Example() {
	asked := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "hello")
	}))
	defer api.Close()

	lim := ratelimit.New(ratelimit.Options{RequestsPerSecond: 20, MinBackoff: time.Millisecond})
	hc := &http.Client{Transport: lim.Transport(api.Client().Transport, nil)}

	ctx, call := lim.Track(context.Background())
	client := retryablehttp.Client{
		HTTPClient:   hc,
		RetryMax:     math.MaxInt,
		CheckRetry:   call.CheckRetry,
		Backoff:      call.Backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, api.URL, nil)
	if err != nil {
		panic(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		panic(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	fmt.Println(string(body), err, call.Verdict().Outcome == ratelimit.Good)
	fmt.Println(lim.Stats().Attempts, "attempts,", lim.Stats().Retries, "retry")
	// Output:
	// hello <nil> true
	// 2 attempts, 1 retry
}

// The round tripper alone keeps any client under the limit.
func ExampleLimiter_Transport() {
	api := httptest.NewServer(http.NotFoundHandler())
	defer api.Close()

	lim := ratelimit.New(ratelimit.Options{RequestsPerSecond: 100})
	client := &http.Client{Transport: lim.Transport(api.Client().Transport, nil)}
	resp, err := client.Get(api.URL)
	if err != nil {
		panic(err)
	}
	_ = resp.Body.Close()
	fmt.Println(resp.StatusCode, lim.Stats().InFlight)
	// Output: 404 0
}
