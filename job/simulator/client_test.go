package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
)

const (
	tokenPath = "/v1.0/oauth2/accessToken"
	chatPath  = "/v1.0/robot/privateChatMessages/query"
	groupPath = "/v1.0/robot/groupMessages/query"
)

// A client asks a simulator as a program that knows only the vendor's page would.
type client struct {
	base  string
	via   http.RoundTripper
	token string
}

// An answer is what a client got: the decoded body, or the raw one.
type answer struct {
	status int
	header http.Header
	raw    string
	fields map[string]any
}

func (a answer) text(name string) string {
	text, _ := a.fields[name].(string)
	return text
}

// readers are the ids of a page.
func (a answer) readers(t *testing.T) []string {
	t.Helper()
	list, ok := a.fields["readUserIds"].([]any)
	if !ok {
		t.Fatalf("no readUserIds in %s", a.raw)
	}
	ids := make([]string, 0, len(list))
	for _, id := range list {
		ids = append(ids, id.(string)) //nolint:errcheck,forcetypeassert // the test fails with the panic
	}
	return ids
}

func load(t *testing.T, text string) *scenario.Scenario {
	t.Helper()
	sc, err := scenario.Load(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// newClient returns a client of a simulator in memory. Its token never expires.
func newClient(t *testing.T, sc string) (*client, *simulator.Simulator) {
	t.Helper()
	s := simulator.New(simulator.Options{Scenario: load(t, sc), AccessTokens: []string{"by-hand"}})
	return &client{base: "https://api.dingtalk.io", via: s.RoundTripper(), token: "by-hand"}, s
}

func (c *client) request(ctx context.Context, path string, body any) (*http.Response, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return c.send(req)
}

func (c *client) send(req *http.Request) (*http.Response, error) {
	if c.token != "" {
		req.Header.Set("X-Acs-Dingtalk-Access-Token", c.token)
	}
	return c.via.RoundTrip(req)
}

// try asks and returns what went wrong on the way.
func (c *client) try(ctx context.Context, path string, body any) (answer, error) {
	resp, err := c.request(ctx, path, body)
	if err != nil {
		return answer{}, err
	}
	return read(resp)
}

func read(resp *http.Response) (answer, error) {
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	if json.Unmarshal(raw, &a.fields) != nil {
		a.fields = nil
	}
	return a, err
}

func (c *client) ask(t *testing.T, path string, body any) answer {
	t.Helper()
	a, err := c.try(t.Context(), path, body)
	if err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	return a
}

// get asks with parameters in the request line.
func (c *client) get(t *testing.T, path string, params map[string]string) answer {
	t.Helper()
	values := url.Values{}
	for name, value := range params {
		values.Set(name, value)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.base+path+"?"+values.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.send(req)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	a, err := read(resp)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return a
}

// pages asks for all pages of a message.
func (c *client) pages(t *testing.T, path, key string, size int) [][]string {
	t.Helper()
	var all [][]string
	token := ""
	for {
		body := map[string]any{"processQueryKey": key, "maxResults": size}
		if token != "" {
			body["nextToken"] = token
		}
		a := c.ask(t, path, body)
		if a.status != http.StatusOK {
			t.Fatalf("page %d of %s: %d %s", len(all)+1, key, a.status, a.raw)
		}
		all = append(all, a.readers(t))
		if more, _ := a.fields["hasMore"].(bool); !more {
			return all
		}
		token = a.text("nextToken")
	}
}

func sortedSet(pages [][]string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(pages...))))
}
