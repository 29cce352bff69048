// Package codes knows the error codes of DingTalk's API: what each means for the job,
// what the vendor says of it, where it is documented, and what to do about it.
package codes

import (
	"strings"

	"notifyaudit/job"
)

// A Code is an error code, what it means for the job, what the vendor says of it, and
// who says that it exists.
type Code struct {
	// Name may have a * for any beginning or any end.
	Name  string
	Class job.ErrorClass
	Reach job.Reach
	// Reversible says of a robot's code that its trouble may end without a change of
	// the manifest.
	Reversible bool
	// source is where the code is documented, or was seen.
	source string
	en, zh string
	// cure is what to do about it; nil is the class's.
	cure func() bilingual
}

// The sources of the table. The vendor's pages are those of 2026-07; the same pages
// stand below open.dingtalk.com in Chinese.
const (
	sourceQuery    = "page of privateChatMessages/query"
	sourceGroup    = "page of groupMessages/query"
	sourceOneToOne = "page of oToMessages/readStatus, 2026-04-22"
	sourceSend     = "https://help.dingtalk.io/open/development/the-robot-sends-ordinary-messages-in-a-person-to-person-conversation"
	sourceGlobal   = "https://help.dingtalk.io/open/development/server-api-error-codes-1"
	sourceLegacy   = "the global codes of the older interfaces, oapi.dingtalk.com"
	sourceSeen     = "seen on the wire"
	sourceOurs     = "this program, of a connection without an answer"
)

// Lookup finds what is known of a code, whatever its case. An exact name goes before
// a pattern.
func Lookup(name string) (Code, bool) {
	if name == "" {
		return Code{}, false
	}
	for _, table := range [][]Code{pageCodes(), robotCodes(), platformCodes(), busyCodes(), legacyCodes(), connectionCodes(), families()} {
		for _, c := range table {
			if c.matches(name) {
				return c, true
			}
		}
	}
	return Code{}, false
}

func (c *Code) matches(name string) bool {
	if end, found := strings.CutPrefix(c.Name, "*"); found {
		return len(name) >= len(end) && strings.EqualFold(name[len(name)-len(end):], end)
	}
	if start, found := strings.CutSuffix(c.Name, "*"); found {
		return len(name) >= len(start) && strings.EqualFold(name[:len(start)], start)
	}
	return strings.EqualFold(c.Name, name)
}

