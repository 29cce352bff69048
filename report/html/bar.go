package html

import (
	"strconv"

	"notifyaudit/report"
)

// A bar shows a rate from 0 to 100 %. Where nothing is known, all of it is hatched;
// where a part is unknown, a hatched strip below it shows how much.
type bar struct {
	// Read is the width of what is read, as "63.1%"; "" without a rate.
	Read string
	// Known and Unknown are the shares of which anything and nothing is known;
	// "" when everything is.
	Known, Unknown string
	// Target is where its mark stands, "" without one.
	Target string
}

// percent is a place or a width in a drawing, kept inside of it.
func percent(share float64) string {
	return strconv.FormatFloat(min(max(share, 0), 1)*100, 'f', 2, 64) + "%"
}

func newBar(rate float64, hasRate bool, target float64, hasTarget bool, coverage float64) *bar {
	b := &bar{}
	if hasRate {
		b.Read = percent(rate)
		if coverage < 1 {
			b.Known, b.Unknown = percent(coverage), percent(1-coverage)
		}
	}
	if hasTarget {
		b.Target = percent(target)
	}
	return b
}

// bars draw the bars of a sheet from its columns.
type bars struct {
	// rate, target, gap and the counts are places of columns, or -1.
	rate, target, gap, read, unread, unknown int
}

func newBars(s *report.Sheet) *bars {
	at := func(key string) int {
		for i := range s.Columns {
			if s.Columns[i].Key == key {
				return i
			}
		}
		return -1
	}
	return &bars{
		rate: at("read_rate"), target: at("target"), gap: at("gap"),
		read: at("read"), unread: at("unread"), unknown: at("unknown"),
	}
}

// of draws a row's bar, or nil where there is nobody to draw.
func (b *bars) of(cells []report.Cell) *bar {
	number := func(at int) (float64, bool) {
		if at < 0 {
			return 0, false
		}
		return cells[at].Number()
	}
	rate, hasRate := number(b.rate)
	unknown, hasUnknown := number(b.unknown)
	if !hasRate && (!hasUnknown || unknown == 0) {
		return nil
	}
	target, hasTarget := number(b.target)
	if gap, has := number(b.gap); has && hasRate {
		target, hasTarget = rate-gap, true
	}
	read, _ := number(b.read)
	unread, _ := number(b.unread)
	coverage := 1.0
	if all := read + unread + unknown; all > 0 {
		coverage = (read + unread) / all
	}
	return newBar(rate, hasRate, target, hasTarget, coverage)
}
