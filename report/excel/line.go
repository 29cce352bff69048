package excel

import (
	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/ooxml"
)

// The measures of a line chart: it lies over lineChartColumns columns of the default
// width to the right of the rows, after one that is left free.
const (
	lineChartColumns = 9
	lineChartWidth   = lineChartColumns * 64 // pixels
	lineChartHeight  = 330                   // pixels
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
	rates := ooxml.Series{Name: c.ValueLabel}
	for _, point := range c.Points {
		made.data.Labels = append(made.data.Labels, z.text(point.At))
		rates.Values = append(rates.Values, new(point.Value))
	}
	made.data.Series = []ooxml.Series{rates}
	return made
}

// drawLine draws the sheet's chart to the right of the first part of its rows.
func (b *book) drawLine(t *tab) error {
	if t.sheet.Chart == nil || len(t.sheet.Chart.Points) == 0 || b.tabs.of[t.sheet.Key][0] != t {
		return nil
	}
	first := len(t.sheet.Columns) + 2
	t.drawn = first + lineChartColumns - 1
	c := makeLineChart(t.sheet.Chart, b.zone)
	if err := b.chartData.add(c.Title, &c.data); err != nil {
		return err
	}
	if err := b.setWidth(t.name, first-1, narrowWidth); err != nil {
		return err
	}
	b.lines++
	return b.file.AddChart(t.name, cellName(first, 2), c.drawing(b.styles.font))
}

func (c *lineChart) drawing(f font) *excelize.Chart {
	font := excelize.Font{Family: f.family, Size: chartFontSize, Color: ink}
	title := font
	title.Size, title.Bold = chartTitleSize, true
	color := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{rateFill}}
	at := excelize.ChartAxis{
		Font:          font,
		Title:         excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: ooxml.Clean(c.AtLabel), Font: &font}}},
		TickLabelSkip: (len(c.Points) + maxTicks - 1) / maxTicks,
	}
	rate := excelize.ChartAxis{
		Font: font, MajorGridLines: true, Minimum: new(0.0), Maximum: new(1.0), MajorUnit: 0.25,
		NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0%"},
	}
	return &excelize.Chart{
		Type:      excelize.Line,
		Dimension: excelize.ChartDimension{Width: lineChartWidth, Height: lineChartHeight},
		Format: excelize.GraphicOptions{
			AltText: ooxml.Clean(c.Alt), Name: brief(c.Title, maxLabel), Positioning: pinned,
		},
		Title:  excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: ooxml.Clean(c.Title), Font: &title}}},
		Legend: excelize.ChartLegend{Position: "none"},
		XAxis:  at,
		YAxis:  rate,
		Border: excelize.LineOptions{Type: excelize.LineNone},
		Series: []excelize.ChartSeries{{
			Name: c.data.Series[0].NameRef, Categories: c.data.Categories, Values: c.data.Series[0].ValuesRef,
			Fill:   color, // of the line
			Line:   excelize.LineOptions{Type: excelize.LineSolid, Width: 2.25},
			Marker: excelize.ChartMarker{Symbol: "circle", Size: 6, Fill: color},
		}},
	}
}

// pinned is how a line chart is positioned: by the cell at its upper left corner, and
// with a size of its own.
const pinned = "oneCell"
