package excel

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"notifyaudit/report"
)

// fillCharts writes into each chart's part the values that it is drawn from:
// excelize leaves them out, and programs that draw a chart without reading the
// cells (previews, WPS) then show an empty one.
func (p parts) fillCharts(charts []*chart, lang report.Language) error {
	for i, c := range charts {
		name := fmt.Sprintf("xl/charts/chart%d.xml", i+1)
		if p[name] == nil {
			return fmt.Errorf("chart %q has no part %s", c.Title, name)
		}
		content, err := fillChart(p[name].content, c, lang)
		if err != nil {
			return fmt.Errorf("fill %s: %w", name, err)
		}
		p[name].content = content
	}
	return nil
}

func fillChart(content []byte, c *chart, lang report.Language) ([]byte, error) {
	content, err := replaceAll(content, `<lang val="en-US">`, `<lang val="`+escape(string(lang))+`">`, 1)
	if err != nil {
		return nil, err
	}
	labels := make([]string, len(c.Bars))
	for i := range c.Bars {
		labels[i] = brief(c.Bars[i].Label, maxBarLabel)
	}
	content, err = fillText(content, "cat", c.labels(), labels, len(c.series()))
	if err != nil {
		return nil, err
	}
	for _, series := range c.series() {
		content, err = fillText(content, "tx", c.cells(series, 1, 1), []string{clean(c.seriesName(series))}, 1)
		if err != nil {
			return nil, err
		}
		if content, err = fillNumbers(content, c, series); err != nil {
			return nil, err
		}
	}
	if !c.hasTargets {
		return content, nil
	}
	// excelize draws no lines around bars.
	const fill = `<spPr><a:noFill></a:noFill>`
	const line = `<a:ln w="12700"><a:solidFill><a:srgbClr val="` + ink + `"/></a:solidFill></a:ln>`
	if content, err = replaceAll(content, fill, fill+line, 1); err != nil {
		return nil, err
	}
	return hideTargetLabels(content)
}

// fillText adds the cached texts of a reference, which is there count times.
func fillText(content []byte, element, ref string, texts []string, count int) ([]byte, error) {
	open := "<" + element + "><strRef><f>" + escape(ref) + "</f>"
	var cache strings.Builder
	fmt.Fprintf(&cache, `<strCache><ptCount val="%d"/>`, len(texts))
	for i, text := range texts {
		fmt.Fprintf(&cache, `<pt idx="%d"><v>%s</v></pt>`, i, escape(text))
	}
	cache.WriteString(`</strCache>`)
	return replaceAll(content, open+"</strRef>", open+cache.String()+"</strRef>", count)
}

// fillNumbers fills the empty cache of a series' values.
func fillNumbers(content []byte, c *chart, series series) ([]byte, error) {
	open := "<val><numRef><f>" + escape(c.values(series)) + "</f><numCache><formatCode>"
	var cache strings.Builder
	fmt.Fprintf(&cache, `%s</formatCode><ptCount val="%d"/>`, formatRate, len(c.Bars))
	for i := range c.Bars {
		if value, known := c.value(series, &c.Bars[i]); known {
			fmt.Fprintf(&cache, `<pt idx="%d"><v>%s</v></pt>`, i, strconv.FormatFloat(value, 'g', -1, 64))
		}
	}
	return replaceAll(content, open+"</formatCode>", open+cache.String(), 1)
}

// hideTargetLabels takes the numbers off the second series: the legend and the
// axis say enough of the targets.
func hideTargetLabels(content []byte) ([]byte, error) {
	const second, shown, hidden = `<idx val="1"></idx>`, `<showVal val="1">`, `<showVal val="0">`
	at := bytes.Index(content, []byte(second))
	if at < 0 {
		return nil, fmt.Errorf("%q is not there", second)
	}
	end := bytes.Index(content[at:], []byte("</ser>"))
	if end < 0 {
		return nil, errors.New("the second series does not end")
	}
	filled, err := replaceAll(content[at:at+end], shown, hidden, 1)
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{content[:at], filled, content[at+end:]}, nil), nil
}

// escape is a text as excelize writes it in XML.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
