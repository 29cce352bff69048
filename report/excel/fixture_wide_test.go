package excel

import (
	"fmt"

	"notifyaudit/report"
)

// matrixSheet has a column of rates for each of up to 30 departments.
func (f fixture) matrixSheet() *report.Sheet {
	departments := min(max(f.messages, 1), 30)
	sheet := &report.Sheet{
		Key: "matrix", Title: f.say("Matrix", "矩阵"),
		Columns: []report.Column{
			{Key: "title", Label: f.say("Title", "标题"), Width: 36, Wrap: true},
			{Key: "read_rate", Label: f.say("Read rate", "已读率"), Type: report.TypeRate, Width: 10, Scale: true},
		},
		Count: f.messages, Empty: f.say("There are no messages in this audit.", "本次审计没有消息。"),
		Landscape: true, Frozen: 1,
	}
	for i := range departments {
		sheet.Columns = append(sheet.Columns, report.Column{
			Key: fmt.Sprintf("department_%d", i), Label: f.name(i), Type: report.TypeRate, Width: 10, Scale: true,
		})
	}
	sheet.Rows = rows(f.messages, func(i int) []report.Cell {
		cells := []report.Cell{report.Text(f.name(i))}
		for j := range departments + 1 {
			rate, known := f.rate(i + 3*j)
			cells = append(cells, report.Number(rate, known))
		}
		return cells
	})
	return sheet
}

// trendSheet has two readings of each message and a point of its chart for every
// three messages.
func (f fixture) trendSheet() *report.Sheet {
	chart := &report.LineChart{
		Title: f.say("Read rate by run", "历次运行的已读率"), AtLabel: f.say("Run", "运行时间"),
		ValueLabel: f.say("Read rate", "已读率"), Alt: f.say("A line that rises from 10 % to 90 %.", "折线由 10% 升至 90%。"),
	}
	line := report.Line{Label: f.say("Read rate", "已读率")}
	for i := range (f.messages + 2) / 3 {
		chart.Times = append(chart.Times, f.sentAt(i))
		line.Values = append(line.Values, new(0.1+0.8*float64(i)/float64(max(1, f.messages/3))))
	}
	chart.Lines = []report.Line{line}
	return &report.Sheet{
		Key: "trend", Title: f.say("Trend", "趋势"),
		Columns: []report.Column{
			{Key: "title", Label: f.say("Title", "标题"), Width: 36, Wrap: true},
			{Key: "at", Label: f.say("Last reading", "读取时间"), Type: report.TypeTime, Width: 17},
			{Key: "hours", Label: f.say("Hours since sent", "发送后小时数"), Type: report.TypeInteger, Width: 10},
			{Key: "read", Label: f.say("Read", "已读"), Type: report.TypeInteger, Width: 8},
			{Key: "read_rate", Label: f.say("Read rate", "已读率"), Type: report.TypeRate, Width: 14, Bar: true},
		},
		Rows: rows(2*f.messages, func(i int) []report.Cell {
			rate, known := f.rate(i)
			return []report.Cell{
				report.Text(f.name(i / 2)), report.Time(f.sentAt(i)), report.Integer(i), report.Integer(7 * i), report.Number(rate, known),
			}
		}),
		Count: 2 * f.messages, Empty: f.say("There is no reading yet.", "尚无读取记录。"),
		Landscape: true, Chart: chart,
	}
}