// pageCodes are the rows of the table on the vendor's page of the call, in its
// order, the Chinese in its words, and the one that its sibling's page adds.
func pageCodes() []Code {
	const (
		transient, invalid, robot = job.ClassTransient, job.ClassInvalid, job.ClassRobot
		message, byRobot          = job.ReachMessage, job.ReachRobot
	)
	return []Code{
		{Name: "invalidParameter.param.invalid", Class: invalid, Reach: message, source: sourceQuery, en: "a parameter is not valid; it may be empty", zh: "参数不合法,请检查参数是否为空"},
		{Name: "invalidParameter.robotCode.notExsit", Class: robot, Reach: byRobot, source: sourceQuery, en: "the robot doesn't exist; it may not be in the chat", zh: "机器人不存在,请检查机器人是否在群内", Reversible: true},
		{Name: "invalidParameter.robotCode.missing", Class: robot, Reach: byRobot, source: sourceQuery, en: "robotCode is missing", zh: "缺少robotCode", cure: cureNoRobotCode},
		{Name: "invalidParameter.processQueryKey.missing", Class: invalid, Reach: message, source: sourceQuery, en: "processQueryKey is missing", zh: "缺少processQueryKey", cure: cureKey},
		{Name: "invalidParameter.cursor.invalid", Class: job.ClassCursor, Reach: message, source: sourceQuery, en: "nextToken is not valid", zh: "无效的nextToken,请检查nextToken是否正确"},
		{Name: "invalidParameter.pageSize.invalid", Class: invalid, Reach: message, source: sourceQuery, en: "maxResults is over the limit of 200", zh: "maxResults超出上限200"},
		{Name: "invalidParameter.robotCode.invalid", Class: robot, Reach: byRobot, source: sourceQuery, en: "robotCode is not valid", zh: "无效的robotCode"},
		{Name: "invalid.openConversationId", Class: invalid, Reach: message, source: sourceQuery, en: "openConversationId is not valid", zh: "无效的openConversationId", cure: cureConversation},
		{Name: "openConversationId.notExisted", Class: invalid, Reach: message, source: sourceQuery, en: "openConversationId is empty", zh: "openConversationId为空", cure: cureConversation},
		{Name: "invalid.processQueryKey", Class: invalid, Reach: message, source: sourceQuery, en: "processQueryKey is not valid", zh: "无效的processQueryKey", cure: cureKey},
		{Name: "bot.stopped", Class: robot, Reach: byRobot, source: sourceQuery, en: "the robot has been stopped", zh: "群机器人已经停用", cure: cureStopped, Reversible: true},
		{Name: "template.not.existed", Class: invalid, Reach: message, source: sourceQuery, en: "the robot's template doesn't exist", zh: "机器人模板不存在", cure: cureTemplate},
		{Name: "template.stopped", Class: invalid, Reach: message, source: sourceQuery, en: "the robot's template has been stopped", zh: "机器人模板已经停用", cure: cureTemplate},
		{Name: "processQueryKey.expireTime", Class: job.ClassExpired, Reach: message, source: sourceQuery, en: "the message's data is not generated yet, or has expired", zh: "processQueryKey还未生成消息查询数据或已过期,无法查询消息"},
		{Name: "conversation.org.dismatch", Class: invalid, Reach: message, source: sourceQuery, en: "the conversation belongs to another organisation", zh: "会话不属于当前企业", cure: cureConversation},
		{Name: "resource.not.found", Class: robot, Reach: byRobot, source: sourceQuery, en: "the robot doesn't exist", zh: "机器人不存在", Reversible: true},
		{Name: "unauthorized", Class: job.ClassDenied, Reach: byRobot, source: sourceQuery, en: "not authorised", zh: "未授权", cure: cureRobotDenied},
		{Name: "auth.error", Class: job.ClassDenied, Reach: byRobot, source: sourceQuery, en: "not permitted", zh: "权限不足,不允许操作", cure: cureRobotDenied},
		{Name: "system.error", Class: transient, Reach: message, source: sourceQuery, en: "an unknown error of the system", zh: "未知的系统错误"},
		{Name: "unknown.send.result", Class: job.ClassProcessing, Reach: message, source: sourceOneToOne, en: "the result of sending isn't known yet", zh: "消息发送结果未知"},
	}
}

