package codes

import (
	"fmt"

	"notifyaudit/job"
)

// Advise is what a person should do about a failure, in Chinese when lang begins
// with zh, else in English; empty when there is nothing to do but wait.
func Advise(f *job.Failure, lang string) string {
	return advice(f.Class, f.Code, f.HTTPStatus).in(lang)
}

// advice is the code's own, or its class's.
func advice(class job.ErrorClass, name string, status int) bilingual {
	if c, known := Lookup(name); known && c.cure != nil && c.Class == class {
		return c.cure()
	}
	switch class {
	case job.ClassEndpoint, job.ClassGateway:
		return endpointAdvice(class, status)
	case job.ClassToken, job.ClassDenied:
		return accessAdvice(class)
	case job.ClassRobot, job.ClassInvalid, job.ClassCursor, job.ClassExpired:
		return messageAdvice(class)
	default:
		return otherAdvice(class, status)
	}
}

func accessAdvice(class job.ErrorClass) bilingual {
	if class == job.ClassToken {
		return bilingual{
			"get a new access token (one lasts two hours), or give the app's key and secret instead; if it is new, try the other endpoint (api.dingtalk.io or api.dingtalk.com): credentials don't work across regions",
			"请更换access_token（有效期两小时），或改用应用的key和secret；若为新获取，请尝试另一个endpoint（api.dingtalk.io或api.dingtalk.com），凭证不能跨区域使用",
		}
	}
	return bilingual{
		"grant the app the permission that the message names (qyapi_robot_sendmsg for these calls): developer console, the app, Permissions; if it has it, try the other endpoint (api.dingtalk.io or api.dingtalk.com)",
		"请在开发者后台的应用权限管理中开通提示的权限（本接口为qyapi_robot_sendmsg）；若已开通，请尝试另一个endpoint（api.dingtalk.io或api.dingtalk.com）",
	}
}

func messageAdvice(class job.ErrorClass) bilingual {
	switch class {
	case job.ClassRobot:
		return bilingual{"check robot_code: it must be the robot that sent the message, of this app, and still in the chat", "请检查robot_code：应为发送该消息的机器人，属于该应用，且仍在会话中"}
	case job.ClassCursor:
		return bilingual{"nothing: the message is asked again from its first page", "无需处理：将从第一页重新查询"}
	case job.ClassExpired:
		return bilingual{
			"if it was just sent, wait half an hour; else its data is gone: set sent_at so that the two can be told apart, and ask sooner after sending next time (a key of kind \"one_to_one\" answers for 24 hours)",
			"若消息刚刚发送，请等待半小时；否则数据已过期：请设置sent_at以便区分，下次请在发送后尽早查询（one_to_one类型的key仅24小时内可查）",
		}
	default:
		return bilingual{"check the message's process_query_key, robot_code and open_conversation_id", "请检查该消息的process_query_key、robot_code和open_conversation_id"}
	}
}

func endpointAdvice(class job.ErrorClass, status int) bilingual {
	if class == job.ClassGateway {
		return bilingual{
			fmt.Sprintf("status %d came from a gateway or a proxy on the way, and not from the API: nothing, if it passes; else ask who runs them", status),
			fmt.Sprintf("状态码%d来自中间的网关或代理，而非钉钉API：若自行恢复则无需处理，否则请联系其管理员", status),
		}
	}
	return bilingual{
		fmt.Sprintf("status %d came from something else than the API: check endpoint (https://api.dingtalk.io or https://api.dingtalk.com), proxy_url and ca_file", status),
		fmt.Sprintf("状态码%d并非来自钉钉API：请检查endpoint（https://api.dingtalk.io或https://api.dingtalk.com）、proxy_url和ca_file", status),
	}
}

// otherAdvice is for what no setting of the manifest mends; status is 0 where nothing answered.
func otherAdvice(class job.ErrorClass, status int) bilingual {
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
		if status == 0 && class == job.ClassTransient {
			return bilingual{"run again later; if it stays, look at the network, endpoint and proxy_url", "请稍后重试；若持续出现，请检查网络、endpoint和proxy_url"}
		}
		return bilingual{"run again later; if it stays, give the vendor the request id", "请稍后重试；若持续出现，请将请求ID提供给钉钉"}
	case job.ClassUnknown:
		return bilingual{"look the code up in the vendor's list of global error codes, or give them the request id", "请在钉钉全局错误码文档中查询该错误码，或将请求ID提供给钉钉"}
	default:
		return bilingual{}
	}
}
