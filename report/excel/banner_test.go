package excel

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A banner is the first thing on the summary, and above every printed page.
func TestBanner(t *testing.T) {
	wb := fixture{messages: 2}.workbook()
	wb.Banner = "SIMULATED: nobody"
	var out bytes.Buffer
	if err := Write(&out, wb, nil); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.GetCellValue(wb.Summary.Sheet, "A1"); err != nil || !strings.Contains(got, wb.Banner) {
		t.Errorf("the summary begins with %q, %v", got, err)
	}
	for _, name := range f.GetSheetList() {
		if visible, _ := f.GetSheetVisible(name); !visible {
			continue
		}
		if above, err := f.GetHeaderFooter(name); err != nil || !strings.Contains(above.OddHeader, wb.Banner) {
			t.Errorf("above the pages of %s stands %+v, %v", name, above, err)
		}
	}
}