// robotCodes are the other ways to say that a robot code isn't right, each with its
// own cure.
func robotCodes() []Code {
	const robot, byRobot = job.ClassRobot, job.ReachRobot
	return []Code{
		{Name: "invalidRequest.robotCodeNotMatch", Class: robot, Reach: byRobot, source: sourceGlobal, en: "the robot isn't the one that sent the message", zh: "robotCode与发送消息的机器人不匹配", cure: cureOtherRobot},
		{Name: "invalid.robotCode", Class: robot, Reach: byRobot, source: sourceGlobal, en: "robotCode is not valid", zh: "无效的robotCode"},
		{Name: "robotCode.empty", Class: robot, Reach: byRobot, source: sourceGlobal, en: "robotCode is empty", zh: "robotCode为空", cure: cureNoRobotCode},
		{Name: "not.allowed.robotCode", Class: robot, Reach: byRobot, source: sourceGlobal, en: "the app may not use this robot", zh: "应用不允许使用该robotCode", cure: cureOtherApp},
		{Name: "miss.chatbotId", Class: robot, Reach: byRobot, source: sourceGlobal, en: "the robot's id is missing", zh: "缺少chatbotId", cure: cureNoRobotCode},
		{Name: "token.notExisted", Class: robot, Reach: byRobot, source: sourceGlobal, en: "there is no robot for the token in the chat", zh: "token对应的机器人不存在", cure: cureNotInChat, Reversible: true},
		{Name: "invalidParameter.invalid", Class: robot, Reach: byRobot, source: sourceGroup, en: "there is no robot for the token in the chat", zh: "token对应机器人不存在,请检查机器人是否在群内", cure: cureNotInChat, Reversible: true},
		{Name: "invalidParameter.robotCode.empty", Class: robot, Reach: byRobot, source: sourceSend, en: "robotCode is empty", zh: "机器人robotCode为空", cure: cureNoRobotCode},
		{Name: "invalidParameter.robotCode.auth", Class: robot, Reach: byRobot, source: sourceSend, en: "the app isn't the robot's", zh: "应用与机器人robotCode不匹配", cure: cureOtherApp},
		{Name: "invalidParameter.robotCode.coolApp", Class: robot, Reach: byRobot, source: sourceSend, en: "the robot's cool app isn't valid, isn't the robot's, or isn't installed in the chat", zh: "酷应用编码无效、与机器人不匹配或未在会话中启用", cure: cureCoolApp, Reversible: true},
	}
}

// platformCodes are those that any call of the platform can answer with.
func platformCodes() []Code {
	const (
		provider = job.ReachProvider
		spent    = "the organisation has spent this month's calls"
		spentZH  = "企业当月的接口调用量已用完"
	)
	return []Code{
		{Name: "Forbidden.AccessDenied.ApiCountLimitForOrg", Class: job.ClassQuota, Reach: job.ReachQuota, source: sourceGlobal, en: spent, zh: spentZH},
		{Name: "InvalidAuthentication", Class: job.ClassToken, Reach: provider, source: sourceSeen, en: "the access token is not valid or has expired", zh: "access_token不合法或已过期"},
		{Name: "AuthenticationFailed.MissingParameter", Class: job.ClassToken, Reach: provider, source: sourceSeen, en: "the access token is missing", zh: "缺少access_token"},
		{Name: "invalidClientIdOrSecret", Class: job.ClassToken, Reach: provider, source: sourceSeen, en: "the app key or the app secret is wrong", zh: "无效的clientId或者clientSecret", cure: cureSecret},
		{Name: "*AccessTokenPermissionDenied", Class: job.ClassDenied, Reach: provider, source: sourceGlobal, en: "the app lacks a permission that the call needs", zh: "应用尚未开通所需的权限"},
		{Name: "*IpNotInWhiteList", Class: job.ClassDenied, Reach: provider, source: sourceGlobal, en: "this address is not on the app's list of allowed servers", zh: "访问IP不在白名单之中", cure: cureAddress},
	}
}

// busyCodes say that the platform is busy, or that it is called too fast. They come
// with several statuses.
func busyCodes() []Code {
	var codes []Code
	for _, name := range []string{
		"Forbidden.AccessDenied.Qps*", "Forbidden.AccessDenied.Qpm*", "Throttling*",
		"request.overlimit", "request.too.fast", "request.too.tast", "qps.exceed.limit", "oaplus.query.limit",
		"requestTooMuch", "waterLimitError",
	} {
		codes = append(codes, Code{
			Name: name, Class: job.ClassThrottled, Reach: job.ReachProvider, source: sourceGlobal,
			en: "more calls a second or a minute than the app may make", zh: "调用频率超过限制",
		})
	}
	for _, name := range []string{"system.busy", "systemBusy", "serviceBusy", "systemError", "tryAgainLater"} {
		codes = append(codes, Code{
			Name: name, Class: job.ClassTransient, Reach: job.ReachMessage, source: sourceGlobal,
			en: "the system is busy", zh: "系统繁忙,请稍后再试",
		})
	}
	return codes
}

