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

// A filler is a chart that knows the values that it is drawn from.
type filler interface {
	// name is for errors.
	name() string
	// fill writes the values into the chart's part.
	fill(content []byte) ([]byte, error)
}

// fillCharts writes into each chart's part, in the order of drawing, the values
// that it is drawn from: excelize leaves them out, and programs that draw a chart
// without reading the cells (previews, WPS) then show an empty one.
func (p parts) fillCharts(charts []filler, lang report.Language) error {
	for i, c := range charts {
		name := fmt.Sprintf("xl/charts/chart%d.xml", i+1)
		if p[name] == nil {
			return fmt.Errorf("chart %q has no part %s", c.name(), name)
		}
		content, err := replaceAll(p[name].content, `<lang val="en-US">`, `<lang val="`+escape(string(lang))+`">`, 1)
		if err != nil {
			return fmt.Errorf("fill %s: %w", name, err)
		}
		if content, err = c.fill(content); err != nil {
			return fmt.Errorf("fill %s: %w", name, err)
		}
		p[name].content = content
	}
	return nil
}

func (c *chart) name() string { return c.Title }

func (c *chart) fill(content []byte) ([]byte, error) {
	labels := make([]string, len(c.Bars))
	for i := range c.Bars {
		labels[i] = brief(c.Bars[i].Label, maxBarLabel)
	}
	content, err := fillText(content, "cat", c.labels(), labels, len(c.series()))
	if err != nil {
		return nil, err
	}
	for _, series := range c.series() {
		content, err = fillText(content, "tx", c.cells(series, 1, 1), []string{clean(c.seriesName(series))}, 1)
		if err != nil {
			return nil, err
		}
		values := func(i int) (float64, bool) { return c.value(series, &c.Bars[i]) }
		if content, err = fillNumbers(content, c.values(series), len(c.Bars), values); err != nil {
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

// fillNumbers fills the empty cache of the values of a reference, which are so
// many; a value that isn't known is left out.
func fillNumbers(content []byte, ref string, count int, value func(i int) (float64, bool)) ([]byte, error) {
	open := "<val><numRef><f>" + escape(ref) + "</f><numCache><formatCode>"
	var cache strings.Builder
	fmt.Fprintf(&cache, `%s</formatCode><ptCount val="%d"/>`, formatRate, count)
	for i := range count {
		if v, known := value(i); known {
			fmt.Fprintf(&cache, `<pt idx="%d"><v>%s</v></pt>`, i, strconv.FormatFloat(v, 'g', -1, 64))
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
