package table

import (
	"encoding/xml"

	"notifyaudit/job/table/numfmt"
)

// The bounds of a workbook's styles. Excel itself allows 250 number formats.
const (
	maxStyles  = 1 << 16
	maxFormats = 1 << 12
)

// formats reads the number formats of the cell styles.
func (b *workbook) formats() ([]*numfmt.Format, error) {
	name := b.kinds["styles"]
	if name == "" || b.find(name) == nil {
		return nil, nil
	}
	custom := make(map[string]*numfmt.Format)
	var styles []*numfmt.Format
	inCells := false
	err := b.each(name, func(e xml.StartElement) {
		switch e.Name.Local {
		case "numFmt":
			if len(custom) < maxFormats {
				custom[attr(e, "numFmtId")] = numfmt.Parse(attr(e, "formatCode"))
			}
		case "cellXfs":
			inCells = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if inCells && len(styles) < maxStyles {
				id := attr(e, "numFmtId")
				format, found := custom[id]
				if !found {
					format = numfmt.Builtin(id)
				}
				styles = append(styles, format)
			}
		}
	})
	return styles, err
}
