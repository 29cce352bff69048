package excel

import (
	"strings"
	"testing"

	"notifyaudit/report"
)

func TestScale(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fixture
		legend []string
	}{
		{fixture{lang: report.English, messages: 3}, []string{"0 %: orange", "50 %: pale yellow", "100 %: blue"}},
		{fixture{lang: report.Chinese, messages: 3}, []string{"0%：橙色", "50%：浅黄色", "100%：蓝色"}},
	}
	for _, test := range tests {
		t.Run(string(test.lang), func(t *testing.T) {
			t.Parallel()
			content := render(t, &report.Workbook{Language: test.lang, Sheets: []*report.Sheet{test.matrixSheet()}})
			sheet := contents(t, content)["xl/worksheets/sheet1.xml"]
			for _, want := range []string{
				`<conditionalFormatting sqref="B2:E4">`,
				`<cfvo type="num" val="0"></cfvo><cfvo type="num" val="0.5"></cfvo><cfvo type="num" val="1"></cfvo>`,
				`<color rgb="FF` + scaleLow + `"></color><color rgb="FF` + scaleMiddle + `"></color><color rgb="FF` + scaleHigh + `"></color>`,
				`xSplit="1"`, `ySplit="1"`, `<dimension ref="A1:I4">`, strings.Join(test.legend, " · ") + "</oddHeader>",
			} {
				if !strings.Contains(sheet, want) {
					t.Errorf("the worksheet lacks %s", want)
				}
			}
			file := open(t, content)
			for i, want := range test.legend {
				if got, err := file.GetCellValue(file.GetSheetName(0), cellName(7+i, 1)); err != nil || got != want {
					t.Errorf("colour %d is said to be %q, %v, want %q", i, got, err, want)
				}
			}
		})
	}
}

// TestScaleWithoutRows leaves out a scale of nothing.
func TestScaleWithoutRows(t *testing.T) {
	t.Parallel()
	sheet := contents(t, render(t, &report.Workbook{Sheets: []*report.Sheet{fixture{}.matrixSheet()}}))["xl/worksheets/sheet1.xml"]
	for _, unwanted := range []string{"colorScale", "oddHeader", "xSplit"} {
		if strings.Contains(sheet, unwanted) {
			t.Errorf("a sheet without rows has %s", unwanted)
		}
	}
}

// TestScaleInGrey tells its colours apart by their lightness alone.
func TestScaleInGrey(t *testing.T) {
	t.Parallel()
	for i, a := range scale {
		for _, b := range scale[i+1:] {
			if got := contrast(t, a.fill, b.fill); got < 1.3 {
				t.Errorf("%s and %s have a contrast of %.2f", a.fill, b.fill, got)
			}
		}
	}
}
