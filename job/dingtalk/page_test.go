package dingtalk

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"notifyaudit/job"
)

func TestDecodePage(t *testing.T) {
	long := strings.Repeat("x", job.MaxID)
	for name, tc := range map[string]struct {
		body string
		want job.Page
	}{
		"the vendor's example": {
			`{"sendStatus" : "SUCCESS","readUserIds" : [ "123xxxx" ],"nextToken" : "Kna29=","hasMore" : true}`,
			job.Page{SendStatus: job.SendSuccess, ReadUserIDs: []string{"123xxxx"}, NextToken: "Kna29=", HasMore: true},
		},
		"last page":        {`{"hasMore":false,"readUserIds":[],"sendStatus":"RECALLED"}`, job.Page{SendStatus: job.SendRecalled, ReadUserIDs: []string{}}},
		"last with token":  {`{"hasMore":false,"readUserIds":["a"],"sendStatus":"SUCCESS","nextToken":"t"}`, job.Page{SendStatus: job.SendSuccess, ReadUserIDs: []string{"a"}}},
		"null ids at end":  {`{"hasMore":false,"readUserIds":null,"sendStatus":"PROCESSING","nextToken":null}`, job.Page{SendStatus: job.SendProcessing}},
		"no ids at end":    {`{"hasMore":false,"sendStatus":"SUCCESS"}`, job.Page{SendStatus: job.SendSuccess}},
		"unknown keys":     {`{"hasMore":false,"sendStatus":"SUCCESS","requestId":"r","extra":{"hasMore":[1,{"a":null}]}}`, job.Page{SendStatus: job.SendSuccess}},
		"white space":      {"\n {\"hasMore\":false,\"sendStatus\":\"SUCCESS\"}\n\t ", job.Page{SendStatus: job.SendSuccess}},
		"repeated ids":     {`{"hasMore":false,"readUserIds":["a","a"],"sendStatus":"SUCCESS"}`, job.Page{SendStatus: job.SendSuccess, ReadUserIDs: []string{"a", "a"}}},
		"longest id":       {`{"hasMore":false,"readUserIds":["` + long + `"],"sendStatus":"SUCCESS"}`, job.Page{SendStatus: job.SendSuccess, ReadUserIDs: []string{long}}},
		"escapes":          {`{"hasMore":false,"readUserIds":["\u5f20\ud83d\ude00"],"sendStatus":"SUCCESS"}`, job.Page{SendStatus: job.SendSuccess, ReadUserIDs: []string{"张😀"}}},
		"escaped key":      {`{"has\u004dore":false,"sendStatus":"SUCCESS"}`, job.Page{SendStatus: job.SendSuccess}},
		"no error at all":  {`{"errcode":0,"hasMore":false,"sendStatus":"SUCCESS"}`, job.Page{SendStatus: job.SendSuccess}},
		"empty last token": {`{"hasMore":false,"sendStatus":"SUCCESS","nextToken":""}`, job.Page{SendStatus: job.SendSuccess}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decodePage([]byte(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("page (-want +got):\n%s", diff)
			}
		})
	}
}

