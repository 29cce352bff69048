package excel

import (
	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
)

// The measures of charts in pixels, 96 to the inch.
const (
	chartGap   = 8  // around a chart
	chartFrame = 84 // title, axis and legend
	barHeight  = 21
	minPlot    = 60
	// maxChart is what the highest row, of 409 points, has room for.
	maxChart = 409*4/3 - 2*chartGap

	chartTitleSize = 11 // points
	chartFontSize  = 9
	// maxBarLabel is how many characters of a label stand beside its bar.
	maxBarLabel = 26
)

// A chart is drawn from cells to the right of the summary's printed page.
type chart struct {
	*report.Chart

	tab string
	// column is where its data begin: labels, values, targets. The first row has
	// the names of the series.
	column int
	// hasTargets says that there is a second series.
	hasTargets bool
}

// cells refers to the chart's cells in a column of its data.
func (c *chart) cells(column series, from, to int) string {
	cells := absolute(c.column+int(column), from)
	if to > from {
		cells += ":" + absolute(c.column+int(column), to)
	}
	return reference(c.tab, cells)
}

func (c *chart) labels() string { return c.cells(0, 2, len(c.Bars)+1) }

func (c *chart) values(s series) string { return c.cells(s, 2, len(c.Bars)+1) }

// A series is a column of a chart's data, counted from its labels.
type series int

const (
	rates   series = 1
	targets series = 2
)

// series are those of the chart from the back to the front: a target is a frame
// over its rate.
func (c *chart) series() []series {
	if c.hasTargets {
		return []series{rates, targets}
	}
	return []series{rates}
}

func (c *chart) seriesName(s series) string {
	if s == targets {
		return c.TargetLabel
	}
	return c.ValueLabel
}

// value is what a series has for a bar.
func (c *chart) value(s series, bar *report.Bar) (float64, bool) {
	if s == targets {
		return bar.Target, bar.Target != 0
	}
	return bar.Value, true
}

// height is in pixels.
func (c *chart) height() int {
	return min(chartFrame+max(minPlot, len(c.Bars)*barHeight), maxChart)
}

// absolute is $B$3 for 2, 3. The numbers are this package's own and in range.
func absolute(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row, true)
	return name
}

// drawCharts draws the charts that have bars, two side by side, a single one
// over the whole width.
func (s *summary) drawCharts(sum *report.Summary) error {
	for i := range sum.Charts {
		if len(sum.Charts[i].Bars) == 0 {
			continue
		}
		c := &chart{Chart: &sum.Charts[i], tab: s.tab, column: s.columns + 2 + 3*len(s.bars)}
		for j := range c.Bars {
			c.hasTargets = c.hasTargets || c.Bars[j].Target != 0
		}
		s.bars, s.charts = append(s.bars, c), append(s.charts, c)
		if err := s.writeChartData(c); err != nil {
			return err
		}
	}
	for i := 0; i < len(s.bars); i += 2 {
		if err := s.drawChartRow(s.bars[i:min(i+2, len(s.bars))]); err != nil {
			return err
		}
	}
	return nil
}

// chartDataEnd is the last column and row of the charts' data.
func (s *summary) chartDataEnd() (column, row int) {
	for _, c := range s.bars {
		column = c.column + 2
		row = max(row, len(c.Bars)+1)
	}
	return column, row
}

func (s *summary) writeChartData(c *chart) error {
	look := shade{size: chartFontSize, color: quietInk}
	if err := s.put(s.tab, c.column, 1, report.Text(c.Title), look); err != nil {
		return err
	}
	for i := range c.Bars {
		label := report.Text(brief(c.Bars[i].Label, maxBarLabel))
		if err := s.put(s.tab, c.column, i+2, label, look); err != nil {
			return err
		}
	}
	look.format = formatRate
	for _, series := range c.series() {
		if err := s.put(s.tab, c.column+int(series), 1, report.Text(c.seriesName(series)), look); err != nil {
			return err
		}
		for i := range c.Bars {
			value := report.Number(c.value(series, &c.Bars[i]))
			if err := s.put(s.tab, c.column+int(series), i+2, value, look); err != nil {
				return err
			}
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
	return s.file.SetRowHeight(s.tab, s.row, float64(height+2*chartGap)*3/4)
}

// pixels is a column's width at the default font's seven pixels a digit.
func pixels(characters int) int { return characters*7 + 5 }

// drawChart draws a chart from so many pixels inside a column.
func (s *summary) drawChart(c *chart, column, offset, width, height int) error {
	font := excelize.Font{Family: s.styles.face.family, Size: chartFontSize, Color: ink}
	title := font
	title.Size, title.Bold = chartTitleSize, true
	drawn := &excelize.Chart{
		Type:      excelize.Bar,
		Dimension: excelize.ChartDimension{Width: uint(width), Height: uint(height)},
		Format: excelize.GraphicOptions{
			AltText: clean(c.Alt), Name: brief(c.Title, maxLabel), OffsetX: offset, OffsetY: chartGap,
		},
		Title:      excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: clean(c.Title), Font: &title}}},
		Legend:     excelize.ChartLegend{Position: "none"},
		VaryColors: new(false),
		GapWidth:   new(uint(35)),
		Overlap:    new(100),
		XAxis:      excelize.ChartAxis{ReverseOrder: true, Font: font}, // the first bar at the top
		YAxis:      c.rateAxis(font),
		PlotArea:   excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: formatRate}},
		Border:     excelize.LineOptions{Type: excelize.LineNone},
	}
	if c.hasTargets {
		drawn.Legend = excelize.ChartLegend{Position: "bottom", Font: &font}
	}
	for _, series := range c.series() {
		fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{rateFill}}
		if series == targets {
			fill = excelize.Fill{Type: "pattern"} // none
		}
		drawn.Series = append(drawn.Series, excelize.ChartSeries{
			Name: c.cells(series, 1, 1), Categories: c.labels(), Values: c.values(series),
			Fill:      fill,
			DataLabel: excelize.ChartDataLabel{Font: font},
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
