package excel

import (
	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/excel/ooxml"
)

// The measures of a line chart: it lies over lineChartColumns columns of the default
// width to the right of the rows, after one that is left free.
const (
	lineChartColumns = 9
	lineChartWidth   = lineChartColumns * 64 // pixels
	lineChartHeight  = 330                   // pixels
	// maxLineLabel is how many characters of a line's label stand in the legend.
	maxLineLabel = 24
	// maxTicks is how many times stand along the axis.
	maxTicks = 5
)

// A lineChart is a sheet's.
type lineChart struct {
	*report.LineChart

	data ooxml.Chart
}

func makeLineChart(c *report.LineChart, z zone) *lineChart {
	made := &lineChart{LineChart: c}
	for _, at := range c.Times {
		made.data.Labels = append(made.data.Labels, z.text(at))
	}
	for i := range c.Lines {
		line := &c.Lines[i]
		made.data.Series = append(made.data.Series, ooxml.Series{Name: measure.Brief(line.Label, maxLineLabel), Values: line.Values})
	}
	return made
}

// drawLine draws the sheet's chart to the right of the first part of its rows.
func (b *book) drawLine(t *tab) error {
	if t.sheet.Chart == nil || len(t.sheet.Chart.Times) == 0 || b.tabs.of[t.sheet.Key][0] != t {
		return nil
	}
	first := len(t.sheet.Columns) + 2
	t.drawn = first + lineChartColumns - 1
	c := makeLineChart(t.sheet.Chart, b.zone)
	if err := b.chartData.add(c.Title, &c.data); err != nil {
		return err
	}
	if err := setWidth(b.file, t.name, first-1, measure.NarrowWidth); err != nil {
		return err
	}
	b.lines++
	return b.file.AddChart(t.name, cellName(first, 2), c.drawing(b.styles.font))
}

func (c *lineChart) drawing(f measure.Font) *excelize.Chart {
	font := excelize.Font{Family: f.Family, Size: chartFontSize, Color: ink}
	title := font
	title.Size, title.Bold = chartTitleSize, true
	at := excelize.ChartAxis{
		Font:          font,
		Title:         excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: ooxml.Clean(c.AtLabel), Font: &font}}},
		TickLabelSkip: (len(c.Times) + maxTicks - 1) / maxTicks,
	}
	rate := excelize.ChartAxis{
		Font: font, MajorGridLines: true, Minimum: new(0.0), Maximum: new(1.0), MajorUnit: 0.25,
		NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0%"},
	}
	drawn := &excelize.Chart{
		Type:      excelize.Line,
		Dimension: excelize.ChartDimension{Width: lineChartWidth, Height: lineChartHeight},
		Format: excelize.GraphicOptions{
			AltText: ooxml.Clean(c.Alt), Name: measure.Brief(c.Title, maxLabel), Positioning: pinned,
		},
		Title:  excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: ooxml.Clean(c.Title), Font: &title}}},
		Legend: excelize.ChartLegend{Position: "none"},
		XAxis:  at,
		YAxis:  rate,
		Border: excelize.LineOptions{Type: excelize.LineNone},
	}
	if len(c.Lines) > 1 {
		drawn.Legend = excelize.ChartLegend{Position: "bottom", Font: &font}
	}
	for i := range c.data.Series {
		drawn.Series = append(drawn.Series, c.line(i))
	}
	return drawn
}

// line is how a line looks: the first is thicker.
func (c *lineChart) line(i int) excelize.ChartSeries {
	look := lineLooks[i%len(lineLooks)]
	color := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{look.color}}
	width := 2.25
	if i > 0 {
		width = 1.25
	}
	return excelize.ChartSeries{
		Name: c.data.Series[i].NameRef, Categories: c.data.Categories, Values: c.data.Series[i].ValuesRef,
		Fill:   color, // of the line
		Line:   excelize.LineOptions{Type: excelize.LineSolid, Width: width},
		Marker: excelize.ChartMarker{Symbol: look.symbol, Size: 6, Fill: color},
	}
}

// lineLooks tells the lines of a chart apart, by the marks of their points and not only by
// colours, which are those of Okabe and Ito, darkened to stand out from white.
//
//nolint:gochecknoglobals // a constant
var lineLooks = [report.MaxLines]struct{ color, symbol string }{
	{rateFill, "circle"},
	{"A63C00", "square"},
	{"007A5A", "triangle"},
	{"8E4A7A", "diamond"},
	{"7A5C00", "x"},
	{"2E7BA6", "star"},
	{"595959", "plus"},
}

// pinned is how a line chart is positioned: by the cell at its upper left corner, and
// with a size of its own.
const pinned = "oneCell"
