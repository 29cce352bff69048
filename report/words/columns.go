package words

// columnPhrases are the headers of all columns.
func columnPhrases() map[string]phrase {
	return map[string]phrase{
		// of messages
		"column.address":              {"Address", "地址"},
		"column.campaign":             {"Campaign", "活动"},
		"column.provider":             {"Provider", "凭证"},
		"column.kind":                 {"Kind", "类型"},
		"column.process_query_key":    {"Query key", "查询键"},
		"column.open_conversation_id": {"Conversation ID", "会话 ID"},
		"column.title":                {"Title", "标题"},
		"column.sent_at":              {"Sent at", "发送时间"},
		"column.tags":                 {"Tags", "标签"},
		"column.status":               {"Status", "状态"},
		"column.send_status":          {"Send status", "发送状态"},
		"column.reading_at":           {"Last reading", "最近读取时间"},
		"column.when":                 {"When", "读取时间"},
		"column.readers":              {"Readers", "已读人数（含受众外）"},
		"column.outside_audience":     {"Outside audience", "受众外已读"},
		"column.calls":                {"Calls", "调用次数"},
		"column.error_class":          {"Error class", "错误类别"},
		"column.error_code":           {"Error code", "错误码"},
		"column.error_message":        {"Error message", "错误信息"},
		"column.unread_list":          {"Unread list", "未读名单"},

		// figures
		"column.messages":      {"Messages", "消息数"},
		"column.audience_size": {"Audience", "受众"},
		"column.read":          {"Read", "已读"},
		"column.unread":        {"Unread", "未读"},
		"column.unknown":       {"Unknown", "未知"},
		"column.read_rate":     {"Read rate", "已读率"},
		"column.coverage":      {"Coverage", "覆盖率"},
		"column.known":         {"What is known", "数据说明"},
		"column.target":        {"Target", "目标"},
		"column.target_met":    {"Target met", "达标"},
		"column.change":        {"Change", "较上次变化"},
		"column.oldest":        {"Oldest reading", "最早读取"},
		"column.as_of":         {"As of", "数据截至"},
		"column.people":        {"People", "人数"},
		"column.deliveries":    {"Deliveries", "发送人次"},
		"column.gap":           {"Gap to target", "与目标之差"},
		"column.small":         {"Small group", "小群体"},

		// of people
		"column.user_id":       {"User ID", "用户 ID"},
		"column.name":          {"Name", "姓名"},
		"column.department":    {"Department", "部门"},
		"column.manager":       {"Manager", "主管"},
		"column.email":         {"Email", "邮箱"},
		"column.location":      {"Location", "地点"},
		"column.first_seen_at": {"First seen read", "首次确认已读"},
		"column.not_seen_at":   {"Last seen unread", "最后确认未读"},
		"column.unread_as_of":  {"Unread as of", "未读截至"},
		"column.state":         {"State", "状态"},
		"column.received":      {"Received", "收到"},
		"column.batch":         {"Batch", "批次"},
		"column.without_email": {"Without email", "无邮箱"},
		"column.emails":        {"Emails", "邮箱（分号分隔）"},
		"column.user_ids":      {"User IDs", "用户 ID（逗号分隔）"},

		// of readings
		"column.hours": {"Hours since sent", "发送后小时数"},

		// of problems and notes
		"column.severity": {"Severity", "级别"},
		"column.problem":  {"What", "问题"},
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
		"sheet.campaigns":   {"Campaigns", "活动"},
		"sheet.messages":    {"Messages", "消息"},
		"sheet.departments": {"Departments", "部门"},
		"sheet.locations":   {"Locations", "地点"},
		"sheet.managers":    {"Managers", "主管"},
		"sheet.matrix":      {"Matrix", "矩阵"},
		"sheet.trend":       {"Trend", "趋势"},
		"sheet.unread":      {"Unread", "未读名单"},
		"sheet.reminders":   {"Reminders", "提醒"},
		"sheet.readers":     {"Readers", "已读名单"},
		"sheet.people":      {"People", "人员"},
		"sheet.detail":      {"Detail", "明细"},
		"sheet.problems":    {"Problems", "数据质量"},
		"sheet.notes":       {"Notes", "说明"},

		"sheet.chart_data": {"Chart data", "图表数据"},

		"scale.low":    {"0 %: orange", "0%：橙色"},
		"scale.middle": {"50 %: pale yellow", "50%：浅黄色"},
		"scale.high":   {"100 %: blue", "100%：蓝色"},

		"about.campaigns":   {"The figures of each campaign.", "各活动的数据。"},
		"about.messages":    {"The figures and the status of each message.", "各条消息的数据与状态。"},
		"about.departments": {"The figures of each department.", "各部门的数据。"},
		"about.locations":   {"The figures of each location.", "各地点的数据。"},
		"about.managers":    {"The figures of each manager's people.", "各主管所辖人员的数据。"},
		"about.segment":     {"The figures by %s.", "按“%s”统计的数据。"},
		"about.matrix":      {"The read rate of each message in the largest groups.", "各条消息在人数最多的群体中的已读率。"},
		"about.trend":       {"What each reading saw, and the overall rate from run to run.", "每次读取的结果，以及历次运行的总体已读率。"},
		"about.reminders":   {"Addresses to paste into the sending tool, in batches of at most 500.", "可粘贴到发送工具中的收件人，每批最多 500 人。"},
		"about.readers":     {"Who has read the messages of which nobody knows who they went to.", "受众未知的消息的已读人员。"},
		"about.people":      {"The figures of each person.", "每个人的数据。"},
		"about.detail":      {"Every message and everybody it was sent to, one row each.", "每条消息与每个受众，一行一条。"},
		"about.unread":      {"Who to remind: people who are still there and have not read a message that can still be read.", "需要提醒的人员：仍在职、且尚未阅读仍可查询的消息。"},
		"about.problems":    {"What to know before trusting a figure, and what to do about it.", "采信数据之前应了解的问题及处理建议。"},
		"about.notes":       {"What each figure means and where it comes from.", "各项数据的定义与来源。"},

		"empty.campaigns":         {"There is no campaign: no message was chosen.", "没有活动：未选中任何消息。"},
		"empty.messages":          {"There is no message: none was chosen.", "没有消息：未选中任何消息。"},
		"empty.departments":       {"There is nobody to count: no message has a known audience.", "没有可统计的人员：没有消息的受众是已知的。"},
		"empty.matrix":            {"There is no message: none was chosen.", "没有消息：未选中任何消息。"},
		"empty.trend":             {"There is no reading yet.", "尚无读取。"},
		"empty.reminders":         {"There is nobody to remind.", "没有需要提醒的人员。"},
		"empty.trend.blind":       {"No message has both a reading and an audience, so there is no rate. The sheet of readers has who has read.", "没有消息既有读取结果又有受众，因此没有已读率。已读人员见“已读名单”。"},
		"empty.unread.blind":      {"Nobody knows who the messages went to, so nobody knows who has not read them. The sheet of readers has who has.", "消息的受众未知，因此无法得知谁未读。已读人员见“已读名单”。"},
		"empty.reminders.blind":   {"Nobody knows who the messages went to, so there is nobody to remind.", "消息的受众未知，因此没有可提醒的人员。"},
		"empty.readers":           {"No message was read without a list of its audience.", "没有受众未列明而被读取的消息。"},
		"empty.people":            {"There is nobody to count: no message has a known audience.", "没有可统计的人员：没有消息的受众是已知的。"},
		"empty.detail":            {"There is nobody to list: no message has a list of its audience.", "没有可列出的人员：没有消息列明了受众。"},
		"empty.unread":            {"There is nobody to remind.", "没有需要提醒的人员。"},
		"empty.problems":          {"No problem was found.", "未发现问题。"},
		"empty.notes":             {"There are no notes.", "没有说明。"},
		"empty.attention.unknown": {"Nothing is known yet.", "尚无任何数据。"},
		"empty.attention":         {"Nothing here needs attention.", "暂无需要关注的内容。"},
	}
}
