package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
)

// TestAudienceCells reads columns of audiences beside a roster of u1, u2, 10086 and
// 012345.
func TestAudienceCells(t *testing.T) {
	listed := func(ids ...string) job.Audience { return job.Listed("staff", ids) }
	staff := listed("u1", "u2", "10086", "012345")
	tests := []struct {
		name  string
		cells []string // a message to a group each
		want  []job.Audience
		// summary is the one diagnostic's, line its row.
		summary string
		line    int
		says    string
	}{
		{name: "separators", cells: []string{"u1;u2", "u1；u2", `"u1,u2"`, "u1，u2", "u1、u2", "u1|u2", " u1 ; u2; "}, want: repeat(listed("u1", "u2"), 7)},
		{name: "JSON lists", cells: []string{`"[""u1"",""u2""]"`, `"[""u1"", ""u2""]"`}, want: repeat(listed("u1", "u2"), 2)},
		{name: "a blank separates nothing", cells: []string{"u1 u2"}, summary: "Blank within an identifier", line: 2},
		{name: "a broken list", cells: []string{`"[""u1"""`}, summary: "Several identifiers", line: 2},
		{name: "a block", cells: []string{"staff"}, want: []job.Audience{staff}},
		{name: "a block in another case", cells: []string{"Staff"}, summary: "Unknown audience", line: 2, says: `Did you mean "staff"?`},
		{name: "a block, a letter off", cells: []string{"u1", "staf"}, summary: "Unknown audience", line: 3, says: `"staf;"`},
		{name: "a block, letters exchanged", cells: []string{"satff"}, summary: "Unknown audience", line: 2},
		{name: "a block as in expressions", cells: []string{"audience.staff"}, summary: "Unknown audience", line: 2},
		{name: "a user id like a block", cells: []string{"staf;"}, want: []job.Audience{listed("staf")}, summary: "People outside of the roster", line: 14},
		{name: "sizes", cells: []string{"12", "300", "1"}, want: []job.Audience{job.Sized(12), job.Sized(300), job.Sized(1)}},
		{name: "sizes and a block", cells: []string{"12", "staff"}, want: []job.Audience{job.Sized(12), staff}},
		{name: "a size of nobody", cells: []string{"0"}, summary: "Unsuitable audience", line: 2, says: "1 person or more"},
		{name: "separators alone", cells: []string{"；"}, summary: "Unsuitable audience", line: 2, says: "of nobody"},
		{name: "an empty list", cells: []string{"[]"}, summary: "Unsuitable audience", line: 2, says: "of nobody"},
		{name: "below nobody", cells: []string{"-3"}, summary: "Unsuitable audience", line: 2},
		{name: "too many for a size", cells: []string{"190123456789012345"}, summary: "Unsuitable audience", line: 2, says: "with a semicolon"},
		{name: "ids of digits by the roster", cells: []string{"10086"}, want: []job.Audience{listed("10086")}},
		{name: "ids of digits by a leading zero", cells: []string{"012345"}, want: []job.Audience{listed("012345")}},
		{name: "ids of digits by other cells", cells: []string{"10087", "u1"}, want: []job.Audience{listed("10087"), listed("u1")}, summary: "People outside of the roster", line: 14},
		{name: "ids of digits by one that the roster has", cells: []string{"7", "10086"}, want: []job.Audience{listed("7"), listed("10086")}, summary: "People outside of the roster", line: 14},
		{name: "ids of digits by a semicolon", cells: []string{"7;", "8"}, want: []job.Audience{listed("7"), listed("8")}, summary: "People outside of the roster", line: 14},
		{name: "a number that is none", cells: []string{"12.5"}, summary: "Not a whole number", line: 2},
		{name: "thousands", cells: []string{`"1,234"`}, summary: "Not a whole number", line: 2},
		{name: "lost digits", cells: []string{"1.9E+17"}, summary: "Digits lost", line: 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var csv strings.Builder
			csv.WriteString("process_query_key,kind,audience\n")
			for i, cell := range tt.cells {
				fmt.Fprintf(&csv, "k%d,group,%s\n", i, cell)
			}
			m, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{
				"main.audit.hcl": provider + "audience \"staff\" { source = \"staff.csv\" }\n" + rows("roster = audience.staff"),
				"rows.csv":       csv.String(), "staff.csv": "user_id\nu1\nu2\n10086\n012345\n",
			})))
			if tt.summary != "" {
				if len(diags) != 1 {
					t.Fatalf("got %d diagnostics: %v", len(diags), diags)
				}
				if d := diags[0]; d.Summary != tt.summary || d.Line != tt.line || !strings.Contains(d.Detail, tt.says) {
					t.Errorf("got %v", d)
				}
			} else if len(diags) > 0 {
				t.Errorf("got %v", diags)
			}
			if (m != nil) != (tt.want != nil) {
				t.Fatalf("it loaded: %t", m != nil)
			}
			if m == nil {
				return
			}
			var got []job.Audience
			for _, msg := range messages(t, m) {
				got = append(got, msg.Audience)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("audiences (-want +got):\n%s", diff)
			}
		})
	}
}

