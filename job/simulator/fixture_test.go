package simulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/simulator"
)

// A fixture is one file of testdata/api; its README explains the fields.
type fixture struct {
	About     string          `json:"about"`
	Source    string          `json:"source"`
	Simulator json.RawMessage `json:"simulator"`
	Times     int             `json:"times"`
	Request   struct {
		Method  string            `json:"method"`
		Path    string            `json:"path"`
		Query   map[string]string `json:"query"`
		Headers map[string]string `json:"headers"`
		Body    map[string]any    `json:"body"`
	} `json:"request"`
	Response struct {
		Status  int               `json:"status"`
		Headers map[string]string `json:"headers"`
		Body    map[string]any    `json:"body"`
	} `json:"response"`
}

func fixtures(t *testing.T) map[string]fixture {
	t.Helper()
	files, err := filepath.Glob("../../testdata/api/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	all := map[string]fixture{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var f fixture
		dec := json.NewDecoder(strings.NewReader(string(data)))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&f); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = f
	}
	return all
}

func TestTheSimulatorAnswersAsTheFixturesSay(t *testing.T) {
	all := fixtures(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) { replay(t, all[name]) })
	}
}

func replay(t *testing.T, f fixture) {
	t.Helper()
	s := simulator.New(simulator.Options{Scenario: load(t, string(f.Simulator))})
	c := &client{base: "https://api.dingtalk.io", via: s.RoundTripper(), token: f.Request.Headers["x-acs-dingtalk-access-token"]}
	if f.Request.Body["nextToken"] != nil && f.Response.Status == 200 {
		first := maps.Clone(f.Request.Body)
		delete(first, "nextToken")
		f.Request.Body["nextToken"] = c.ask(t, f.Request.Path, first).text("nextToken")
	}
	var got answer
	for range max(f.Times, 1) {
		if f.Request.Method == http.MethodGet {
			got = c.get(t, f.Request.Path, f.Request.Query)
			continue
		}
		got = c.ask(t, f.Request.Path, f.Request.Body)
	}
	if got.status != f.Response.Status {
		t.Errorf("status %d, want %d: %s", got.status, f.Response.Status, got.raw)
	}
	for name, want := range f.Response.Headers {
		if got.header.Get(name) != want {
			t.Errorf("%s: %s, want %s", name, got.header.Get(name), want)
		}
	}
	if diff := cmp.Diff(shape(f.Response.Body), shape(got.fields)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

// shape is a body with the values replaced that are the server's own choice.
func shape(body map[string]any) map[string]any {
	fixed := []string{
		"code", "Code", "message", "Message", "errcode", "errmsg", "status", "punish", "AccessDeniedDetail",
		"sendStatus", "readUserIds", "messageReadInfoList", "hasMore", "expireIn", "expires_in",
	}
	shaped := maps.Clone(body)
	for key, value := range shaped {
		if !slices.Contains(fixed, key) {
			shaped[key] = fmt.Sprint("some ", reflect.TypeOf(value))
		}
	}
	return shaped
}

// The page's table, by name alone: each of its rows must have a fixture.
func TestEachOfThe19RowsHasAFixture(t *testing.T) {
	rows := map[string]int{}
	for name, f := range fixtures(t) {
		var row int
		if n, _ := fmt.Sscanf(name, "error_%02d_", &row); n == 1 {
			code, _ := f.Response.Body["code"].(string)
			rows[code] = row
		}
	}
	if len(rows) != 19 {
		t.Errorf("%d rows, want 19: %v", len(rows), rows)
	}
}

func TestARepeatedTokenCallGivesTheSameToken(t *testing.T) {
	c, _ := newClient(t, `{}`)
	body := map[string]any{"appKey": "k", "appSecret": "s"}
	first, second := c.ask(t, tokenPath, body), c.ask(t, tokenPath, body)
	if first.text("accessToken") == "" || first.text("accessToken") != second.text("accessToken") {
		t.Errorf("first %s, second %s", first.raw, second.raw)
	}
}

// Each row of the table can be any message's answer.
func TestEachRowIsReachablePerMessage(t *testing.T) {
	for name, f := range fixtures(t) {
		if !strings.HasPrefix(name, "error_") {
			continue
		}
		code, _ := f.Response.Body["code"].(string)
		sc := fmt.Sprintf(`{"messages": [{"key": "k", "error": {"code": %q, "status": %d}}]}`, code, f.Response.Status)
		c, s := newClient(t, sc)
		a := c.ask(t, chatPath, map[string]any{"processQueryKey": "k"})
		if a.status != f.Response.Status || a.text("code") != code {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
		if truth := s.Truth("private_chat", "k"); truth.Code != code || truth.Status != f.Response.Status || truth.Readers != nil {
			t.Errorf("%s: truth %+v", name, truth)
		}
	}
}
