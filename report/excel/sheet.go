package excel

import (
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/excel/ooxml"
)

// layOutSheet makes a data sheet's worksheet: everything but its rows.
func (b *book) layOutSheet(t *tab) error {
	for _, step := range []func(*tab) error{
		b.writeHeader, b.addTable, b.addBars, b.addPrompts, b.addScale, b.writeNote,
		func(t *tab) error { return addSlicers(b, t) },
		b.freezeHeader, b.drawLine, b.setUpPages, b.setDimension,
	} {
		if err := step(t); err != nil {
			return err
		}
	}
	var err error
	t.columns, err = makeColumns(t.sheet, b.styles)
	return err
}

// setDimension says where the cells are: excelize leaves it at A1, and read-only
// readers believe it.
func (b *book) setDimension(t *tab) error {
	column := len(t.sheet.Columns)
	switch {
	case t.sheet.Note != "":
		column = noteColumn(t.sheet)
	case len(scaleColumns(t.sheet)) > 0:
		column += legendGap + len(scale)
	}
	return b.file.SetSheetDimension(t.name, "A1:"+cellName(column, t.lastRow()))
}

func (b *book) writeHeader(t *tab) error {
	lines := 1
	for i, label := range labels(t.sheet.Columns) {
		column := &t.sheet.Columns[i]
		if err := b.put(t.name, i+1, 1, report.Text(label), headerStyle(column)); err != nil {
			return err
		}
		width := measure.ColumnWidth(column)
		if err := setWidth(b.file, t.name, i+1, width); err != nil {
			return err
		}
		lines = max(lines, len(measure.Fold(label, b.styles.font.Room(measure.HeaderRoom(width)))))
	}
	return b.file.SetRowHeight(t.name, 1, min(b.styles.font.RowHeight(lines)+6, excelize.MaxRowHeight))
}

func setWidth(file *excelize.File, tab string, column int, width float64) error {
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		return err
	}
	return file.SetColWidth(tab, name, name, width)
}

// maxLabel is the longest name of a table's column.
const maxLabel = 255

// labels are the header texts: a table's columns must have names that differ
// in more than case.
func labels(columns []report.Column) []string {
	given := make(map[string]bool, len(columns))
	names := make([]string, len(columns))
	for i := range columns {
		base := strings.TrimSpace(strings.ReplaceAll(ooxml.Clean(columns[i].Label), "\n", " "))
		if base == "" {
			base = columns[i].Key
		}
		name := shorten(base, maxLabel)
		for n := 2; name == "" || given[strings.ToLower(name)]; n++ {
			suffix := fmt.Sprintf(" (%d)", n)
			name = shorten(base, maxLabel-len(suffix)) + suffix
		}
		given[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

func (b *book) addTable(t *tab) error {
	return b.file.AddTable(t.name, &excelize.Table{
		Range: "A1:" + cellName(len(t.sheet.Columns), t.lastRow()),
		Name:  t.table,
		// Grey stripes, nothing else: the cells bring the rest.
		StyleName: "TableStyleLight1",
	})
}

// barColumns are the numbers of the columns with data bars.
func barColumns(sheet *report.Sheet) []int {
	var columns []int
	for i := range sheet.Columns {
		if sheet.Count > 0 && sheet.Columns[i].Bar && sheet.Columns[i].Type == report.TypeRate {
			columns = append(columns, i+1)
		}
	}
	return columns
}

func (b *book) addBars(t *tab) error {
	for _, column := range barColumns(t.sheet) {
		cells := cellName(column, 2) + ":" + cellName(column, t.lastRow())
		err := b.file.SetConditionalFormat(t.name, cells, []excelize.ConditionalFormatOptions{{
			Type: "data_bar", Criteria: "=", BarSolid: true, BarColor: "#" + barFill,
			MinType: "num", MinValue: "0", MaxType: "num", MaxValue: "1",
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

// addPrompts has programs say what is to be known before a cell is filled in.
func (b *book) addPrompts(t *tab) error {
	for i := range t.sheet.Columns {
		column := &t.sheet.Columns[i]
		if column.Prompt == "" {
			continue
		}
		prompt := excelize.NewDataValidation(true)
		prompt.SetSqref(cellName(i+1, 2) + ":" + cellName(i+1, t.lastRow()))
		prompt.SetInput(column.Label, column.Prompt)
		if err := b.file.AddDataValidation(t.name, prompt); err != nil {
			return err
		}
	}
	return nil
}

// freezeHeader keeps the header in sight, and the columns that the sheet wants so.
func (b *book) freezeHeader(t *tab) error {
	panes := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	if n := t.sheet.Frozen; n > 0 && t.rows > 0 {
		panes.XSplit, panes.TopLeftCell, panes.ActivePane = n, cellName(n+1, 2), "bottomRight"
	}
	panes.Selection = []excelize.Selection{{
		SQRef: panes.TopLeftCell, ActiveCell: panes.TopLeftCell, Pane: panes.ActivePane,
	}}
	return b.file.SetPanes(t.name, panes)
}

// put writes a cell of what excelize builds, with a style.
func (b *book) put(tab string, column, row int, cell report.Cell, look style) error {
	name := cellName(column, row)
	location, linked := b.tabs.location(cell.Link)
	if linked {
		look.color, look.underline = linkInk, true
		if err := b.file.SetCellHyperLink(tab, name, location, "Location"); err != nil {
			return err
		}
	}
	id, err := b.styles.id(look)
	if err != nil {
		return err
	}
	if err := b.putValue(tab, name, cell); err != nil {
		return err
	}
	return b.file.SetCellStyle(tab, name, name, id)
}

func (b *book) putValue(tab, name string, cell report.Cell) error {
	if text, ok := cell.Text(); ok {
		return b.file.SetCellStr(tab, name, ooxml.EscapeString(ooxml.Clean(text)))
	}
	if n, ok := cell.Number(); ok {
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return fmt.Errorf("cell %s: %w", name, ooxml.ErrNotFinite)
		}
		return b.file.SetCellFloat(tab, name, n, -1, 64)
	}
	if t, ok := cell.Time(); ok {
		if days, ok := b.zone.serial(t); ok {
			return b.file.SetCellFloat(tab, name, days, -1, 64)
		}
		return b.file.SetCellStr(tab, name, b.zone.text(t))
	}
	return nil
}

// cellName is B3 for 2, 3. The numbers are this package's own and in range.
func cellName(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row)
	return name
}
