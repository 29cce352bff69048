package manifest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
)

// TestHeaders reads a roster of one person under different headers.
func TestHeaders(t *testing.T) {
	whole := &job.Person{UserID: "u1", Name: "A", Department: "R&D", Email: "a@example.com"}
	tests := []struct {
		name, header string
		columns      string
		want         *job.Person // nil: it doesn't load
		place        string
		summary      string
		says         []string
	}{
		{name: "as it is", header: "user_id,name,department,email", want: whole},
		{name: "other case and separators", header: "User ID,Name,DEPARTMENT,E-mail", want: whole},
		{name: "mapped in another case", header: "ID,Name,Dept,E-mail", columns: `{ user_id = "id", department = "dept" }`, want: whole},
		{
			name: "a letter is missing", header: "user_id,name,depatment,email",
			want:  &job.Person{UserID: "u1", Name: "A", Email: "a@example.com", Segments: map[string]string{"depatment": "R&D"}},
			place: "main.audit.hcl:3", summary: "Column with a similar name", says: []string{`columns = { department = "depatment" }`},
		},
		{
			name: "letters are exchanged", header: "user_id,name,department,emial",
			want:  &job.Person{UserID: "u1", Name: "A", Department: "R&D", Segments: map[string]string{"emial": "a@example.com"}},
			place: "main.audit.hcl:3", summary: "Column with a similar name", says: []string{`rename it`},
		},
		{
			name: "a column in Chinese", header: "User ID,姓名,department,email",
			want:  &job.Person{UserID: "u1", Department: "R&D", Email: "a@example.com", Segments: map[string]string{"姓名": "A"}},
			place: "main.audit.hcl:3", summary: "Column with a similar name", says: []string{`columns = { name = "姓名" }`},
		},
		{
			name: "a column of another program", header: "user_id,name,Dept,email",
			want:  &job.Person{UserID: "u1", Name: "A", Email: "a@example.com", Segments: map[string]string{"Dept": "R&D"}},
			place: "main.audit.hcl:3", summary: "Column with a similar name", says: []string{`columns = { department = "Dept" }`},
		},
		{
			name: "the user id in Chinese", header: "name,用户 ID,department,email",
			place: "main.audit.hcl:3", summary: "Column missing", says: []string{`columns = { user_id = "用户 ID" }`},
		},
		{
			name: "two that differ in case", header: "user_id,Name,NAME,email",
			place: "main.audit.hcl:3", summary: "Column not clear", says: []string{`"Name" or "NAME"`, `columns = { name = "Name" }`},
		},
		{
			name: "without the user id", header: "usr,name,department,email",
			place: "main.audit.hcl:3", summary: "Column missing", says: []string{"Its columns are usr, name"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "audience \"staff\" {\n\n  source = \"staff.csv\"\n"
			if tt.columns != "" {
				text += "  columns = " + tt.columns + "\n"
			}
			m, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{
				"main.audit.hcl": text + "}\n", "provider.audit.hcl": provider + message("kind = \"group\""),
				"staff.csv": tt.header + "\nu1,A,R&D,a@example.com\n",
			})))
			if (m != nil) != (tt.want != nil) {
				t.Fatalf("loaded: %t; %v", m != nil, diags)
			}
			if m != nil {
				got, _ := m.Directory.Person("staff", "u1")
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("person (-want +got):\n%s", diff)
				}
			}
			if tt.summary == "" {
				if len(diags) > 0 {
					t.Errorf("got %v", diags)
				}
				return
			}
			if len(diags) != 1 {
				t.Fatalf("got %d diagnostics: %v", len(diags), diags)
			}
			checkDiagnostic(t, diags[0], tt.place, tt.summary, tt.says)
		})
	}
}

func TestHeadersOfRows(t *testing.T) {
	m, diags := loadRows(t, "Process Query Key,TITLE,Sent-At,auidence\nk1,Notice,2026-11-20T09:00:00Z,u1\n")
	if m == nil || len(diags) != 1 {
		t.Fatalf("got %v", diags)
	}
	checkDiagnostic(t, diags[0], "main.audit.hcl:12", "Column with a similar name", []string{`"auidence"`, "audience"})
	if got := messages(t, m)[0]; got.ID.ProcessQueryKey != "k1" || got.Title != "Notice" || !got.SentAt.Equal(sent) {
		t.Errorf("got %+v", got)
	}
}

