package manifest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"notifyaudit/job/manifest"
)

// table makes a messages.csv of n rows; change may spoil one.
func table(n int, change func(line int, row string) string) string {
	var b strings.Builder
	b.WriteString("process_query_key,title,sent_at,audience\n")
	for i := range n {
		row := fmt.Sprintf("key-%d,Your payslip,2026-11-%02dT09:00:00+08:00,u%d", i, 1+i%28, i)
		if change != nil {
			row = change(i+2, row)
		}
		b.WriteString(row + "\n")
	}
	return b.String()
}

func loadRows(t *testing.T, csv string) (*manifest.Manifest, manifest.Diagnostics) {
	t.Helper()
	dir := folder(t, map[string]string{"main.audit.hcl": provider + rows(""), "rows.csv": csv})
	return manifest.Load(t.Context(), options(dir))
}

func TestMistakeInRow73113(t *testing.T) {
	_, diags := loadRows(t, table(100_000, func(line int, row string) string {
		if line == 73113 {
			return strings.Replace(row, "2026-11", "2026-13", 1)
		}
		return row
	}))
	if len(diags) != 1 {
		t.Fatalf("got %d diagnostics: %v", len(diags), diags)
	}
	checkDiagnostic(t, diags[0], "rows.csv:73113", "Unsuitable time", []string{"2026-13"})
	if !strings.HasPrefix(diags[0].Snippet, "key-73111,Your payslip,2026-13") {
		t.Errorf("got snippet %q", diags[0].Snippet)
	}
}

func TestOneMistakeInManyRows(t *testing.T) {
	_, diags := loadRows(t, table(1000, func(line int, row string) string {
		if line%10 == 0 {
			return strings.Replace(row, "2026-11", "2026-13", 1)
		}
		return row
	}))
	if len(diags) != 1 || diags[0].Count != 100 || diags[0].Line != 10 {
		t.Fatalf("got %v", diags)
	}
	if want := "100 rows: lines 10, 20, 30, 40, 50 …"; !strings.Contains(diags[0].Detail, want) {
		t.Errorf("got detail %q, want %q in it", diags[0].Detail, want)
	}
}

func TestEveryRowsDuplicate(t *testing.T) {
	_, diags := loadRows(t, table(50, nil)+strings.TrimPrefix(table(50, nil), "process_query_key,title,sent_at,audience\n"))
	if len(diags) != 1 || diags[0].Count != 50 || diags[0].Line != 52 || !strings.Contains(diags[0].Detail, "rows.csv:2") {
		t.Errorf("got %v", diags)
	}
}

func TestRaggedRowsDontEndReading(t *testing.T) {
	_, diags := loadRows(t, table(20, func(line int, row string) string {
		switch line {
		case 5:
			return row + ",extra"
		case 9:
			return `a"b,,,`
		case 15:
			return strings.Replace(row, "key-13", "", 1)
		}
		return row
	}))
	var places []string
	for _, d := range diags {
		places = append(places, fmt.Sprintf("%d %s %d", d.Line, d.Summary, d.Count))
	}
	if want := []string{"5 Row not readable 2", "15 Key missing 1"}; !slices.Equal(places, want) {
		t.Errorf("got %v, want %v", places, want)
	}
}

func TestSentInTheFutureIsAWarning(t *testing.T) {
	_, diags := loadRows(t, "process_query_key,sent_at\na,2062-11-20T00:00:00Z\n")
	if len(diags) != 1 || diags[0].Severity != manifest.SeverityWarning || diags[0].Summary != "Sent in the future" {
		t.Errorf("got %v", diags)
	}
}

