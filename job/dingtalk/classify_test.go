package dingtalk_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
)

type refusal struct {
	status int
	body   string
	class  job.ErrorClass
	reach  job.Reach
}

func coded(code string) string {
	return fmt.Sprintf(`{"code":%q,"requestid":"4B6D","message":"the server's words"}`, code)
}

// The 19 rows of the vendor's table, in its order.
func pageRows() map[string]refusal {
	rows := map[string]refusal{}
	add := func(class job.ErrorClass, reach job.Reach, status int, codes ...string) {
		for _, c := range codes {
			rows[c] = refusal{status, coded(c), class, reach}
		}
	}
	add(job.ClassInvalid, job.ReachMessage, 400,
		"invalidParameter.param.invalid", "invalidParameter.processQueryKey.missing", "invalidParameter.pageSize.invalid",
		"invalid.openConversationId", "openConversationId.notExisted", "invalid.processQueryKey",
		"template.not.existed", "template.stopped", "conversation.org.dismatch")
	add(job.ClassRobot, job.ReachRobot, 400,
		"invalidParameter.robotCode.notExsit", "invalidParameter.robotCode.missing", "invalidParameter.robotCode.invalid",
		"bot.stopped", "resource.not.found")
	add(job.ClassCursor, job.ReachMessage, 400, "invalidParameter.cursor.invalid")
	add(job.ClassExpired, job.ReachMessage, 400, "processQueryKey.expireTime")
	add(job.ClassDenied, job.ReachRobot, 400, "unauthorized", "auth.error")
	add(job.ClassTransient, job.ReachMessage, 500, "system.error")
	return rows
}

func otherRows() map[string]refusal {
	return map[string]refusal{
		"quota":                  {403, coded("Forbidden.AccessDenied.ApiCountLimitForOrg"), job.ClassQuota, job.ReachQuota},
		"quota by 429":           {429, coded("Forbidden.AccessDenied.ApiCountLimitForOrg"), job.ClassQuota, job.ReachQuota},
		"quota, legacy":          {200, `{"errcode":90020,"errmsg":"month"}`, job.ClassQuota, job.ReachQuota},
		"permission":             {403, `{"Code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","Message":"no","RequestId":"4B6D","AccessDeniedDetail":{"requiredScopes":["qyapi_robot_sendmsg"]}}`, job.ClassDenied, job.ReachProvider},
		"allow list":             {403, coded("Forbidden.AccessDenied.IpNotInWhiteList"), job.ClassDenied, job.ReachProvider},
		"given token refused":    {400, coded("InvalidAuthentication"), job.ClassToken, job.ReachProvider},
		"401":                    {401, `{}`, job.ClassToken, job.ReachProvider},
		"500 for a token":        {500, coded("InvalidAuthentication"), job.ClassToken, job.ReachProvider},
		"missing header":         {400, coded("AuthenticationFailed.MissingParameter"), job.ClassToken, job.ReachProvider},
		"robot, a new one":       {400, coded("invalidParameter.robotCode.tooLong"), job.ClassRobot, job.ReachRobot},
		"parameter, a new one":   {400, coded("invalidParameter.something.new"), job.ClassInvalid, job.ReachMessage},
		"unknown":                {418, coded("teapot"), job.ClassUnknown, job.ReachMessage},
		"unknown, legacy":        {200, `{"errcode":33001,"errmsg":"corp"}`, job.ClassUnknown, job.ReachMessage},
		"wrong path":             {200, `{"errcode":404,"errmsg":"no such api"}`, job.ClassEndpoint, job.ReachProvider},
		"code in a 200":          {200, coded("invalid.processQueryKey"), job.ClassInvalid, job.ReachMessage},
		"code beside a page":     {200, `{"code":"auth.error",` + goodPage[1:], job.ClassDenied, job.ReachRobot},
		"errcode beside a page":  {200, `{"errcode":1,` + goodPage[1:], job.ClassUnknown, job.ReachMessage},
		"system.error, 400":      {400, coded("system.error"), job.ClassTransient, job.ReachMessage},
		"system.error, 503":      {503, coded("system.error"), job.ClassTransient, job.ReachMessage},
		"expireTime, 503":        {503, coded("processQueryKey.expireTime"), job.ClassTransient, job.ReachMessage},
		"bad key, 500":           {500, coded("invalid.processQueryKey"), job.ClassInvalid, job.ReachMessage},
		"502 page of a gateway":  {502, "<html>bad gateway</html>", job.ClassTransient, job.ReachMessage},
		"504":                    {504, "", job.ClassTransient, job.ReachMessage},
		"408":                    {408, "", job.ClassTransient, job.ReachMessage},
		"reset":                  {broken, "", job.ClassTransient, job.ReachMessage},
		"redirect":               {302, "https://login.example/", job.ClassEndpoint, job.ReachProvider},
		"redirect without aim":   {302, "", job.ClassEndpoint, job.ReachProvider},
		"redirect to nonsense":   {302, "http://[::bad", job.ClassEndpoint, job.ReachProvider},
		"empty object":           {200, `{}`, job.ClassUnbelieved, job.ReachMessage},
		"null":                   {200, `null`, job.ClassUnbelieved, job.ReachMessage},
		"nothing":                {200, ``, job.ClassUnbelieved, job.ReachMessage},
		"unknown code in a 200":  {200, coded("what"), job.ClassUnbelieved, job.ReachMessage},
		"plain text, no API yet": {404, "404 page not found", job.ClassEndpoint, job.ReachProvider},
		"web page, no API yet":   {200, "\ufeff\n<!DOCTYPE html>\n<title>Sign in</title>", job.ClassEndpoint, job.ReachProvider},
	}
}

