package words

// statusPhrases name the statuses and the classes of errors, and explain the
// statuses.
func statusPhrases() map[string]phrase {
	return map[string]phrase{
		"status.current":    {"up to date", "已是最新"},
		"status.settled":    {"read by everybody", "已全部阅读"},
		"status.fresh":      {"up to date, not due", "暂不需更新"},
		"status.frozen":     {"closed", "不再更新"},
		"status.recalled":   {"recalled", "已撤回"},
		"status.pending":    {"data being prepared", "数据生成中"},
		"status.not_asked":  {"not checked yet", "尚未查询"},
		"status.deferred":   {"put off", "已推迟查询"},
		"status.rejected":   {"refused (for IT)", "查询被拒（需IT处理）"},
		"status.incomplete": {"incomplete data", "数据不完整"},
		"status.failed":     {"check failed", "查询失败"},

		"explain.current":    {"The latest run has complete data of it.", "最近一次运行查到了完整数据。"},
		"explain.settled":    {"All recipients have read it. It is never checked again.", "全部发送对象均已阅读，不再查询。"},
		"explain.fresh":      {"Checked before and not due again yet: the figures are those of its last check.", "此前已查询，尚未到再次查询的时间，数据以最近一次查询为准。"},
		"explain.frozen":     {"It can't be checked any more: its time is over, the provider no longer has it, or its people were purged. The last data stand, with their date.", "不再查询：已超过可查询期限、钉钉不再保留该消息，或其人员信息已被清除。以最近一次查询的数据为准，请留意其日期。"},
		"explain.recalled":   {"The sender took it back. Its recipients are neither read, unread nor without data.", "发送方已撤回。其发送对象不计入已读、未读或暂无数据。"},
		"explain.pending":    {"It is being sent, or the provider has no data for it yet. The next run checks it again.", "消息正在发送，或钉钉尚未生成数据。下次运行时再查询。"},
		"explain.not_asked":  {"No run has checked it yet.", "尚未有任何一次运行查询过该消息。"},
		"explain.deferred":   {"Put off: the quota or the limit of calls did not pay for it. A later run checks it.", "因接口调用额度或次数上限而推迟，由之后的运行查询。"},
		"explain.rejected":   {"The provider refused it for good. It is checked again only when its key, kind, provider, robot code or conversation changes.", "钉钉明确拒绝了查询。只有查询 Key、消息类型、应用凭证、机器人编码或会话更改后才会再次查询。"},
		"explain.incomplete": {"Pages arrived that can't be believed, so they were not used. The next run checks it again.", "查到的分页数据不可信，未予采用。下次运行时再查询。"},
		"explain.failed":     {"The check gave up for now. The next run checks it again.", "本次查询未成功。下次运行时再查询。"},

		"class.transient":  {"the server, or the way to it, did not answer", "服务器或网络未响应"},
		"class.throttled":  {"the API said that the calls came too fast", "接口提示调用过快"},
		"class.banned":     {"the API shut this address out for some minutes", "接口暂时封禁了本机 IP 地址"},
		"class.quota":      {"the calls of the month, or of this run, are spent", "本月或本次运行的调用额度已用完"},
		"class.token":      {"the access token or the app's secret was refused", "访问令牌或应用密钥被拒绝"},
		"class.denied":     {"a permission is missing", "缺少接口权限"},
		"class.robot":      {"the robot code was refused", "机器人编码被拒绝"},
		"class.cursor":     {"the API refused its own page token", "接口拒绝了自己给出的分页标记"},
		"class.expired":    {"the API has no data for the key: not generated yet, or gone", "接口没有该查询 Key 的数据：尚未生成或已过期"},
		"class.invalid":    {"the message's own parameters were refused", "消息本身的参数被拒绝"},
		"class.unknown":    {"an answer that the API's documentation doesn't have", "接口文档中没有的返回结果"},
		"class.unbelieved": {"answers that can't be true: looping or endless pages", "返回的数据不可信：分页循环或没有尽头"},
		"class.endpoint":   {"what answered is not the API", "响应并非来自该接口"},
		"class.gateway":    {"something on the way answered in place of the API", "响应并非来自该接口，而是来自中间的网关"},
		"class.internal":   {"a fault of this program", "本程序出现故障"},
	}
}