// unbelievable are bodies that encoding/json would make a page of, or nearly.
func unbelievable() map[string]string {
	return map[string]string{
		"empty":                   ``,
		"empty object":            `{}`,
		"null":                    `null`,
		"array":                   `[]`,
		"string":                  `"SUCCESS"`,
		"error code":              `{"code":"x","message":"y"}`,
		"wrong case":              `{"SENDSTATUS":"SUCCESS","READUSERIDS":["a"],"HASMORE":false}`,
		"one key in wrong case":   `{"sendStatus":"SUCCESS","readUserIds":[],"hasMore":false,"HasMore":true}`,
		"duplicate key":           `{"sendStatus":"SUCCESS","readUserIds":["a"],"readUserIds":[],"hasMore":false}`,
		"duplicate unknown key":   `{"sendStatus":"SUCCESS","readUserIds":["a"],"x":1,"x":2,"hasMore":false}`,
		"duplicate, escaped":      `{"sendStatus":"SUCCESS","hasMore":false,"has\u004dore":false}`,
		"no status":               `{"readUserIds":["a"],"hasMore":false}`,
		"null status":             `{"sendStatus":null,"readUserIds":["a"],"hasMore":false}`,
		"unknown status":          `{"sendStatus":"OK","readUserIds":["a"],"hasMore":false}`,
		"empty status":            `{"sendStatus":"","readUserIds":["a"],"hasMore":false}`,
		"number for status":       `{"sendStatus":1,"readUserIds":["a"],"hasMore":false}`,
		"no hasMore":              `{"sendStatus":"SUCCESS","readUserIds":["a"]}`,
		"null hasMore":            `{"sendStatus":"SUCCESS","readUserIds":["a"],"hasMore":null}`,
		"string hasMore":          `{"sendStatus":"SUCCESS","readUserIds":["a"],"hasMore":"false"}`,
		"null ids and more":       `{"sendStatus":"SUCCESS","readUserIds":null,"hasMore":true,"nextToken":"t"}`,
		"no ids and more":         `{"sendStatus":"SUCCESS","hasMore":true,"nextToken":"t"}`,
		"more without token":      `{"sendStatus":"SUCCESS","readUserIds":["a"],"hasMore":true}`,
		"more with null token":    `{"sendStatus":"SUCCESS","readUserIds":["a"],"hasMore":true,"nextToken":null}`,
		"more with empty token":   `{"sendStatus":"SUCCESS","readUserIds":["a"],"hasMore":true,"nextToken":""}`,
		"number for token":        `{"sendStatus":"SUCCESS","readUserIds":["a"],"hasMore":true,"nextToken":5}`,
		"endless token":           `{"sendStatus":"SUCCESS","readUserIds":["a"],"hasMore":true,"nextToken":"` + strings.Repeat("t", maxNextToken+1) + `"}`,
		"ids as object":           `{"sendStatus":"SUCCESS","readUserIds":{},"hasMore":false}`,
		"ids as string":           `{"sendStatus":"SUCCESS","readUserIds":"a","hasMore":false}`,
		"number among ids":        `{"sendStatus":"SUCCESS","readUserIds":[1],"hasMore":false}`,
		"null among ids":          `{"sendStatus":"SUCCESS","readUserIds":[null],"hasMore":false}`,
		"empty id":                `{"sendStatus":"SUCCESS","readUserIds":[""],"hasMore":false}`,
		"too long id":             `{"sendStatus":"SUCCESS","readUserIds":["` + strings.Repeat("x", job.MaxID+1) + `"],"hasMore":false}`,
		"NUL in an id":            `{"sendStatus":"SUCCESS","readUserIds":["a\u0000b"],"hasMore":false}`,
		"NUL in a token":          `{"sendStatus":"SUCCESS","readUserIds":["a"],"hasMore":true,"nextToken":"t\u0000"}`,
		"half a surrogate pair":   `{"sendStatus":"SUCCESS","readUserIds":["\ud83d"],"hasMore":false}`,
		"not UTF-8":               "{\"sendStatus\":\"SUCCESS\",\"readUserIds\":[\"\xff\"],\"hasMore\":false}",
		"not UTF-8, unknown key":  "{\"sendStatus\":\"SUCCESS\",\"readUserIds\":[],\"hasMore\":false,\"\xff\":1}",
		"trailing object":         `{"sendStatus":"SUCCESS","readUserIds":[],"hasMore":false}{}`,
		"trailing text":           `{"sendStatus":"SUCCESS","readUserIds":[],"hasMore":false} x`,
		"trailing comma":          `{"sendStatus":"SUCCESS","readUserIds":[],"hasMore":false,}`,
		"truncated":               `{"sendStatus":"SUCCESS","readUserIds":["a"],"hasMore":fal`,
		"wrapped in a result":     `{"result":{"sendStatus":"SUCCESS","readUserIds":[],"hasMore":false}}`,
		"comma between ids gone":  `{"sendStatus":"SUCCESS","readUserIds":["a" "b"],"hasMore":false}`,
		"colon gone":              `{"sendStatus" "SUCCESS","readUserIds":[],"hasMore":false}`,
		"byte order mark in body": "\ufeff" + `{"sendStatus":"SUCCESS","readUserIds":[],"hasMore":false}`,
	}
}

