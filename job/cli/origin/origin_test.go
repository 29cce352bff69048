package origin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"notifyaudit/job/cli/origin"
)

// TestSavedByOthers: what a spreadsheet program saved again is still known, and a file
// that only looks alike is not.
func TestSavedByOthers(t *testing.T) {
	const (
		names   = "address,title,user_id,name,department\r\na,b,c,d,e\r\n"
		chinese = "地址,标题,用户 ID,姓名,部门\r\na,b,c,张伟,e\r\n"
	)
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(chinese)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(names, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	utf16BE, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(names)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kind, text string
		ours       bool
	}{
		"a csv":                            {"csv", names, true},
		"with semicolons":                  {"csv", strings.ReplaceAll(names, ",", ";"), true},
		"as Unicode text":                  {"csv", utf16, true},
		"as Unicode text, the other way":   {"csv", utf16BE, true},
		"with labels, in GBK":              {"csv", gbk, true},
		"with a column of somebody's own":  {"csv", strings.Replace(names, "department", "department,note", 1), false},
		"a roster":                         {"csv", "user_id,name,department,manager,email\r\n", false},
		"two columns":                      {"csv", "address,title\r\n", false},
		"a report printed by another tool": {"json", `{"format_version":"1.0", "audit": {}}`, true},
		"another program's document":       {"json", `{"format_version":"1.0","data":1}`, false},
		"a list":                           {"json", `[{"format_version":"1.0","audit":1}]`, false},
		"a page":                           {"html", "<!DOCTYPE html>\n<meta name=\"generator\" content=\"notifyaudit 0.1.0\">", true},
		"a page that names it":             {"html", "<p>notifyaudit</p>", false},
		"no workbook":                      {"excel", names, false},
		"an export":                        {origin.StateExport, `{"type":"state","format_version":"1.0","lineage":"x"}`, true},
		"an event":                         {origin.StateExport, `{"type":"state","@timestamp":"x","format_version":"1.0"}`, false},
		"a kind that there isn't":          {"pdf", "x", false},
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := origin.Check(c.kind, path); (err == nil) != c.ours {
			t.Errorf("%s: %v", name, err)
		}
	}
}
