package manifest_test

import (
	"testing"
	"time"

	"notifyaudit/job/manifest"
)

// TestTimesWithoutZone warns of them where the audit sets no zone.
func TestTimesWithoutZone(t *testing.T) {
	const shanghai = "audit {\n  timezone = \"Asia/Shanghai\"\n}\n"
	tests := []struct {
		name, text string
		csv        string
		place      string // "": no warning
		count      int
	}{
		{name: "with a zone", text: message(`sent_at = "2026-11-20T09:00:00+08:00"`)},
		{name: "in UTC", text: message(`sent_at = "2026-11-20T09:00:00Z"`)},
		{name: "without", text: message(`sent_at = "2026-11-20 09:00"`), place: "main.audit.hcl:3", count: 1},
		{name: "a day", text: message(`sent_at = "2026-11-20"`), place: "main.audit.hcl:3", count: 1},
		{name: "without, and the audit's", text: shanghai + message(`sent_at = "2026-11-20 09:00"`)},
		{name: "UTC on purpose", text: "audit {\n  timezone = \"UTC\"\n}\n" + message(`sent_at = "2026-11-20 09:00"`)},
		{name: "in for_each", text: forEach(`toset(["a", "b"])`, `sent_at = "2026-11-20 09:00"`), place: "main.audit.hcl:4", count: 1},
		{name: "in instances", text: forEach(`{ a = "2026-11-20 09:00", b = "2026-11-20 10:00" }`, `sent_at = each.value`), place: "main.audit.hcl:4", count: 2},
		{name: "in rows", text: rows(""), csv: "process_query_key,sent_at\na,2026-11-20 09:00\nb,2026-11-20T09:00:00Z\nc,2026/11/20\n", place: "rows.csv:2", count: 2},
		{name: "in rows, and the audit's", text: shanghai + rows(""), csv: "process_query_key,sent_at\na,2026-11-20 09:00\n"},
		{name: "for rows", text: rows(`sent_at = "2026-11-20 09:00"`), csv: "process_query_key\na\nb\n", place: "main.audit.hcl:3", count: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, diags := load(t, options(folder(t, map[string]string{
				"main.audit.hcl": tt.text, "provider.audit.hcl": provider, "rows.csv": tt.csv,
			})))
			if tt.place == "" {
				if len(diags) > 0 {
					t.Errorf("got %v", diags)
				}
				return
			}
			if len(diags) != 1 {
				t.Fatalf("got %v", diags)
			}
			checkDiagnostic(t, diags[0], tt.place, "Time without a zone", []string{`timezone = "Asia/Shanghai"`})
			if diags[0].Count != tt.count {
				t.Errorf("got count %d, want %d", diags[0].Count, tt.count)
			}
		})
	}
}

// TestDaysOfPeople reads the days of joining and leaving.
func TestDaysOfPeople(t *testing.T) {
	day := func(text string) time.Time {
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tt := range []struct {
		joined, left string
		from, until  time.Time
		wrong        bool
	}{
		{joined: "2026-11-20", left: "2026-11-22", from: day("2026-11-20"), until: day("2026-11-23")},
		{joined: "1998-07-01", left: "9999-12-31", from: day("1998-07-01")},
		{joined: "2026/1/5", left: "2999-12-31 00:00:00", from: day("2026-01-05")},
		{joined: "2026年1月5日", left: "20260107", from: day("2026-01-05"), until: day("2026-01-08")},
		{joined: "46331", wrong: true},
		{joined: "-", left: "-"},
		{joined: "N/A", left: "无"},
		{joined: "null", left: "—"},
		{},
		{left: "2026-11-31", wrong: true},
		{joined: "soon", wrong: true},
		{joined: "2026-11-22", left: "2026-11-20", wrong: true},
	} {
		t.Run(tt.joined+" to "+tt.left, func(t *testing.T) {
			m, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{
				"main.audit.hcl": staff, "provider.audit.hcl": provider + message(""),
				"staff.csv": "user_id,joined,left\nu1," + tt.joined + "," + tt.left + "\n",
			})))
			if (m == nil) != tt.wrong {
				t.Fatalf("got %v", diags)
			}
			if m == nil {
				return
			}
			p, _ := m.Directory.Person("staff", "u1")
			if !p.Joined.Equal(tt.from) || !p.Left.Equal(tt.until) {
				t.Errorf("got %v to %v, want %v to %v", p.Joined, p.Left, tt.from, tt.until)
			}
		})
	}
}

// TestTimesAsPeopleWriteThem reads times without a zone, in Chinese too.
func TestTimesAsPeopleWriteThem(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	morning, evening := time.Date(2026, 11, 5, 9, 0, 0, 0, shanghai), time.Date(2026, 11, 5, 21, 0, 0, 0, shanghai)
	midnight := time.Date(2026, 11, 5, 0, 0, 0, 0, shanghai)
	for text, want := range map[string]time.Time{
		"2026-11-05 09:00": morning, "2026-11-5 9:00:00": morning, "2026-11-05T09:00": morning, "2026-11-05T09:00:00.000": morning,
		"2026/11/5 9:00": morning, "2026.11.05 09:00": morning, "2026年11月5日 9:00": morning, "2026年11月05日09:00:00": morning,
		"2026年11月5日 上午9:00": morning, "2026/11/5 下午9:00": evening, "2026/11/5 下午 9:00:00": evening, "2026-11-05 9:00 PM": evening,
		"2026年11月5日": midnight, "2026.11.5": midnight, "20261105": midnight, "2026/11/05": midnight,
	} {
		m, diags := load(t, options(folder(t, map[string]string{
			"main.audit.hcl": "audit {\n  timezone = \"Asia/Shanghai\"\n}\n" + rows(""), "provider.audit.hcl": provider,
			"rows.csv": "process_query_key,sent_at\na," + text + "\n",
		})))
		if len(diags) > 0 {
			t.Errorf("%s: %v", text, diags)
		}
		for message, err := range m.Messages() {
			if err != nil {
				t.Fatal(err)
			}
			if !message.SentAt.Equal(want) {
				t.Errorf("%s is %s, want %s", text, message.SentAt, want)
			}
		}
	}
	for text, says := range map[string]string{
		"46331": "2026-11-05 00:00. Format the column as a date", "46331.375": "2026-11-05 09:00. Format the column as a date",
		"11/05/2026": `write it like "2026-11-20T`, "05.11.2026 09:00": "", "2026年13月5日": "", "2026年11月5日 25:00": "", "1": "", "26/11/5": "",
	} {
		_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{
			"main.audit.hcl": rows(""), "provider.audit.hcl": provider, "rows.csv": "process_query_key,sent_at\na," + text + "\n",
		})))
		if len(diags) != 1 {
			t.Fatalf("%s: %v", text, diags)
		}
		checkDiagnostic(t, diags[0], "rows.csv:2", "Unsuitable time", []string{says})
	}
}