func repeat(a job.Audience, n int) []job.Audience {
	all := make([]job.Audience, n)
	for i := range all {
		all[i] = a
	}
	return all
}

// TestPrivateChatsHaveOneRecipient: in a cell, a number over 2 is a mistake; that a
// block's own audience is larger is a warning.
func TestPrivateChatsHaveOneRecipient(t *testing.T) {
	_, diags := loadRows(t, "process_query_key,audience,kind\na,300,\nb,2,\nc,10086,\nd,300,group\n")
	if len(diags) != 1 || diags[0].Count != 2 {
		t.Fatalf("got %v", diags)
	}
	checkDiagnostic(t, diags[0], "rows.csv:2", "Private chat with many people", []string{`kind = "group"`, `"300;"`})

	m, diags := load(t, options(folder(t, map[string]string{"main.audit.hcl": provider + message("audience = 300")})))
	if len(diags) != 1 || diags[0].Severity != manifest.SeverityWarning || len(m.Findings) != 1 {
		t.Errorf("got %v, %v", diags, m.Findings)
	}
	_, diags = manifest.Load(t.Context(), options(folder(t, map[string]string{"main.audit.hcl": provider + message("audience = 0")})))
	if len(diags) != 1 || diags[0].Summary != "Number out of range" {
		t.Errorf("got %v for an audience of nobody", diags)
	}
}

func TestNumbersOfJSONAreSizesBesideLists(t *testing.T) {
	m, _ := load(t, options(folder(t, map[string]string{
		"main.audit.hcl": provider + strings.Replace(rows(`kind = "group"`), "csv", "jsonl", 1),
		"rows.jsonl":     `{"process_query_key":"k1","audience":["u1","u2"]}` + "\n" + `{"process_query_key":"k2","audience":300}` + "\n",
	})))
	if got := messages(t, m)[1].Audience; got.Form != job.AudienceSized || got.Size != 300 {
		t.Errorf("got %+v", got)
	}
}

// TestEmptyRosters: without people there is nothing to compare readers with.
func TestEmptyRosters(t *testing.T) {
	for name, tt := range map[string]struct{ block, csv string }{
		"empty file":   {staff, ""},
		"blank lines":  {staff, "\n\n\n"},
		"header only":  {staff, "user_id,name\n"},
		"total only":   {staff, "user_id,name\n合计,0\n"},
		"list of none": {`audience "staff" { user_ids = [] }`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{
				"main.audit.hcl": tt.block, "provider.audit.hcl": provider + message(""), "staff.csv": tt.csv,
			})))
			if len(errorsOf(diags)) != 1 {
				t.Errorf("got %v, want one error", diags)
			}
		})
	}
}
