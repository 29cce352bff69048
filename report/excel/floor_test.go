package excel

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"io"
	"strconv"
	"time"

	"github.com/klauspost/compress/flate"

	"notifyaudit/report"
)

// floor is a workbook of one sheet written by hand: what it costs to name the
// cells, escape the texts, print the numbers and deflate them, with the same
// deflate at the same level. Times and rates are shown as such; there is nothing
// else.
func floor(w io.Writer, sheet *report.Sheet) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, 5)
	})
	const (
		types = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`
		packageRelations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
		workbook = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="Detail" sheetId="1" r:id="r1"/></sheets></workbook>`
		workbookRelations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
		styles = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
			`<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>` +
			`<cellXfs count="3"><xf/><xf numFmtId="22" applyNumberFormat="1"/><xf numFmtId="10" applyNumberFormat="1"/></cellXfs></styleSheet>`
	)
	for _, part := range [][2]string{
		{"[Content_Types].xml", types},
		{"_rels/.rels", packageRelations},
		{"xl/workbook.xml", workbook},
		{"xl/_rels/workbook.xml.rels", workbookRelations},
		{"xl/styles.xml", styles},
	} {
		out, err := z.Create(part[0])
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, part[1]); err != nil {
			return err
		}
	}
	out, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	if err := floorRows(out, sheet); err != nil {
		return err
	}
	return z.Close()
}

func floorRows(w io.Writer, sheet *report.Sheet) error {
	out := bufio.NewWriterSize(w, 32<<10)
	_, _ = out.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`) // Flush tells
	styles := map[report.Type]string{report.TypeTime: `" s="1`, report.TypeRate: `" s="2`}
	starts := make([]string, len(sheet.Columns))
	ends := make([]string, len(sheet.Columns))
	for i := range sheet.Columns {
		starts[i] = `<c r="` + string(rune('A'+i))
		ends[i] = styles[sheet.Columns[i].Type]
	}
	var digits, number []byte
	row := 0
	for cells, err := range sheet.Rows() {
		if err != nil {
			return err
		}
		row++
		number = strconv.AppendInt(number[:0], int64(row), 10)
		_, _ = out.WriteString(`<row r="`)
		_, _ = out.Write(number)
		_, _ = out.WriteString(`">`)
		for i := range cells {
			_, _ = out.WriteString(starts[i])
			_, _ = out.Write(number)
			_, _ = out.WriteString(ends[i])
			if text, ok := cells[i].Text(); ok {
				_, _ = out.WriteString(`" t="inlineStr"><is><t>`)
				if err := xml.EscapeText(out, []byte(text)); err != nil {
					return err
				}
				_, _ = out.WriteString(`</t></is></c>`)
				continue
			}
			n, _ := cells[i].Number()
			if at, ok := cells[i].Time(); ok {
				n = 25569 + float64(at.Unix())/86400
			}
			digits = strconv.AppendFloat(digits[:0], n, 'g', -1, 64)
			_, _ = out.WriteString(`"><v>`)
			_, _ = out.Write(digits)
			_, _ = out.WriteString(`</v></c>`)
		}
		_, _ = out.WriteString(`</row>`)
	}
	_, _ = out.WriteString(`</sheetData></worksheet>`)
	return out.Flush()
}

func writeCSV(w io.Writer, sheet *report.Sheet) error {
	out := csv.NewWriter(w)
	record := make([]string, len(sheet.Columns))
	for cells, err := range sheet.Rows() {
		if err != nil {
			return err
		}
		for i := range cells {
			if text, ok := cells[i].Text(); ok {
				record[i] = text
			} else if n, ok := cells[i].Number(); ok {
				record[i] = strconv.FormatFloat(n, 'g', -1, 64)
			} else if at, ok := cells[i].Time(); ok {
				record[i] = at.Format(time.RFC3339)
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