func TestRefusals(t *testing.T) {
	if n := len(pageRows()); n != 19 {
		t.Fatalf("%d rows of the vendor's table, want 19", n)
	}
	for _, rows := range []map[string]refusal{pageRows(), otherRows()} {
		for name, row := range rows {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := &wire{answer: always(row.status, row.body)}
					f := failure(t, newClient(t, w, given), query("k"))
					if f.Class != row.class || f.Reach != row.reach {
						t.Errorf("class %s, reach %s; want %s, %s (%v)", f.Class, f.Reach, row.class, row.reach, f)
					}
					attempts := 1
					switch row.class {
					case job.ClassTransient, job.ClassUnbelieved:
						attempts = 3
					default:
					}
					if len(w.queries) != attempts {
						t.Errorf("asked %d times, want %d", len(w.queries), attempts)
					}
					temporary := attempts > 1 || row.class == job.ClassQuota
					if f.Temporary != temporary {
						t.Errorf("Temporary = %v, want %v", f.Temporary, temporary)
					}
					if f.Advice == "" {
						t.Error("no advice")
					}
					metered := attempts
					if row.status == broken {
						metered = 0
					}
					if want := (job.Cost{Metered: metered, Retries: attempts - 1}); f.Cost != want {
						t.Errorf("cost = %+v, want %+v", f.Cost, want)
					}
					if strings.Contains(row.body, "4B6D") && (f.Code == "" || f.RequestID != "4B6D" || f.Message == "") {
						t.Errorf("code %q, message %q, request %q", f.Code, f.Message, f.RequestID)
					}
				})
			})
		}
	}
}

func TestThrottleAnswers(t *testing.T) {
	for name, row := range map[string]refusal{
		"qps":        {status: 403, body: coded("Forbidden.AccessDenied.QpsLimitForApi")},
		"qpm":        {status: 403, body: coded("Forbidden.AccessDenied.QpmLimitForApi")},
		"429":        {status: 429, body: "slow down"},
		"throttling": {status: 400, body: coded("Throttling.User")},
		"90018":      {status: 200, body: `{"errcode":90018,"errmsg":"slow"}`},
		"90002":      {status: 200, body: `{"errcode":90002,"errmsg":"slow"}`},
		"90019":      {status: 200, body: `{"errcode":"90019","errmsg":"slow"}`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: func(_ *wireRequest, n int) (int, string) {
					if n < 5 {
						return row.status, row.body
					}
					return 200, goodPage
				}}
				page, err := newClient(t, w).Ask(t.Context(), query("k"))
				if err != nil {
					t.Fatalf("throttled answers used the attempts up: %v", err)
				}
				if want := (job.Cost{Metered: 1, Retries: 5, Throttled: 5}); page.Cost != want {
					t.Errorf("cost = %+v, want %+v", page.Cost, want)
				}
			})
		})
	}
}

