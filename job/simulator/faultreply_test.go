package simulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
)

func faulty(t *testing.T, fault string) answer {
	t.Helper()
	c, _ := newClient(t, fmt.Sprintf(`{"faults": [{%s}], "messages": [{"key": "k", "readers": ["a", "b"]}]}`, fault))
	return c.ask(t, chatPath, anyKey)
}

func TestAnswersThatMustNotBeBelieved(t *testing.T) {
	tests := map[string]struct {
		status int
		want   string
	}{
		`"kind": "garbage"`:                    {200, "\x00\x01 these bytes are no answer {"},
		`"kind": "empty_object"`:               {200, `{}`},
		`"kind": "null"`:                       {200, `null`},
		`"kind": "wrong_case"`:                 {200, `{"SENDSTATUS":"SUCCESS","READUSERIDS":["a","b"],"HASMORE":false}`},
		`"kind": "duplicate_key"`:              {200, `{"sendStatus":"SUCCESS","readUserIds":["a","b"],"hasMore":false,"readUserIds":[]}`},
		`"kind": "trailing"`:                   {200, `{"sendStatus":"SUCCESS","readUserIds":["a","b"],"hasMore":false}` + "\n{}"},
		`"kind": "null_readers"`:               {200, `{"hasMore":false,"readUserIds":null,"sendStatus":"SUCCESS"}`},
		`"kind": "no_has_more"`:                {200, `{"readUserIds":["a","b"],"sendStatus":"SUCCESS"}`},
		`"kind": "bad_utf8"`:                   {200, "{\"sendStatus\":\"SUCCESS\",\"readUserIds\":[\"user\xff\xfe\",\"a\",\"b\"],\"hasMore\":false}"},
		`"kind": "legacy_throttle"`:            {200, `{"errcode":90018,"errmsg":"您的服务器调用钉钉开放平台接口过于频繁"}`},
		`"kind": "redirect"`:                   {302, ``},
		`"kind": "redirect", "status": 307`:    {307, ``},
		`"kind": "slow_body", "delay": "1ms"`:  {200, `{"sendStatus":"SUCCESS","readUserIds":["a","b"],"hasMore":false}`},
		`"kind": "garbage", "messages": ["x"]`: {200, `{"sendStatus":"SUCCESS","readUserIds":["a","b"],"hasMore":false}`},
		`"kind": "garbage", "pages": [2]`:      {200, `{"sendStatus":"SUCCESS","readUserIds":["a","b"],"hasMore":false}`},
		`"kind": "garbage", "from": "1h"`:      {200, `{"sendStatus":"SUCCESS","readUserIds":["a","b"],"hasMore":false}`},
	}
	for fault, tt := range tests {
		t.Run(fault, func(t *testing.T) {
			a := faulty(t, fault)
			if a.status != tt.status || a.raw != tt.want {
				t.Errorf("%d %q\nwant %d %q", a.status, a.raw, tt.status, tt.want)
			}
			if utf8.ValidString(a.raw) == strings.Contains(fault, "utf8") {
				t.Errorf("valid UTF-8: %t", utf8.ValidString(a.raw))
			}
		})
	}
}