func TestChangedTableIsNoticed(t *testing.T) {
	dir := folder(t, map[string]string{"main.audit.hcl": provider + rows(""), "rows.csv": table(3, nil)})
	m, _ := load(t, options(dir))
	path := filepath.Join(dir, "rows.csv")
	changes := map[string]func() error{
		"longer":  func() error { return os.WriteFile(path, []byte(table(4, nil)), 0o600) },
		"touched": func() error { return os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)) },
		"removed": func() error { return os.Remove(path) },
	}
	for _, name := range []string{"longer", "touched", "removed"} {
		if err := changes[name](); err != nil {
			t.Fatal(err)
		}
		var got error
		for _, err := range m.Messages() {
			got = err
		}
		if got == nil || name != "removed" && !errors.Is(got, manifest.ErrChanged) {
			t.Errorf("%s: got error %v", name, got)
		}
	}
}

func TestLoadIsInterrupted(t *testing.T) {
	dir := folder(t, map[string]string{"main.audit.hcl": provider + rows(""), "rows.csv": table(5000, nil)})
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	_, diags := manifest.Load(ctx, options(dir))
	if len(diags) != 1 || diags[0].Summary != "Interrupted" || !strings.Contains(diags[0].Detail, "enough") {
		t.Errorf("got %v", diags)
	}
}

func TestMessagesStopsWhenTold(t *testing.T) {
	m, _ := loadRows(t, table(10, nil))
	n := 0
	for range m.Messages() { //nolint:errcheck // only the number of steps counts
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("got %d messages", n)
	}
}

// workbook writes an xlsx of rows; a string is text and a number a number.
func workbook(t *testing.T, path string, cells [][]any) {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, row := range cells {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
}

func TestWorkbooks(t *testing.T) {
	dir := folder(t, map[string]string{
		"main.audit.hcl": provider + "audit { timezone = \"Asia/Shanghai\" }\naudience \"staff\" {\n  source = \"staff.xlsx\"\n  columns = { user_id = \"工号\" }\n}\n" +
			strings.Replace(rows("roster = audience.staff"), "rows.csv", "rows.xlsx", 1),
	})
	sent := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC) // a wall clock: a sheet has no zone
	workbook(t, filepath.Join(dir, "staff.xlsx"), [][]any{
		{"工号", "name", "joined"}, {"123456789012345678", "王伟", sent}, {1001, "李娜", nil},
	})
	workbook(t, filepath.Join(dir, "rows.xlsx"), [][]any{
		{"process_query_key", "sent_at", "audience"}, {"k1", sent, "123456789012345678;"}, {"k2", "2026-11-20 09:30", "1001;"},
	})
	m, diags := load(t, options(dir))
	if len(diags) > 0 {
		t.Errorf("got %v", diags)
	}
	all := messages(t, m)
	want := time.Date(2026, 11, 20, 9, 30, 0, 0, m.Location)
	if len(all) != 2 || !all[0].SentAt.Equal(want) || !all[1].SentAt.Equal(want) || all[0].Source.Line != 2 {
		t.Errorf("got %+v", all)
	}
	p, found := m.Directory.Person("staff", all[0].Audience.UserIDs[0])
	if !found || p.Name != "王伟" || !p.Joined.Equal(time.Date(2026, 11, 20, 0, 0, 0, 0, m.Location)) {
		t.Errorf("got person %+v", p)
	}
	if _, found := m.Directory.Person("staff", "1001"); !found {
		t.Error("a short id stored as a number isn't found")
	}
}

