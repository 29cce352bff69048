package excel

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/report"
	"notifyaudit/report/excel/ooxml"
)

func TestLineChart(t *testing.T) {
	t.Parallel()
	f := fixture{lang: report.Chinese, messages: 12}
	parts := contents(t, render(t, &report.Workbook{
		Language: f.lang, Location: f.location(), Summary: f.summary(), Sheets: []*report.Sheet{f.trendSheet(), f.messageSheet()},
	}))
	for part, wants := range map[string][]string{
		"xl/charts/chart3.xml": { // the summary has two
			`<strCache><ptCount val="4"/><pt idx="0"><v>2026-11-20 09:00</v></pt>`,
			`<strCache><ptCount val="1"/><pt idx="0"><v>已读率</v></pt></strCache>`,
			`<formatCode>0.0%</formatCode><ptCount val="4"/><pt idx="0"><v>0.1</v></pt><pt idx="1"><v>0.30000000000000004</v></pt>`,
			`<lineChart>`, `<lang val="zh-CN">`,
		},
		"xl/drawings/drawing2.xml": {
			`descr="折线由 10% 升至 90%。"`, `<xdr:oneCellAnchor><xdr:from>`, `</xdr:from><xdr:ext cx="5486400" cy="3143250"/>`, `</xdr:oneCellAnchor>`,
		},
		"xl/worksheets/sheet2.xml": {`<dimension ref="A1:E25">`},
		"xl/workbook.xml":          {`&#39;趋势&#39;!$A$1:$O$25`},
	} {
		for _, want := range wants {
			if !strings.Contains(parts[part], want) {
				t.Errorf("%s lacks %s", part, want)
			}
		}
	}
	if strings.Contains(parts["xl/drawings/drawing1.xml"], "oneCellAnchor") {
		t.Error("the summary's charts are no longer tied to their row")
	}
}

// TestChartDataIsHidden reads what the charts are drawn from, which stands on no sheet
// that people see.
func TestChartDataIsHidden(t *testing.T) {
	t.Parallel()
	sheet := numbers(2)
	sheet.Chart = &report.LineChart{Title: "Rate over time", AtLabel: "When", ValueLabel: "Rate"}
	line := report.Line{Label: "Rate"}
	for i := range 5 {
		sheet.Chart.Times = append(sheet.Chart.Times, time.Date(2026, 11, 20+i, 0, 0, 0, 0, time.UTC))
		line.Values = append(line.Values, new(float64(i)/10))
	}
	sheet.Chart.Lines = []report.Line{line, {Label: "Late", Values: []*float64{nil, nil, nil, nil, new(0.5)}}}
	bars := report.Chart{Title: "Lowest", ValueLabel: "Rate", TargetLabel: "Target", Bars: []report.Bar{
		{Label: "a", Value: 0.25, Target: 0.5}, {Label: "b", Value: 0.75},
	}}
	var out bytes.Buffer
	err := write(&out, &report.Workbook{Summary: &report.Summary{Sheet: "Summary", Charts: []report.Chart{bars}}, Sheets: []*report.Sheet{sheet}}, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	file := open(t, out.Bytes())
	got, err := file.GetRows("Chart data")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Lowest", "Rate", "Target", "Rate over time", "Rate", "Late"},
		{"a", "25.0%", "50.0%", "2026-11-20 00:00", "0.0%"},
		{"b", "75.0%", "", "2026-11-21 00:00", "10.0%"},
		{"", "", "", "2026-11-22 00:00", "20.0%"},
		{"", "", "", "2026-11-23 00:00", "30.0%"},
		{"", "", "", "2026-11-24 00:00", "40.0%", "50.0%"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("chart data (-want +got):\n%s", diff)
	}
	for _, name := range file.GetSheetList() {
		visible, err := file.GetSheetVisible(name)
		if err != nil || visible != (name != "Chart data") {
			t.Errorf("worksheet %s is visible: %t, %v", name, visible, err)
		}
	}
	for name, columns := range map[string]int{"Summary": gridWidth, "Detail": 2, "Detail_2": 2} {
		all, err := file.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range all {
			if len(row) > columns {
				t.Errorf("worksheet %s has cells beside its own: %q", name, row)
			}
		}
	}
	if got, err := file.GetSheetDimension("Chart data"); err != nil || got != "A1:F6" {
		t.Errorf("the chart data has dimension %s, %v", got, err)
	}
	parts := contents(t, out.Bytes())
	if chart := parts["xl/charts/chart1.xml"]; !strings.Contains(chart, `<plotVisOnly val="0">`) || !strings.Contains(chart, `<f>&#39;Chart data&#39;!$B$2:$B$3</f>`) {
		t.Error("the chart does not draw the hidden cells")
	}
}

func TestGuardsTheLineChart(t *testing.T) {
	t.Parallel()
	f := fixture{messages: 3}
	b, err := newBook(&report.Workbook{Sheets: []*report.Sheet{f.trendSheet()}}, maxRows)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.build(); err != nil {
		t.Fatal(err)
	}
	p, err := ooxml.Collect(b.file)
	if err != nil {
		t.Fatal(err)
	}
	const drawing = "xl/drawings/drawing1.xml"
	p[drawing] = bytes.ReplaceAll(p[drawing], []byte("twoCellAnchor"), []byte("cellAnchor"))
	var out bytes.Buffer
	if err := b.renderParts(&out, p, nil); err == nil || out.Len() > 0 {
		t.Errorf("got %v after %d bytes, want an error before the first", err, out.Len())
	}
}