func TestUnbelievablePages(t *testing.T) {
	for name, body := range unbelievable() {
		t.Run(name, func(t *testing.T) {
			if page, err := decodePage([]byte(body)); err == nil {
				t.Errorf("believed: %+v", page)
			}
		})
	}
}

func FuzzDecodePage(f *testing.F) {
	for _, body := range unbelievable() {
		f.Add([]byte(body))
	}
	f.Add([]byte(`{"sendStatus":"SUCCESS","readUserIds":["a","b"],"nextToken":"t","hasMore":true}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := decodePage(body)
		if err != nil {
			if text := err.Error(); len(text) > 1000 || !utf8.ValidString(text) {
				t.Errorf("error of %d bytes", len(text))
			}
			return
		}
		// What is believed says itself, in so many words, what it is believed to say.
		var plain map[string]any
		if err := json.Unmarshal(body, &plain); err != nil {
			t.Fatalf("believed what is not JSON: %v", err)
		}
		more, isBool := plain["hasMore"].(bool)
		if plain["sendStatus"] != string(page.SendStatus) || !isBool || more != page.HasMore {
			t.Errorf("believed %s as %+v", body, page)
		}
		ids, _ := plain["readUserIds"].([]any)
		if len(ids) != len(page.ReadUserIDs) || page.HasMore == (page.NextToken == "") {
			t.Errorf("believed %s as %+v", body, page)
		}
		for i, id := range page.ReadUserIDs {
			if id == "" || len(id) > job.MaxID || !utf8.ValidString(id) || ids[i] != id {
				t.Errorf("believed the id %q of %s", id, body)
			}
		}
	})
}

// An object is taken apart as encoding/json does.
func FuzzMembers(f *testing.F) {
	for _, body := range unbelievable() {
		f.Add([]byte(body))
	}
	f.Add([]byte(`{"a":[1,{"b":"]}\\\""}, -2.5e3 ,null],"c\u0064":"\ud83d\ude00","e" : {} , "f":true}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var want map[string]json.RawMessage
		if !utf8.Valid(body) || json.Unmarshal(body, &want) != nil || want == nil {
			return
		}
		got := make(map[string]json.RawMessage)
		for name, value := range members(body) {
			key, err := unquote(name)
			if err != nil {
				t.Fatal(err)
			}
			got[key] = value
			var list []json.RawMessage
			if json.Unmarshal(value, &list) != nil || list == nil {
				continue
			}
			if parts := slices.Collect(elements(value)); !slices.EqualFunc(parts, list, func(a []byte, b json.RawMessage) bool { return string(a) == string(b) }) {
				t.Errorf("%s has the elements %s", value, parts)
			}
		}
		if !maps.EqualFunc(got, want, func(a, b json.RawMessage) bool { return string(a) == string(b) }) {
			t.Errorf("%s has the members %s, not %s", body, got, want)
		}
	})
}

func TestTidy(t *testing.T) {
	for in, want := range map[string]string{
		"plain":             "plain",
		"a\r\nb\x00\x1b[3m": "a b [3m",
		"bad \xff":          "bad \ufffd",
		"left\u202eright":   "leftright",
		"  中文\u3000字 ":      "中文 字",
		"0123456789abc":     "012345678…",
	} {
		if got := tidy(in, 10); got != want {
			t.Errorf("tidy(%q) = %q, want %q", in, got, want)
		}
	}
}
