package excel

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/report"
)

func TestTabNames(t *testing.T) {
	t.Parallel()
	names := tabNames{}
	tests := []struct{ title, suffix, want string }{
		{"Messages", "", "Messages"},
		{"MESSAGES", "", "MESSAGES~2"},
		{"messages", "", "messages~3"},
		{"History", "", "History_"},
		{"", "", "key"},
		{"  '", "", "key~2"},
		{"a:b/c\\d?e*f[g]", "", "a-b-c-d-e-f-g-"},
		{"it's", "", "it's"},
		{"明细", "_2", "明细_2"},
		{"a_x0041_", "", "a-x0041_"},
		{"_x0000", "_2", "-x0000_2"},
		{strings.Repeat("长", 40), "_2", strings.Repeat("长", 29) + "_2"},
		{strings.Repeat("😀", 40), "", strings.Repeat("😀", 15)},
		{strings.Repeat("😀", 40), "", strings.Repeat("😀", 14) + "~2"},
	}
	for _, test := range tests {
		if got := names.pick(test.title, "key", test.suffix); got != test.want {
			t.Errorf("%q: got %q, want %q", test.title, got, test.want)
		}
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	columns := []report.Column{
		{Label: "Read"},
		{Label: "read"},
		{Label: "READ "},
		{Key: "key"},
		{Label: "two\nlines"},
		{},
		{Label: strings.Repeat("x", 300)},
		{Label: strings.Repeat("x", 280)},
	}
	want := []string{
		"Read", "read (2)", "READ (3)", "key", "two lines", " (2)",
		strings.Repeat("x", 255), strings.Repeat("x", 251) + " (2)",
	}
	if diff := cmp.Diff(want, labels(columns)); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
}

func TestLocation(t *testing.T) {
	t.Parallel()
	tabs, err := layOut(&report.Workbook{
		Summary: &report.Summary{Sheet: "It's all"},
		Sheets:  []*report.Sheet{numbers(25)},
	}, 10)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		link *report.Link
		want string
	}{
		{nil, ""},
		{&report.Link{Sheet: report.SheetUnread}, ""},
		{&report.Link{Sheet: report.SheetSummary}, "'It''s all'!A1"},
		{&report.Link{Sheet: "detail"}, "'Detail'!A1"},
	}
	for _, test := range tests {
		got, ok := tabs.location(test.link)
		if got != test.want || ok != (test.want != "") {
			t.Errorf("%+v: got %q, %t; want %q", test.link, got, ok, test.want)
		}
	}
}
