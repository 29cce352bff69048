package cli_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"notifyaudit/job/cli"
)

// runAt runs the command line in this process at some time.
func runAt(t *testing.T, now time.Time, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	status = cli.Main(t.Context(), cli.Env{
		Args: args, Environ: []string{"TERM=dumb"}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Now: func() time.Time { return now },
	})
	return status, out.String(), errs.String()
}

// must is runAt that has to end in a status.
func must(t *testing.T, want int, now time.Time, args ...string) string {
	t.Helper()
	status, _, stderr := runAt(t, now, args...)
	if status != want {
		t.Fatalf("%v: exit status %d, want %d\n%s", args, status, want, stderr)
	}
	return stderr
}

// counts are the counts of a folder's three reports, message by message. What an
// answer was, and when, is not among them.
func counts(t *testing.T, dir string) []string {
	t.Helper()
	var lines []string
	r := readReport(t, filepath.Join(dir, "truth.json"))
	r.Totals.UnreadBreakdown = nil // a purge makes numbers of names
	for _, m := range r.Messages {
		text, err := json.Marshal([]any{m.ProcessQueryKey, m.AudienceSize, m.Readers, m.Read, m.Unread, m.OutsideAudience, m.ReadRate})
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, "json "+string(text))
	}
	text, err := json.Marshal([]any{r.Totals, r.Campaigns})
	if err != nil {
		t.Fatal(err)
	}
	lines = append(lines, "json "+string(text))
	lines = append(lines, columns(t, "csv", readCSV(t, filepath.Join(dir, "csv", "messages.csv")),
		"process_query_key", "audience_size", "readers", "read", "unread", "outside_audience", "read_rate")...)
	book, err := excelize.OpenFile(filepath.Join(dir, "truth.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	for sheet, names := range map[string][]string{
		"Messages":  {"Query key", "Recipients", "Read", "Unread", "No data yet", "Read rate"},
		"Campaigns": {"Campaign", "Recipients", "Read", "Unread", "No data yet", "Read rate"},
	} {
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, columns(t, sheet, rows, names...)...)
	}
	slices.Sort(lines)
	return lines
}

