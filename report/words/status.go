package words

// statusPhrases name the statuses and the classes of errors, and explain the
// statuses.
func statusPhrases() map[string]phrase {
	return map[string]phrase{
		"status.current":    {"current", "最新"},
		"status.settled":    {"settled", "已全部读完"},
		"status.fresh":      {"fresh", "暂不需更新"},
		"status.frozen":     {"frozen", "已冻结"},
		"status.recalled":   {"recalled", "已撤回"},
		"status.pending":    {"pending", "待生成"},
		"status.not_asked":  {"not asked yet", "尚未查询"},
		"status.deferred":   {"deferred", "已推迟"},
		"status.rejected":   {"rejected", "被拒绝"},
		"status.incomplete": {"incomplete", "数据不完整"},
		"status.failed":     {"failed", "查询失败"},

		"explain.current":    {"A complete reading from the latest run.", "最近一次运行中取得了完整的读取结果。"},
		"explain.settled":    {"Everybody in the audience has read it. It is never asked again.", "全部受众均已阅读，不再查询。"},
		"explain.fresh":      {"Read before and not due again yet: the figures are those of its last reading.", "之前已读取，尚未到再次查询的时间：数据以上次读取为准。"},
		"explain.frozen":     {"It can't be asked any more: its window has closed, the API no longer has it, or its people were purged. The last reading stands, with its date.", "不再查询：查询期限已过、接口不再保留该消息，或其人员信息已被清除。以最后一次读取为准，并注明日期。"},
		"explain.recalled":   {"The sender took it back. Its people are neither read, unread nor unknown.", "发送方已撤回。其受众不计入已读、未读或未知。"},
		"explain.pending":    {"It is being sent, or the API has no data for it yet. It is asked again in the next run.", "正在发送，或接口尚未生成数据。下次运行时再查询。"},
		"explain.not_asked":  {"No run has asked it yet.", "尚无运行查询过该消息。"},
		"explain.deferred":   {"Put off: the quota or the limit of calls did not pay for it. A later run asks it.", "因调用额度或次数上限而推迟，由之后的运行查询。"},
		"explain.rejected":   {"The API's answer was final. It is asked again only when its key, kind, provider, robot code or conversation changes.", "接口给出了最终的拒绝答复。只有查询键、类型、凭证、机器人编码或会话更改后才会再次查询。"},
		"explain.incomplete": {"Pages arrived that can't be believed, so there is no reading from them. It is asked again in the next run.", "收到的分页数据不可信，因此未予采用。下次运行时再查询。"},
		"explain.failed":     {"The query gave up for now. It is asked again in the next run.", "本次查询未成功，暂时放弃。下次运行时再查询。"},

		"class.transient":  {"the server, or the way to it, did not answer", "服务器或网络未响应"},
		"class.throttled":  {"the API said that the calls came too fast", "接口提示调用过快"},
		"class.banned":     {"the API shut this address out for some minutes", "接口暂时封禁了本机地址"},
		"class.quota":      {"the calls of the month, or of this run, are spent", "本月或本次运行的调用额度已用完"},
		"class.token":      {"the access token or the app's secret was refused", "访问凭证或应用密钥被拒绝"},
		"class.denied":     {"a permission is missing", "缺少权限"},
		"class.robot":      {"the robot code was refused", "机器人编码被拒绝"},
		"class.cursor":     {"the API refused its own page token", "接口拒绝了自己给出的分页凭证"},
		"class.expired":    {"the API has no data for the key: not generated yet, or gone", "接口没有该查询键的数据：尚未生成或已过期"},
		"class.invalid":    {"the message's own parameters were refused", "消息本身的参数被拒绝"},
		"class.unknown":    {"an answer that the API's documentation doesn't have", "接口文档中没有的答复"},
		"class.unbelieved": {"answers that can't be true: looping or endless pages", "答复不可信：分页循环或没有尽头"},
		"class.endpoint":   {"what answered is not the API", "应答方不是该接口"},
		"class.gateway":    {"something on the way answered in place of the API", "应答并非来自接口，而是来自中间的网关"},
		"class.internal":   {"a fault of this program", "本程序的故障"},
	}
}
