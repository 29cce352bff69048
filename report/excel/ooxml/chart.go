package ooxml

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A Chart has the values that a chart is drawn from. excelize leaves them out of the
// chart's part, and programs that draw a chart without reading the cells (previews,
// WPS) then show an empty one.
type Chart struct {
	// Categories refers to the labels of the axis, which are Labels.
	Categories string
	Labels     []string
	Series     []Series
	// Format is the number format of the values.
	Format string
	// Language is that of the chart's texts: "zh-CN".
	Language string
	// Outline is the colour of the second series, drawn as frames without fill and
	// without data labels; "" where there is none.
	Outline string
}

// A Series is a line or a set of bars.
type Series struct {
	// NameRef and ValuesRef refer to the cells of its name and of its values.
	NameRef, ValuesRef string
	Name               string
	// Values has a nil for a category without one.
	Values []*float64
}

// FillChart writes the values of the chart drawn as the n-th of the workbook,
// from 1.
func (p Package) FillChart(n int, c *Chart) error {
	name := fmt.Sprintf("xl/charts/chart%d.xml", n)
	if p[name] == nil {
		return fmt.Errorf("there is no part %s", name)
	}
	content, err := c.fill(p[name])
	if err != nil {
		return fmt.Errorf("fill %s: %w", name, err)
	}
	p[name] = content
	return nil
}

func (c *Chart) fill(content []byte) ([]byte, error) {
	content, err := replaceAll(content, `<lang val="en-US">`, `<lang val="`+escape(c.Language)+`">`, 1)
	if err != nil {
		return nil, err
	}
	if content, err = fillTexts(content, "cat", c.Categories, c.Labels, len(c.Series)); err != nil {
		return nil, err
	}
	for i := range c.Series {
		s := &c.Series[i]
		if content, err = fillTexts(content, "tx", s.NameRef, []string{s.Name}, 1); err != nil {
			return nil, err
		}
		if content, err = fillNumbers(content, s.ValuesRef, c.Format, s.Values); err != nil {
			return nil, err
		}
	}
	if c.Outline == "" {
		return content, nil
	}
	// excelize draws no lines around bars.
	const fill = `<spPr><a:noFill></a:noFill>`
	line := `<a:ln w="12700"><a:solidFill><a:srgbClr val="` + c.Outline + `"/></a:solidFill></a:ln>`
	return replaceAll(content, fill, fill+line, 1)
}

// fillTexts adds the cached texts of a reference, which is there count times.
func fillTexts(content []byte, element, ref string, texts []string, count int) ([]byte, error) {
	open := "<" + element + "><strRef><f>" + escape(ref) + "</f>"
	cache := fmt.Appendf(nil, `<strCache><ptCount val="%d"/>`, len(texts))
	for i, text := range texts {
		cache = fmt.Appendf(cache, `<pt idx="%d"><v>`, i)
		cache = append(AppendText(cache, Clean(text)), `</v></pt>`...)
	}
	return replaceAll(content, open+"</strRef>", open+string(cache)+`</strCache></strRef>`, count)
}

// fillNumbers fills the empty cache of the values of a reference.
func fillNumbers(content []byte, ref, format string, values []*float64) ([]byte, error) {
	open := "<val><numRef><f>" + escape(ref) + "</f><numCache><formatCode>"
	cache := fmt.Appendf(nil, `%s</formatCode><ptCount val="%d"/>`, escape(format), len(values))
	for i, v := range values {
		if v != nil {
			cache = fmt.Appendf(cache, `<pt idx="%d"><v>%s</v></pt>`, i, strconv.FormatFloat(*v, 'g', -1, 64))
		}
	}
	return replaceAll(content, open+"</formatCode>", open+string(cache), 1)
}

// FixSizes gives the charts that are positioned as "oneCell" their size in pixels,
// of which there must be so many. excelize ties their lower right corner to a cell,
// and so their height to that of rows that are not there yet.
func (p Package) FixSizes(width, height, count int) error {
	anchor := regexp.MustCompile(`<xdr:twoCellAnchor editAs="oneCell">(<xdr:from>.*?</xdr:from>)<xdr:to>.*?</xdr:to>(.*?)</xdr:twoCellAnchor>`)
	size := fmt.Sprintf(`<xdr:ext cx="%d" cy="%d"/>`, width*excelize.EMU, height*excelize.EMU)
	found := 0
	for name, content := range p {
		if !strings.HasPrefix(name, "xl/drawings/drawing") {
			continue
		}
		found += len(anchor.FindAllIndex(content, -1))
		p[name] = anchor.ReplaceAll(content, []byte(`<xdr:oneCellAnchor>${1}`+size+`${2}</xdr:oneCellAnchor>`))
	}
	if found != count {
		return fmt.Errorf("%d charts of a fixed size are in the drawings, and not %d", found, count)
	}
	return nil
}

// escape is a text as excelize writes it in XML.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
