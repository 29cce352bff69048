package dingtalk_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/dingtalk/codes"
	"notifyaudit/ratelimit"
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
		"421":                    {421, "misdirected", job.ClassTransient, job.ReachMessage},
		"425":                    {425, "<html>too early</html>", job.ClassTransient, job.ReachMessage},
		"busy, 400":              {400, coded("system.busy"), job.ClassTransient, job.ReachMessage},
		"busy, 500":              {500, coded("systemBusy"), job.ClassTransient, job.ReachMessage},
		"service busy":           {400, coded("serviceBusy"), job.ClassTransient, job.ReachMessage},
		"systemError, 400":       {400, coded("systemError"), job.ClassTransient, job.ReachMessage},
		"try again later":        {403, coded("tryAgainLater"), job.ClassTransient, job.ReachMessage},
		"busy, legacy":           {200, `{"errcode":-1,"errmsg":"busy"}`, job.ClassTransient, job.ReachMessage},
		"result unknown":         {400, coded("unknown.send.result"), job.ClassProcessing, job.ReachMessage},
		"token, legacy":          {200, `{"errcode":40014,"errmsg":"bad"}`, job.ClassToken, job.ReachProvider},
		"token too old, legacy":  {200, `{"errcode":42001,"errmsg":"old"}`, job.ClassToken, job.ReachProvider},
		"secret, legacy":         {200, `{"errcode":40089,"errmsg":"bad"}`, job.ClassToken, job.ReachProvider},
		"token, by sub_code":     {200, `{"errcode":88,"errmsg":"ding talk error","sub_code":"40014","sub_msg":"bad"}`, job.ClassToken, job.ReachProvider},
		"permission, sub_code":   {200, `{"errcode":88,"sub_code":"60011","sub_msg":"none"}`, job.ClassDenied, job.ReachProvider},
		"allow list, legacy":     {200, `{"errcode":60020,"errmsg":"ip"}`, job.ClassDenied, job.ReachProvider},
		"a number as the code":   {403, `{"code":403,"message":"blocked"}`, job.ClassEndpoint, job.ReachProvider},
		"101":                    {101, "", job.ClassEndpoint, job.ReachProvider},
		"the code in capitals":   {400, coded("INVALID.PROCESSQUERYKEY"), job.ClassInvalid, job.ReachMessage},
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
					temporary := attempts > 1 || row.class == job.ClassQuota || row.class == job.ClassProcessing
					if f.Temporary != temporary {
						t.Errorf("Temporary = %v, want %v", f.Temporary, temporary)
					}
					if f.Advice == "" && row.class != job.ClassProcessing {
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
		"by second":        {status: 403, body: coded("Forbidden.AccessDenied.QpsLimitForApi")},
		"qpm":              {status: 403, body: coded("Forbidden.AccessDenied.QpmLimitForApi")},
		"429":              {status: 429, body: "slow down"},
		"429, a page":      {status: 429, body: "<html>slow down</html>"},
		"429, a bad key":   {status: 429, body: coded("invalid.processQueryKey")},
		"429, punished":    {status: 429, body: `{"status":1111,"punish":"deny"}`},
		"overlimit":        {status: 400, body: coded("request.overlimit")},
		"too fast":         {status: 400, body: coded("request.too.fast")},
		"too fast, theirs": {status: 400, body: coded("request.too.tast")},
		"qps":              {status: 500, body: coded("qps.exceed.limit")},
		"oaplus":           {status: 403, body: coded("oaplus.query.limit")},
		"too much":         {status: 400, body: coded("requestTooMuch")},
		"water":            {status: 404, body: coded("waterLimitError")},
		"throttling":       {status: 400, body: coded("Throttling.User")},
		"90018":            {status: 200, body: `{"errcode":90018,"errmsg":"slow"}`},
		"90002":            {status: 200, body: `{"errcode":90002,"errmsg":"slow"}`},
		"90019":            {status: 200, body: `{"errcode":"90019","errmsg":"slow"}`},
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
		en, zh := codes.Explain(code, "en"), codes.Explain(code, "zh-CN")
		if !strings.ContainsAny(en, "aeiou") || en == zh || zh == "" {
			t.Errorf("Explain(%q) = %q, %q", code, en, zh)
		}
		if row.class == "" {
			continue
		}
		f := &job.Failure{Class: row.class, Code: code, HTTPStatus: row.status}
		if en, zh := codes.Advise(f, "en"), codes.Advise(f, "zh-CN"); en == "" || zh == "" || en == zh {
			t.Errorf("Advise(%s) = %q, %q", code, en, zh)
		}
	}
	if got := codes.Explain("nobody.knows", "en"); got != "" {
		t.Errorf("Explain of an unknown code = %q", got)
	}
	if got, want := codes.Explain("bot.stopped", "zh-CN"), "群机器人已经停用"; got != want {
		t.Errorf("Explain = %q, want the vendor's %q", got, want)
	}
}

