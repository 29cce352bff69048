package plan

import (
	"fmt"
	"strconv"
	"time"
)

const hoursADay = 24

// Span writes a duration as people say it, in the largest unit and the next
// smaller one as long as that matters: 45 s, 2 h 24 min, 26 h, 12 d. It rounds
// down.
func Span(d time.Duration) string {
	seconds := int(d / time.Second)
	minutes, hours := seconds/60, seconds/3600
	days := hours / hoursADay
	switch {
	case minutes == 0:
		return number(seconds) + " s"
	case minutes < 10:
		return units(minutes, "min", seconds%60, "s")
	case hours == 0:
		return number(minutes) + " min"
	case hours < 10:
		return units(hours, "h", minutes%60, "min")
	case days < 2:
		return number(hours) + " h"
	case days < 10:
		return units(days, "d", hours%hoursADay, "h")
	default:
		return number(days) + " d"
	}
}

func units(big int, bigUnit string, small int, smallUnit string) string {
	if small == 0 {
		return fmt.Sprintf("%d %s", big, bigUnit)
	}
	return fmt.Sprintf("%d %s %d %s", big, bigUnit, small, smallUnit)
}

// number writes a number with a space between groups of three digits: 4 500.
func number(n int) string {
	if n < 0 {
		return "-" + number(-n)
	}
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s %03d", number(n/1000), n%1000)
}
