package excel

import (
	"github.com/xuri/excelize/v2"
)

// The measures of slicers in pixels.
const (
	slicerWidth  = 200
	slicerHeight = 260
	slicerGap    = 12
)

// addSlicers puts the sheet's slicers side by side to the right of its rows. A table without
// rows has nothing to filter, and the further parts of a sheet have none.
func addSlicers(b *book, t *tab) error {
	if t.rows == 0 || b.tabs.of[t.sheet.Key][0] != t {
		return nil
	}
	names := labels(t.sheet.Columns)
	cell := cellName(noteColumn(t.sheet), 2)
	offset := 0
	for _, key := range t.sheet.Slicers {
		for i := range t.sheet.Columns {
			if t.sheet.Columns[i].Key != key {
				continue
			}
			err := b.file.AddSlicer(t.name, &excelize.SlicerOptions{
				Name: names[i], Caption: names[i], Cell: cell, TableSheet: t.name, TableName: t.table,
				Width: slicerWidth, Height: slicerHeight,
				Format: excelize.GraphicOptions{OffsetX: offset, OffsetY: slicerGap},
			})
			if err != nil {
				return err
			}
			offset += slicerWidth + slicerGap
		}
	}
	return nil
}