// legacyCodes are those of the older interfaces, as errcode, or as sub_code of the
// errcode 88. They come with status 200.
func legacyCodes() []Code {
	row := func(name string, class job.ErrorClass, reach job.Reach, en, zh string) Code {
		return Code{Name: name, Class: class, Reach: reach, source: sourceLegacy, en: en, zh: zh}
	}
	const (
		provider = job.ReachProvider
		slower   = "more calls a second or a minute than the app may make"
		slowerZH = "调用频率超过限制"
	)
	allowed := row("60020", job.ClassDenied, provider, "this address is not on the app's list of allowed servers", "访问ip不在白名单之中")
	allowed.cure = cureAddress
	return []Code{
		row("-1", job.ClassTransient, job.ReachMessage, "the system is busy", "系统繁忙"),
		row("40014", job.ClassToken, provider, "the access token is not valid", "不合法的access_token"),
		row("42001", job.ClassToken, provider, "the access token has expired", "access_token超时"),
		row("40089", job.ClassToken, provider, "the app key or the app secret is wrong", "不合法的corpid或corpsecret"),
		row("60011", job.ClassDenied, provider, "the app lacks a permission that the call needs", "没有调用该接口的权限"),
		allowed,
		row("90018", job.ClassThrottled, provider, slower, slowerZH),
		row("90002", job.ClassThrottled, provider, slower, slowerZH),
		row("90019", job.ClassThrottled, provider, slower, slowerZH),
		row("90020", job.ClassQuota, job.ReachQuota, "the organisation has spent this month's calls", "企业当月的接口调用量已用完"),
	}
}

// The codes that this program gives to connections on which there is no answer.
const (
	Untrusted    = "connection.untrusted"
	NotTLS       = "connection.notTLS"
	UnknownHost  = "connection.unknownHost"
	UnknownProxy = "connection.unknownProxy"
	ProxyLogin   = "connection.proxyLogin"
	ProxyDenied  = "connection.proxyDenied"
)

func connectionCodes() []Code {
	row := func(name, en, zh string, cure func() bilingual) Code {
		return Code{Name: name, Class: job.ClassEndpoint, Reach: job.ReachProvider, source: sourceOurs, en: en, zh: zh, cure: cure}
	}
	return []Code{
		row(Untrusted, "the server's certificate is not trusted", "服务器证书不受信任", cureUntrusted),
		row(NotTLS, "what answers on the endpoint's port does not speak TLS", "endpoint端口未使用TLS", cureNotTLS),
		row(UnknownHost, "the endpoint's host doesn't exist", "endpoint的主机名不存在", cureUnknownHost),
		row(UnknownProxy, "the proxy's host doesn't exist", "代理的主机名不存在", cureUnknownProxy),
		row(ProxyLogin, "the proxy wants a user and a password", "代理需要用户名和密码", cureProxyLogin),
		row(ProxyDenied, "the proxy refuses to connect to the endpoint", "代理拒绝访问endpoint", cureProxyDenied),
	}
}

// families are what codes are that begin like those of the vendor's pages.
func families() []Code {
	return []Code{
		{Name: "invalidParameter.robotCode.*", Class: job.ClassRobot, Reach: job.ReachRobot, source: sourceQuery, en: "robotCode is not accepted", zh: "无效的robotCode"},
		{Name: "invalidParameter.*", Class: job.ClassInvalid, Reach: job.ReachMessage, source: sourceQuery, en: "a parameter is not valid", zh: "参数不合法"},
	}
}

// Explain is what the vendor says of an error code, in Chinese when lang begins
// with zh, else in English; empty for a code that neither the call's page nor the
// platform's documents.
func Explain(name, lang string) string {
	c, known := Lookup(name)
	switch {
	case !known:
		return ""
	case isChinese(lang):
		return c.zh
	default:
		return c.en
	}
}

func isChinese(lang string) bool { return strings.HasPrefix(strings.ToLower(lang), "zh") }
