package table_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"notifyaudit/job/table"
)

func utf16(tb testing.TB, order unicode.Endianness, policy unicode.BOMPolicy, text string) []byte {
	tb.Helper()
	data, err := unicode.UTF16(order, policy).NewEncoder().Bytes([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// TestTextAsProgramsWriteIt: one table in the ways in which programs write it.
func TestTextAsProgramsWriteIt(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	plain := "user_id,name\nu1,王伟\nu2,李娜\n"
	rows := []string{"2: u1|王伟", "3: u2|李娜"}
	tests := []struct {
		name string
		data []byte
		rows []string
	}{
		{"CR alone (old Macs)", []byte(strings.ReplaceAll(plain, "\n", "\r")), rows},
		{"CR alone, none at the end", []byte("user_id,name\ru1,王伟\ru2,李娜"), rows},
		{"CR alone in some lines", []byte("user_id,name\ru1,王伟\nu2,李娜\r\n"), rows},
		{"CR CR LF (text mode twice)", []byte(strings.ReplaceAll(plain, "\n", "\r\r\n")), rows},
		{"CR alone within quotation marks", []byte("user_id,name\nu1,\"王\r伟\"\n"), []string{"2: u1|王\n伟"}},
		{"DOS end of file", []byte(plain + "\x1a"), rows},
		{"DOS end of file after a line end", []byte(strings.ReplaceAll(plain, "\n", "\r\n") + "\x1a\r\n"), rows},
		{"DOS files joined", []byte("user_id,name\nu1,王伟\n\x1au2,李娜\n\x1a"), rows},
		{"mark twice", []byte(mark + mark + plain), rows},
		{"mark before a quotation mark", []byte(mark + strings.Replace(plain, "user_id", `"user_id"`, 1)), rows},
		{"marks where files were joined", []byte("user_id,name\nu1,王伟\n" + mark + "\"u2\",李娜\n"), rows},
		{"mark behind a blank line", []byte("\n" + mark + plain), []string{"3: u1|王伟", "4: u2|李娜"}},
		{"UTF-16LE (PowerShell, Excel's Unicode text)", utf16(t, unicode.LittleEndian, unicode.UseBOM, strings.ReplaceAll(plain, ",", "\t")), rows},
		{"UTF-16BE", utf16(t, unicode.BigEndian, unicode.UseBOM, plain), rows},
		{"UTF-16LE without a mark", utf16(t, unicode.LittleEndian, unicode.IgnoreBOM, plain), rows},
		{"UTF-16BE without a mark", utf16(t, unicode.BigEndian, unicode.IgnoreBOM, plain), rows},
		{"UTF-16 with CR alone", utf16(t, unicode.LittleEndian, unicode.UseBOM, strings.ReplaceAll(plain, "\n", "\r")), rows},
		{"GB18030", gb18030(t, plain), rows},
		{"GB18030 with CR alone and DOS's end", gb18030(t, strings.ReplaceAll(plain, "\n", "\r")+"\x1a"), rows},
		{"semicolons (Excel in Europe)", []byte(strings.ReplaceAll(plain, ",", ";")), rows},
		{"tabs", []byte(strings.ReplaceAll(plain, ",", "\t")), rows},
		{"bars (SAP)", []byte(strings.ReplaceAll(plain, ",", "|")), rows},
		{"sep=;", []byte("sep=;\r\n" + strings.ReplaceAll(plain, ",", ";")), []string{"3: u1|王伟", "4: u2|李娜"}},
		{"sep=; behind a mark, in quotation marks", []byte(mark + "\"SEP=;\"\n" + strings.ReplaceAll(plain, ",", ";")), []string{"3: u1|王伟", "4: u2|李娜"}},
		{"sep= a tab", []byte("sep=\t\n" + strings.ReplaceAll(plain, ",", "\t")), []string{"3: u1|王伟", "4: u2|李娜"}},
		{"PowerShell 5 with the type of its objects", []byte("#TYPE System.Management.Automation.PSCustomObject\r\n\"user_id\",\"name\"\r\n\"u1\",\"王伟\"\r\n"), []string{"3: u1|王伟"}},
		{"commas in the header, semicolons between cells", []byte("user_id;name\nu1;\"a,b,c\"\n"), []string{"2: u1|a,b,c"}},
		{"commas in a name, semicolons between cells", []byte("user_id;name;note (a, b, c, d)\nu1;王伟;x\nu2;李娜;y\n"), []string{"2: u1|王伟|x", "3: u2|李娜|y"}},
		{"a list with semicolons in the cells", []byte("user_id,name\nu1,a;b;c\nu2,d;e;f\n"), []string{"2: u1|a;b;c", "3: u2|d;e;f"}},
		{"separators within quotation marks", []byte("user_id;\"name, first, middle, last\"\nu1;王伟\nu2;李娜\n"), rows},
		{"trailing commas", []byte("user_id,name,,,\nu1,王伟,,,\nu2,李娜,,,\n"), rows},
		{"ragged (Excel leaves empty cells at the end out)", []byte("user_id,name,note\nu1,王伟,\nu2,李娜\n"), []string{"2: u1|王伟|", "3: u2|李娜|"}},
		{"more commas than the header has", []byte("user_id,name\nu1,王伟,,\nu2,李娜\n"), rows},
		{"blanks before quotation marks", []byte("user_id, \"name\"\nu1, \"王伟\"\nu2, \"李娜\"\n"), rows},
		{"invisible characters", []byte("\u200euser_id,name\u200b\n\u202du1\u202c,\u2060王伟\u00ad\nu2,\u00a0李娜\u3000\n"), rows},
		{"formula guards", []byte("user_id,name\n'+86138,'=x\n'-x2,'@u3\n'000123,'＝x\n"), []string{"2: +86138|=x", "3: -x2|@u3", "4: '000123|＝x"}},
		{"texts as formulas", []byte("user_id,name\n=\"000123\",\"=\"\"王伟\"\"\"\n\"'=\"\"x\"\"\",=A1\n"), []string{"2: 000123|王伟", `3: ="x"|=A1`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			header, rows, err := read(t, "x.csv", tt.data)
			if err != nil {
				t.Fatal(err)
			}
			if header[0] != "user_id" || header[1] != "name" && !strings.HasPrefix(header[1], "name,") {
				t.Errorf("header %q", header)
			}
			if diff := cmp.Diff(tt.rows, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJSONLAsProgramsWriteIt(t *testing.T) {
	plain := "{\"a\":\"王\"}\n{\"a\":\"2\"}\n"
	want := []string{"1: 王", "2: 2"}
	for name, data := range map[string][]byte{
		"UTF-16LE": utf16(t, unicode.LittleEndian, unicode.UseBOM, plain), "CR alone": []byte(strings.ReplaceAll(plain, "\n", "\r")),
		"DOS end of file": []byte(plain + "\x1a"), "marks": []byte("\ufeff" + strings.ReplaceAll(plain, "\n", "\n\ufeff")), "a mark in a name": []byte(strings.Replace(plain, `"a"`, "\"\ufeffa\"", 1)),
	} {
		if _, rows, err := read(t, "x.jsonl", data); err != nil || !cmp.Equal(want, rows) {
			t.Errorf("%s: %q, %v", name, rows, err)
		}
	}
}

// TestEncodingIsTold: which one was taken, and that it was a guess.
func TestEncodingIsTold(t *testing.T) {
	plain := "user_id,name\nu1,王伟\n"
	for name, tt := range map[string]struct {
		data    []byte
		says    string
		warning bool
	}{
		"UTF-8":                     {[]byte(plain), "UTF-8", false},
		"UTF-8 with a mark":         {[]byte("\xef\xbb\xbf" + plain), "UTF-8", false},
		"ASCII":                     {[]byte("user_id\nu1\n"), "UTF-8", false},
		"UTF-16LE":                  {utf16(t, unicode.LittleEndian, unicode.UseBOM, plain), "UTF-16LE", false},
		"UTF-16BE without a mark":   {utf16(t, unicode.BigEndian, unicode.IgnoreBOM, plain), "UTF-16BE (guessed)", true},
		"UTF-16LE with zeros of 一":  {utf16(t, unicode.LittleEndian, unicode.IgnoreBOM, "user_id,name\nu1,王一\n"), "UTF-16LE (guessed)", true},
		"UTF-16LE of a few letters": {utf16(t, unicode.LittleEndian, unicode.IgnoreBOM, "工号\nu1\n"), "UTF-16LE (guessed)", true},
		"GB18030":                   {gb18030(t, plain), "GB18030 (guessed)", true},
		"GB18030, a rare name":      {gb18030(t, "user_id,name\nu1,喆\n"), "GB18030 (guessed)", true},
		"GB18030 with a mark":       {gb18030(t, "\ufeff"+plain), "GB18030 (guessed)", true},
	} {
		r, err := table.Open(bytes.NewReader(tt.data), int64(len(tt.data)), "x.csv", table.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := r.Origin().String(); got != tt.says || len(r.Warnings()) == 1 != tt.warning {
			t.Errorf("%s is %s with %v", name, got, r.Warnings())
		}
	}
}

// TestDamagedTextIsNotChinese: text in another encoding, or damaged, is refused by
// the line, and never read as Chinese that it isn't.
func TestDamagedTextIsNotChinese(t *testing.T) {
	latin := func(text string) []byte {
		data, err := charmap.Windows1252.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	rows := strings.Repeat("u2,李四,财务\n", 50_000)
	for name, tt := range map[string]struct {
		data []byte
		says string
	}{
		"one character cut off":           {[]byte("user_id,name,department\nu1,张三,财务\nu2,李四,财务\nu3,王五\xe9,x\n"), "line 4 is not UTF-8"},
		"one byte cut off at the end":     {[]byte("user_id,name\nu1,张三\nu2,李\xe5\x9b"), "line 3 is not UTF-8"},
		"two characters, and one cut off": {[]byte("user_id,name\nu1,王伟\nu2,\xe6\x9d\n"), "line 3 is not UTF-8"},
		"one Western character":           {[]byte("user_id,name\nu1,张三\nu2,M\xfcller\n"), "line 3 is not UTF-8"},
		"one character alone, cut off":    {[]byte("user_id,name\nu1,Anna\nu2,\xe5\xbc"), "line 3 ends within a character"},
		"a bad byte far down":             {[]byte("user_id,name,department\n" + rows + "u3,\xff,x\n" + rows), "line 50002 is not UTF-8"},
		"a bad byte, CR ends lines":       {[]byte("user_id,name\ru1,张三\ru2,李\xe5\x9b"), "line 3 is not UTF-8"},
		"Western":                         {latin("user_id;name\nu1;Jörg Müller\nu2;Zoë Groß\nu3;René Français\n"), "neither UTF-8 nor GB18030"},
		"Western, as pairs":               {latin("user_id;name\nu1;Jörg Müller\nu2;Björn Großmann\n"), "neither UTF-8 nor GB18030"},
		"Big5":                            {[]byte("user_id,name\nu1,\xa4\xfd\xab\xd8\xb0\xea\xa7\xf5\xaa\xf7\xa9\xfa\xb3\xaf\xb6\xf8\xae\xfc\xa4\xe5\xa5\xc1\xa4\xa4\xb5\xd8\xa4\x48\xa4\x40\xa4\x47\xa4\x54\xa5\x7c\xa4\xad\xa4\xbb\xa4\x43\xa4\x4b\xa4\x45\xa4\x51\n"), "neither UTF-8 nor GB18030"},
		"GB18030 with a bad byte":         {append(gb18030(t, "user_id,name\nu1,王伟\n"), 0xff, '\n'), "neither UTF-8 nor GB18030"},
	} {
		if _, rows, err := read(t, "x.csv", tt.data); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %q, %v", name, rows[:min(3, len(rows))], err)
		}
	}
}

// TestHeaderAgain: a row that is the header again is no data.
func TestHeaderAgain(t *testing.T) {
	_, rows, err := read(t, "x.csv", []byte("\ufeffuser_id,name,department\nu1,甲,研发部\n\ufeffuser_id,name,department\nu2,乙,财务部\nUser ID,Name,\nuser_id,x,\n"))
	const again = ": the row repeats the header: remove it"
	want := []string{"2: u1|甲|研发部", "error: row 3" + again, "4: u2|乙|财务部", "error: row 5" + again, "6: user_id|x|"}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
	}
}

// TestFormulasAtEveryBoundary: =" is one thing across two reads too.
func TestFormulasAtEveryBoundary(t *testing.T) {
	for shift := 4070; shift < 4110; shift++ {
		data := "a,b\n=\"1\"," + strings.Repeat("x", shift) + "\n=\"2\",y\n"
		_, rows, err := read(t, "x.csv", []byte(data))
		if err != nil || len(rows) != 2 || rows[1] != "3: 2|y" {
			t.Fatalf("shift %d: %q, %v", shift, rows[max(0, len(rows)-1):], err)
		}
	}
}

// TestTidierAtEveryBoundary: what spans two reads is one thing.
func TestTidierAtEveryBoundary(t *testing.T) {
	for shift := 1; shift < 9000; shift++ {
		if shift > 10 && shift < 4070 || shift > 4110 && shift < 8170 {
			continue // away from the boundaries of transform.Reader
		}
		data := "a\r" + strings.Repeat("x", shift) + "\r\n\ufeffy\r\r\nz\r"
		_, rows, err := read(t, "x.csv", []byte(data))
		n := len(rows)
		if err != nil || n < 2 || rows[n-2] != "3: y" || rows[n-1] != "4: z" {
			t.Fatalf("shift %d: %d rows, the last %q, %v", shift, n, rows[max(0, n-2):], err)
		}
	}
}