// TestCellsThatNobodyUses: a formula without its value is a mistake where somebody
// needs the value, and a warning elsewhere.
func TestCellsThatNobodyUses(t *testing.T) {
	formula := func(dir, name, cell string, cells [][]any) {
		path := filepath.Join(dir, name)
		workbook(t, path, cells)
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.SetCellFormula("Sheet1", cell, `VLOOKUP("u1",A:B,2)`), f.Save(), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	dir := folder(t, map[string]string{
		"main.audit.hcl": provider + strings.Replace(staff, "staff.csv", "staff.xlsx", 1) + "\n" + strings.Replace(rows(""), "rows.csv", "rows.xlsx", 1),
	})
	for _, used := range []bool{false, true} {
		cell := "C3"
		if used {
			cell = "B3"
		}
		formula(dir, "staff.xlsx", cell, [][]any{{"user_id", "department", "note"}, {"u1", "x", "y"}, {"u2"}})
		formula(dir, "rows.xlsx", cell, [][]any{{"process_query_key", "audience", "note"}, {"k1", "u1", "y"}, {"k2"}})
		m, diags := manifest.Load(t.Context(), options(dir))
		if len(diags) != 2 || diags.HasErrors() != used {
			t.Fatalf("used %v: got %v", used, diags)
		}
		for i, file := range []string{"rows.xlsx:3", "staff.xlsx:3"} {
			want := "Cell without a value"
			if used {
				want = "Row not readable"
			}
			checkDiagnostic(t, diags[i], file, want, []string{"ell " + cell, "open the workbook in a spreadsheet program and save it"})
		}
		if !used && len(messages(t, m)) != 2 {
			t.Error("the messages aren't read again")
		}
	}
}

// TestColumnBelowATitle: columns maps a name that stands in a later row.
func TestColumnBelowATitle(t *testing.T) {
	_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{
		"main.audit.hcl": provider + strings.Replace(staff, "source", "columns = { user_id = \"工号\" }\n  source", 1),
		"staff.csv":      "2026年员工花名册,,\n工号,name,department\nu1,x,y\n",
	})))
	if len(diags) == 0 || !strings.Contains(diags[0].Detail, "Row 2 has it") {
		t.Errorf("got %v", diags)
	}
}

func TestDigitsLost(t *testing.T) {
	const id = 1234567890123456 // sixteen digits
	for _, column := range []string{"process_query_key", "audience", "not_delivered", "user_id"} {
		t.Run(column, func(t *testing.T) {
			dir := folder(t, map[string]string{"main.audit.hcl": provider + strings.Replace(rows(""), "rows.csv", "rows.xlsx", 1)})
			cells := [][]any{{"process_query_key", column}, {"k", id}}
			switch column {
			case "process_query_key":
				cells = [][]any{{column}, {id}}
			case "user_id":
				dir = folder(t, map[string]string{"main.audit.hcl": provider + strings.Replace(staff, "staff.csv", "rows.xlsx", 1)})
				cells = [][]any{{column}, {id}}
			}
			workbook(t, filepath.Join(dir, "rows.xlsx"), cells)
			_, diags := manifest.Load(t.Context(), options(dir))
			diags = errorsOf(diags)
			if len(diags) != 1 {
				t.Fatalf("got %v", diags)
			}
			checkDiagnostic(t, diags[0], "rows.xlsx:2", "Digits lost", []string{"format the column as text"})
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	for name, text := range map[string]string{"main.audit.hcl": provider + rows(""), "rows.csv": table(100_000, nil)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, diags := manifest.Load(b.Context(), options(dir)); diags.HasErrors() {
			b.Fatal(diags)
		}
	}
}

// TestBrokenRosterAccusesNobody shows that nothing is concluded from a roster that
// could not be read: neither that it doesn't know somebody, nor that a number is
// not one of its user ids.
func TestBrokenRosterAccusesNobody(t *testing.T) {
	files := map[string]string{
		"main.audit.hcl": provider + staff + "\n" + rows("roster = audience.staff"),
		"rows.csv":       "process_query_key,audience\nk1,u1\nk2,10086\nk3,99999999999\nk4,u2;u3\n",
	}
	for name, roster := range map[string]string{
		"no column":  "id,name\nu1,A\n",
		"a bad row":  "user_id,joined\nu1,2026-13-01\n",
		"no content": "",
	} {
		t.Run(name, func(t *testing.T) {
			files["staff.csv"] = roster
			_, diags := manifest.Load(t.Context(), options(folder(t, files)))
			if len(diags) != 1 || diags[0].Severity != manifest.SeverityError {
				t.Errorf("got %v, want the roster's error alone", diags)
			}
		})
	}
}
