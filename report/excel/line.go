package excel

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
)

// The measures of a line chart: it lies over lineChartColumns columns of the default
// width beside the rows, after one that is left free.
const (
	lineChartColumns = 9
	lineChartWidth   = lineChartColumns * 64 // pixels
	lineChartHeight  = 330                   // pixels
	// lineDataColumns are those between the chart and the end of its data.
	lineDataColumns = 3
	// maxTicks is how many times stand along the axis.
	maxTicks = 5
)

// A lineChart is drawn from cells to the right of it, off the printed page.
type lineChart struct {
	*report.LineChart

	tab  string
	zone zone
	// column is where its data begin: times, rates. The first row has their names.
	column int
}

func (c *lineChart) name() string { return c.Title }

func (c *lineChart) last() int { return len(c.Points) + 1 }

func (c *lineChart) times() string {
	return reference(c.tab, absolute(c.column, 2)+":"+absolute(c.column, c.last()))
}

func (c *lineChart) rates() string {
	return reference(c.tab, absolute(c.column+1, 2)+":"+absolute(c.column+1, c.last()))
}

func (c *lineChart) label() string { return reference(c.tab, absolute(c.column+1, 1)) }

func (c *lineChart) fill(content []byte) ([]byte, error) {
	times := make([]string, len(c.Points))
	for i := range c.Points {
		times[i] = c.zone.words(c.Points[i].At)
	}
	content, err := fillText(content, "cat", c.times(), times, 1)
	if err != nil {
		return nil, err
	}
	if content, err = fillText(content, "tx", c.label(), []string{clean(c.ValueLabel)}, 1); err != nil {
		return nil, err
	}
	return fillNumbers(content, c.rates(), len(c.Points), func(i int) (float64, bool) { return c.Points[i].Value, true })
}

// drawLine draws the sheet's chart beside the first part of its rows.
func (b *book) drawLine(t *tab) error {
	if t.sheet.Chart == nil || len(t.sheet.Chart.Points) == 0 || b.tabs.of[t.sheet.Key][0] != t {
		return nil
	}
	first := len(t.sheet.Columns) + 2
	c := &lineChart{LineChart: t.sheet.Chart, tab: t.name, zone: b.zone, column: first + lineChartColumns + 1}
	t.drawn = first + lineChartColumns - 1
	b.charts = append(b.charts, c)
	if err := b.writeLineData(t, c); err != nil {
		return err
	}
	return b.file.AddChart(t.name, cellName(first, 2), c.drawing(b.styles.face))
}

func (c *lineChart) drawing(f face) *excelize.Chart {
	font := excelize.Font{Family: f.family, Size: chartFontSize, Color: ink}
	title := font
	title.Size, title.Bold = chartTitleSize, true
	color := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{rateFill}}
	at := excelize.ChartAxis{
		Font:          font,
		Title:         excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: clean(c.AtLabel), Font: &font}}},
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
			AltText: clean(c.Alt), Name: brief(c.Title, maxLabel), Positioning: pinned,
		},
		Title:  excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: clean(c.Title), Font: &title}}},
		Legend: excelize.ChartLegend{Position: "none"},
		XAxis:  at,
		YAxis:  rate,
		Border: excelize.LineOptions{Type: excelize.LineNone},
		Series: []excelize.ChartSeries{{
			Name: c.label(), Categories: c.times(), Values: c.rates(),
			Fill:   color, // of the line
			Line:   excelize.LineOptions{Type: excelize.LineSolid, Width: 2.25},
			Marker: excelize.ChartMarker{Symbol: "circle", Size: 6, Fill: color},
		}},
	}
}

// writeLineData writes the chart's cells: the names into the header row, the rest
// beside the rows that are streamed.
func (b *book) writeLineData(t *tab, c *lineChart) error {
	for i, label := range []string{c.AtLabel, c.ValueLabel} {
		look := shade{size: chartFontSize, color: quietInk}
		if err := b.put(t.name, c.column+i, 1, report.Text(label), look); err != nil {
			return err
		}
	}
	columns := make([]column, 2)
	for i, t := range []report.Type{report.TypeText, report.TypeRate} {
		style := shade{size: chartFontSize, color: quietInk, format: numberFormat(t)}
		var err error
		if columns[i], err = makeColumn(c.column+i, b.styles, style, style); err != nil {
			return err
		}
	}
	for i := range c.Points {
		w := rowWriter{tabs: b.tabs, columns: columns, zone: b.zone, number: strconv.AppendInt(nil, int64(i+2), 10)}
		when, rate := report.Text(b.zone.words(c.Points[i].At)), report.Number(c.Points[i].Value, true)
		for j, cell := range []*report.Cell{&when, &rate} {
			if err := w.cell(j, cell); err != nil {
				return fmt.Errorf("point %d of chart %q: %w", i+1, c.Title, err)
			}
		}
		t.beside = append(t.beside, w.buf)
	}
	if err := b.setWidth(t.name, len(t.sheet.Columns)+1, narrowWidth); err != nil {
		return err
	}
	if err := b.setWidth(t.name, c.column, timeWidth); err != nil {
		return err
	}
	return b.setWidth(t.name, c.column+1, defaultWidth)
}

// pinned is how a line chart hangs on the cell at its corner. excelize still ties
// its other corner to a cell, and so its height to that of rows that are not
// there yet.
const pinned = "oneCell"

// pinCharts gives the line charts their size in the drawings.
func (p parts) pinCharts(charts []filler) error {
	anchor := regexp.MustCompile(`<xdr:twoCellAnchor editAs="oneCell">(<xdr:from>.*?</xdr:from>)<xdr:to>.*?</xdr:to>(.*?)</xdr:twoCellAnchor>`)
	size := fmt.Sprintf(`<xdr:ext cx="%d" cy="%d"/>`, lineChartWidth*excelize.EMU, lineChartHeight*excelize.EMU)
	missing := 0
	for _, c := range charts {
		if _, isLine := c.(*lineChart); isLine {
			missing++
		}
	}
	for name, part := range p {
		if !strings.HasPrefix(name, "xl/drawings/drawing") {
			continue
		}
		missing -= len(anchor.FindAllIndex(part.content, -1))
		part.content = anchor.ReplaceAll(part.content, []byte(`<xdr:oneCellAnchor>${1}`+size+`${2}</xdr:oneCellAnchor>`))
	}
	if missing != 0 {
		return fmt.Errorf("%d line charts are not in the drawings as expected", missing)
	}
	return nil
}