func TestBanAnswers(t *testing.T) {
	for name, row := range map[string]refusal{
		"punished":             {status: 200, body: `{"status":1111,"punish":"deny","wait":5}`},
		"punished with 403":    {status: 403, body: `{"status":1111,"punish":"deny"}`},
		"a page in the answer": {status: 200, body: "<!DOCTYPE html><html>verify you are human</html>"},
		"a page with 403":      {status: 403, body: "<html>"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: func(_ *wireRequest, n int) (int, string) {
					if n == 1 {
						return row.status, row.body
					}
					return 200, goodPage
				}}
				c := newClient(t, w)
				for range 2 {
					if _, err := c.Ask(t.Context(), query("k")); err != nil {
						t.Fatal(err)
					}
				}
				if pause := w.queries[2].at.Sub(w.queries[1].at); pause.Minutes() != 5 {
					t.Errorf("asked again after %v, want 5m", pause)
				}
			})
		})
	}
}

func TestFirstLineOfAWebPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: always(http.StatusOK, "\n<!DOCTYPE html>\n<title>Sign\x1b[31m in</title>")}
		f := failure(t, newClient(t, w, given), query("k"))
		if want := "not the API's answer: <!DOCTYPE html> (title: Sign [31m in)"; f.Message != want {
			t.Errorf("message = %q, want %q", f.Message, want)
		}
	})
}

func TestMissingScopeIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		row := otherRows()["permission"]
		f := failure(t, newClient(t, &wire{answer: always(row.status, row.body)}, given), query("k"))
		if !strings.Contains(f.Message, "qyapi_robot_sendmsg") {
			t.Errorf("message = %q, want the missing scope in it", f.Message)
		}
		if !strings.Contains(f.Advice, "https://api.dingtalk.com") {
			t.Errorf("advice = %q, want the other endpoint in it", f.Advice)
		}
	})
}

func TestExplainAndAdvise(t *testing.T) {
	rows := pageRows()
	for _, code := range []string{
		"Forbidden.AccessDenied.QpsLimitForApi", "Forbidden.AccessDenied.QpmLimitForApi", "Throttling", "90018", "90002", "90019",
		"Forbidden.AccessDenied.ApiCountLimitForOrg", "90020", "InvalidAuthentication", "AuthenticationFailed.MissingParameter",
		"invalidClientIdOrSecret", "Forbidden.AccessDenied.AccessTokenPermissionDenied", "Forbidden.AccessDenied.IpNotInWhiteList",
	} {
		rows[code] = refusal{}
	}
	for code, row := range rows {
		en, zh := dingtalk.Explain(code, "en"), dingtalk.Explain(code, "zh-CN")
		if !strings.ContainsAny(en, "aeiou") || en == zh || zh == "" {
			t.Errorf("Explain(%q) = %q, %q", code, en, zh)
		}
		if row.class == "" {
			continue
		}
		f := &job.Failure{Class: row.class, Code: code, HTTPStatus: row.status}
		if en, zh := dingtalk.Advise(f, "en"), dingtalk.Advise(f, "zh-CN"); en == "" || zh == "" || en == zh {
			t.Errorf("Advise(%s) = %q, %q", code, en, zh)
		}
	}
	if got := dingtalk.Explain("nobody.knows", "en"); got != "" {
		t.Errorf("Explain of an unknown code = %q", got)
	}
	if got, want := dingtalk.Explain("bot.stopped", "zh-CN"), "群机器人已经停用"; got != want {
		t.Errorf("Explain = %q, want the vendor's %q", got, want)
	}
}
