package codes

// A bilingual is one text in both languages.
type bilingual struct{ en, zh string }

func (b bilingual) in(lang string) string {
	if isChinese(lang) {
		return b.zh
	}
	return b.en
}

// What to do about single codes.

// NoRobotCode is what to do about a message without a robot code, in English.
func NoRobotCode() string { return cureNoRobotCode().en }

func cureNoRobotCode() bilingual {
	return bilingual{"set robot_code in the provider or the message", "请在provider或message中设置robot_code"}
}

func cureOtherRobot() bilingual {
	return bilingual{
		"set robot_code to the one that the message was sent with: a key answers to no other robot",
		"请将robot_code设为发送该消息时所用的robotCode：其他机器人无法查询该key",
	}
}

func cureOtherApp() bilingual {
	return bilingual{
		"use the credential of the app that the robot belongs to (app_key, or suite_key of a third-party app), or the robot_code of this app",
		"请使用机器人所属应用的凭证（app_key，第三方应用为suite_key），或改用本应用的robot_code",
	}
}

func cureCoolApp() bilingual {
	return bilingual{
		"install the robot's cool app in the chat again, or use the robot that the cool app is bound to",
		"请在会话中重新安装该机器人绑定的酷应用，或改用该酷应用绑定的机器人",
	}
}

func cureNotInChat() bilingual {
	return bilingual{
		"add the robot to the chat again, and set open_conversation_id of that chat",
		"请将机器人重新添加到群内，并设置该群的open_conversation_id",
	}
}

func cureStopped() bilingual {
	return bilingual{
		"start the robot again in the developer console, or name the one that sent the message in robot_code",
		"请在开发者后台重新启用机器人，或在robot_code中填写发送该消息的机器人",
	}
}

func cureRobotDenied() bilingual {
	return bilingual{
		"check that the robot belongs to this app and that the app has the permission qyapi_robot_sendmsg; if so, try the other endpoint (api.dingtalk.io or api.dingtalk.com)",
		"请确认机器人属于该应用，且应用已开通qyapi_robot_sendmsg权限；若无误，请尝试另一个endpoint（api.dingtalk.io或api.dingtalk.com）",
	}
}

func cureAddress() bilingual {
	return bilingual{
		"add this machine's outgoing address to the app's server allow list in the developer console",
		"请在开发者后台将本机出口IP加入应用的服务器出口IP白名单",
	}
}

func cureSecret() bilingual {
	return bilingual{
		"check the credential: app_key and app_secret are the Client ID and Client Secret on an internal app's page in the developer console, suite_key and suite_secret those of a third-party app, whose suite_ticket is pushed anew every few hours, client_id and client_secret those of a unified app; auth_corp_id and corp_id must be of an organisation that has authorised it; if all are right, try the other endpoint (api.dingtalk.io or api.dingtalk.com): credentials don't work across regions",
		"请检查凭证：企业内部应用的app_key和app_secret为开发者后台应用页面的Client ID和Client Secret；第三方企业应用的suite_key和suite_secret须与应用页面一致，suite_ticket须为钉钉最近推送的值；统一应用须检查client_id和client_secret；auth_corp_id或corp_id须为已授权该应用的企业；若无误，请尝试另一个endpoint（api.dingtalk.io或api.dingtalk.com），凭证不能跨区域使用",
	}
}

func cureKey() bilingual {
	return bilingual{
		`check process_query_key; a key that is right belongs to another kind of message (kind = "private_chat", "group" or "one_to_one") or was made by another app`,
		`请检查process_query_key；若无误，该key可能属于其他类型的消息（kind = "private_chat"、"group"或"one_to_one"），或由其他应用发送`,
	}
}

func cureConversation() bilingual {
	return bilingual{"check open_conversation_id, or leave it out: it is optional", "请检查open_conversation_id，或将其省略：该参数可选"}
}

func cureTemplate() bilingual {
	return bilingual{
		"the message was sent with a robot template that is gone or stopped: start it again in the developer console",
		"该消息使用的机器人模板不存在或已停用：请在开发者后台重新启用",
	}
}

func cureUntrusted() bilingual {
	return bilingual{
		"the server's certificate is not trusted: behind an inspecting proxy, name its root in ca_file",
		"服务器证书不受信任：若经过会解密流量的代理，请在ca_file中指定其根证书",
	}
}

func cureNotTLS() bilingual {
	return bilingual{
		"what answers on the endpoint's port does not speak TLS: check the port of endpoint, and whether a proxy stands in the way",
		"endpoint的端口并非TLS服务：请检查endpoint的端口，以及中间是否有代理",
	}
}

func cureUnknownHost() bilingual {
	return bilingual{
		"the endpoint's host doesn't exist: check endpoint and the name service; where only a proxy reaches the internet, set proxy_url",
		"endpoint的主机名不存在：请检查endpoint和DNS；若只能经代理访问外网，请设置proxy_url",
	}
}

func cureUnknownProxy() bilingual {
	return bilingual{
		"the proxy's host doesn't exist: check proxy_url, or HTTPS_PROXY in the environment",
		"代理的主机名不存在：请检查proxy_url或环境变量HTTPS_PROXY",
	}
}

func cureProxyLogin() bilingual {
	return bilingual{
		"the proxy wants a user and a password: write them into proxy_url (http://USER:PASSWORD@HOST:PORT, from a sensitive variable) or HTTPS_PROXY",
		"代理需要用户名和密码：请写入proxy_url（http://USER:PASSWORD@HOST:PORT，取自sensitive变量）或HTTPS_PROXY",
	}
}

func cureProxyDenied() bilingual {
	return bilingual{
		"the proxy doesn't let this machine through to the endpoint: have its host (api.dingtalk.io or api.dingtalk.com, port 443) allowed, or set another proxy_url",
		"代理不允许访问endpoint：请放行其主机（api.dingtalk.io或api.dingtalk.com，端口443），或更换proxy_url",
	}
}
