package words

// remindPhrases are the texts of the lists of people to remind.
func remindPhrases() map[string]phrase {
	return map[string]phrase{
		"remind.dated":   {"Reminder: you have not read “%[1]s” yet. It was sent on %[2]s, %[3]s ago. Please open it in DingTalk.", "提醒：您尚未阅读“%[1]s”。该通知于 %[2]s 发送，距今已 %[3]s，请尽快在钉钉中查看。"},
		"remind.today":   {"Reminder: you have not read “%[1]s” yet. It was sent on %[2]s. Please open it in DingTalk.", "提醒：您尚未阅读“%[1]s”。该通知于 %[2]s 发送，请尽快在钉钉中查看。"},
		"remind.undated": {"Reminder: you have not read “%[1]s” yet. Please open it in DingTalk.", "提醒：您尚未阅读“%[1]s”，请尽快在钉钉中查看。"},

		"column.channel":      {"Channel", "渠道"},
		"channel.mail":        {"mail", "邮件"},
		"channel.work_notice": {"work notice", "工作通知"},
		"channel.robot":       {"robot, one-to-one", "机器人单聊"},

		"sheet.read": {"Read", "已读名单"},
		"about.read": {"Who has read which message, and between which two checks.", "谁阅读了哪条消息，以及阅读发生在哪两次查询之间。"},
		"empty.read": {"No message was read by anybody who is known.", "尚无已知人员的已读记录。"},
		"note.read":  {"DingTalk gives no time of reading: it lies between the last check without it, or the sending, and the first check with it.", "钉钉不提供阅读时间：阅读发生在最后一次查到未读（或发送）与首次查到已读之间。"},
		"note.order": {"In the audit's order of messages; of each, by manager, department and name.", "按审计中消息的顺序排列，同一消息内按主管、部门、姓名排列。"},

		"column.read_after":  {"Read after", "阅读时间不早于"},
		"column.read_before": {"Read before", "阅读时间不晚于"},

		"print.part": {"On paper: %[1]s of %[2]s columns, %[3]s of %[4]s rows. The workbook has all.", "打印件仅含 %[2]s 列中的 %[1]s 列、%[4]s 行中的 %[3]s 行，完整内容见工作簿。"},

		"column.manager_email":   {"Manager's email", "直属主管邮箱"},
		"column.unread_messages": {"Unread messages", "未读消息数"},
		"column.notices":         {"Which notices", "未读通知"},
		"column.oldest_days":     {"Days unread", "未读天数"},
		"column.reminded":        {"Reminded", "已提醒"},
		"column.remark":          {"Remark", "备注"},
		"prompt.fill_in":         {"For you to fill in. The next run writes this file anew, without what stands here: fill in a copy, or have ${run.date} put into the path of the report, so that each day has its own file.", "供填写。下次运行会重新生成本文件，此处填写的内容不会保留：请在副本中填写，或在报告的 path 中加入 ${run.date}，使每天生成单独的文件。"},
		"column.reminder":        {"Text of the reminder", "提醒内容"},
		"column.left":            {"Leaves", "离职日期"},
		"list.more":              {"%[1]s and %[2]s more", "%[1]s，另有 %[2]s 项"},

		"about.reminders": {"Who to remind of each notice: the text and the addresses to paste, in batches.", "按通知列出的待提醒人员：提醒内容与收件人可直接粘贴，已按批次分好。"},
		"about.unread":    {"Who to call: people who are still here and have not read a message that can still be checked, one row each, by manager.", "待提醒人员（每人一行，按主管排列）：仍在职，且尚未阅读仍可查询的消息。"},
	}
}
