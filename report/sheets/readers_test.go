package sheets_test

import (
	"slices"
	"strings"
	"testing"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/internal/table"
	"notifyaudit/report/sheets"
)

// Of a message of which nobody knows who it went to, its readers are listed.
func TestReadersWithoutAnAudience(t *testing.T) {
	in := sample.Input(report.English)
	wb := table.Build(t, in, sheets.Options{})
	var got []string
	for _, row := range table.Read(t, wb, report.SheetReaders).Rows {
		got = append(got, table.Words(row["title"])+" "+table.Words(row["user_id"])+" "+table.Words(row["name"]))
		if row["first_seen_at"].Empty() {
			t.Errorf("nobody says when %s was seen", table.Words(row["user_id"]))
		}
	}
	want := []string{
		"Notice: lobby a1 ", "Notice: lobby a2 ", "Notice: lobby a3 ", "Notice: crowd a1 ", "Notice: crowd a2 ", "Notice: crowd a3 ",
		"Notice: open u01 王芳", "Notice: open a1 ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A query without an audience: what is empty says why, and where the readers are.
func TestOnlyReaders(t *testing.T) {
	open := sample.Results()[12]
	in := sample.Input(report.English)
	in.Results = sample.Stream([]*job.Result{open})
	wb := table.Build(t, in, sheets.Options{})
	if n := len(table.Read(t, wb, report.SheetReaders).Rows); n != len(open.Readers) {
		t.Errorf("%d of %d readers are listed", n, len(open.Readers))
	}
	for key, want := range map[report.SheetKey]string{
		report.SheetTrend: "No message has both data and known recipients", report.SheetUnread: "The recipients of the messages are not known",
	} {
		if got := table.Read(t, wb, key).Sheet.Empty; !strings.HasPrefix(got, want) {
			t.Errorf("%s says %q", key, got)
		}
	}
	in.Results = sample.Stream(sample.Results()[:3])
	for _, s := range table.Build(t, in, sheets.Options{}).Sheets {
		if s.Key == report.SheetReaders {
			t.Error("there is a sheet of readers without any")
		}
	}
}
