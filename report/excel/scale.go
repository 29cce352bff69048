package excel

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/words"
)

// A stop is a point of the scale of rates.
type stop struct {
	fill string
	// text is the key of what the colour means.
	text string
}

// scale is the scale's colours from 0 to 100 %. They differ to every kind of
// colour blindness, and in lightness, so that they do in black and white too.
//
//nolint:gochecknoglobals // a constant
var scale = [3]stop{
	{scaleLow, "scale.low"},
	{scaleMiddle, "scale.middle"},
	{scaleHigh, "scale.high"},
}

// legendGap is how many columns stay free between the rows and the legend.
const legendGap = 1

// scaleColumns are the numbers of the columns that are coloured by their rate.
func scaleColumns(sheet *report.Sheet) []int {
	var columns []int
	for i := range sheet.Columns {
		if sheet.Count > 0 && sheet.Columns[i].Scale && sheet.Columns[i].Type == report.TypeRate {
			columns = append(columns, i+1)
		}
	}
	return columns
}

// addScale colours the rates, and says in the row of the headers, which is always
// in sight, and on top of each printed page what the colours say.
func (b *book) addScale(t *tab) error {
	columns := scaleColumns(t.sheet)
	if len(columns) == 0 {
		return nil
	}
	for from := 0; from < len(columns); {
		to := from
		for to+1 < len(columns) && columns[to+1] == columns[to]+1 {
			to++
		}
		if err := b.colorRange(t, columns[from], columns[to]); err != nil {
			return err
		}
		from = to + 1
	}
	return b.writeLegend(t)
}

// writeNote says to the right of the header, which is always in sight, what is to be said
// of the sheet.
func (b *book) writeNote(t *tab) error {
	if t.sheet.Note == "" {
		return nil
	}
	return b.put(t.name, noteColumn(t.sheet), 1, report.Text(t.sheet.Note), style{color: quietInk, middle: true})
}

// noteColumn is the number of the column that a sheet's note begins in.
func noteColumn(sheet *report.Sheet) int {
	column := len(sheet.Columns) + legendGap + 1
	if len(scaleColumns(sheet)) > 0 {
		column += len(scale)
	}
	return column
}

func (b *book) colorRange(t *tab, from, to int) error {
	return b.file.SetConditionalFormat(t.name, cellName(from, 2)+":"+cellName(to, t.lastRow()), []excelize.ConditionalFormatOptions{{
		Type: "3_color_scale", Criteria: "=",
		MinType: "num", MidType: "num", MaxType: "num",
		MinValue: "0", MidValue: "0.5", MaxValue: "1",
		MinColor: "#" + scale[0].fill, MidColor: "#" + scale[1].fill, MaxColor: "#" + scale[2].fill,
	}})
}

func (b *book) writeLegend(t *tab) error {
	w := words.New(b.wb.Language, nil)
	for i := range scale {
		column := len(t.sheet.Columns) + legendGap + i + 1
		look := style{fill: scale[i].fill, wrap: true, middle: true, indent: 1}
		if err := b.put(t.name, column, 1, report.Text(w.Say(scale[i].text)), look); err != nil {
			return err
		}
		if err := setWidth(b.file, t.name, column, measure.DefaultWidth); err != nil {
			return err
		}
	}
	return setWidth(b.file, t.name, len(t.sheet.Columns)+1, measure.NarrowWidth)
}

// legendText is the legend in one line.
func legendText(lang report.Language) string {
	w, said := words.New(lang, nil), make([]string, len(scale))
	for i := range scale {
		said[i] = w.Say(scale[i].text)
	}
	return strings.Join(said, " · ")
}
