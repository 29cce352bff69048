package excel

import (
	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/excel/ooxml"
)

// The measures of the hero.
const (
	heroSize   = 40  // points of the rate
	heroHeight = 118 // pixels of the stacked bar
	// markWidth is the width of the target's mark, as a share of the bar.
	markWidth = 0.006
)

// stackFills are the fills of read, unread and unknown, of what moves the target's mark, and
// of the mark.
func stackFills() []string { return []string{rateFill, barFill, rule, "", ink} }

// writeHero writes the rate in large, and beside it everybody it is of as one bar: read,
// unread, and without data.
func (s *summary) writeHero(sum *report.Summary) error {
	if len(sum.Figures) == 0 {
		return nil
	}
	rate := &sum.Figures[0]
	if err := s.next(1, s.styles.font.Size, sectionGap); err != nil {
		return err
	}
	if err := s.put(s.tab, 1, s.row, report.Text(rate.Label), style{color: quietInk, bottom: true}); err != nil {
		return err
	}
	top := s.row
	if err := s.next(1, heroSize, 0); err != nil {
		return err
	}
	look := style{format: formatOf(rate.Type, rate.Value), bold: true, size: heroSize, color: navy, left: true, middle: true}
	value := rate.Value
	if value.Empty() {
		value = report.Text("–")
	}
	if err := s.put(s.tab, 1, s.row, value, look); err != nil {
		return err
	}
	if err := s.nameCell(rate.Name, 1); err != nil {
		return err
	}
	if err := s.run(rate.Note, style{size: noteSize, color: quietInk}, 0); err != nil {
		return err
	}
	if err := s.setHeight(max(measure.Font{Size: noteSize}.RowHeight(1), 18)); err != nil {
		return err
	}
	return s.drawStack(top)
}

// nameCell gives a cell of the last row a name; "" gives none.
func (s *summary) nameCell(name string, column int) error {
	if name == "" {
		return nil
	}
	cell, err := excelize.CoordinatesToCellName(column, s.row, true)
	if err != nil {
		return err
	}
	return s.file.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: reference(s.tab, cell)})
}

// drawStack draws the bar of read, unread and unknown; above it, on a line of its own, the
// target's mark.
func (s *summary) drawStack(row int) error {
	stack := s.wb.Stack()
	if stack == nil {
		return nil
	}
	data := s.stackData(stack)
	if err := s.chartData.add(stack.Label, data); err != nil {
		return err
	}
	small := excelize.Font{Family: s.styles.font.Family, Size: chartFontSize, Color: ink}
	drawn := &excelize.Chart{
		Type:      excelize.BarStacked,
		Dimension: excelize.ChartDimension{Width: uint(pixels(valueWidth) + (gridWidth-2)*pixels(otherWidth)), Height: heroHeight},
		Format:    excelize.GraphicOptions{AltText: ooxml.Clean(stack.Alt), Name: measure.Brief(stack.Label, maxLabel)},
		Legend:    excelize.ChartLegend{Position: "bottom", Font: &small},
		GapWidth:  new(uint(20)),
		Overlap:   new(100),
		XAxis:     excelize.ChartAxis{ReverseOrder: true, Font: small},
		YAxis:     excelize.ChartAxis{None: true, Minimum: new(0.0), Maximum: new(1.0)},
		Border:    excelize.LineOptions{Type: excelize.LineNone},
	}
	for i := range data.Series {
		fill := excelize.Fill{Type: "pattern"} // none: it only moves the mark
		if color := stackFills()[i]; color != "" {
			fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
		}
		drawn.Series = append(drawn.Series, excelize.ChartSeries{
			Name: data.Series[i].NameRef, Categories: data.Categories, Values: data.Series[i].ValuesRef, Fill: fill,
		})
	}
	return s.file.AddChart(s.tab, cellName(2, row), drawn)
}

// stackData has a bar for everybody, and above it one that is the target's mark alone.
func (s *summary) stackData(stack *report.Stack) *ooxml.Chart {
	data := &ooxml.Chart{Labels: []string{stack.Label}}
	marked := stack.Target > 0
	if marked {
		data.Labels = append([]string{stack.TargetLabel}, data.Labels...)
	}
	add := func(name string, onTarget, onBar float64) {
		values := []*float64{new(onBar)}
		if marked {
			values = append([]*float64{new(onTarget)}, values...)
		}
		data.Series = append(data.Series, ooxml.Series{Name: name, Values: values})
	}
	for _, p := range stack.Parts {
		add(p.Label+" "+s.wb.Display(report.Integer(p.Count), report.TypeInteger), 0, p.Share)
	}
	if marked {
		add(" ", stack.Target-markWidth/2, 0)
		add(stack.TargetLabel, markWidth, 0)
	}
	return data
}
