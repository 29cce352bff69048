package words

// meaningPhrases say what a problem means for the figures, and who can mend it.
func meaningPhrases() map[string]phrase {
	return map[string]phrase{
		"mean.run":           {"Some figures are older than they could be.", "部分数据不是最新。"},
		"mean.never":         {"There is no figure yet.", "尚无任何数据。"},
		"mean.rejected":      {"Their figures stay as they are; those never checked have none.", "这些消息的数据不会再更新；从未查到数据的则没有数据。"},
		"mean.incomplete":    {"Their figures are those of the last good check, if there was one.", "数据以上一次有效查询为准；此前未查到的则没有数据。"},
		"mean.failed":        {"Their figures are those of the last good check, if there was one. The next run tries again.", "数据以上一次有效查询为准；此前未查到的则没有数据。下次运行时会再次查询。"},
		"mean.wrong_roster":  {"Their read rate is probably of the wrong people.", "这些消息的已读率很可能对应了错误的人员。"},
		"mean.contradictory": {"They are in no total: too few recipients are given.", "所填的应读人数偏少，不计入任何合计。"},
		"mean.outside":       {"They have read a message without being on its list, for instance because it was passed on. They do not raise the rate.", "不在发送名单中的人阅读了消息，例如消息被转发。不计入已读率。"},
		"mean.pending_long":  {"Nothing is known of them; perhaps they were never sent.", "没有任何数据，消息可能并未发出。"},
		"mean.deferred":      {"Their figures are older than the others.", "这些消息的数据比其他消息旧。"},
		"mean.lost":          {"Who has read them will never be known.", "已无法得知谁阅读过这些消息。"},
		"mean.frozen":        {"Their figures are final, as of the last check.", "数据以最近一次查询为准，不会再变化。"},
		"mean.purged":        {"Their figures are kept; nobody can be listed any more.", "统计数字保留，但无法再列出人员。"},
		"mean.pending":       {"The provider is preparing the data.", "钉钉正在生成数据。"},
		"mean.no_audience":   {"There is a number of readers, and no rate.", "只有已读人数，没有已读率。"},
		"mean.not_delivered": {"They never got the message, and are in no figure.", "这些人员没有收到消息，不计入任何数据。"},
		"mean.recalled":      {"Their recipients are in no figure.", "其发送对象不计入任何数据。"},
		"mean.nameless":      {"They are counted, and listed by their user id alone.", "计入统计，但名单中只有用户 ID。"},
		"mean.replaced":      {"The texts look different from their source; no figure changes.", "文本显示与来源不同，不影响数据。"},
		"mean.cut":           {"The texts are shorter than their source; no figure changes.", "文本比来源短，不影响数据。"},
		"mean.no_campaign":   {"Nothing of them is in this report.", "本报告不含这些通知项目。"},
		"mean.guarded":       {"They are shown as text; no figure changes.", "按文本显示，不影响数据。"},
		"mean.aggregate":     {"Small groups are not shown apart, so that nobody can be recognised.", "人数较少的分组不单独显示，以免识别到个人。"},
		"mean.pooled":        {"They are counted, and have no row of their own.", "计入统计，但没有单独的行。"},
		"mean.erased":        {"They are counted, and listed nowhere.", "计入统计，但不出现在任何名单中。"},

		"mean.finding.duplicate_person": {"These people are counted once; the name or the department may be the wrong one.", "这些人员只计一次，姓名或部门可能不对。"},
		"mean.finding.unknown_person":   {"They are counted without a name and a department.", "计入统计，但没有姓名和部门。"},
		"mean.finding.crowded_chat":     {"The rate is probably of too many people.", "应读人数很可能偏多，已读率偏低。"},
		"mean.finding.simulated":        {"No figure here is of real people. Do not pass it on.", "所有数据均不反映真实人员，请勿使用或转发。"},
		"mean.finding.stop":             {"These messages were not checked: their figures are older than the others.", "这些消息未查询，数据比其他消息旧。"},

		"ask.hr":     {"HR, who keeps the roster", "HR（花名册维护人）"},
		"ask.it":     {"IT, who runs the audit", "IT（审计运行维护人）"},
		"ask.sender": {"who sent the message", "消息发送人"},
		"ask.nobody": {"nobody: for information", "无需处理，仅供了解"},

		"sheet.technical":    {"Problems for IT", "IT处理明细"},
		"about.technical":    {"The same problems with codes, places and request ids.", "同一批问题的错误码、位置与请求 ID。"},
		"empty.technical":    {"No problem was found.", "未发现问题。"},
		"column.meaning":     {"What it means", "对数据的影响"},
		"column.ask":         {"Whom to ask", "由谁处理"},
		"column.code":        {"Code", "错误码"},
		"column.request_ids": {"Request IDs", "请求 ID"},

		"topic.read": {"What “read” is", "“已读”的含义"},
		"read.shown": {"shown", "已显示"},
		"read.isnot": {"no acknowledgement", "不等于确认"},
		"read.who":   {"who sets it", "由谁标记"},
		"read.when":  {"when", "阅读时间"},
		"read.shown.text": {
			"The provider says that the message was shown to this person in a client. It does not say that it was read to its end or understood.",
			"钉钉表示该消息已在此人的客户端中显示，并不表示其读完或理解了内容。",
		},
		"read.isnot.text": {
			"“Read” is no acknowledgement and no consent. Where one is needed, ask for a reply, a signature or a form.",
			"“已读”不等于确认收到或同意。如需确认，请要求回复、签字或填写表单。",
		},
		"read.who.text": {
			"Clients set it by themselves, as when a chat is opened, and so can programs that act for a person. “Unread” does not prove that nobody saw the message, for instance in a notification.",
			"“已读”由客户端自动标记（例如打开会话时），代表本人操作的程序也可能标记。“未读”也不证明其没有看到，例如从系统通知中看到。",
		},
		"read.when.text": {
			"The provider gives no time of reading. Who is first seen among the readers at one check has read the message between that check and the one before: check more often for a narrower time.",
			"钉钉不提供阅读时间。某次查询首次出现在已读人员中的人，是在上一次查询与该次查询之间阅读的；提高查询频率可缩小该区间。",
		},
	}
}
