package excel

import (
	"slices"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/excel/ooxml"
)

// The measures of charts in pixels, 96 to the inch.
const (
	chartGap   = 8  // around a chart
	chartFrame = 84 // title, axis and legend
	barHeight  = 19
	minPlot    = 60
	// maxChart is what the highest row, of 409 points, has room for.
	maxChart = 409*4/3 - 2*chartGap

	chartTitleSize = 11 // points
	chartFontSize  = 9.5
	// maxBarLabel is how many characters of a label stand left of its bar, the rate among
	// them: at the bar's end it would be crossed by the target's frame. The name has at
	// least minBarName of them.
	maxBarLabel = 30
	minBarName  = 12
)

// A chart is one of the summary's.
type chart struct {
	*report.Chart

	// data has the rates and, if there are any, the targets: the series from the back
	// to the front, a target is a frame over its rate.
	data ooxml.Chart
}

func makeChart(c *report.Chart) *chart {
	made := &chart{Chart: c}
	rates := ooxml.Series{Name: c.ValueLabel}
	targets := ooxml.Series{Name: c.TargetLabel, Values: make([]*float64, len(c.Bars))}
	hasTargets := false
	for i := range c.Bars {
		bar := &c.Bars[i]
		made.data.Labels = append(made.data.Labels, barLabel(bar))
		rates.Values = append(rates.Values, new(bar.Value))
		if bar.Target != 0 {
			targets.Values[i], hasTargets = new(bar.Target), true
		}
	}
	made.data.Series = []ooxml.Series{rates}
	if hasTargets {
		made.data.Series = append(made.data.Series, targets)
		made.data.Outline = ink
	}
	return made
}

// barLabel is a bar's name, cut if it is long, with the rate.
func barLabel(bar *report.Bar) string {
	said := bar.Known
	if bar.Rate != "" {
		said += "  " + bar.Rate
	}
	return measure.Brief(bar.Label, max(minBarName, maxBarLabel-runewidth.StringWidth(said))) + ooxml.Clean(said)
}

// height is in pixels.
func (c *chart) height() int {
	return min(chartFrame+max(minPlot, len(c.Bars)*barHeight), maxChart)
}

// drawCharts draws the charts that have bars, two side by side, a single one
// over the whole width.
func (s *summary) drawCharts(sum *report.Summary) error {
	var charts []*chart
	for i := range sum.Charts {
		if len(sum.Charts[i].Bars) == 0 {
			continue
		}
		c := makeChart(&sum.Charts[i])
		if err := s.chartData.add(c.Title, &c.data); err != nil {
			return err
		}
		charts = append(charts, c)
	}
	for pair := range slices.Chunk(charts, 2) {
		if err := s.drawChartRow(pair); err != nil {
			return err
		}
	}
	return nil
}

// drawChartRow draws one or two charts in a row of their own, as high as they
// are.
func (s *summary) drawChartRow(charts []*chart) error {
	height := 0
	for _, c := range charts {
		height = max(height, c.height())
	}
	s.row++
	s.sections = append(s.sections, s.row)
	// While it draws, excelize takes a row for lower than it is (4/3.4 pixels a
	// point): it gets its height afterwards, or the charts would reach below it.
	if err := s.file.SetRowHeight(s.tab, s.row, excelize.MaxRowHeight); err != nil {
		return err
	}
	whole := pixels(nameWidth) + pixels(valueWidth) + (gridWidth-2)*pixels(otherWidth)
	half := whole/2 - chartGap
	if len(charts) == 1 {
		half = whole
	}
	if err := s.drawChart(charts[0], 1, 0, half, height); err != nil {
		return err
	}
	if len(charts) == 2 {
		if err := s.drawChart(charts[1], 2, whole/2-pixels(nameWidth), half+chartGap, height); err != nil {
			return err
		}
	}
	return s.setHeight(float64(height+2*chartGap) * 3 / 4)
}

// pixels is a column's width at the default font's seven pixels a digit.
func pixels(characters int) int { return characters*7 + 5 }

// drawChart draws a chart from so many pixels inside a column.
func (s *summary) drawChart(c *chart, column, offset, width, height int) error {
	font := excelize.Font{Family: s.styles.font.Family, Size: chartFontSize, Color: ink}
	title := font
	title.Size, title.Bold = chartTitleSize, true
	drawn := &excelize.Chart{
		Type:      excelize.Bar,
		Dimension: excelize.ChartDimension{Width: uint(width), Height: uint(height)},
		Format: excelize.GraphicOptions{
			AltText: ooxml.Clean(c.Alt), Name: measure.Brief(c.Title, maxLabel), OffsetX: offset, OffsetY: chartGap,
		},
		Title:      excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: ooxml.Clean(c.Title), Font: &title}}},
		Legend:     excelize.ChartLegend{Position: "none"},
		VaryColors: new(false),
		GapWidth:   new(uint(35)),
		Overlap:    new(100),
		XAxis:      excelize.ChartAxis{ReverseOrder: true, Font: font}, // the first bar at the top
		YAxis:      c.rateAxis(font),
		Border:     excelize.LineOptions{Type: excelize.LineNone},
	}
	if len(c.data.Series) > 1 {
		drawn.Legend = excelize.ChartLegend{Position: "bottom", Font: &font}
	}
	for i := range c.data.Series {
		series := &c.data.Series[i]
		fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{rateFill}}
		if i > 0 {
			fill = excelize.Fill{Type: "pattern"} // none
		}
		drawn.Series = append(drawn.Series, excelize.ChartSeries{
			Name: series.NameRef, Categories: c.data.Categories, Values: series.ValuesRef,
			Fill: fill,
		})
	}
	return s.file.AddChart(s.tab, cellName(column, s.row), drawn)
}

// rateAxis goes from 0 to 100 %, unless a rate is above that: then it shows it.
func (c *chart) rateAxis(font excelize.Font) excelize.ChartAxis {
	axis := excelize.ChartAxis{
		Font: font, MajorGridLines: true, Minimum: new(0.0), Maximum: new(1.0), MajorUnit: 0.25,
		NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0%"},
		// With the first bar at the top the axis is there too; its labels stay below.
		TickLabelPosition: excelize.ChartTickLabelHigh,
	}
	for i := range c.Bars {
		if c.Bars[i].Value > 1 {
			axis.Maximum, axis.MajorUnit = nil, 0
		}
	}
	return axis
}
