package words

// columnPhrases are the headers of all columns.
func columnPhrases() map[string]phrase {
	return map[string]phrase{
		// of messages
		"column.address":              {"Address", "地址"},
		"column.campaign":             {"Campaign", "通知项目"},
		"column.provider":             {"Provider", "应用凭证"},
		"column.kind":                 {"Kind", "消息类型"},
		"column.process_query_key":    {"Query key", "查询 Key"},
		"column.open_conversation_id": {"Conversation ID", "会话 ID"},
		"column.title":                {"Title", "标题"},
		"column.sent_at":              {"Sent at", "发送时间"},
		"column.tags":                 {"Tags", "标签"},
		"column.status":               {"Status", "查询状态"},
		"column.send_status":          {"Send status", "发送状态"},
		"column.reading_at":           {"Last checked", "最近查询时间"},
		"column.when":                 {"Checked at", "数据采集时间"},
		"column.readers":              {"Readers", "已读人数（含发送对象以外）"},
		"column.outside_audience":     {"Readers who are not recipients", "发送对象以外的已读人数"},
		"column.calls":                {"Calls", "调用次数"},
		"column.error_class":          {"Kind of error", "错误类别"},
		"column.error_code":           {"Error code", "错误码"},
		"column.error_message":        {"Error message", "错误信息"},

		// figures
		"column.messages":      {"Messages", "消息数"},
		"column.audience_size": {"Recipients", "应读人数"},
		"column.read":          {"Read", "已读"},
		"column.unread":        {"Unread", "未读"},
		"column.unknown":       {"No data yet", "暂无数据"},
		"column.read_rate":     {"Read rate", "已读率"},
		"column.coverage":      {"Coverage", "数据覆盖率"},
		"column.known":         {"What is known", "数据说明"},
		"column.target":        {"Target", "目标已读率"},
		"column.target_met":    {"Target met", "是否达标"},
		"column.change":        {"Change", "已读率变化"},
		"column.oldest":        {"Oldest data", "最早数据时间"},
		"column.as_of":         {"Data as of", "数据截至"},
		"column.people":        {"People", "人数"},
		"column.deliveries":    {"Deliveries", "应读人次"},
		"column.gap":           {"Gap to target", "与目标差距"},
		"column.small":         {"Small group", "人数不足5人"},

		// of people
		"column.user_id":       {"User ID", "用户 ID"},
		"column.name":          {"Name", "姓名"},
		"column.department":    {"Department", "部门"},
		"column.manager":       {"Manager", "直属主管"},
		"column.email":         {"Email", "邮箱"},
		"column.location":      {"Location", "工作地点"},
		"column.first_seen_at": {"First seen read", "首次查到已读"},
		"column.not_seen_at":   {"Last seen unread", "最后查到未读"},
		"column.unread_as_of":  {"Unread as of", "数据采集时间"},
		"column.received":      {"Received", "收到消息数"},
		"column.batch":         {"Batch", "批次"},
		"column.without_email": {"Without email", "无邮箱人数"},
		"column.emails":        {"Emails", "邮箱（分号分隔）"},
		"column.user_ids":      {"User IDs", "用户 ID（逗号分隔）"},

		// of readings
		"column.hours": {"Hours since sent", "发送后小时数"},

		// of problems and notes
		"column.severity": {"Severity", "严重程度"},
		"column.problem":  {"What it is", "问题"},
		"column.count":    {"How many", "数量"},
		"column.examples": {"Examples", "示例"},
		"column.advice":   {"What to do", "处理建议"},
		"column.topic":    {"Topic", "主题"},
		"column.item":     {"Item", "条目"},
		"column.text":     {"Explanation", "说明"},
	}
}