// TestRowsThatAreNone has rows that are no people and no messages.
func TestRowsThatAreNone(t *testing.T) {
	mark := "\ufeff"
	tests := []struct {
		name, roster, rows string
		place, summary     string
		severity           manifest.Severity
	}{
		{name: "header again", roster: "user_id,name\nu1,A\nuser_id,name\nu2,B\n", place: "staff.csv:3", summary: "Row not readable", severity: manifest.SeverityError},
		{name: "header again in another case, with a mark", roster: mark + "user_id,name\nu1,A\n" + mark + "User_ID,NAME\nu2,B\n", place: "staff.csv:3", summary: "Row not readable", severity: manifest.SeverityError},
		{name: "header of one column again", roster: "user_id\nu1\nuser_id\nu2\n", place: "staff.csv:3", summary: "Row not readable", severity: manifest.SeverityError},
		{name: "total in other words", roster: "user_id,name\nu1,A\nu2,B\n汇总：,2\n", place: "staff.csv:4", summary: "Row of totals", severity: manifest.SeverityWarning},
		{name: "total", roster: "user_id,name\nu1,A\nu2,B\n合计,2\n", place: "staff.csv:4", summary: "Row of totals", severity: manifest.SeverityWarning},
		{name: "total in another column", roster: "user_id,name\nu1,A\nu2,B\n,Total: 2\n", place: "staff.csv:4", summary: "Row of totals", severity: manifest.SeverityWarning},
		{name: "somebody called Total", roster: "user_id,name\nu1,Total\nu2,Sum\n"},
		{name: "header of rows again", rows: "process_query_key,title\nk1,A\nprocess_query_key,title\nk2,B\n", place: "rows.csv:3", summary: "Row not readable", severity: manifest.SeverityError},
		{name: "total of rows", rows: "no,process_query_key,title\n1,k1,A\n2,k2,B\n总计,,2\n", place: "rows.csv:4", summary: "Row of totals", severity: manifest.SeverityWarning},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.roster == "" {
				tt.roster = "user_id\nu1\nu2\n"
			}
			if tt.rows == "" {
				tt.rows = "process_query_key\nk1\nk2\n"
			}
			m, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{
				"main.audit.hcl": provider + staff + "\n" + rows(""), "staff.csv": tt.roster, "rows.csv": tt.rows,
			})))
			if tt.summary == "" {
				if len(diags) > 0 {
					t.Errorf("got %v", diags)
				}
				return
			}
			if len(diags) != 1 {
				t.Fatalf("got %d diagnostics: %v", len(diags), diags)
			}
			checkDiagnostic(t, diags[0], tt.place, tt.summary, nil)
			if diags[0].Severity != tt.severity {
				t.Errorf("got severity %s", diags[0].Severity)
			}
			if m == nil {
				return
			}
			roster, _ := m.Directory.Roster("staff")
			if n := len(messages(t, m)); n != 2 || m.Count != 2 || roster.Len() != 2 {
				t.Errorf("got %d messages of %d and %d people", n, m.Count, roster.Len())
			}
		})
	}
}

// twoSheets is a workbook with a cover and a sheet of people.
func twoSheets(t *testing.T, dir string) {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	if _, err := f.NewSheet("Staff"); err != nil {
		t.Fatal(err)
	}
	for cell, text := range map[string]string{"A1": "Staff of 2026", "A2": "confidential"} {
		if err := f.SetCellValue("Sheet1", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	for cell, text := range map[string]string{"A1": "user_id", "A2": "u1"} {
		if err := f.SetCellValue("Staff", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveAs(filepath.Join(dir, "staff.xlsx")); err != nil {
		t.Fatal(err)
	}
}

func TestSheets(t *testing.T) {
	load := func(argument string) (*manifest.Manifest, manifest.Diagnostics) {
		text := strings.Replace(staff, "source = \"staff.csv\"", "source = \"staff.xlsx\"\n  "+argument, 1)
		dir := folder(t, map[string]string{"main.audit.hcl": text, "provider.audit.hcl": provider + message("")})
		twoSheets(t, dir)
		return manifest.Load(t.Context(), options(dir))
	}
	_, diags := load("")
	if len(diags) != 1 {
		t.Fatalf("got %v", diags)
	}
	checkDiagnostic(t, diags[0], "main.audit.hcl:2", "Column missing", []string{`sheet = "Staff"`})

	m, diags := load(`sheet = "Staff"`)
	if m == nil || len(diags) > 0 {
		t.Fatalf("got %v", diags)
	}
	if _, found := m.Directory.Person("staff", "u1"); !found {
		t.Error("u1 isn't found")
	}
	for _, s := range m.Sources {
		if s.Path == "staff.xlsx" && s.ReadAs != `sheet "Staff"` {
			t.Errorf("it was read as %s", s.ReadAs)
		}
	}

	_, diags = load(`sheet = "Stuff"`)
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, "Staff") {
		t.Errorf("got %v", diags)
	}
}

// TestGuessedEncoding warns of a table whose encoding nothing tells.
func TestGuessedEncoding(t *testing.T) {
	const gb18030 = "user_id,name\nu1,\xd5\xc5\xc8\xfd\nu2,\xc0\xee\xcb\xc4\n"
	m, diags := load(t, options(folder(t, map[string]string{
		"main.audit.hcl": staff, "provider.audit.hcl": provider + message(""), "staff.csv": gb18030,
	})))
	if len(diags) != 1 {
		t.Fatalf("got %v", diags)
	}
	checkDiagnostic(t, diags[0], "main.audit.hcl:2", "Encoding guessed", nil)
	if p, found := m.Directory.Person("staff", "u1"); !found || p.Name != "张三" {
		t.Errorf("got %+v", p)
	}
}
