package excel

import (
	"notifyaudit/report"
)

func (f fixture) summary() *report.Summary {
	s := &report.Summary{
		Sheet: f.say("Summary", "概览"), Title: f.say("Q4 benefits notices", "第四季度福利通知"),
		Headline: report.Headline{
			Trust: report.TrustFull, Verdict: f.say("Complete: there are up-to-date data of everybody.", "数据完整：所有人员的数据均为最新。"),
			Sentences: []string{f.say("1,485 of 1,995 have read it (74.4 %).", "应读 1,995 人，已读 1,485 人（74.4%）。")},
		},
		Facts: []report.Figure{
			{
				Key: "as_of", Name: "DataAsOf", Label: f.say("Data as of", "数据截至"), Type: report.TypeTime,
				Value: report.Time(f.sentAt(100)), Note: f.say("oldest reading 2026-11-20 17:00", "最早读取时间 2026-11-20 17:00"),
			},
			{Key: "time_zone", Label: f.say("Time zone", "时区"), Value: report.Text("Asia/Shanghai (UTC+08:00)")},
		},
		Figures: []report.Figure{
			{
				Key: "read_rate", Name: "ReadRate", Label: f.say("Read rate", "已读率"), Type: report.TypeRate,
				Value: report.Number(0.734, f.messages > 0), Note: f.say("97 % of the 12 % known", "已知的 12% 中有 97%"),
			},
			{Key: "messages", Label: f.say("Messages", "消息数"), Type: report.TypeInteger, Value: report.Integer(f.messages)},
			{Key: "deliveries", Label: f.say("Deliveries", "送达人次"), Type: report.TypeInteger, Value: report.Integer(f.messages * 1200)},
			{
				Key: "coverage", Name: "Coverage", Label: f.say("Coverage", "覆盖率"), Type: report.TypeRate, Value: report.Number(0.92, f.messages > 0),
				Note: f.say("the share of deliveries whose state is known; the rest belong to messages that have no complete reading yet",
					"状态已知的送达人次所占比例；其余属于尚无完整读取结果的消息，将在下次运行时再次查询，届时会计入"),
			},
			{Key: "change", Label: f.say("Change since previous run", "较上次运行变化"), Type: report.TypeChange, Value: report.Number(-0.021, f.messages > 0)},
		},
		Charts:        []report.Chart{f.chart(f.say("Read rate per message", "各消息已读率"), 15), f.chart(f.say("Read rate per department", "各部门已读率"), 14)},
		Attention:     []report.AttentionList{f.attention(f.say("Lowest messages", "已读率最低的消息"), report.SheetMessages), f.attention(f.say("Lowest departments", "已读率最低的部门"), report.SheetDepartments)},
		ContentsLabel: f.say("Contents", "目录"),
		Contents: []report.ContentsEntry{
			{Sheet: report.SheetMessages, Title: f.say("Messages", "消息"), Description: f.say("every message with its figures, to filter and to chase", "每条消息及其数据，可筛选、可跟进")},
			{Sheet: report.SheetDepartments, Title: f.say("Departments", "部门"), Description: f.say("compare departments", "比较各部门")},
			{Sheet: report.SheetUnread, Title: f.say("Unread", "未读名单"), Description: f.say("who has still not read what", "尚未阅读的人员名单")},
			{Sheet: report.SheetProblems, Title: f.say("Problems", "数据质量"), Description: f.say("what to know before trusting the figures", "使用数据前须知")},
			{Sheet: report.SheetNotes, Title: f.say("Notes", "说明"), Description: f.say("definitions and sources", "定义与来源")},
		},
	}
	if f.incomplete {
		s.Trust = report.TrustLittle
		s.Verdict = f.say(
			"INCOMPLETE: 3 of 12 messages could not be read. Their people are unknown and in no figure; see Problems before you act on these numbers.",
			"数据不完整：12 条消息中有 3 条未能读取，相关人员状态未知，未计入任何数据；使用前请先查看“数据质量”。")
	}
	return s
}

func (f fixture) chart(title string, limit int) report.Chart {
	chart := report.Chart{
		Title: title, Alt: title + f.say(": bars from lowest to highest against the target of 90 %.", "：由低到高，对照 90% 的目标。"),
		ValueLabel: f.say("Read rate", "已读率"), TargetLabel: f.say("Target", "目标"),
	}
	for i := range min(f.messages, limit) {
		rate, _ := f.rate(i)
		chart.Bars = append(chart.Bars, report.Bar{Label: f.name(i), Value: rate, Target: 0.9})
	}
	return chart
}

func (f fixture) attention(title string, sheet report.SheetKey) report.AttentionList {
	list := report.AttentionList{
		Title: title, Empty: f.say("Nothing needs attention.", "暂无需要关注的内容。"),
		Columns: []report.Column{
			{Key: "title", Label: f.say("Title", "标题")},
			{Key: "unread", Label: f.say("Unread", "未读"), Type: report.TypeInteger},
			{Key: "rate", Label: f.say("Read rate", "已读率"), Type: report.TypeRate},
			{Key: "target", Label: f.say("Target", "目标"), Type: report.TypeRate},
		},
	}
	for i := range min(f.messages, 5) {
		rate, known := f.rate(i)
		list.Rows = append(list.Rows, []report.Cell{
			report.Text(f.name(i)).To(sheet), report.Integer(1200 - i), report.Number(rate, known), report.Number(0.9, true),
		})
	}
	return list
}
