package scenario_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/simulator/scenario"
)

func TestLoadNamesEveryMistake(t *testing.T) {
	tests := map[string]struct {
		scenario string
		want     []string
	}{
		"empty":        {"", []string{`it is empty; the smallest scenario is {}`}},
		"not JSON":     {"{\n  \"seed\": 1,\n}", []string{`line 3: no valid JSON: invalid character '}' looking for beginning of object key string`}},
		"trailing":     {"{}\n{}", []string{`line 2: no valid JSON: invalid character '{' after top-level value`}},
		"no object":    {"[]", []string{`line 1: a scenario is one JSON object: {…}`}},
		"null":         {"null", []string{`line 1: a scenario is one JSON object: {…}`}},
		"unknown":      {"{\n\"latencey\": \"1s\"}", []string{`line 2: latencey: there is no field "latencey". Did you mean "latency"?`}},
		"unknown deep": {`{"messages": [{"key": "k"}, {"key": "l", "send-status": "SUCCESS"}]}`, []string{`line 1: messages[1].send-status: there is no field "send-status". Did you mean "send_status"?`}},
		"far off":      {`{"colour": "red"}`, []string{`line 1: colour: there is no field "colour"`}},
		"other case":   {`{"Seed": 1}`, []string{`line 1: Seed: there is no field "Seed". Did you mean "seed"?`}},
		"twice":        {"{\"seed\": 1,\n\"seed\": 2}", []string{`line 2: seed: it is given twice`}},
		"types": {
			"{\n\"seed\": \"1\",\n\"latency\": 80,\n\"messages\": {},\n\"apps\": [],\n\"faults\": [1],\n\"max_page_size\": 1.5}",
			[]string{
				`line 2: seed: it must be a whole number, 0 or more, not a JSON string`,
				`line 3: latency: it must be a duration, as a string such as "80ms", not a JSON number`,
				`line 4: messages: it must be a list: [ … ], not a JSON object`,
				`line 5: apps: it must be an object: { … }, not a JSON array`,
				`line 6: faults[0]: it must be an object: { … }, not a JSON number`,
				`line 7: max_page_size: it must be a whole number, not a JSON number 1.5`,
			},
		},
		"duration":     {`{"latency": "80"}`, []string{`line 1: latency: "80" is no duration: write "80ms", "1h30m" or "30d"`}},
		"negative":     {`{"jitter": "-1s"}`, []string{`line 1: jitter: "-1s" is no duration: write "80ms", "1h30m" or "30d"`}},
		"limits":       {`{"requests_per_second": -1, "ban_after": -2}`, []string{`line 1: requests_per_second: it must be 0 or more, not -1`, `line 1: ban_after: it must be -1 or more, not -2`}},
		"unknown keys": {`{"unknown_keys": "refuse"}`, []string{`line 1: unknown_keys: it is one of answer, reject, not "refuse"`}},
		"app":          {`{"apps": {"a": {}}, "messages": [{"key": "k", "app": "b"}]}`, []string{`line 1: apps["a"]: app_secret is missing`, `line 1: messages[0].app: there is no app "b". Did you mean "a"?`}},
		"kind":         {`{"messages": [{"key": "k", "kind": "one_to_many"}]}`, []string{`line 1: messages[0].kind: it is one of private_chat, group, one_to_one, not "one_to_many". Did you mean "one_to_one"?`}},
		"receivers": {`{"messages": [
			{"key": "a", "receivers": ["u1"]},
			{"key": "b", "kind": "one_to_one", "receivers": []},
			{"key": "c", "kind": "one_to_one", "receivers": ["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17","18","19","20","21"]},
			{"key": "d", "kind": "one_to_one", "receivers": ["u1", "u1"], "readers": ["u2"]},
			{"key": "e", "kind": "one_to_one", "receivers": ["u1"], "changes": [{"after": "1h", "reader_count": 2}]},
			{"key": "f", "kind": "one_to_one", "asks": [{"reader_count": 21}]},
			{"key": "g", "kind": "one_to_one", "page_size": 1, "open_conversation_id": "cid"}]}`, []string{
			`line 2: messages[0].receivers: only a message of kind one_to_one is answered with its receivers`,
			`line 3: messages[1].receivers: a message of kind one_to_one goes to 1 to 20 people, not 0`,
			`line 4: messages[2].receivers: a message of kind one_to_one goes to 1 to 20 people, not 21`,
			`line 5: messages[3].receivers[1]: "u1": a receiver is a user id and listed once`,
			`line 5: messages[3].readers[0]: "u2" is none of the message's receivers`,
			`line 6: messages[4].changes[0].reader_count: the message went to 1 people at most, so 2 can't have read it`,
			`line 7: messages[5].asks[0].reader_count: the message went to 20 people at most, so 21 can't have read it`,
			`line 8: messages[6]: a message of kind one_to_one has no pages: leave out page_size and overlap`,
			`line 8: messages[6].open_conversation_id: a message of kind one_to_one has no conversation to ask with`,
		}},
		"key":          {`{"messages": [{}]}`, []string{`line 1: messages[0]: key must have 1 to 256 bytes, not 0`}},
		"same message": {"{\"messages\": [{\"key\": \"k\"},\n{\"key\": \"k\", \"kind\": \"private_chat\"}]}", []string{`line 2: messages[1].key: "k" is messages[0] already; a kind and key is listed once`}},
		"overlap":      {`{"messages": [{"key": "k", "page_size": 2, "overlap": 2}]}`, []string{`line 1: messages[0].overlap: it must be less than the page size of 2, or pages would never end`}},
		"until":        {`{"messages": [{"key": "k", "from": "1h", "until": "1h"}]}`, []string{`line 1: messages[0].until: it must be after from`}},
		"readers": {
			`{"messages": [{"key": "k", "readers": ["a", ""], "reader_count": -1, "read_rate": 2}]}`,
			[]string{
				`line 1: messages[0].reader_count: it must be 0 to 1000000, not -1`,
				`line 1: messages[0].read_rate: it must be 0 to 1, not 2`,
				`line 1: messages[0]: readers, reader_count and read_rate say the same thing: give one of them`,
				`line 1: messages[0].readers[1]: a user id isn't empty`,
			},
		},
		"asks":    {`{"messages": [{"key": "k", "readers": [], "asks": [{"times": -1}]}]}`, []string{`line 1: messages[0].asks: asks leave no room for changes or a state of the message's own: put all of it into asks`, `line 1: messages[0].asks[0].times: it must be 0 or more, not -1`}},
		"changes": {`{"messages": [{"key": "k", "changes": [{"after": "2h"}, {"after": "1h"}]}]}`, []string{`line 1: messages[0].changes[1].after: changes come one after the other: this one must be after changes[0]`}},
		"error":   {`{"messages": [{"key": "k", "error": {"code": "bot.stoped"}}]}`, []string{`line 1: messages[0].error.code: "bot.stoped" isn't documented, so it needs a status. Did you mean "bot.stopped"?`}},
		"body":    {`{"messages": [{"key": "k", "error": {"code": "bot.stopped", "body": {}, "status": 99}}]}`, []string{`line 1: messages[0].error.body: a body leaves no room for code: write the code into the body`, `line 1: messages[0].error.status: it must be 200 to 599, not 99`}},
		"no code": {`{"apps": {"a": {"app_secret": "s", "error": {}}}}`, []string{`line 1: apps["a"].error: code is missing (or body, for an answer without one)`}},
		"fault": {
			`{"faults": [{"kind": "resett", "interfaces": ["chat"], "pages": [0], "attempts": [0], "share": 0, "status": 100}, {}]}`,
			[]string{
				`line 1: faults[0].kind: it is one of bad_utf8, ban, duplicate_key, empty_object, empty_pages, endless, eof, error_in_200, garbage, html, late, legacy_throttle, loop_token, no_has_more, null, null_readers, quota, redirect, reset, slow_body, system_error, throttle, timeout, trailing, truncate, wrong_case, not "resett". Did you mean "reset"?`,
				`line 1: faults[0].interfaces[0]: it is one of access_token, corp_access_token, unified_token, private_chat, group, one_to_one, not "chat"`,
				`line 1: faults[0].pages[0]: it must be 1 or more, not 0`,
				`line 1: faults[0].attempts[0]: it must be 1 or more, not 0`,
				`line 1: faults[0].share: it must be above 0 and at most 1, not 0`,
				`line 1: faults[0].status: it must be 200 to 599, not 100`,
				`line 1: faults[1]: kind is missing`,
			},
		},
		"fault's code": {
			`{"faults": [{"kind": "quota", "code": "90020"}, {"kind": "throttle", "code": "Throtling"}, {"kind": "throttle", "code": "Throttling", "status": 429}]}`,
			[]string{
				`line 1: faults[0].code: only throttle has codes to choose from`,
				`line 1: faults[1].code: "Throtling" isn't documented, so it needs a status`,
			},
		},
		"shifts": {
			`{"shifts": [{"after": "5s", "there": 0}, {"after": "5s", "there": 1.5}]}`,
			[]string{
				`line 1: shifts[1].there: it must be 0 to 1, not 1.5`,
				`line 1: shifts[1].after: shifts come one after the other: this one must be after shifts[0]`,
			},
		},
		"fault's message": {`{"unknown_keys": "reject", "messages": [{"key": "Kna0123="}], "faults": [{"kind": "reset", "messages": ["Kna0132="]}]}`, []string{`line 1: faults[0].messages[0]: no message has the key "Kna0132=". Did you mean "Kna0123="?`}},
		"outage":          {`{"outages": [{"kind": "garbage"}]}`, []string{`line 1: outages[0].kind: it is one of system_error, reset, eof, timeout, html, not "garbage"`, `line 1: outages[0]: until is missing`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := scenario.Load(strings.NewReader(tt.scenario))
			invalid, ok := errors.AsType[*scenario.Error](err)
			if !ok {
				t.Fatalf("error %v, want a *Error", err)
			}
			var got []string
			for _, p := range invalid.Problems {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFloodOfMistakesIsCounted(t *testing.T) {
	_, err := scenario.Load(strings.NewReader(`{"messages": [` + strings.Repeat("{},\n", 149) + `{}]}`))
	text := fmt.Sprint(err)
	if lines := strings.Split(text, "\n"); len(lines) != 102 || lines[101] != "  and 50 more mistakes" || lines[100] != "  line 100: messages[99]: key must have 1 to 256 bytes, not 0" {
		t.Errorf("%d lines: %s", len(lines), text)
	}
}

func TestValidateFindsWhatLoadFinds(t *testing.T) {
	sc := scenario.Scenario{Messages: []scenario.Message{{Key: "k", Kind: "groups"}}}
	want := `invalid scenario: messages[0].kind: it is one of private_chat, group, one_to_one, not "groups". Did you mean "group"?`
	if err := sc.Validate(); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	sc.Messages[0].Kind = "group"
	if err := sc.Validate(); err != nil {
		t.Errorf("error %v, want none", err)
	}
}

func TestScenariosThatAreShownLoad(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(doc), "//\t{\n")
	example, _, _ = strings.Cut(example, "//\t}\n")
	check, err := os.ReadFile("../../../.ci/sdk/scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	sc, err := scenario.Load(strings.NewReader("{" + strings.ReplaceAll(example, "//\t", "") + "}"))
	if err != nil {
		t.Fatal(err)
	}
	if len(sc.Messages) != 5 || len(sc.Faults) != 2 || len(sc.Outages) != 1 {
		t.Errorf("the package comment's example has %d messages, %d faults, %d outages", len(sc.Messages), len(sc.Faults), len(sc.Outages))
	}
	if _, err := scenario.Load(bytes.NewReader(check)); err != nil {
		t.Error(err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(`{"seed": 1, "messages": [{"key": "k", "error": {"body": {"a": [1]}}, "asks": [{"times": 2}]}]}`)
	f.Add(`{"apps": {"a.b": {"app_secret": "s"}, "": {}}, "faults": [{"kind": "reset", "share": 1e9}]}`)
	f.Add(`{"messages": null, "apps": {"x": null}, "seed": -1, "revoke_tokens": ["1d", null]}`)
	f.Fuzz(func(t *testing.T, text string) {
		sc, err := scenario.Load(strings.NewReader(text))
		if (sc == nil) == (err == nil) {
			t.Fatalf("scenario %v and error %v", sc, err)
		}
		if err != nil {
			return
		}
		if err := sc.Validate(); err != nil {
			t.Errorf("loaded, but not valid: %v", err)
		}
	})
}
