package excel

import (
	"math"
	"strconv"
	"testing"
)

// TestContrast computes WCAG 2's contrast of each text to what it stands on.
func TestContrast(t *testing.T) {
	t.Parallel()
	pairs := []struct{ text, ground string }{
		{ink, white},
		{quietInk, white},
		{navy, white},
		{linkInk, white},
		{linkInk, bandFill},
		{ink, barFill},
		{ink, bandFill},
		{ink, scaleLow},
		{ink, scaleMiddle},
		{ink, scaleHigh},
		{white, navy},
		{white, alarmFill},
		{white, calmFill},
	}
	for _, pair := range pairs {
		if got := contrast(t, pair.text, pair.ground); got < 4.5 {
			t.Errorf("%s on %s has a contrast of %.2f", pair.text, pair.ground, got)
		}
	}
	for _, shape := range []string{rateFill, ink} { // 3:1 is WCAG's for shapes
		if got := contrast(t, shape, white); got < 3 {
			t.Errorf("%s on white has a contrast of %.2f", shape, got)
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, color string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		channel, err := strconv.ParseUint(color[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(channel) / 255
		if c <= 0.04045 {
			sum += weight * c / 12.92
			continue
		}
		sum += weight * math.Pow((c+0.055)/1.055, 2.4)
	}
	return sum
}
