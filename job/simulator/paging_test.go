package simulator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/simulator"
)

func TestPagesHoldExactlyTheReaders(t *testing.T) {
	tests := map[string]struct {
		message string
		size    int
		sizes   []int
	}{
		"none":                     {`"readers": []`, 200, []int{0}},
		"one page":                 {`"reader_count": 200`, 200, []int{200}},
		"one more":                 {`"reader_count": 201`, 200, []int{200, 1}},
		"small pages":              {`"reader_count": 5`, 2, []int{2, 2, 1}},
		"capped":                   {`"reader_count": 5, "page_size": 2`, 200, []int{2, 2, 1}},
		"overlap":                  {`"reader_count": 7, "page_size": 3, "overlap": 1`, 200, []int{3, 3, 3}},
		"overlap too large to ask": {`"reader_count": 3, "page_size": 3, "overlap": 1`, 1, []int{1, 1, 1}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, s := newClient(t, fmt.Sprintf(`{"messages": [{"key": "k", %s}]}`, tt.message))
			pages := c.pages(t, chatPath, "k", tt.size)
			var sizes []int
			for _, ids := range pages {
				sizes = append(sizes, len(ids))
			}
			if diff := cmp.Diff(tt.sizes, sizes); diff != "" {
				t.Errorf("page sizes (-want +got):\n%s", diff)
			}
			truth := s.Truth("private_chat", "k")
			if got := append([]string{}, sortedSet(pages)...); !slices.Equal(got, truth.Readers) || truth.Readers == nil {
				t.Errorf("readers %v, truth %v", got, truth.Readers)
			}
		})
	}
}

func TestWithoutASizeAPageIsNotWhole(t *testing.T) {
	c, _ := newClient(t, `{"messages": [{"key": "k", "reader_count": 60}]}`)
	a := c.ask(t, chatPath, map[string]any{"processQueryKey": "k"})
	if len(a.readers(t)) != 50 || a.fields["hasMore"] != true {
		t.Errorf("%s", a.raw)
	}
}

func TestANextTokenIsGoodForItsMessageAndTimeAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, `{"next_token_lifetime": "1m", "messages": [{"key": "k", "reader_count": 3}, {"key": "k", "kind": "group", "reader_count": 3}]}`)
		token := c.ask(t, chatPath, map[string]any{"processQueryKey": "k", "maxResults": 1}).text("nextToken")
		ask := func(path, key, token string) string {
			return c.ask(t, path, map[string]any{"processQueryKey": key, "maxResults": 1, "nextToken": token}).text("code")
		}
		flipped := strings.Map(func(r rune) rune {
			if r == rune(token[20]) {
				return 'A' + (r-'A'+1)%26
			}
			return r
		}, token)
		if strings.Contains(token, "k") && len(token) < 20 {
			t.Errorf("token %q is not opaque", token)
		}
		for name, code := range map[string]string{
			"another message": ask(chatPath, "other", token),
			"another kind":    ask(groupPath, "k", token),
			"changed":         ask(chatPath, "k", flipped),
			"nonsense":        ask(chatPath, "k", "2"),
		} {
			if code != "invalidParameter.cursor.invalid" {
				t.Errorf("%s: code %q", name, code)
			}
		}
		if code := ask(chatPath, "k", token); code != "" {
			t.Errorf("its own: code %q", code)
		}
		time.Sleep(time.Minute)
		if code := ask(chatPath, "k", token); code != "invalidParameter.cursor.invalid" {
			t.Errorf("a minute later: code %q", code)
		}
		if last := s.Requests()[len(s.Requests())-1]; last.Page != 2 || last.NextToken != token || last.Key != "k" {
			t.Errorf("logged %+v", last)
		}
	})
}