// sheetPhrases are the sheets' titles, what they are for, and what they say
// without rows.
func sheetPhrases() map[string]phrase {
	return map[string]phrase{
		"sheet.summary":     {"Summary", "概览"},
		"sheet.campaigns":   {"Campaigns", "通知项目"},
		"sheet.messages":    {"Messages", "消息"},
		"sheet.departments": {"Departments", "部门"},
		"sheet.locations":   {"Locations", "工作地点"},
		"sheet.managers":    {"Managers", "直属主管"},
		"sheet.matrix":      {"Matrix", "部门对比热力图"},
		"sheet.trend":       {"Trend", "趋势"},
		"sheet.unread":      {"Unread", "未读名单"},
		"sheet.reminders":   {"Reminders", "提醒"},
		"sheet.people":      {"People", "人员"},
		"sheet.detail":      {"Detail", "明细"},
		"sheet.problems":    {"Problems", "数据质量"},
		"sheet.notes":       {"Notes", "说明"},

		"sheet.chart_data": {"Chart data", "图表数据"},

		"scale.low":    {"0 %: orange", "0%：橙色"},
		"scale.middle": {"50 %: pale yellow", "50%：浅黄色"},
		"scale.high":   {"100 %: blue", "100%：蓝色"},

		"about.campaigns":   {"The figures of each campaign.", "各通知项目的阅读情况。"},
		"about.messages":    {"The figures and the status of each message.", "每条消息的阅读情况与查询状态。"},
		"about.departments": {"The figures of each department.", "各部门的阅读情况。"},
		"about.locations":   {"The figures of each location.", "各工作地点的阅读情况。"},
		"about.managers":    {"The figures of each manager's people.", "各主管下属人员的阅读情况。"},
		"about.segment":     {"The figures by %s.", "按“%s”统计的阅读情况。"},
		"about.people":      {"The figures of each person.", "每个人的阅读情况。"},
		"about.detail":      {"Every message and each of its recipients, one row each.", "每条消息、每位发送对象各一行。"},
		"about.problems":    {"What to know before you rely on a figure, and what to do about it.", "使用数据之前应了解的问题，以及处理建议。"},
		"about.notes":       {"What each figure means and where it comes from.", "各项数据的含义与来源。"},

		"empty.campaigns":         {"There is no campaign: no message was chosen.", "没有通知项目：未选中任何消息。"},
		"empty.messages":          {"There is no message: none was chosen.", "没有消息：未选中任何消息。"},
		"empty.departments":       {"There is nobody to count: no message has known recipients.", "没有可统计的人员：所有消息的发送对象均不明确。"},
		"empty.matrix":            {"There is no message: none was chosen.", "没有消息：未选中任何消息。"},
		"empty.trend":             {"Nothing has been checked yet.", "尚未查询。"},
		"empty.reminders":         {"There is nobody to remind.", "没有需要提醒的人员。"},
		"empty.trend.blind":       {"No message has both data and known recipients, so there is no rate. The sheet Read has who has read.", "没有任何消息既查到了数据又有明确的发送对象，因此无法计算已读率。已读人员见“已读名单”。"},
		"empty.unread.blind":      {"The recipients of the messages are not known, so it is not known who has not read them. The sheet Read has who has.", "消息的发送对象不明确，无法得知谁未读。已读人员见“已读名单”。"},
		"empty.reminders.blind":   {"The recipients of the messages are not known, so there is nobody to remind.", "消息的发送对象不明确，因此没有可提醒的人员。"},
		"empty.people":            {"There is nobody to count: no message has known recipients.", "没有可统计的人员：所有消息的发送对象均不明确。"},
		"empty.detail":            {"There is nobody to list: no message has a list of its recipients.", "没有可列出的人员：没有消息列明了发送对象。"},
		"empty.unread":            {"There is nobody to remind.", "没有需要提醒的人员。"},
		"empty.problems":          {"No problem was found.", "未发现问题。"},
		"empty.notes":             {"There are no notes.", "没有说明。"},
		"empty.attention.unknown": {"There are no data yet.", "暂无数据。"},
		"empty.attention":         {"Nothing here needs attention.", "暂无需要关注的内容。"},
	}
}
