package excel

import (
	"strings"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/excel/ooxml"
)

// The verdict has a symbol before its words, so that its colour is not needed.
const (
	calmSymbol  = "✓ "
	mindSymbol  = "△ "
	alarmSymbol = "⚠ "
)

func (s *summary) writeHead(sum *report.Summary) error {
	if s.wb.Banner != "" {
		if err := s.run(alarmSymbol+s.wb.Banner, style{size: verdictSize, bold: true, color: white, fill: alarmFill, middle: true}, 0); err != nil {
			return err
		}
	}
	if err := s.run(sum.Title, style{size: titleSize, bold: true, color: navy, middle: true}, 0); err != nil {
		return err
	}
	symbol, fill := alarmSymbol, alarmFill
	switch sum.Trust {
	case report.TrustFull:
		symbol, fill = calmSymbol, calmFill
	case report.TrustMost:
		symbol, fill = mindSymbol, mindFill
	case report.TrustLittle:
	}
	if err := s.merged(symbol+sum.Verdict, style{size: verdictSize, bold: true, color: white, fill: fill, middle: true, wrap: true, indent: 1}, 6); err != nil {
		return err
	}
	return s.merged(strings.Join(sum.Sentences, s.sentenceGap()), style{size: sentenceSize, wrap: true, middle: true}, 8)
}

// sentenceGap stands between sentences.
func (s *summary) sentenceGap() string {
	if s.wb.Language == report.Chinese {
		return ""
	}
	return " "
}

// merged writes a text into one cell over the whole width, as high as its lines need.
func (s *summary) merged(text string, look style, gap float64) error {
	if text == "" {
		return nil
	}
	if err := s.next(len(measure.Fold(ooxml.Clean(text), s.room(1, look.size))), look.size, gap); err != nil {
		return err
	}
	for column := 1; column <= s.columns; column++ {
		cell := report.Cell{}
		if column == 1 {
			cell = report.Text(text)
		}
		if err := s.put(s.tab, column, s.row, cell, look); err != nil {
			return err
		}
	}
	return s.file.MergeCell(s.tab, cellName(1, s.row), cellName(s.columns, s.row))
}
