package ooxml

import (
	"testing"
	"time"
)

func TestSerial(t *testing.T) {
	t.Parallel()
	china := time.FixedZone("CST", 8*60*60)
	tests := []struct {
		at   time.Time
		want float64
		ok   bool
	}{
		{time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC), 46346.5, true},
		{time.Date(2026, 11, 20, 16, 0, 0, 999, time.UTC), 46347, true},
		{time.Date(1900, 3, 1, 0, 0, 0, 0, china), 61, true},
		{time.Date(1900, 2, 28, 0, 0, 0, 0, china), 60, false},
		{time.Date(9999, 12, 31, 0, 0, 0, 0, china), 2958465, true},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, china), 2958466, false},
	}
	for _, test := range tests {
		got, ok := Serial(test.at.In(china))
		if got != test.want && test.ok || ok != test.ok {
			t.Errorf("%v: got %v, %t; want %v, %t", test.at, got, ok, test.want, test.ok)
		}
	}
}
