// Package percent writes shares in per cent without lying about a threshold: 4,999 of
// 5,000 is 99.98 and not 100.0, and a rate just under its target is not written as the
// target.
package percent

import (
	"math"
	"strconv"
)

// MaxDigits is the largest number of digits behind the point.
const MaxDigits = 6

// Digits returns the number of digits behind the point of a share in per cent: one, and as
// many more as are needed to be on the same side of 0, of 1 and of the other shares as the
// share itself.
func Digits(share float64, others ...float64) int {
	for digits := 1; digits < MaxDigits; digits++ {
		if faithful(share, digits, others) {
			return digits
		}
	}
	return MaxDigits
}

// Format writes a share in per cent, the half rounded away from zero: "99.98".
func Format(share float64, others ...float64) string {
	digits := Digits(share, others...)
	return strconv.FormatFloat(round(share, digits), 'f', digits, 64)
}

func faithful(share float64, digits int, others []float64) bool {
	rounded := round(share, digits)
	for _, other := range append([]float64{0, 1}, others...) {
		if share < other && rounded >= other*100 || share > other && rounded <= other*100 && (other == 0 || other == 1) {
			return false
		}
	}
	return true
}

// round is the share in per cent with so many digits.
func round(share float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(share*100*scale) / scale
}
