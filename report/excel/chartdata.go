package excel

import (
	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/excel/ooxml"
)

// chartData is the hidden worksheet with the cells that the charts are drawn from:
// side by side, for each chart a column of labels and one for each series.
type chartData struct {
	*book

	tab string
	// column and row are the last ones written.
	column, row int
}

// begin adds the worksheet if there is a chart.
func (d *chartData) begin() error {
	if d.tab == "" {
		return nil
	}
	if _, err := d.file.NewSheet(d.tab); err != nil {
		return err
	}
	return d.file.SetSheetVisible(d.tab, false)
}

// finish says where the cells are.
func (d *chartData) finish() error {
	if d.tab == "" {
		return nil
	}
	return d.file.SetSheetDimension(d.tab, "A1:"+cellName(d.column, d.row))
}

// add writes the values of a chart, sets their references, and keeps the chart: the
// next chart that is drawn must be this one.
func (d *chartData) add(title string, c *ooxml.Chart) error {
	first := d.column + 1
	d.column += 1 + len(c.Series)
	d.row = max(d.row, 1+len(c.Labels))
	c.Language, c.Format = string(d.wb.Language), formatRate
	c.Categories = d.cells(first, 2, len(c.Labels)+1)
	d.charts = append(d.charts, c)
	if err := d.write(first, title, c.Labels); err != nil {
		return err
	}
	for i := range c.Series {
		s, column := &c.Series[i], first+1+i
		s.NameRef, s.ValuesRef = d.cells(column, 1, 1), d.cells(column, 2, len(c.Labels)+1)
		if err := d.write(column, s.Name, nil); err != nil {
			return err
		}
		for j, v := range s.Values {
			if v == nil {
				continue
			}
			if err := d.put(d.tab, column, j+2, report.Number(*v, true), style{format: formatRate}); err != nil {
				return err
			}
		}
	}
	return nil
}

// write fills a column with texts.
func (d *chartData) write(column int, head string, texts []string) error {
	if err := setWidth(d.file, d.tab, column, measure.DefaultWidth); err != nil {
		return err
	}
	for i, text := range append([]string{head}, texts...) {
		if err := d.put(d.tab, column, i+1, report.Text(text), style{}); err != nil {
			return err
		}
	}
	return nil
}

// cells refers to cells of a column.
func (d *chartData) cells(column, from, to int) string {
	cells := absolute(column, from)
	if to > from {
		cells += ":" + absolute(column, to)
	}
	return reference(d.tab, cells)
}

// absolute is $B$3 for 2, 3. The numbers are this package's own and in range.
func absolute(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row, true)
	return name
}
