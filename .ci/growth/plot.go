package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
)

// The measures of the plot, in pixels, and of one of its two panels.
const (
	plotWidth, plotHeight = 980, 380
	panelWidth            = 300
	panelHeight           = 280
	panelTop, panelLeft   = 50, 60
	panelApart            = 480
	lineHeight            = 12
)

// A panel draws one line a command over the number of messages, both axes logarithmic: a
// level line is a cost that grows as the messages do.
type panel struct {
	title       string
	left        int
	value       func(r *result) float64
	bottom, top float64 // of the values, powers of ten
	first, last float64 // of the numbers of messages
}

// writePlot writes the commands' costs a message, and their memory, as SVG.
func writePlot(w io.Writer, all []result) error {
	results := slices.DeleteFunc(slices.Clone(all), func(r result) bool { return r.kind != "messages" })
	if len(results) == 0 {
		return nil
	}
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="11">
<rect width="100%%" height="100%%" fill="white"/>
`, plotWidth, plotHeight)
	for i, p := range []panel{
		{title: "µs CPU a message", value: (*result).perUnit},
		{title: "peak memory, MiB", value: func(r *result) float64 { return float64(r.peak) / (1 << 20) }},
	} {
		p.left = panelLeft + i*panelApart
		p.fit(results)
		p.draw(w, results)
	}
	_, err := fmt.Fprintln(w, "</svg>")
	return err
}

// fit chooses the ranges of the axes.
func (p *panel) fit(results []result) {
	p.bottom, p.top, p.first, p.last = math.Inf(1), 0, math.Inf(1), 0
	for i := range results {
		value, units := p.value(&results[i]), float64(results[i].units)
		p.bottom, p.top = min(p.bottom, value), max(p.top, value)
		p.first, p.last = min(p.first, units), max(p.last, units)
	}
	p.bottom = math.Pow(10, math.Floor(math.Log10(p.bottom)))
	p.top = math.Pow(10, math.Ceil(math.Log10(p.top)))
	if p.last <= p.first {
		p.last = p.first * 10
	}
}

func (p *panel) x(units float64) float64 {
	return float64(p.left) + panelWidth*math.Log(units/p.first)/math.Log(p.last/p.first)
}

func (p *panel) y(value float64) float64 {
	return panelTop + panelHeight*(1-math.Log(value/p.bottom)/math.Log(p.top/p.bottom))
}

func (p *panel) draw(w io.Writer, results []result) {
	fmt.Fprintf(w, "<text x=\"%d\" y=\"%d\" font-size=\"14\">%s</text>\n", p.left, panelTop-20, p.title)
	for value := p.bottom; value <= p.top*1.01; value *= 10 {
		fmt.Fprintf(w, "<path d=\"M%d %.1f h%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			p.left, p.y(value), panelWidth, p.left-6, p.y(value)+4, grouped(int(value)))
	}
	commands := commandsOf(results)
	for _, r := range results {
		if r.command == commands[0] {
			fmt.Fprintf(w, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", p.x(float64(r.units)), panelTop+panelHeight+16, grouped(r.units))
		}
	}
	colors := []string{"#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2", "#9d755d"}
	var labels []label
	for i, command := range commands {
		color := colors[i%len(colors)]
		fmt.Fprintf(w, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", color)
		var end result
		for _, r := range results {
			if r.command == command {
				fmt.Fprintf(w, "%.1f,%.1f ", p.x(float64(r.units)), p.y(p.value(&r)))
				end = r
			}
		}
		fmt.Fprint(w, "\"/>\n")
		labels = append(labels, label{text: command, color: color, x: p.x(float64(end.units)) + 4, y: p.y(p.value(&end)) + 4})
	}
	drawLabels(w, labels)
}

// A label names a line at its end.
type label struct {
	text, color string
	x, y        float64
}

// drawLabels writes labels from the top to the bottom, each below the one before.
func drawLabels(w io.Writer, labels []label) {
	slices.SortFunc(labels, func(a, b label) int { return cmp.Compare(a.y, b.y) })
	for i, l := range labels {
		if i > 0 {
			l.y = max(l.y, labels[i-1].y+lineHeight)
			labels[i].y = l.y
		}
		fmt.Fprintf(w, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>\n", l.x, l.y, l.color, l.text)
	}
}