// columns are the rows below the header that has these names, in these columns.
func columns(t *testing.T, of string, rows [][]string, names ...string) []string {
	t.Helper()
	at := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, names[0]) })
	if at < 0 {
		t.Fatalf("%s has no column %s", of, names[0])
	}
	var lines []string
	for _, row := range rows[at+1:] {
		line := []string{of}
		for _, name := range names {
			i := slices.Index(rows[at], name)
			if i < 0 {
				t.Fatalf("%s has no column %s: %q", of, name, rows[at])
			}
			cell := ""
			if i < len(row) {
				cell = row[i]
			}
			line = append(line, name+"="+cell)
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return lines
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// listed are the user ids of a column user_id.
func listed(t *testing.T, path string) map[string]bool {
	t.Helper()
	rows := readCSV(t, path)
	at := slices.Index(rows[0], "user_id")
	ids := map[string]bool{}
	for _, row := range rows[1:] {
		ids[row[at]] = true
	}
	return ids
}

// bytesOf is every byte in a file, or in the files of a folder, of workbooks the
// unpacked parts.
func bytesOf(t *testing.T, path string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !strings.HasSuffix(path, ".xlsx") {
			all.Write(data)
			return nil
		}
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return err
		}
		for _, part := range archive.File {
			r, err := part.Open()
			if err != nil {
				return err
			}
			if _, err := io.Copy(&all, r); err != nil { //nolint:gosec // the program's own workbook
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestPurgeOfPersonalDataKeepsEveryCount purges a world of messages of every kind
// and holds the reports against those of before (row 23 of the promises).
func TestPurgeOfPersonalDataKeepsEveryCount(t *testing.T) {
	t.Parallel()
	dir, staff := t.TempDir(), people(301)
	world(t, dir, staff, truths(staff))
	now := time.Now()
	must(t, 3, now, "--manifest", dir, "--simulator", "apply", "-auto-approve")
	before, unread := counts(t, dir), len(readCSV(t, filepath.Join(dir, "csv", "unread.csv")))

	stderr := must(t, 0, now.Add(time.Hour), "--manifest", dir, "state", "purge", "-auto-approve", "-before", "30m")
	if !strings.Contains(stderr, "Purged the people of") || !strings.Contains(stderr, "truth.xlsx") || !strings.Contains(stderr, "people.csv") {
		t.Errorf("got\n%s", stderr)
	}
	must(t, 0, now.Add(time.Hour), "--manifest", dir, "report")
	if diff := cmp.Diff(before, counts(t, dir)); diff != "" {
		t.Errorf("counts (-before +after):\n%s", diff)
	}
	if after := len(readCSV(t, filepath.Join(dir, "csv", "unread.csv"))); after > unread {
		t.Errorf("%d people are unread, of whom %d were before", after, unread)
	}
	if strings.Contains(bytesOf(t, filepath.Join(dir, "audit.db")), "the-sender") {
		t.Error("the state still knows somebody who is in read messages alone")
	}
	again := must(t, 0, now.Add(2*time.Hour), "--manifest", dir, "state", "purge", "-auto-approve", "-before", "30m")
	if !strings.Contains(again, "Nothing to purge") {
		t.Errorf("a second purge: %s", again)
	}
	// A message that is asked again is counted anew, with its people.
	must(t, 0, now.Add(3*time.Hour), "--manifest", dir, "--simulator", "apply", "-auto-approve", "-target", "message.everybody", "-replace", "message.everybody")
	if !listed(t, filepath.Join(dir, "csv", "people.csv"))["u300"] {
		t.Error("the people of message.everybody are not back")
	}
	if diff := cmp.Diff(before, counts(t, dir)); diff != "" {
		t.Errorf("counts after -replace (-before +after):\n%s", diff)
	}
}

// TestErasedPersonStaysErased: the counts stay, whatever the roster says and
// however often the API reports the person; nothing that is written names them.
func TestErasedPersonStaysErased(t *testing.T) {
	t.Parallel()
	dir, staff := t.TempDir(), people(301)
	list := truths(staff)
	world(t, dir, staff, list)
	now := time.Now()
	at := func(hours int, args ...string) []string {
		t.Helper()
		status, stdout, stderr := runAt(t, now.Add(time.Duration(hours)*time.Hour), append([]string{"--manifest", dir}, args...)...)
		if status != 0 && status != 3 {
			t.Fatalf("%v: exit status %d\n%s", args, status, stderr)
		}
		return []string{stdout, stderr}
	}
	at(0, "--simulator", "apply", "-auto-approve")
	before := counts(t, dir)
	unread := listed(t, filepath.Join(dir, "csv", "unread.csv"))
	ids := []string{"u003", "u004", "the-sender", "u300"} // unread in places, read in others, nobody's audience
	for _, id := range ids {
		at(0, "state", "person", "erase", "-auto-approve", id)
	}
	nobody := func(step string, said ...string) {
		t.Helper()
		if diff := cmp.Diff(before, counts(t, dir)); diff != "" {
			t.Errorf("%s: counts (-before +after):\n%s", step, diff)
		}
		for id := range listed(t, filepath.Join(dir, "csv", "unread.csv")) {
			if !unread[id] {
				t.Errorf("%s: %s is unread and was not before", step, id)
			}
		}
		texts := map[string]string{"output": strings.Join(said, "")}
		for _, file := range []string{"audit.db", "csv", "truth.json", "truth.xlsx", "saved.plan"} {
			texts[file] = bytesOf(t, filepath.Join(dir, file))
		}
		for of, text := range texts {
			for _, id := range ids {
				if strings.Contains(text, id) {
					t.Errorf("%s: %s is in %s", step, id, of)
				}
			}
		}
	}
	plan := filepath.Join(dir, "saved.plan")
	said := at(1, "--simulator", "plan", "-json", "-out", plan)
	at(1, "report")
	nobody("after the erasure", said...)

	said = at(48, "--simulator", "apply", "-auto-approve", "-json", "-replace", "messages.rows", "-replace", "message.outsiders")
	said = append(said, at(48, "--simulator", "plan", "-out", plan)...)
	said = append(said, at(48, "show", "-json")...)
	said = append(said, at(48, "state", "show", "message.outsiders")...)
	said = append(said, at(48, "show", "message.outsiders")...)
	said = append(said, at(48, "show", "messages.rows")...)
	nobody("after they were reported again", said...)

	at(49, "state", "purge", "-auto-approve", "-before", "30m")
	at(49, "report")
	nobody("after a purge")
}

// retained is an audit whose people are kept for 30 days.
func retained(t *testing.T, audit string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"main.audit.hcl": `
audit {
  retention = "30d"
}
provider "dingtalk" {
  access_token = "t"
  retry {
    max_attempts  = 99
    min_backoff   = "1ms"
    max_backoff   = "2ms"
    give_up_after = "1s"
  }
}
message "old" {
  kind              = "group"
  process_query_key = "K1"
  audience          = ["canary-1", "canary-2"]
  sent_at           = "2026-01-01T09:00:00Z"
}
message "new" {
  kind              = "group"
  process_query_key = "K2"
  audience          = ["canary-2", "canary-3"]
  sent_at           = "2026-03-01T09:00:00Z"
}
` + audit,
		"simulator.json": `{"messages": [
  {"kind": "group", "key": "K1", "readers": ["canary-1"]},
  {"kind": "group", "key": "K2", "readers": ["canary-3"]}
]}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestRetention follows an audit over the days: who was last seen too long ago is
// purged after an apply, and the reports that are too old are listed.
func TestRetention(t *testing.T) {
	t.Parallel()
	dir := retained(t, `
report "json" { path = "out/${run.date}.json" }
report "csv" { directory = "out/${run.date}" }
report "html" {
  path   = "out/sums-${run.date}.html"
  people = "aggregate"
}
`)
	day := func(n int) time.Time { return time.Date(2026, 1, 1+n, 12, 0, 0, 0, time.UTC) }
	apply := func(n int, more ...string) (stdout, stderr string) {
		t.Helper()
		args := append([]string{"--manifest", dir, "--simulator", "apply", "-auto-approve"}, more...)
		status, stdout, stderr := runAt(t, day(n), args...)
		if status != 0 {
			t.Fatalf("day %d: exit status %d\n%s", n, status, stderr)
		}
		return stdout, stderr
	}
	if _, stderr := apply(0, "-target", "message.old"); strings.Contains(stderr, "Purged") || strings.Contains(stderr, "retention") {
		t.Errorf("day 0:\n%s", stderr)
	}
	// Message old is too old to be refreshed at 31 days, and nobody has seen its people since.
	if _, stderr := apply(60, "-target", "message.new"); !strings.Contains(stderr, "Purged the people of 1 message last read before 2026-01-31 12:00") {
		t.Errorf("day 60:\n%s", stderr)
	} else if !strings.Contains(stderr, "older than retention") || !strings.Contains(stderr, filepath.Join("out", "2026-01-01.json")) ||
		!strings.Contains(stderr, "2026-01-01  "+filepath.Join(dir, "out", "2026-01-01", "people.csv")) || strings.Contains(stderr, "sums-2026-01-01") {
		t.Errorf("day 60, reports:\n%s", stderr)
	}
	state := bytesOf(t, filepath.Join(dir, "audit.db"))
	if strings.Contains(state, "canary-1") {
		t.Error("canary-1 is still in the state")
	}
	if !strings.Contains(state, "canary-3") {
		t.Error("canary-3 was read today and is gone")
	}
	// Who deletes a report is not told of it again.
	if err := os.RemoveAll(filepath.Join(dir, "out", "2026-01-01")); err != nil {
		t.Fatal(err)
	}
	stdout, _ := apply(61, "-json")
	for _, want := range []string{`{"type":"purged",`, `"messages":0,"people":0}`, `{"type":"report_expired",`, `2026-01-01.json","written_at":"2026-01-01T12:00:00Z"}`} {
		if !strings.Contains(stdout, want) {
			t.Errorf("day 61: no %s in\n%s", want, stdout)
		}
	}
	if strings.Contains(stdout, "people.csv") {
		t.Errorf("day 61: a report that is gone is listed:\n%s", stdout)
	}
	old := readReport(t, filepath.Join(dir, "out", "2026-03-03.json")).Messages[0]
	if *old.Read != 1 || *old.Unread != 1 || old.Status != "frozen" || *old.PurgedAt != "2026-03-02T12:00:00Z" {
		t.Errorf("got %d read, %d unread, %s, purged at %s", *old.Read, *old.Unread, old.Status, *old.PurgedAt)
	}
}

// TestInterruptedRunPurgesNothing: a run that is to be continued is not over.
func TestInterruptedRunPurgesNothing(t *testing.T) {
	t.Parallel()
	dir := retained(t, "")
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	must(t, 0, now, "--manifest", dir, "--simulator", "apply", "-auto-approve", "-target", "message.old")
	scenario := `{"faults": [{"kind": "system_error"}]}`
	if err := os.WriteFile(filepath.Join(dir, "simulator.json"), []byte(scenario), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	begun := time.Now()
	status := cli.Main(t.Context(), cli.Env{
		Args:    []string{"--manifest", dir, "--simulator", "apply", "-auto-approve", "-target", "message.new"},
		Environ: []string{"TERM=dumb"}, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &out,
		Now: func() time.Time { return now.AddDate(0, 2, 0).Add(time.Since(begun)) },
	})
	if status != 75 || strings.Contains(out.String(), "Purged") {
		t.Errorf("exit status %d\n%s", status, &out)
	}
	if !strings.Contains(bytesOf(t, filepath.Join(dir, "audit.db")), "canary-1") {
		t.Error("an interrupted run purged")
	}
}

// TestPurgeKeepsTheCountsOfALateAudience: an audience that the manifest got after
// the reading is in force, though the state has recorded none.
func TestPurgeKeepsTheCountsOfALateAudience(t *testing.T) {
	t.Parallel()
	const reports = `
report "json" { path = "truth.json" }
report "csv" { directory = "csv" }
report "excel" { path = "truth.xlsx" }
`
	dir := retained(t, reports)
	path := filepath.Join(dir, "main.audit.hcl")
	late, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var without []string
	for line := range strings.Lines(string(late)) {
		if !strings.Contains(line, "audience  ") {
			without = append(without, line)
		}
	}
	if err := os.WriteFile(path, []byte(strings.Join(without, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	must(t, 0, now, "--manifest", dir, "--simulator", "apply", "-auto-approve")
	sized := strings.Replace(string(late), `["canary-2", "canary-3"]`, "5", 1)
	if err := os.WriteFile(path, []byte(sized), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, 0, now, "--manifest", dir, "report")
	before := counts(t, dir)
	if r := readReport(t, filepath.Join(dir, "truth.json")); *r.Totals.AudienceSize != 7 || *r.Totals.Read != 2 {
		t.Fatalf("got %+v", r.Totals)
	}
	must(t, 0, now.Add(time.Hour), "--manifest", dir, "state", "purge", "-auto-approve", "-before", "1m")
	must(t, 0, now.Add(time.Hour), "--manifest", dir, "report")
	if diff := cmp.Diff(before, counts(t, dir)); diff != "" {
		t.Errorf("counts (-before +after):\n%s", diff)
	}
}
