package excel

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"notifyaudit/report"
)

// A fixture is a made-up workbook: messages in number, in a language, with
// names of a length.
type fixture struct {
	lang     report.Language
	messages int
	// long makes names of sixty characters, and otherwise they have one.
	long bool
	// incomplete changes the verdict.
	incomplete bool
}

func (f fixture) say(english, chinese string) string {
	if f.lang == report.Chinese {
		return chinese
	}
	return english
}

func (f fixture) name(i int) string {
	if !f.long {
		return f.say(string(rune('A'+i%26)), string([]rune("甲乙丙丁戊己庚辛壬癸")[i%10]))
	}
	return f.say(
		fmt.Sprintf("%-60.60s", fmt.Sprintf("%d Annual benefits enrolment opens for all employees this week", i+1)),
		string([]rune(fmt.Sprintf("%03d", i+1) + strings.Repeat("关于二零二六年度员工福利登记开放的重要通知请务必查收", 3))[:60]),
	)
}

func (f fixture) location() *time.Location {
	return time.FixedZone("CST", 8*60*60)
}

func (f fixture) sentAt(i int) time.Time {
	return time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC).Add(time.Duration(i) * 37 * time.Minute)
}

func (f fixture) rate(i int) (float64, bool) {
	if i%7 == 5 {
		return 0, false
	}
	return float64((i*37)%101) / 100, true
}

func (f fixture) workbook() *report.Workbook {
	return &report.Workbook{
		Language: f.lang, Title: f.say("Q4 benefits notices", "第四季度福利通知"),
		Location: f.location(), Version: "0.1.0",
		CreatedAt: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
		Summary:   f.summary(),
		Sheets:    []*report.Sheet{f.messageSheet(), f.departmentSheet(), f.unreadSheet(), f.noteSheet(), f.matrixSheet(), f.trendSheet()},
	}
}

func (f fixture) messageSheet() *report.Sheet {
	return &report.Sheet{
		Key: report.SheetMessages, Title: f.say("Messages", "消息"),
		Columns: []report.Column{
			{Key: "title", Label: f.say("Title", "标题"), Width: 40, Wrap: true},
			{Key: "address", Label: f.say("Address", "地址"), Width: 24},
			{Key: "sent_at", Label: f.say("Sent at", "发送时间"), Type: report.TypeTime, Width: 17},
			{Key: "audience", Label: f.say("Audience", "受众"), Type: report.TypeInteger, Width: 11},
			{Key: "read", Label: f.say("Read", "已读"), Type: report.TypeInteger, Width: 11},
			{Key: "unread", Label: f.say("Unread", "未读"), Type: report.TypeInteger, Width: 11},
			{Key: "read_rate", Label: f.say("Read rate", "已读率"), Type: report.TypeRate, Width: 14, Bar: true},
			{Key: "target", Label: f.say("Target", "目标"), Type: report.TypeRate, Width: 10},
			{Key: "met", Label: f.say("Target met", "达标"), Width: 10},
			{Key: "change", Label: f.say("Change since the previous run", "较上次变化"), Type: report.TypeChange, Width: 14},
			{Key: "status", Label: f.say("Status", "状态"), Width: 16},
			{Key: "query_key", Label: f.say("Query key", "查询键"), Type: report.TypeID, Width: 24},
		},
		Rows: rows(f.messages, f.messageRow), Count: f.messages,
		Empty:     f.say("There are no messages in this audit.", "本次审计没有消息。"),
		Landscape: true,
	}
}

func (f fixture) messageRow(i int) []report.Cell {
	rate, known := f.rate(i)
	met := f.say("✗ no", "✗ 否")
	if rate >= 0.9 {
		met = f.say("✓ yes", "✓ 是")
	}
	return []report.Cell{
		report.Text(f.name(i)).To(report.SheetUnread),
		report.Text(fmt.Sprintf("messages.payslips[%q]", strconv.Itoa(i+1))),
		report.Time(f.sentAt(i)), report.Integer(1200 + i), report.Integer(int(rate * 1200)), report.Integer(1200 - int(rate*1200)),
		report.Number(rate, known), report.Number(0.9, true), report.Text(met),
		report.Number(rate-0.5, known), report.Text(f.say("fresh", "最新")),
		report.Text(fmt.Sprintf("%020d", 12345678901234+i)),
	}
}

