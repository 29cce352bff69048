package dingtalk

import (
	"strings"

	"notifyaudit/job"
)

// A code is an error code of the API, what it means for the job, and what the
// vendor says of it. In a name, * stands for any beginning or any end.
type code struct {
	name  string
	class job.ErrorClass
	reach job.Reach
	en    string
	zh    string
}

// lookup finds what is known of a code. An exact name goes before a pattern.
func lookup(name string) (code, bool) {
	if name == "" {
		return code{}, false
	}
	for _, table := range [][]code{pageCodes(), platformCodes()} {
		for _, c := range table {
			if c.matches(name) {
				return c, true
			}
		}
	}
	return code{}, false
}

func (c code) matches(name string) bool {
	if end, found := strings.CutPrefix(c.name, "*"); found {
		return strings.HasSuffix(name, end)
	}
	if start, found := strings.CutSuffix(c.name, "*"); found {
		return strings.HasPrefix(name, start)
	}
	return c.name == name
}

// pageCodes are the rows of the table on the vendor's page of the call, in its
// order, the Chinese in its words.
func pageCodes() []code {
	const (
		transient, invalid, robot = job.ClassTransient, job.ClassInvalid, job.ClassRobot
		message, byRobot          = job.ReachMessage, job.ReachRobot
	)
	return []code{
		{"invalidParameter.param.invalid", invalid, message, "a parameter is not valid; it may be empty", "参数不合法,请检查参数是否为空"},
		{"invalidParameter.robotCode.notExsit", robot, byRobot, "the robot doesn't exist; it may not be in the chat", "机器人不存在,请检查机器人是否在群内"},
		{"invalidParameter.robotCode.missing", robot, byRobot, "robotCode is missing", "缺少robotCode"},
		{"invalidParameter.processQueryKey.missing", invalid, message, "processQueryKey is missing", "缺少processQueryKey"},
		{"invalidParameter.cursor.invalid", job.ClassCursor, message, "nextToken is not valid", "无效的nextToken,请检查nextToken是否正确"},
		{"invalidParameter.pageSize.invalid", invalid, message, "maxResults is over the limit of 200", "maxResults超出上限200"},
		{"invalidParameter.robotCode.invalid", robot, byRobot, "robotCode is not valid", "无效的robotCode"},
		{"invalid.openConversationId", invalid, message, "openConversationId is not valid", "无效的openConversationId"},
		{"openConversationId.notExisted", invalid, message, "openConversationId is empty", "openConversationId为空"},
		{"invalid.processQueryKey", invalid, message, "processQueryKey is not valid", "无效的processQueryKey"},
		{"bot.stopped", robot, byRobot, "the robot has been stopped", "群机器人已经停用"},
		{"template.not.existed", invalid, message, "the robot's template doesn't exist", "机器人模板不存在"},
		{"template.stopped", invalid, message, "the robot's template has been stopped", "机器人模板已经停用"},
		{"processQueryKey.expireTime", job.ClassExpired, message, "the message's data is not generated yet, or has expired", "processQueryKey还未生成消息查询数据或已过期,无法查询消息"},
		{"conversation.org.dismatch", invalid, message, "the conversation belongs to another organisation", "会话不属于当前企业"},
		{"resource.not.found", robot, byRobot, "the robot doesn't exist", "机器人不存在"},
		{"unauthorized", job.ClassDenied, byRobot, "not authorised", "未授权"},
		{"auth.error", job.ClassDenied, byRobot, "not permitted", "权限不足,不允许操作"},
		{"system.error", transient, message, "an unknown error of the system", "未知的系统错误"},
	}
}

// platformCodes are those that any call of the platform can answer with, and the
// families of the page's codes.
func platformCodes() []code {
	const (
		provider = job.ReachProvider
		slower   = "more calls a second or a minute than the app may make"
		slowerZH = "调用频率超过限制"
		spent    = "the organisation has spent this month's calls"
		spentZH  = "企业当月的接口调用量已用完"
	)
	return []code{
		{"Forbidden.AccessDenied.Qps*", job.ClassThrottled, provider, slower, slowerZH},
		{"Forbidden.AccessDenied.Qpm*", job.ClassThrottled, provider, slower, slowerZH},
		{"Throttling*", job.ClassThrottled, provider, slower, slowerZH},
		{"90018", job.ClassThrottled, provider, slower, slowerZH},
		{"90002", job.ClassThrottled, provider, slower, slowerZH},
		{"90019", job.ClassThrottled, provider, slower, slowerZH},
		{"Forbidden.AccessDenied.ApiCountLimitForOrg", job.ClassQuota, job.ReachQuota, spent, spentZH},
		{"90020", job.ClassQuota, job.ReachQuota, spent, spentZH},
		{"InvalidAuthentication", job.ClassToken, provider, "the access token is not valid or has expired", "access_token不合法或已过期"},
		{"AuthenticationFailed.MissingParameter", job.ClassToken, provider, "the access token is missing", "缺少access_token"},
		{"invalidClientIdOrSecret", job.ClassToken, provider, "the app key or the app secret is wrong", "无效的clientId或者clientSecret"},
		{"*AccessTokenPermissionDenied", job.ClassDenied, provider, "the app lacks a permission that the call needs", "应用尚未开通所需的权限"},
		{"*IpNotInWhiteList", job.ClassDenied, provider, "this address is not on the app's list of allowed servers", "访问IP不在白名单之中"},
		{"invalidParameter.robotCode.*", job.ClassRobot, job.ReachRobot, "robotCode is not accepted", "无效的robotCode"},
		{"invalidParameter.*", job.ClassInvalid, job.ReachMessage, "a parameter is not valid", "参数不合法"},
	}
}

// Explain is what the vendor says of an error code, in Chinese when lang begins
// with zh, else in English; empty for a code that neither the call's page nor the
// platform's documents.
func Explain(name, lang string) string {
	c, known := lookup(name)
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
