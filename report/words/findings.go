package words

// findingPhrases are the texts of what was found before there were results: in rosters,
// and why messages were not asked.
func findingPhrases() map[string]phrase {
	return map[string]phrase{
		"finding.duplicate_person":    {"user_id stands more than once in the roster %s", "名册 %s 中有重复的 user_id"},
		"do.finding.duplicate_person": {"Only the first row counts. Remove the others.", "只采用第一行；请删除重复的行。"},
		"finding.unknown_person":      {"User ids of messages that the roster %s doesn't know", "消息中有名册 %s 未收录的 user_id"},
		"do.finding.unknown_person":   {"They count, without a name and a department. Add them to the roster, or correct the column of user ids.", "这些人员计入统计，但没有姓名和部门；请补充名册，或更正 user_id 列。"},
		"finding.crowded_chat":        {"Messages with more people in their audience than their kind reaches", "受众人数超过该消息类型所能发送的人数"},
		"do.finding.crowded_chat":     {"Correct kind, or the audience: in a table a number is the size of an audience, and with a semicolon a user id.", "请更正 kind 或受众：表格中的数字表示人数，加分号则表示 user_id。"},
		"finding.simulated":           {"The simulator made these readings up", "本报告的数据由模拟器生成，并非真实读取结果"},
		"do.finding.simulated":        {"For a real audit leave --simulator out and use another data folder.", "正式审计请去掉 --simulator，并使用另一个数据目录。"},
		"finding.stop":                {"Asking stopped for the whole %[1]s: %[2]s", "查询提前停止（%[1]s）：%[2]s"},
		"reach.robot":                 {"robot", "机器人"},
		"reach.quota":                 {"quota group", "额度组"},
		"reach.provider":              {"provider", "凭证"},
	}
}
