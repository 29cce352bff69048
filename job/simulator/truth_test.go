package simulator_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/simulator"
)

func TestTruthIsWhatWasLastTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, `{"unknown_keys": "reject", "messages": [
			{"key": "changes", "readers": ["b", "a", "a"], "changes": [{"after": "1h", "readers": ["a", "b", "c"]}, {"after": "2h", "send_status": "RECALLED"}]},
			{"key": "asks", "asks": [{"times": 2, "readers": ["a"]}, {"readers": ["a", "b"]}]},
			{"key": "window", "from": "1h", "until": "2h", "readers": []}]}`)
		check := func(key, status, code string, readers ...string) {
			t.Helper()
			want := simulator.Truth{Kind: "private_chat", Key: key, SendStatus: status, Readers: readers, Code: code}
			if code != "" {
				want.Status = 400
			} else if readers == nil {
				want.Readers = []string{}
			}
			if diff := cmp.Diff(want, s.Truth("private_chat", key)); diff != "" {
				t.Errorf("truth (-want +got):\n%s", diff)
			}
		}
		check("changes", "SUCCESS", "", "a", "b")
		check("asks", "SUCCESS", "", "a")
		check("window", "", "processQueryKey.expireTime")
		check("never heard of", "", "invalid.processQueryKey")
		for range 3 {
			c.pages(t, chatPath, "asks", 1)
		}
		check("asks", "SUCCESS", "", "a", "b")
		c.pages(t, chatPath, "changes", 200)
		time.Sleep(time.Hour)
		check("changes", "SUCCESS", "", "a", "b") // nobody has asked since
		check("window", "SUCCESS", "")
		c.pages(t, chatPath, "changes", 200)
		check("changes", "SUCCESS", "", "a", "b", "c")
		time.Sleep(time.Hour)
		c.pages(t, chatPath, "changes", 200)
		check("changes", "RECALLED", "", "a", "b", "c")
		check("window", "", "processQueryKey.expireTime")
		if all := s.Truths(); len(all) != 3 || all[1].Key != "asks" {
			t.Errorf("truths %+v", all)
		}
	})
}

// The pages of a pass belong together, whatever happens between them.
func TestAPassSeesOneState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, `{"messages": [{"key": "k", "readers": ["a", "b"], "changes": [{"after": "1h", "readers": ["c", "d"]}]}]}`)
		first := c.ask(t, chatPath, map[string]any{"processQueryKey": "k", "maxResults": 1})
		time.Sleep(time.Hour)
		second := c.ask(t, chatPath, map[string]any{"processQueryKey": "k", "maxResults": 1, "nextToken": first.text("nextToken")})
		if got := append(first.readers(t), second.readers(t)...); !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("a pass of %v", got)
		}
	})
}

func TestAnAskWithAFaultIsNoAsk(t *testing.T) {
	c, s := newClient(t, `{"faults": [{"kind": "truncate", "attempts": [1]}, {"kind": "system_error", "attempts": [2]}],
		"messages": [{"key": "k", "asks": [{"readers": ["a"]}, {"readers": ["a", "b"]}]}]}`)
	for range 2 {
		_, _ = c.try(t.Context(), chatPath, map[string]any{"processQueryKey": "k"})
	}
	if a := c.ask(t, chatPath, map[string]any{"processQueryKey": "k"}); len(a.readers(t)) != 1 {
		t.Errorf("the first answer is %s", a.raw)
	}
	if truth := s.Truth("private_chat", "k"); !slices.Equal(truth.Readers, []string{"a"}) {
		t.Errorf("truth %v", truth.Readers)
	}
}

func TestHopelessMessagesAreNamed(t *testing.T) {
	_, s := newClient(t, `{"faults": [
			{"kind": "reset", "messages": ["a"], "share": 0.5},
			{"kind": "loop_token", "messages": ["a", "b"]},
			{"kind": "garbage", "pages": [2]},
			{"kind": "throttle", "attempts": [1]},
			{"kind": "timeout", "interfaces": ["access_token", "group"]}],
		"messages": [{"key": "a"}, {"key": "b"}, {"key": "c"}, {"key": "c", "kind": "group"}]}`)
	var got []string
	for _, truth := range s.Truths() {
		got = append(got, fmt.Sprintf("%s %s %s", truth.Kind, truth.Key, truth.Hopeless))
	}
	want := []string{"private_chat a loop_token", "private_chat b loop_token", "private_chat c ", "group c timeout"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hopeless (-want +got):\n%s", diff)
	}
}
