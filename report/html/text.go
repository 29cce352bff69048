package html

import (
	"fmt"

	"notifyaudit/report"
)

// words are the page's own texts in its language, by their keys; all others are the
// workbook's.
type words struct{ texts map[string]string }

func newWords(lang report.Language) words {
	at := 0
	if lang == report.Chinese {
		at = 1
	}
	w := words{make(map[string]string)}
	for key, both := range texts() {
		w.texts[key] = both[at]
	}
	return w
}

// Say returns the text of a key; of a key without one, the key.
func (w words) Say(key string, args ...any) string {
	text, known := w.texts[key]
	switch {
	case !known:
		return key
	case len(args) == 0:
		return text
	default:
		return fmt.Sprintf(text, args...)
	}
}

// texts are the page's own, in English and in Chinese.
func texts() map[string][2]string {
	return map[string][2]string{
		"skip":       {"Skip to the figures", "跳到数据"},
		"contents":   {"Contents", "目录"},
		"figures":    {"Figures", "数据"},
		"attention":  {"Needs attention", "需要关注"},
		"incomplete": {"Incomplete", "不完整"},
		"complete":   {"Complete", "完整"},
		"nothing":    {"not known", "未知"},
		"target":     {"Target", "目标"},
		"legend": {
			"In every bar the filled part is read, the mark ▾ is the target, and hatching is what nobody knows yet.",
			"各条形图中，填充部分为已读，▾ 标记为目标，斜线部分为尚不可知。",
		},
		"search":  {"Search", "搜索"},
		"sort":    {"Sort by", "排序"},
		"asc":     {"%s, ascending", "%s，升序"},
		"desc":    {"%s, descending", "%s，降序"},
		"order":   {"The report's order", "报告顺序"},
		"rows":    {"Rows: %s", "共 %s 行"},
		"found":   {"Rows: {0} of {1}", "{1} 行中的 {0} 行"},
		"listed":  {"the first {0} are listed", "已列出前 {0} 行"},
		"all":     {"List all {0}", "列出全部 {0} 行"},
		"none":    {"Nothing matches.", "没有匹配的内容。"},
		"cut":     {"Only the first %[1]s of %[2]s rows are on this page; %[3]s were left out. The workbook and the CSV files have all.", "本页仅列出 %[2]s 行中的前 %[1]s 行，省略了 %[3]s 行。完整内容见工作簿和 CSV 文件。"},
		"made":    {"Made by notifyaudit %s. The figures are those of the workbook and the JSON report.", "由 notifyaudit %s 生成，数据与工作簿和 JSON 报告一致。"},
		"private": {"This page may hold personal data: keep it as such.", "本页可能包含个人信息，请妥善保管。"},
	}
}
