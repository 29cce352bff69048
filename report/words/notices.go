package words

// noticePhrases are the texts about notices: messages to several people, and campaigns of
// messages to one person each.
func noticePhrases() map[string]phrase {
	return map[string]phrase{
		"column.notice":       {"Notice", "通知"},
		"column.recipient":    {"Recipient", "收件人"},
		"column.state":        {"Read state", "阅读状态"},
		"column.known_people": {"Known people", "已有数据人数"},

		"chart.notices":     {"Read rate by notice", "各通知已读率"},
		"chart.all":         {"All", "总体"},
		"attention.notices": {"Lowest notices", "已读率最低的通知"},

		"define.notice": {
			"A message to several people, or all messages of a campaign that went to one person each. Of a campaign at most %[1]s messages to several people are notices of their own: the first ones. All others are one notice together, “CAMPAIGN (150 messages)”; the sheet Messages has each of them.",
			"发给多人的一条消息，或同一通知项目中分别发给个人的全部消息。每个通知项目最多有 %[1]s 条发给多人的消息单独作为一项通知（按顺序取前面的），其余合并为一项，如“通知项目（150 条消息）”；逐条情况见“消息”。",
		},

		"notices.joined": {"%[1]s: only the first %[2]s messages have rows of their own, the others share one.", "%[1]s：仅前 %[2]s 条消息单独成行，其余合并为一行。"},

		"about.matrix":   {"The read rate of each notice in the largest groups, the lowest first.", "各通知在人数最多的分组中的已读率，低者在前。"},
		"about.trend":    {"The read rate of each notice from run to run.", "各通知已读率的变化。"},
		"matrix.groups":  {"%[2]s of %[3]s by %[1]s, the largest ones. The lowest read rates come first.", "%[1]s：显示 %[3]s 个中人数最多的 %[2]s 个；已读率低者在前。"},
		"matrix.notices": {"%[1]s Notices: the %[2]s lowest of %[3]s.", "%[1]s通知：显示 %[3]s 项中已读率最低的 %[2]s 项。"},
	}
}
