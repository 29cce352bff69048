package excel

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"notifyaudit/report"
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
		"xl/worksheets/sheet2.xml": {
			`<c r="Q2" s="`, `<is><t>2026-11-20 09:00</t></is></c><c r="R2" s="`, `<dimension ref="A1:R25">`,
		},
		"xl/workbook.xml": {`&#39;趋势&#39;!$A$1:$O$25`},
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

// TestLineGoesOnBelowTheRows has more points than rows.
func TestLineGoesOnBelowTheRows(t *testing.T) {
	t.Parallel()
	sheet := numbers(2)
	sheet.Chart = &report.LineChart{Title: "Rate", AtLabel: "When", ValueLabel: "Rate"}
	for i := range 5 {
		sheet.Chart.Points = append(sheet.Chart.Points, report.Point{
			At: time.Date(2026, 11, 20+i, 0, 0, 0, 0, time.UTC), Value: float64(i) / 10,
		})
	}
	var out bytes.Buffer
	if err := write(&out, &report.Workbook{Sheets: []*report.Sheet{sheet}}, 1); err != nil {
		t.Fatal(err)
	}
	file := open(t, out.Bytes())
	for i := range 5 {
		at, err := file.GetCellValue("Detail", fmt.Sprintf("N%d", i+2))
		if want := fmt.Sprintf("2026-11-%d 00:00", 20+i); err != nil || at != want {
			t.Errorf("point %d is at %q, %v, want %s", i, at, err, want)
		}
		rate, err := file.GetCellValue("Detail", fmt.Sprintf("O%d", i+2))
		if want := fmt.Sprintf("%d.0%%", i*10); err != nil || rate != want {
			t.Errorf("point %d is %q, %v, want %s", i, rate, err, want)
		}
	}
	all, err := file.GetRows("Detail_2")
	if err != nil || len(all) != 2 || len(all[1]) != 2 {
		t.Errorf("the second part has cells that are not its own: %v, %v", all, err)
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
	p, err := collect(b.file)
	if err != nil {
		t.Fatal(err)
	}
	drawing := p["xl/drawings/drawing1.xml"]
	drawing.content = bytes.ReplaceAll(drawing.content, []byte("twoCellAnchor"), []byte("cellAnchor"))
	var out bytes.Buffer
	if err := b.renderParts(&out, p); err == nil || out.Len() > 0 {
		t.Errorf("got %v after %d bytes, want an error before the first", err, out.Len())
	}
}
