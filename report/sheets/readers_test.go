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

// TestRead: who has read what, and between which two readings; of a message without a
// list of its audience all readers.
func TestRead(t *testing.T) {
	in := sample.Input(report.English)
	wb := table.Build(t, in, sheets.Options{})
	var got []string
	for _, row := range table.Read(t, wb, report.SheetRead).Rows {
		got = append(got, table.Words(row["title"])+" "+table.Words(row["user_id"])+" "+table.Words(row["name"]))
		after, known := row["read_after"].Time()
		before, _ := row["read_before"].Time()
		if !known || !after.Before(before) {
			t.Errorf("%s was read between %v and %v", table.Words(row["user_id"]), after, before)
		}
	}
	want := []string{
		"Notice: benefits u03 Anna Berg", "Notice: benefits u02 李伟", "Notice: benefits u01 王芳",
		"Notice: dress u02 李伟", "Notice: dress u01 王芳", "Notice: parking u04 Bob Cole", "Notice: canteen u05 Cleo Dunn",
		"Notice: broken u01 王芳", "Notice: broken u06 陈静",
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
	if n := len(table.Read(t, wb, report.SheetRead).Rows); n != len(open.Readers) {
		t.Errorf("%d of %d readers are listed", n, len(open.Readers))
	}
	for key, want := range map[report.SheetKey]string{
		report.SheetTrend: "No message has both data and known recipients", report.SheetUnread: "The recipients of the messages are not known",
	} {
		if got := table.Read(t, wb, key).Sheet.Empty; !strings.HasPrefix(got, want) {
			t.Errorf("%s says %q", key, got)
		}
	}
}
