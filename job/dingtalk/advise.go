package dingtalk

import (
	"fmt"
	"time"

	"notifyaudit/job"
)

// Advise is what a person should do about a failure, in Chinese when lang begins
// with zh, else in English; empty when there is nothing to do but wait.
func Advise(f *job.Failure, lang string) string {
	a := advice(f.Class, f.Code, f.HTTPStatus)
	if isChinese(lang) {
		return a.zh
	}
	return a.en
}

// A bilingual is one text in both languages.
type bilingual struct{ en, zh string }

func advice(class job.ErrorClass, code string, status int) bilingual {
	switch class {
	case job.ClassToken:
		return tokenAdvice(code)
	case job.ClassDenied:
		return deniedAdvice(code)
	case job.ClassRobot:
		return robotAdvice(code)
	case job.ClassInvalid, job.ClassCursor, job.ClassExpired:
		return messageAdvice(class, code)
	case job.ClassEndpoint:
		return endpointAdvice(status)
	default:
		return otherAdvice(class)
	}
}

func tokenAdvice(code string) bilingual {
	if code == "invalidClientIdOrSecret" {
		return bilingual{
			"check the credential: app_key and app_secret are the Client ID and Client Secret on an internal app's page in the developer console, suite_key and suite_secret those of a third-party app, whose suite_ticket is pushed anew every few hours, client_id and client_secret those of a unified app; auth_corp_id and corp_id must be of an organisation that has authorised it; if all are right, try the other endpoint (api.dingtalk.io or api.dingtalk.com): credentials don't work across regions",
			"请检查凭证：企业内部应用的app_key和app_secret为开发者后台应用页面的Client ID和Client Secret；第三方企业应用的suite_key和suite_secret须与应用页面一致，suite_ticket须为钉钉最近推送的值；统一应用须检查client_id和client_secret；auth_corp_id或corp_id须为已授权该应用的企业；若无误，请尝试另一个endpoint（api.dingtalk.io或api.dingtalk.com），凭证不能跨区域使用",
		}
	}
	return bilingual{
		"get a new access token (one lasts two hours), or give the app's key and secret instead; if it is new, try the other endpoint (api.dingtalk.io or api.dingtalk.com): credentials don't work across regions",
		"请更换access_token（有效期两小时），或改用应用的key和secret；若为新获取，请尝试另一个endpoint（api.dingtalk.io或api.dingtalk.com），凭证不能跨区域使用",
	}
}

func deniedAdvice(code string) bilingual {
	switch {
	case code == "unauthorized" || code == "auth.error":
		return bilingual{
			"check that the robot belongs to this app and that the app has the permission qyapi_robot_sendmsg; if so, try the other endpoint (api.dingtalk.io or api.dingtalk.com)",
			"请确认机器人属于该应用，且应用已开通qyapi_robot_sendmsg权限；若无误，请尝试另一个endpoint（api.dingtalk.io或api.dingtalk.com）",
		}
	case code != "" && matchesAny(code, "*IpNotInWhiteList"):
		return bilingual{
			"add this machine's outgoing address to the app's server allow list in the developer console",
			"请在开发者后台将本机出口IP加入应用的服务器出口IP白名单",
		}
	default:
		return bilingual{
			"grant the app the permission that the message names (qyapi_robot_sendmsg for these calls): developer console, the app, Permissions; if it has it, try the other endpoint (api.dingtalk.io or api.dingtalk.com)",
			"请在开发者后台的应用权限管理中开通提示的权限（本接口为qyapi_robot_sendmsg）；若已开通，请尝试另一个endpoint（api.dingtalk.io或api.dingtalk.com）",
		}
	}
}

func matchesAny(name string, patterns ...string) bool {
	for _, p := range patterns {
		if (code{name: p}).matches(name) {
			return true
		}
	}
	return false
}

func robotAdvice(name string) bilingual {
	switch name {
	case "bot.stopped":
		return bilingual{"start the robot again in the developer console, or name the one that sent the message in robot_code", "请在开发者后台重新启用机器人，或在robot_code中填写发送该消息的机器人"}
	case "invalidParameter.robotCode.missing":
		return bilingual{"set robot_code in the provider or the message", "请在provider或message中设置robot_code"}
	default:
		return bilingual{"check robot_code: it must be the robot that sent the message, of this app, and still in the chat", "请检查robot_code：应为发送该消息的机器人，属于该应用，且仍在会话中"}
	}
}