// Among answers of the API one that isn't says nothing of the message: it fails for
// now at one call, and none of them is taken for a ban.
func TestAnAnswerThatIsNotTheAPIs(t *testing.T) {
	for name, row := range map[string]refusal{
		"a plain 403":        {status: 403, body: "Forbidden"},
		"a plain 404":        {status: 404, body: "404 page not found"},
		"a plain 407":        {status: 407, body: ""},
		"a firewall's JSON":  {status: 403, body: `{"error":"blocked"}`},
		"a code as a number": {status: 400, body: `{"code":400,"message":"bad request"}`},
		"101":                {status: 101, body: ""},
		"a redirect":         {status: 302, body: "https://proxy.example/sign-in"}, // the wire puts it into Location
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: func(_ *wireRequest, n int) (int, string) {
					if n == 0 {
						return 200, goodPage
					}
					return row.status, row.body
				}}
				c := newClient(t, w)
				if _, err := c.Ask(t.Context(), query("k0")); err != nil {
					t.Fatal(err)
				}
				f := failure(t, c, query("k1"))
				if f.Class != job.ClassGateway || f.Reach != job.ReachMessage || !f.Temporary || f.Cost != (job.Cost{Metered: 1}) || f.Advice == "" {
					t.Errorf("failure %+v", f)
				}
			})
		})
	}
}

// However an old token is refused, it is replaced once.
func TestATokenRefusedTheOldWayIsReplacedOnce(t *testing.T) {
	for _, body := range []string{
		`{"errcode":40014,"errmsg":"bad"}`, `{"errcode":42001}`, `{"errcode":40089}`, `{"errcode":88,"sub_code":"40014"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &wire{answer: func(_ *wireRequest, n int) (int, string) {
				if n == 0 {
					return 200, body
				}
				return 200, goodPage
			}}
			if _, err := newClient(t, w).Ask(t.Context(), query("k")); err != nil || w.refreshs != 2 {
				t.Errorf("%s: %v, %d token calls", body, err, w.refreshs)
			}
		})
	}
}

func TestAnOldTokenAnswerNamesWhatIsMissing(t *testing.T) {
	for body, says := range map[string]string{
		`{"errcode":0,"access_token":"t","expires_in":7200}`: "accessToken is missing, and there is access_token",
		`{"accessToken":"t","expires_in":7200}`:              "expireIn is missing, and there is expires_in",
		`{"expireIn":7200}`:                                  "accessToken is missing",
		`{"accessToken":"t"}`:                                "expireIn is missing",
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &wire{answer: always(200, goodPage), tokens: func(int) (int, string) { return 200, body }}
			c := newClient(t, w, func(_ *job.Provider, l *ratelimit.Options, _ *dingtalk.Options) { l.GiveUpAfter = time.Minute })
			if f := failure(t, c, query("k")); !strings.Contains(f.Text(), says) {
				t.Errorf("%s: %q, want %q in it", body, f.Text(), says)
			}
		})
	}
}
