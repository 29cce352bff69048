package lang

import (
	"math"
	"strconv"
	"strings"
	"time"

	"notifyaudit/job/manifest/diag"
)

// maxDuration keeps sums of durations and times far from overflow.
const maxDuration = 100 * 365 * 24 * time.Hour

// ParseDuration reads Go's syntax, and days: "90s", "1h30m", "30d". It is at least
// 0 and at most 100 years.
func ParseDuration(text string) (time.Duration, *diag.Problem) {
	wrong := diag.Problemf("Unsuitable duration", `%s is no duration: write it like "90s", "30m", "24h" or "30d".`, diag.Quote(text))
	total := time.Duration(0)
	rest := text
	if days, after, found := strings.Cut(text, "d"); found {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil || n < 0 || math.IsInf(n, 0) || math.IsNaN(n) || n > maxDuration.Hours()/24 {
			return 0, wrong
		}
		total, rest = time.Duration(n*float64(24*time.Hour)), after
	}
	if rest != "" {
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 {
			return 0, wrong
		}
		total += d
	}
	if text == "" || total > maxDuration {
		return 0, wrong
	}
	return total, nil
}
