package words

// changedPhrases are the texts about what has changed, and how fast it did.
func changedPhrases() map[string]phrase {
	return map[string]phrase{
		"sheet.changed":       {"Changed", "变化名单"},
		"about.changed":       {"Who has newly read a message, who still has not, and who is new on the list of unread.", "新增已读、仍未读及新列入未读名单的人员。"},
		"empty.changed":       {"Nothing has changed, and nobody is on the list of unread.", "没有变化，未读名单中也没有人员。"},
		"empty.changed.first": {"There is nothing to compare with yet: no message had data at the time compared with. The report of a later day has what has changed since.", "暂无可对比的数据：对比时点尚无任何消息的数据。日后的报告会列出此后的变化。"},
		"column.move":         {"Change", "变化"},
		"move.newly_read":     {"newly read", "新增已读"},
		"move.still_unread":   {"still unread", "仍未读"},
		"move.newly_listed":   {"new on the list", "新列入未读"},

		"sheet.speed":      {"Speed", "阅读速度"},
		"about.speed":      {"How many had read each campaign 4 hours to 7 days after it was sent.", "各通知项目发送后 4 小时至 7 天的已读比例。"},
		"empty.speed":      {"No message with data has a time of sending.", "没有既有数据又有发送时间的消息。"},
		"column.after_4h":  {"After 4 h", "4小时内已读"},
		"column.after_24h": {"After 24 h", "24小时内已读"},
		"column.after_72h": {"After 72 h", "72小时内已读"},
		"column.after_7d":  {"After 7 days", "7天内已读"},

		"speed.open": {"not known", "无法判断"},

		"figure.speed": {"Speed", "阅读速度"},
		"define.speed": {
			"The share that had read a message so long after it was sent. The provider gives no time of reading, so the share lies between those who were seen to have read it by then and those who may have: two numbers where the checks leave it open. Check more often for a narrower range. “Not known”: all who have read it may have done so before that time, or after it. Each column is of the messages that were checked so late, so a later share may be of fewer people, and lower; empty without any.",
			"消息发送后相应时间内的已读比例。钉钉不提供阅读时间，因此该比例介于届时已查到已读的人员与届时可能已读的人员之间；查询间隔较长时显示为区间，提高查询频率可缩小区间。“无法判断”表示全部已读人员都可能在此之前阅读，也可能在此之后阅读。各列仅统计届时之后查询过的消息，因此较晚时点的人数可能较少、比例可能较低；没有此类消息时留空。",
		},
		"figure.changed": {"Changed", "变化名单"},
		"define.changed": {
			"Newly read: had not read it at the time compared with, and has. Still unread: on the list of unread, and the message had data then. New on the list: the message had none.",
			"新增已读：对比时点未读，现已读。仍未读：在未读名单中，且对比时点已有该消息的数据。新列入未读：对比时点尚无该消息的数据。",
		},

		"headline.usual": {
			"%[1]s after sending, %[2]s had read “%[3]s”; usually %[4]s have.",
			"“%[3]s”发送 %[1]s后已读 %[2]s，以往同期通常为 %[4]s。",
		},
	}
}
