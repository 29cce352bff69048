package dingtalk

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
)

func TestDecodeReadStatus(t *testing.T) {
	for name, tc := range map[string]struct {
		body string
		want job.Page
	}{
		"read and unread": {
			`{"sendStatus":"SUCCESS","messageReadInfoList":[{"name":"Li","userId":"u1","readStatus":"READ","readTimestamp":0},{"name":null,"userId":"u2","readStatus":"UNREAD"}]}`,
			job.Page{SendStatus: job.SendSuccess, ReadUserIDs: []string{"u1"}, Receivers: []string{"u1", "u2"}},
		},
		"nobody yet": {
			`{"messageReadInfoList":[{"userId":"u1","readStatus":"UNREAD"}],"sendStatus":"SUCCESS","requestId":"r"}`,
			job.Page{SendStatus: job.SendSuccess, Receivers: []string{"u1"}},
		},
		"the same twice": {
			`{"sendStatus":"SUCCESS","messageReadInfoList":[{"userId":"u1","readStatus":"READ"},{"userId":"u1","readStatus":"READ"}]}`,
			job.Page{SendStatus: job.SendSuccess, ReadUserIDs: []string{"u1"}, Receivers: []string{"u1"}},
		},
		"as the SDK's example spells it": {
			`{"sendStatus":"` + sdkSuccess + `","messageReadInfoList":[{"userId":"u1","readStatus":"UNREAD"}]}`,
			job.Page{SendStatus: job.SendSuccess, Receivers: []string{"u1"}},
		},
		"recalled":         {`{"sendStatus":"RECALLED","messageReadInfoList":[]}`, job.Page{SendStatus: job.SendRecalled}},
		"recalled, bare":   {`{"sendStatus":"RECALLED"}`, job.Page{SendStatus: job.SendRecalled}},
		"still being sent": {`{"sendStatus":"PROCESSING","messageReadInfoList":null}`, job.Page{SendStatus: job.SendProcessing}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decodeReadStatus([]byte(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("page (-want +got):\n%s", diff)
			}
		})
	}
}

// unbelievableStatuses are answers about a one-to-one message that encoding/json
// would count as nobody having read it, or as somebody too many.
func unbelievableStatuses() map[string]string {
	list := func(infos string) string {
		return `{"sendStatus":"SUCCESS","messageReadInfoList":[` + infos + `]}`
	}
	const good = `{"userId":"u1","readStatus":"READ"}`
	return map[string]string{
		"empty object":       `{}`,
		"null":               `null`,
		"error code":         `{"code":"x","message":"y"}`,
		"no status":          `{"messageReadInfoList":[` + good + `]}`,
		"unknown status":     `{"sendStatus":"SENT","messageReadInfoList":[` + good + `]}`,
		"misspelt, nobody":   `{"sendStatus":"` + sdkSuccess + `","messageReadInfoList":[]}`,
		"no list":            `{"sendStatus":"SUCCESS"}`,
		"null list":          `{"sendStatus":"SUCCESS","messageReadInfoList":null}`,
		"nobody in the list": list(``),
		"wrong case":         `{"sendStatus":"SUCCESS","MessageReadInfoList":[` + good + `]}`,
		"list twice":         `{"sendStatus":"SUCCESS","messageReadInfoList":[` + good + `],"messageReadInfoList":[]}`,
		"list as object":     `{"sendStatus":"SUCCESS","messageReadInfoList":{"u1":"READ"}}`,
		"a paged answer":     `{"sendStatus":"SUCCESS","readUserIds":["u1"],"hasMore":false}`,
		"null receiver":      list(`null`),
		"id as a receiver":   list(`"u1"`),
		"no user id":         list(`{"readStatus":"READ"}`),
		"empty user id":      list(`{"userId":"","readStatus":"READ"}`),
		"number for an id":   list(`{"userId":1,"readStatus":"READ"}`),
		"too long id":        list(`{"userId":"` + strings.Repeat("x", job.MaxID+1) + `","readStatus":"READ"}`),
		"no read status":     list(`{"userId":"u1"}`),
		"null read status":   list(`{"userId":"u1","readStatus":null}`),
		"other read status":  list(`{"userId":"u1","readStatus":"read"}`),
		"id in wrong case":   list(`{"userID":"u1","readStatus":"READ"}`),
		"status twice":       list(`{"userId":"u1","readStatus":"READ","readStatus":"UNREAD"}`),
		"both, in two":       list(good + `,{"userId":"u1","readStatus":"UNREAD"}`),
		"not UTF-8":          list("{\"userId\":\"\xff\",\"readStatus\":\"READ\"}"),
		"trailing object":    list(good) + `{}`,
		"truncated":          `{"sendStatus":"SUCCESS","messageReadInfoList":[` + good,
	}
}

func TestUnbelievableReadStatuses(t *testing.T) {
	for name, body := range unbelievableStatuses() {
		t.Run(name, func(t *testing.T) {
			if page, err := decodeReadStatus([]byte(body)); err == nil {
				t.Errorf("believed: %+v", page)
			}
		})
	}
}

func FuzzDecodeReadStatus(f *testing.F) {
	for _, body := range unbelievableStatuses() {
		f.Add([]byte(body))
	}
	f.Add([]byte(`{"sendStatus":"SUCCESS","messageReadInfoList":[{"userId":"u1","readStatus":"READ"},{"userId":"u2","readStatus":"UNREAD"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := decodeReadStatus(body)
		if err != nil {
			if text := err.Error(); len(text) > 1000 || !utf8.ValidString(text) {
				t.Errorf("error of %d bytes", len(text))
			}
			return
		}
		// What is believed is what the plainest reader finds.
		var plain struct {
			SendStatus          job.SendStatus
			MessageReadInfoList []struct{ UserID, ReadStatus string }
		}
		if err := json.Unmarshal(body, &plain); err != nil {
			t.Fatalf("believed what is not as documented: %v", err)
		}
		read, all := map[string]bool{}, map[string]bool{}
		for _, info := range plain.MessageReadInfoList {
			all[info.UserID] = true
			if info.ReadStatus == "READ" {
				read[info.UserID] = true
			}
		}
		if plain.SendStatus == sdkSuccess {
			plain.SendStatus = job.SendSuccess
		}
		if page.SendStatus != plain.SendStatus || page.HasMore || page.SendStatus == job.SendSuccess && len(all) == 0 {
			t.Errorf("believed %s as %+v", body, page)
		}
		for ids, want := range map[*[]string]map[string]bool{&page.ReadUserIDs: read, &page.Receivers: all} {
			got := map[string]bool{}
			for _, id := range *ids {
				got[id] = true
			}
			if diff := cmp.Diff(want, got); diff != "" || len(got) != len(*ids) {
				t.Errorf("believed %s as %+v (-want +got):\n%s", body, page, diff)
			}
		}
	})
}
