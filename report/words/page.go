package words

// pagePhrases are the texts of the page in HTML that no other form has; in some of
// them the page's script puts numbers for {0} and {1}.
func pagePhrases() map[string]phrase {
	return map[string]phrase{
		"page.skip":       {"Skip to the figures", "跳到数据"},
		"page.contents":   {"Contents", "目录"},
		"page.figures":    {"Figures", "数据"},
		"page.attention":  {"Needs attention", "需要关注"},
		"page.incomplete": {"Incomplete", "不完整"},
		"page.complete":   {"Complete", "完整"},
		"page.nothing":    {"no data yet", "暂无数据"},
		"page.target":     {"Target", "目标已读率"},
		"page.legend":     {"In every bar the filled part is read, the mark ▾ is the target, and hatching is where there are no data yet.", "各条形图中，填充部分为已读，▾ 标记为目标，斜线部分暂无数据。"},
		"page.search":     {"Search", "搜索"},
		"page.sort":       {"Sort by", "排序"},
		"page.any":        {"all", "全部"},
		"page.copy":       {"Copy addresses", "复制邮箱"},
		"page.copied":     {"{0} addresses copied", "已复制 {0} 个邮箱"},
		"page.asc":        {"%s, ascending", "%s，升序"},
		"page.desc":       {"%s, descending", "%s，降序"},
		"page.order":      {"The report's order", "报告顺序"},
		"page.rows":       {"Rows: %s", "共 %s 行"},
		"page.found":      {"Rows: {0} of {1}", "共 {1} 行，符合条件 {0} 行"},
		"page.listed":     {"the first {0} are listed", "已列出前 {0} 行"},
		"page.all":        {"List all {0}", "列出全部 {0} 行"},
		"page.none":       {"Nothing matches.", "没有匹配的内容。"},
		"page.cut":        {"Only the first %[1]s of %[2]s rows are on this page; %[3]s were left out. The workbook and the CSV files have all.", "本页仅列出 %[2]s 行中的前 %[1]s 行，省略了 %[3]s 行。完整内容见工作簿和 CSV 文件。"},
		"page.paper":      {"On paper: the first %[1]s of %[2]s rows.", "打印件仅含 %[2]s 行中的前 %[1]s 行。"},
		"page.made":       {"Made by notifyaudit %s. The figures are those of the workbook and the JSON report.", "由 notifyaudit %s 生成，数据与工作簿和 JSON 报告一致。"},
		"page.private":    {"This page may hold personal data: keep it as such.", "本页可能包含个人信息，请妥善保管。"},
	}
}
