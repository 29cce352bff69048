package percent_test

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"notifyaudit/report/percent"
)

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		share  float64
		others []float64
		want   string
	}{
		{0, nil, "0.0"},
		{1, nil, "100.0"},
		{0.5, nil, "50.0"},
		{0.575, nil, "57.5"},
		{4999.0 / 5000, nil, "99.98"},
		{1.0 / 5000, nil, "0.02"},
		{999_999.0 / 1_000_000, nil, "99.9999"},
		{1.0 / 1_000_000, nil, "0.0001"},
		{5001.0 / 5000, nil, "100.02"},
		{1.5, nil, "150.0"},
		{0.8996, nil, "90.0"},
		{0.8996, []float64{0.9}, "89.96"},
		{0.9, []float64{0.9}, "90.0"},
		{0.90004, []float64{0.9}, "90.0"}, // which is met
		{4999.0 / 5000, []float64{1}, "99.98"},
		{0.899999, []float64{0.9}, "89.9999"},
		{-0.0004, nil, "-0.04"},
	} {
		if got := percent.Format(tt.share, tt.others...); got != tt.want {
			t.Errorf("%v beside %v is %s, want %s", tt.share, tt.others, got, tt.want)
		}
	}
}

// Whatever is counted, what is written is on the right side of the target, of nothing
// and of everything.
func TestNoThresholdIsCrossed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.IntRange(1, 100_000).Draw(t, "people")
		read := rapid.IntRange(0, people).Draw(t, "read")
		target := float64(rapid.IntRange(1, 1000).Draw(t, "target")) / 1000
		share := float64(read) / float64(people)
		written, err := strconv.ParseFloat(percent.Format(share, target), 64)
		if err != nil {
			t.Fatal(err)
		}
		wanted, err := strconv.ParseFloat(percent.Format(target), 64)
		if err != nil {
			t.Fatal(err)
		}
		if (written < wanted) != (share < target) || (written == 0) != (read == 0) || (written == 100) != (read == people) {
			t.Errorf("%d of %d is written as %v beside the target %v", read, people, written, wanted)
		}
	})
}