func TestFaultsWithACode(t *testing.T) {
	tests := map[string]struct {
		status int
		code   string
	}{
		`"kind": "system_error"`:                {500, "system.error"},
		`"kind": "system_error", "status": 503`: {503, "system.error"},
		`"kind": "throttle"`:                    {403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"},
		`"kind": "throttle", "status": 429`:     {429, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"},
		`"kind": "quota"`:                       {403, "Forbidden.AccessDenied.ApiCountLimitForOrg"},

		`"kind": "throttle", "code": "Throttling.User", "status": 429`:                 {429, "Throttling.User"},
		`"kind": "throttle", "code": "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi"`: {403, "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi"},
	}
	for fault, tt := range tests {
		t.Run(fault, func(t *testing.T) {
			if a := faulty(t, fault+`, "retry_after": "0"`); a.status != tt.status || a.text("code") != tt.code || a.header.Get("Retry-After") != "0" {
				t.Errorf("%d %s %v, want %d %s", a.status, a.raw, a.header, tt.status, tt.code)
			}
		})
	}
	if a := faulty(t, `"kind": "error_in_200"`); a.status != 200 || a.text("code") != "system.error" {
		t.Errorf("error_in_200: %d %s", a.status, a.raw)
	}
	if a := faulty(t, `"kind": "html", "status": 502`); a.status != 502 || !strings.HasPrefix(a.raw, "<!DOCTYPE html>") {
		t.Errorf("html: %d %s", a.status, a.raw)
	}
	if a := faulty(t, `"kind": "ban", "status": 403`); a.status != 403 || a.fields["status"] != 1111.0 {
		t.Errorf("ban: %d %s", a.status, a.raw)
	}
	if a := faulty(t, `"kind": "redirect", "location": "https://other.example/x"`); a.header.Get("Location") != "https://other.example/x" {
		t.Errorf("redirect to %q", a.header.Get("Location"))
	}
}

// The pages of the three faults that never end, as far as a patient client goes.
func TestPagesWithoutEnd(t *testing.T) {
	for _, kind := range []string{"loop_token", "endless", "empty_pages"} {
		t.Run(kind, func(t *testing.T) {
			c, _ := newClient(t, fmt.Sprintf(`{"faults": [{"kind": %q}], "messages": [{"key": "k", "readers": ["a", "b"]}]}`, kind))
			tokens, ids := map[string]bool{}, map[string]bool{}
			body := map[string]any{"processQueryKey": "k", "maxResults": 200}
			for range 10 {
				a := c.ask(t, chatPath, body)
				if a.fields["hasMore"] != true || a.text("nextToken") == "" {
					t.Fatalf("an end: %s", a.raw)
				}
				for _, id := range a.readers(t) {
					ids[id] = true
				}
				tokens[a.text("nextToken")] = true
				body["nextToken"] = a.text("nextToken")
			}
			want := map[string][2]int{"loop_token": {1, 2}, "endless": {10, 2000}, "empty_pages": {10, 0}}[kind]
			if got := [2]int{len(tokens), len(ids)}; got != want {
				t.Errorf("%v tokens and ids, want %v", got, want)
			}
		})
	}
}

// Two empty pages are a strange answer, but the third still has the readers.
func TestAfterEmptyPagesTheTrueOnesGoOn(t *testing.T) {
	c, _ := newClient(t, `{"faults": [{"kind": "empty_pages", "pages": [1, 3]}], "messages": [{"key": "k", "reader_count": 3, "page_size": 2}]}`)
	var sizes []int
	for _, ids := range c.pages(t, chatPath, "k", 200) {
		sizes = append(sizes, len(ids))
	}
	if !slices.Equal(sizes, []int{0, 2, 0, 1}) {
		t.Errorf("page sizes %v", sizes)
	}
}

func TestFaultsRepeatWhateverTheOrder(t *testing.T) {
	run := func(order []int) map[string]string {
		c, s := newClient(t, `{"seed": 7, "faults": [{"kind": "garbage", "share": 0.3}, {"kind": "system_error", "share": 0.1}]}`)
		for _, i := range order {
			c.ask(t, chatPath, map[string]any{"processQueryKey": fmt.Sprint("k", i)})
		}
		seen := map[string]string{}
		for _, r := range s.Requests() {
			seen[fmt.Sprint(r.Key, " ", r.Attempt)] = string(r.Fault)
		}
		return seen
	}
	order := slices.Repeat([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 20)
	first := run(order)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	if diff := cmp.Diff(first, run(order)); diff != "" {
		t.Errorf("another order, other faults (-first +second):\n%s", diff)
	}
	counts := map[string]int{}
	for _, fault := range slices.Collect(maps.Values(first)) {
		counts[fault]++
	}
	if counts["garbage"] < 35 || counts["garbage"] > 85 || counts["system_error"] < 4 || counts["system_error"] > 28 {
		t.Errorf("of 200: %v", counts)
	}
}

func TestOutagesTakeEverythingDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, `{"outages": [{"from": "1m", "until": "2m"}, {"from": "3m", "until": "4m", "kind": "html"}]}`)
		var got []int
		for range 5 {
			got = append(got, c.ask(t, chatPath, anyKey).status, c.ask(t, tokenPath, map[string]any{"appKey": "k", "appSecret": "s"}).status)
			time.Sleep(time.Minute)
		}
		if want := []int{200, 200, 500, 500, 200, 200, 503, 503, 200, 200}; !slices.Equal(got, want) {
			t.Errorf("statuses %v, want %v", got, want)
		}
		if r := s.Requests()[2]; r.Fault != scenario.FaultSystemError || r.Code != "system.error" {
			t.Errorf("logged %+v", r)
		}
	})
}

func TestAnyAnswer(t *testing.T) {
	c, _ := newClient(t, `{"apps": {"a": {"app_secret": "s", "access_tokens": ["t"], "error": {"code": "Forbidden.Whatever", "status": 418, "message": "no", "headers": {"X-Why": "because"}}}},
		"messages": [{"key": "k", "error": {"body": {"errcode": 88, "errmsg": "<b>"}, "status": 202}}]}`)
	if a := c.ask(t, chatPath, anyKey); a.status != 202 || a.raw != `{"errcode":88,"errmsg":"<b>"}` {
		t.Errorf("%d %s", a.status, a.raw)
	}
	c.token = "t"
	a := c.ask(t, chatPath, anyKey)
	if a.status != 418 || a.text("code") != "Forbidden.Whatever" || a.text("message") != "no" || a.header.Get("X-Why") != "because" {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

func TestTheLogKeepsTheLatest(t *testing.T) {
	for limit, want := range map[int][]string{3: {"k3", "k4", "k5"}, -1: {}, 0: {"k1", "k2", "k3", "k4", "k5"}} {
		s := simulator.New(simulator.Options{AccessTokens: []string{"t"}, RequestLog: limit})
		c := &client{base: "https://api.dingtalk.io", via: s.RoundTripper(), token: "t"}
		for i := range 5 {
			c.ask(t, chatPath, map[string]any{"processQueryKey": fmt.Sprint("k", i+1), "robotCode": "r", "maxResults": 9})
		}
		got := []string{}
		for _, r := range s.Requests() {
			got = append(got, r.Key)
			if r.Host != "api.dingtalk.io" || r.Path != chatPath || r.Method != http.MethodPost || r.RobotCode != "r" || r.MaxResults != 9 || r.Page != 1 {
				t.Errorf("logged %+v", r)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("log of %d (-want +got):\n%s", limit, diff)
		}
	}
}

func TestAScenarioWrittenIsReadAgain(t *testing.T) {
	sc := scenario.Scenario{
		Latency:  scenario.Duration(90 * time.Second),
		Apps:     map[string]scenario.App{"a": {AppSecret: "s", Permissions: []string{}}},
		Messages: []scenario.Message{{Key: "k", State: scenario.State{ReaderCount: new(3)}}, {Key: "l", State: scenario.State{Readers: []string{}}}},
		Faults:   []scenario.Fault{{Kind: scenario.FaultReset}},
	}
	text, err := json.Marshal(sc)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&sc, load(t, string(text))); diff != "" {
		t.Errorf("read again (-want +got):\n%s\nfrom %s", diff, text)
	}
}