func TestBadParameters(t *testing.T) {
	c, _ := newClient(t, `{"messages": [
		{"key": "k", "robot_code": "r", "open_conversation_id": "cid"},
		{"key": "g", "kind": "group"}, {"key": "a", "app": "someone"}]}`)
	tests := map[string]struct {
		body any
		code string
	}{
		"no object":            {[]int{1}, "invalidParameter.param.invalid"},
		"key of a wrong type":  {map[string]any{"processQueryKey": 1}, "invalidParameter.param.invalid"},
		"size of a wrong type": {map[string]any{"processQueryKey": "x", "maxResults": "200"}, "invalidParameter.param.invalid"},
		"wrong case":           {map[string]any{"ProcessQueryKey": "x"}, "invalidParameter.processQueryKey.missing"},
		"null key":             {map[string]any{"processQueryKey": nil}, "invalidParameter.processQueryKey.missing"},
		"size 0":               {map[string]any{"processQueryKey": "x", "maxResults": 0}, "invalidParameter.pageSize.invalid"},
		"size 201":             {map[string]any{"processQueryKey": "x", "maxResults": 201}, "invalidParameter.pageSize.invalid"},
		"size 200":             {map[string]any{"processQueryKey": "x", "maxResults": 200}, ""},
		"no robot":             {map[string]any{"processQueryKey": "k"}, "invalidParameter.robotCode.missing"},
		"another robot":        {map[string]any{"processQueryKey": "k", "robotCode": "s"}, "invalidParameter.robotCode.invalid"},
		"its robot":            {map[string]any{"processQueryKey": "k", "robotCode": "r"}, ""},
		"another conversation": {map[string]any{"processQueryKey": "k", "robotCode": "r", "openConversationId": "x"}, "invalid.openConversationId"},
		"a group's key":        {map[string]any{"processQueryKey": "g"}, "invalid.processQueryKey"},
		"another app's key":    {map[string]any{"processQueryKey": "a"}, "invalid.processQueryKey"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := c.ask(t, chatPath, tt.body)
			if a.text("code") != tt.code || (tt.code == "") != (a.status == 200) {
				t.Errorf("%d %s, want code %q", a.status, a.raw, tt.code)
			}
		})
	}
}

func TestReadersAreDrawnFromThePeopleAndStayDrawn(t *testing.T) {
	var people []string
	for i := range 500 {
		people = append(people, fmt.Sprintf("staff%03d", i))
	}
	s := simulator.New(simulator.Options{
		AccessTokens: []string{"t"},
		People: func(kind, key string) []string {
			if kind != "group" || key == "nobody" {
				return nil
			}
			return people
		},
	})
	c := &client{via: s.RoundTripper(), token: "t"}
	rates := map[int]bool{}
	for i := range 30 {
		key := fmt.Sprint("key", i)
		first, second := sortedSet(c.pages(t, groupPath, key, 200)), sortedSet(c.pages(t, groupPath, key, 7))
		if !slices.Equal(first, second) {
			t.Fatalf("%s: %d readers, then %d", key, len(first), len(second))
		}
		for _, id := range first {
			if !slices.Contains(people, id) {
				t.Fatalf("%s: %s is nobody we know", key, id)
			}
		}
		if len(first) < 120 || len(first) > 500 {
			t.Errorf("%s: %d of 500 readers", key, len(first))
		}
		rates[len(first)/50] = true
	}
	if len(rates) < 4 {
		t.Errorf("rates hardly differ: %v", rates)
	}
	for _, id := range sortedSet(c.pages(t, groupPath, "nobody", 200)) {
		if !strings.HasPrefix(id, "user") {
			t.Errorf("made-up id %s", id)
		}
	}
	if ids := sortedSet(c.pages(t, chatPath, "pair", 200)); len(ids) > 1 {
		t.Errorf("%d readers of a private chat", len(ids))
	}
}

func TestMoreReadersIncludeTheFewer(t *testing.T) {
	c, _ := newClient(t, `{"messages": [{"key": "k", "kind": "group", "asks": [
		{"reader_count": 10}, {"reader_count": 25}, {"reader_count": 25, "send_status": "RECALLED"}, {"error": {"code": "bot.stopped"}}, {}]}]}`)
	few := sortedSet(c.pages(t, groupPath, "k", 4))
	more := sortedSet(c.pages(t, groupPath, "k", 4))
	if len(few) != 10 || len(more) != 25 {
		t.Fatalf("%d, then %d readers", len(few), len(more))
	}
	body := map[string]any{"processQueryKey": "k"}
	if a := c.ask(t, groupPath, body); a.text("sendStatus") != "RECALLED" {
		t.Errorf("third: %s", a.raw)
	}
	if a := c.ask(t, groupPath, body); a.text("code") != "bot.stopped" {
		t.Errorf("fourth: %s", a.raw)
	}
	for range 2 { // what isn't said stays; the last one stays too
		if a := c.ask(t, groupPath, body); a.text("sendStatus") != "RECALLED" || len(a.readers(t)) != 25 {
			t.Errorf("fifth: %s", a.raw)
		}
	}
}