func messageAdvice(class job.ErrorClass, name string) bilingual {
	switch {
	case class == job.ClassCursor:
		return bilingual{"nothing: the message is asked again from its first page", "无需处理：将从第一页重新查询"}
	case class == job.ClassExpired:
		return bilingual{
			"if it was just sent, wait half an hour; else its data is gone: set sent_at so that the two can be told apart, and ask sooner after sending next time (a key of kind \"one_to_one\" answers for 24 hours)",
			"若消息刚刚发送，请等待半小时；否则数据已过期：请设置sent_at以便区分，下次请在发送后尽早查询（one_to_one类型的key仅24小时内可查）",
		}
	case name == "invalid.processQueryKey" || name == "invalidParameter.processQueryKey.missing":
		return bilingual{
			`check process_query_key; a key that is right belongs to another kind of message (kind = "private_chat", "group" or "one_to_one") or was made by another app`,
			`请检查process_query_key；若无误，该key可能属于其他类型的消息（kind = "private_chat"、"group"或"one_to_one"），或由其他应用发送`,
		}
	case matchesAny(name, "invalid.openConversationId", "openConversationId.notExisted", "conversation.org.dismatch"):
		return bilingual{"check open_conversation_id, or leave it out: it is optional", "请检查open_conversation_id，或将其省略：该参数可选"}
	case matchesAny(name, "template.*"):
		return bilingual{"the message was sent with a robot template that is gone or stopped: start it again in the developer console", "该消息使用的机器人模板不存在或已停用：请在开发者后台重新启用"}
	default:
		return bilingual{"check the message's process_query_key, robot_code and open_conversation_id", "请检查该消息的process_query_key、robot_code和open_conversation_id"}
	}
}

func endpointAdvice(status int) bilingual {
	return bilingual{
		fmt.Sprintf("status %d came from something else than the API: check endpoint (https://api.dingtalk.io or https://api.dingtalk.com), proxy_url and ca_file", status),
		fmt.Sprintf("状态码%d并非来自钉钉API：请检查endpoint（https://api.dingtalk.io或https://api.dingtalk.com）、proxy_url和ca_file", status),
	}
}

func otherAdvice(class job.ErrorClass) bilingual {
	switch class {
	case job.ClassQuota:
		return bilingual{
			"wait for the first of next month (Beijing time), have the organisation buy more calls, or lower requests_per_month so that others keep theirs",
			"请等待下月1日（北京时间）额度恢复，或由企业购买更多调用量，或调低requests_per_month",
		}
	case job.ClassThrottled:
		return bilingual{"lower requests_per_second: other programs use the same app", "请调低requests_per_second：有其他程序在使用同一应用"}
	case job.ClassBanned:
		return bilingual{"wait five minutes, and find out what else calls the API from this address", "请等待五分钟，并排查同一IP上的其他调用方"}
	case job.ClassTransient, job.ClassUnbelieved:
		return bilingual{"run again later; if it stays, give the vendor the request id", "请稍后重试；若持续出现，请将请求ID提供给钉钉"}
	case job.ClassUnknown:
		return bilingual{"look the code up in the vendor's list of global error codes, or give them the request id", "请在钉钉全局错误码文档中查询该错误码，或将请求ID提供给钉钉"}
	default:
		return bilingual{}
	}
}

// advice is Advise in English, with what only the client knows: which endpoint is
// the other one, and when the month turns.
func (c *Client) advice(f *job.AnswerError) string {
	text := advice(f.Class, f.Code, f.Status).en
	switch {
	case f.Class == job.ClassQuota && f.Code != "":
		return text + "; the month turns at " + job.QuotaTurns(time.Now()).Format(time.RFC3339)
	case f.Class == job.ClassToken || f.Class == job.ClassDenied && !matchesAny(f.Code, "*IpNotInWhiteList"):
		return text + c.otherEndpoint()
	default:
		return text
	}
}

func (c *Client) otherEndpoint() string {
	switch c.endpoint.Host {
	case "api.dingtalk.io":
		return `: an app of mainland China needs endpoint = "https://api.dingtalk.com"`
	case "api.dingtalk.com":
		return `: an app of the international edition needs endpoint = "https://api.dingtalk.io"`
	default:
		return ""
	}
}
