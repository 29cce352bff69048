package measure_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
)

// TestHeadersFit folds each header in the width that it gets: no word is broken,
// and a short header stays on one line.
func TestHeadersFit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		label string
		width float64
		lines int
	}{
		{"Unread", 9, 1},
		{"Messages", 9, 1},
		{"Unknown", 9, 1},
		{"Change", 9, 1},
		{"较上次变化", 9, 1},
		{"用户 ID", 9, 1},
		{"Change since the previous run", 9, 4},
		{"Verwaltungsgemeinschaft Nord", 9, 2},
		{strings.Repeat("关于员工福利登记开放", 6), 9, 6},
		{strings.Repeat("关于员工福利登记开放", 6), 200, 1},
	}
	for _, test := range tests {
		column := &report.Column{Label: test.label, Width: test.width}
		folded := measure.Fold(test.label, measure.FontOf(report.English).Room(measure.HeaderRoom(measure.ColumnWidth(column))))
		if len(folded) > test.lines {
			t.Errorf("%s has %d lines, want at most %d: %q", test.label, len(folded), test.lines, folded)
		}
		words := strings.Fields(test.label)
		for _, line := range folded {
			for word := range strings.FieldsSeq(line) {
				if word[0] < 0x80 && !slices.Contains(words, word) {
					t.Errorf("%s is broken within a word: %q", test.label, folded)
				}
			}
		}
	}
}

func TestIDsFit(t *testing.T) {
	t.Parallel()
	if got := measure.ColumnWidth(&report.Column{Label: "ID", Type: report.TypeID, Width: 9}); got < 18 {
		t.Errorf("a column of user ids is %v wide", got)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in    string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 20, []string{"one two three"}},
		{"one two three", 9, []string{"one two", "three"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"onetwothree four", 5, []string{"onetw", "othre", "e", "four"}},
		{"数据不完整，请查看", 10, []string{"数据不完", "整，请查看"}},
		{"a\nb", 10, []string{"a", "b"}},
		{"福", 1, []string{"福"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, measure.Fold(test.in, test.width)); diff != "" {
			t.Errorf("%q in %d (-want +got):\n%s", test.in, test.width, diff)
		}
	}
}
