package simulator_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
)

const statusPath = "/v1.0/robot/oToMessages/readStatus"

func oneToOne(key string) map[string]string {
	return map[string]string{"robotCode": "bot", "processQueryKey": key}
}

// statuses are the receivers of an answer with their readStatus.
func (a answer) statuses(t *testing.T) map[string]string {
	t.Helper()
	list, ok := a.fields["messageReadInfoList"].([]any)
	if !ok {
		t.Fatalf("no messageReadInfoList in %d %s", a.status, a.raw)
	}
	all := map[string]string{}
	for _, entry := range list {
		info := entry.(map[string]any)                             //nolint:errcheck,forcetypeassert // the test fails with the panic
		all[info["userId"].(string)] = info["readStatus"].(string) //nolint:errcheck,forcetypeassert // same
	}
	if len(all) != len(list) {
		t.Errorf("somebody is there twice: %s", a.raw)
	}
	return all
}

func TestReadStatusOfReceivers(t *testing.T) {
	c, s := newClient(t, `{"messages": [
		{"key": "some", "kind": "one_to_one", "receivers": ["c", "a", "b"], "readers": ["b"]},
		{"key": "drawn", "kind": "one_to_one", "receivers": ["c", "a", "b"], "reader_count": 2},
		{"key": "named", "kind": "one_to_one", "readers": ["b", "b"]}]}`)
	if diff := cmp.Diff(map[string]string{"a": "UNREAD", "b": "READ", "c": "UNREAD"}, c.get(t, statusPath, oneToOne("some")).statuses(t)); diff != "" {
		t.Errorf("some (-want +got):\n%s", diff)
	}
	for _, key := range []string{"drawn", "named", "anything"} {
		got := c.get(t, statusPath, oneToOne(key)).statuses(t)
		var receivers, readers []string
		for id, status := range got {
			receivers = append(receivers, id)
			if status == "READ" {
				readers = append(readers, id)
			}
		}
		slices.Sort(receivers)
		slices.Sort(readers)
		truth := s.Truth("one_to_one", key)
		if !slices.Equal(readers, truth.Readers) || !slices.Equal(receivers, truth.Receivers) {
			t.Errorf("%s: %v, truth %+v", key, got, truth)
		}
		if key == "drawn" && len(readers) != 2 || key == "named" && !slices.Equal(readers, []string{"b"}) {
			t.Errorf("%s: read by %v", key, readers)
		}
	}
}

// A roster of 300 can't be the receivers of one message.
func TestReceiversOfACrowd(t *testing.T) {
	crowd := make([]string, 300)
	for i := range crowd {
		crowd[i] = fmt.Sprintf("p%03d", i)
	}
	s := simulator.New(simulator.Options{
		People: func(string, string) []string { return crowd }, AccessTokens: []string{"by-hand"},
	})
	c := &client{base: "https://api.dingtalk.io", via: s.RoundTripper(), token: "by-hand"}
	first, second := c.get(t, statusPath, oneToOne("k1")).statuses(t), c.get(t, statusPath, oneToOne("k2")).statuses(t)
	if len(first) != scenario.MaxReceivers || len(second) != scenario.MaxReceivers {
		t.Errorf("%d and %d receivers, want %d", len(first), len(second), scenario.MaxReceivers)
	}
	if cmp.Equal(first, second) {
		t.Error("two messages to the same people")
	}
	if again := c.get(t, statusPath, oneToOne("k1")).statuses(t); !cmp.Equal(first, again) {
		t.Errorf("asked again: %v, not %v", again, first)
	}
}

func TestOneToOneClosesAfterADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, `{"messages": [
			{"key": "day", "kind": "one_to_one", "from": "1h"},
			{"key": "open", "kind": "one_to_one", "until": "30d"}]}`)
		ask := func(key, want string) {
			t.Helper()
			if a := c.get(t, statusPath, oneToOne(key)); a.text("code") != want {
				t.Errorf("%s after %v: %s", key, time.Since(s.Requests()[0].At), a.raw)
			}
		}
		ask("day", "processQueryKey.expireTime")
		time.Sleep(25*time.Hour - time.Nanosecond)
		ask("day", "")
		time.Sleep(time.Nanosecond)
		ask("day", "processQueryKey.expireTime")
		ask("open", "")
		if truth := s.Truth("one_to_one", "day"); truth.Code != "processQueryKey.expireTime" {
			t.Errorf("truth %+v", truth)
		}
	})
}

func TestRefusedReadStatuses(t *testing.T) {
	c, s := newClient(t, `{"messages": [
		{"key": "group", "kind": "group"},
		{"key": "mine", "kind": "one_to_one", "robot_code": "another"},
		{"key": "failing", "kind": "one_to_one", "error": {"code": "bot.stopped"}}]}`)
	for name, tt := range map[string]struct {
		params map[string]string
		code   string
	}{
		"no robot":      {map[string]string{"processQueryKey": "k"}, "invalidParameter.robotCode.missing"},
		"no key":        {map[string]string{"robotCode": "bot"}, "invalidParameter.processQueryKey.missing"},
		"wrong robot":   {oneToOne("mine"), "invalidParameter.robotCode.invalid"},
		"another kind":  {oneToOne("group"), "invalid.processQueryKey"},
		"its own error": {oneToOne("failing"), "bot.stopped"},
	} {
		if a := c.get(t, statusPath, tt.params); a.status != http.StatusBadRequest || a.text("code") != tt.code {
			t.Errorf("%s: %d %s, want %s", name, a.status, a.raw, tt.code)
		}
	}
	// Not with POST, and not without asking for it in the request line.
	if a := c.ask(t, statusPath, oneToOne("k")); !strings.Contains(a.raw, "404") {
		t.Errorf("POST: %s", a.raw)
	}
	if a := c.get(t, statusPath+"?robotCode=a&robotCode=b&processQueryKey=k", nil); a.status == http.StatusOK {
		t.Errorf("two robots: %s", a.raw)
	}
	if seen := s.Requests()[0]; seen.Interface != "one_to_one" || seen.Method != http.MethodGet || seen.Page != 1 {
		t.Errorf("the log has %+v", seen)
	}
}

func TestReadStatusesThatMustNotBeBelieved(t *testing.T) {
	const honest = `{"sendStatus":"SUCCESS","messageReadInfoList":[{"name":"Name of a","userId":"a","readStatus":"READ","readTimestamp":0}]}`
	for kind, want := range map[string]string{
		"wrong_case":    strings.NewReplacer("sendStatus", "SENDSTATUS", "messageReadInfoList", "MESSAGEREADINFOLIST").Replace(honest),
		"duplicate_key": strings.TrimSuffix(honest, "}") + `,"messageReadInfoList":[]}`,
		"null_readers":  `{"messageReadInfoList":null,"sendStatus":"SUCCESS"}`,
		"bad_utf8":      strings.Replace(honest, `"userId":"a"`, "\"userId\":\"\xff\xfea\"", 1),
		"trailing":      honest + "\n{}",
		"garbage":       "\x00\x01 these bytes are no answer {",
		// There are no pages to go wrong.
		"no_has_more": honest,
		"loop_token":  honest,
		"endless":     honest,
		"empty_pages": honest,
	} {
		c, s := newClient(t, fmt.Sprintf(`{"faults": [{"kind": %q}], "messages": [{"key": "k", "kind": "one_to_one", "receivers": ["a"], "readers": ["a"]}]}`, kind))
		if a := c.get(t, statusPath, oneToOne("k")); a.raw != want {
			t.Errorf("%s: %q\nwant %q", kind, a.raw, want)
		}
		if hopeless := s.Truths()[0].Hopeless; (hopeless == "") != (want == honest) {
			t.Errorf("%s: hopeless as %q", kind, hopeless)
		}
	}
}