func (f fixture) departmentSheet() *report.Sheet {
	count := min(f.messages, 14)
	return &report.Sheet{
		Key: report.SheetDepartments, Title: f.say("Departments", "部门"),
		Columns: []report.Column{
			{Key: "segment", Label: f.say("Department", "部门"), Width: 36, Wrap: true},
			{Key: "people", Label: f.say("People", "人数"), Type: report.TypeInteger, Width: 12},
			{Key: "rate", Label: f.say("Read rate", "已读率"), Type: report.TypeRate, Width: 16, Bar: true},
			{Key: "coverage", Label: f.say("Coverage", "覆盖率"), Type: report.TypeRate, Width: 16, Bar: true},
		},
		Rows: rows(count, func(i int) []report.Cell {
			rate, known := f.rate(i)
			return []report.Cell{report.Text(f.name(i)), report.Integer(40 + i), report.Number(rate, known), report.Number(1, true)}
		}),
		Count: count, Empty: f.say("Nobody's department is known.", "没有部门信息。"),
	}
}

func (f fixture) unreadSheet() *report.Sheet {
	count := f.messages * 3
	return &report.Sheet{
		Key: report.SheetUnread, Title: f.say("Unread", "未读名单"),
		Columns: []report.Column{
			{Key: "title", Label: f.say("Title", "标题"), Width: 36, Wrap: true},
			{Key: "name", Label: f.say("Name", "姓名"), Width: 24, Wrap: true},
			{Key: "user_id", Label: f.say("User ID", "用户ID"), Type: report.TypeID, Width: 22},
			{Key: "email", Label: f.say("Email", "邮箱"), Width: 28},
		},
		Rows: rows(count, func(i int) []report.Cell {
			return []report.Cell{
				report.Text(f.name(i / 3)), report.Text(f.name(i)),
				report.Text(fmt.Sprintf("0%d", 1000+i)), report.Text(fmt.Sprintf("=u%d@example.com", i)),
			}
		}),
		Count: count, Empty: f.say("Nobody has left anything unread.", "没有未读人员。"), Landscape: true,
	}
}

func (f fixture) noteSheet() *report.Sheet {
	notes := [][2]string{
		{f.say("Read rate", "已读率"), f.say(
			"read / (read + unread). People of messages without a complete reading are unknown and in neither. What was recalled is counted apart.",
			"已读 ÷（已读 + 未读）。没有完整读取的消息，其人员状态为未知，不计入分子分母；已撤回的消息单独统计。")},
		{f.say("Tool", "工具"), "notifyaudit 0.1.0"},
	}
	return &report.Sheet{
		Key: report.SheetNotes, Title: f.say("Notes", "说明"),
		Columns: []report.Column{
			{Key: "what", Label: f.say("What", "项目"), Width: 26},
			{Key: "text", Label: f.say("Explanation", "说明"), Width: 70, Wrap: true},
		},
		Rows: rows(len(notes), func(i int) []report.Cell {
			return []report.Cell{report.Text(notes[i][0]), report.Text(notes[i][1])}
		}),
		Count: len(notes), Empty: "-",
	}
}

// rows yields what make makes, in one slice for all.
func rows(count int, make func(i int) []report.Cell) func() iter.Seq2[[]report.Cell, error] {
	return func() iter.Seq2[[]report.Cell, error] {
		return func(yield func([]report.Cell, error) bool) {
			var shared []report.Cell
			for i := range count {
				shared = append(shared[:0], make(i)...)
				if !yield(shared, nil) {
					return
				}
			}
		}
	}
}
