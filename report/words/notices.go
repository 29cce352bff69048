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

		"about.matrix":   {"The read rate of each notice in the largest groups, the lowest first.", "各通知在人数最多的分组中的已读率，低者在前。"},
		"about.trend":    {"The read rate of each notice from run to run.", "各通知已读率的变化。"},
		"matrix.groups":  {"%[2]s of %[3]s by %[1]s, the largest ones. The lowest read rates come first.", "%[1]s：显示 %[3]s 个中人数最多的 %[2]s 个；已读率低者在前。"},
		"matrix.notices": {"%[1]s Notices: the %[2]s lowest of %[3]s.", "%[1]s通知：显示 %[3]s 项中已读率最低的 %[2]s 项。"},
	}
}
