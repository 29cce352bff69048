package plan

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0 s"},
		{time.Second - 1, "0 s"},
		{59 * time.Second, "59 s"},
		{time.Minute, "1 min"},
		{90 * time.Second, "1 min 30 s"},
		{10*time.Minute + 59*time.Second, "10 min"},
		{time.Hour - 1, "59 min"},
		{time.Hour, "1 h"},
		{144 * time.Minute, "2 h 24 min"},
		{10*time.Hour + 59*time.Minute, "10 h"},
		{48*time.Hour - 1, "47 h"},
		{48 * time.Hour, "2 d"},
		{51 * time.Hour, "2 d 3 h"},
		{10*24*time.Hour + 5*time.Hour, "10 d"},
		{1000 * 24 * time.Hour, "1 000 d"},
	}
	for _, tt := range tests {
		if got := Span(tt.d); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.d, got, tt.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{
		0: "0", 999: "999", 1000: "1 000", 1002: "1 002", 4500: "4 500", 1_000_000: "1 000 000", -12345: "-12 345",
	} {
		if got := number(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b  string
		limit int
		want  int
	}{
		{"", "", 3, 0},
		{"kitten", "sitting", 9, 3},
		{"flaw", "lawn", 9, 2},
		{"abc", "", 9, 3},
		{"same", "same", 1, 0},
		{"short", "much longer", 3, 3},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b, tt.limit); got != tt.want {
			t.Errorf("%q to %q: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := distance(tt.b, tt.a, tt.limit); got != tt.want {
			t.Errorf("%q to %q: got %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}
