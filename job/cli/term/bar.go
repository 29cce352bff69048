package term

import (
	"math"
	"strings"
)

// Bar draws a rate as a bar of width columns, precise to an eighth of a column, with
// a mark at the target; 0 is no target. The bar is empty if the rate is not known.
func (s *Screen) Bar(rate float64, known bool, target float64, width int) string {
	filled := 0
	if known {
		filled = min(max(0, int(math.Round(rate*float64(width)*8))), width*8)
	}
	cells := []rune(strings.Repeat("█", filled/8))
	if rest := filled % 8; rest > 0 {
		cells = append(cells, []rune("▏▎▍▌▋▊▉")[rest-1])
	}
	full := len(cells)
	cells = append(cells, []rune(strings.Repeat("░", width-full))...)
	color := Green
	if known && target > 0 && rate < target {
		color = Yellow
	}
	mark := -1
	if target > 0 {
		mark = min(int(target*float64(width)), width-1)
		cells[mark] = '│'
	}
	var b strings.Builder
	for _, part := range []struct {
		from, to int
		sgr      string
	}{{0, full, color}, {full, width, Dim}} {
		for from := part.from; from < part.to; {
			to := part.to
			if mark >= from && mark < to {
				to = mark
			}
			b.WriteString(s.Paint(part.sgr, string(cells[from:to])))
			if from = to; from == mark && from < part.to {
				b.WriteString(s.Paint(Bold, "│"))
				from++
			}
		}
	}
	return b.String()
}

// Target tells whether a rate meets its target; "" without a target.
func Target(rate float64, known bool, target float64) string {
	switch {
	case target == 0:
		return ""
	case !known:
		return "target " + Percent(target, true)
	case rate < target:
		return "below the target of " + Percent(target, true)
	}
	return "target of " + Percent(target, true) + " met"
}

// BarWidth is the width of bars on this screen, in columns.
func (s *Screen) BarWidth() int { return min(max(10, s.Room()/4), 40) }
