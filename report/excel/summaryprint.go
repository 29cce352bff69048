package excel

import (
	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
)

// paperMargin is what is left of a page for programs that make columns wider.
const paperMargin = 0.96

// setUpPrint prints the summary on one page, unless letters would become too small: then
// on several, that begin with a section.
func (s *summary) setUpPrint(*report.Summary) error {
	if err := s.setUpPage(s.tab, "portrait", 1); err != nil {
		return err
	}
	if err := s.colorTab(s.tab, navy); err != nil {
		return err
	}
	if err := s.setPrintArea(s.tab, s.columns, s.row); err != nil {
		return err
	}
	wide, high := s.paperScale()
	if min(wide, high)*chartFontSize >= leastSize {
		return nil
	}
	return s.breakPages(wide)
}

// paperScale is how much smaller the sheet is printed to be one page wide, and one high.
func (s *summary) paperScale() (wide, high float64) {
	width, height := 0.0, 0.0
	for i := 1; i <= s.columns; i++ {
		width += s.width(i)*characterPoints + columnPoints
	}
	for _, points := range s.heights {
		height += points
	}
	return min(1, pageWidth/width), min(1, pageHeight/height)
}

// The printed part of a page of A4 in points.
const (
	pageWidth  = (8.27 - 2*sideMargin) * 72
	pageHeight = (11.69 - topMargin - bottomMargin) * 72
)

// breakPages prints as many pages as it takes, and breaks them before sections.
func (s *summary) breakPages(scale float64) error {
	if err := s.file.SetPageLayout(s.tab, &excelize.PageLayoutOptions{FitToHeight: new(0)}); err != nil {
		return err
	}
	room := pageHeight / scale * paperMargin
	top := 1
	for i, row := range s.sections {
		end := s.row + 1
		if i+1 < len(s.sections) {
			end = s.sections[i+1]
		}
		if row > top && s.heightOf(top, end) > room {
			if err := s.file.InsertPageBreak(s.tab, cellName(1, row)); err != nil {
				return err
			}
			top = row
		}
	}
	return nil
}

// heightOf is that of some rows in points.
func (s *summary) heightOf(from, before int) float64 {
	height := 0.0
	for _, points := range s.heights[from-1 : before-1] {
		height += points
	}
	return height
}
