package words

// findingPhrases are the texts of what was found before there were results: in rosters,
// and why messages were not asked.
func findingPhrases() map[string]phrase {
	return map[string]phrase{
		"finding.duplicate_person":    {"The roster %s has the same user_id more than once", "花名册 %s 中有重复的 user_id"},
		"do.finding.duplicate_person": {"Only the first row counts. Remove the others.", "仅第一行有效，请删除重复的行。"},
		"finding.unknown_person":      {"The roster %s does not have some user ids of the messages", "花名册 %s 未收录消息中的部分 user_id"},
		"do.finding.unknown_person":   {"They count, without a name and a department. Add them to the roster, or correct the column of user ids.", "这些人员计入统计，但没有姓名和部门。请补充花名册，或更正 user_id 列。"},
		"finding.crowded_chat":        {"Messages with more recipients than their kind reaches", "发送对象人数超过该类型消息可发送人数的消息"},
		"do.finding.crowded_chat":     {"Correct kind, or the audience: in a table a number is the size of an audience, and with a semicolon a user id.", "请更正 kind 或 audience：表格中单独的数字表示人数，加上分号才表示 user_id。"},
		"finding.simulated":           {"The simulator made these figures up", "本报告的数据由模拟器生成，并非真实数据"},
		"do.finding.simulated":        {"For a real audit leave --simulator out and use another data folder.", "正式审计请去掉 --simulator，并使用另一个数据目录。"},
		"finding.stop":                {"The check of the whole %[1]s %[2]s stopped early", "%[1]s %[2]s 的查询提前停止"},
		"reach.robot":                 {"robot", "机器人"},
		"reach.quota":                 {"quota group", "额度分组"},
		"reach.provider":              {"provider", "应用凭证"},
	}
}
