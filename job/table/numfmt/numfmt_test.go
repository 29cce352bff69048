package numfmt_test

import (
	"strconv"
	"testing"

	"notifyaudit/job/table/numfmt"
)

func digits(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// TestNumberFormats: what a sheet shows, where a format pads a number or puts
// text around it.
func TestNumberFormats(t *testing.T) {
	tests := []struct {
		code string
		n    float64
		want string // empty: as it is
	}{
		{"000000", 123, "000123"},
		{"000000", 1234567, "1234567"},
		{"000000", 0, "000000"},
		{"000000", -5, ""},
		{"000000", 1.5, ""},
		{"00", 7, "07"},
		{"0", 7, ""},
		{"General", 7, ""},
		{"G/通用格式", 7, ""},
		{"#,##0", 1234, ""},
		{"0.00", 7, ""},
		{"0%", 7, ""},
		{"0.00E+00", 301234, ""},
		{"@", 7, ""},
		{`"E"0000`, 42, "E0042"},
		{`\A0000`, 42, "A0042"},
		{`General"号"`, 42, "42号"},
		{"000-0000", 1234567, "123-4567"},
		{"0000\\ 0000", 12345678, "1234 5678"},
		{"###-0000", 1234, "-1234"},
		{"[$-804]000000", 123, "000123"},
		{"[$¥-804]0000", 123, ""},
		{"000000_);[Red]\\(000000\\)", 123, "000123"},
		{"000;000;\"none\"", 0, ""},
		{"000;-000;0000", 0, "0000"},
		{"[<=9999999]000-0000;(000) 000-0000", 5551234, "555-1234"},
		{"[<=9999999]000-0000;(000) 000-0000", 2125551234, "(212) 555-1234"},
		{"[>=100]0;[<10]00;000", 50, "050"},
		{"[Red]000000", 9, "000009"},
		{"", 7, ""},
	}
	for _, tt := range tests {
		got := ""
		if f := numfmt.Parse(tt.code); f != nil && !f.Date {
			if text, shown := f.Show(tt.n, digits(tt.n)); shown {
				got = text
			}
		}
		if got != tt.want {
			t.Errorf("%q shows %v as %q, want %q", tt.code, tt.n, got, tt.want)
		}
	}
}

func TestDateFormats(t *testing.T) {
	for code, want := range map[string]bool{
		"yyyy-mm-dd": true, "m/d/yy h:mm": true, `yyyy"年"m"月"d"日"`: true, "[$-F800]dddd, mmmm dd, yyyy": true, "[h]:mm:ss": true, "mmm-yy": true,
		"General": false, "0.00": false, `"day "0`: false, `[Red]0`: false, `0\d`: false, "#,##0_);[Red](#,##0)": false, "000000": false, "@": false,
	} {
		if f := numfmt.Parse(code); (f != nil && f.Date) != want {
			t.Errorf("%q: date %v", code, !want)
		}
	}
}

func FuzzNumberFormat(f *testing.F) {
	for _, seed := range []string{"000000", `"E"0000`, "[<=9999999]000-0000;(000) 000-0000", "[$-804]yyyy", "#?0;;;@", `\`, `"`, "[", "General"} {
		f.Add(seed, 123.0)
	}
	f.Fuzz(func(t *testing.T, code string, n float64) {
		format := numfmt.Parse(code)
		if format == nil || format.Date {
			return
		}
		if text, shown := format.Show(n, digits(n)); shown && len(text) > 4*255+len(digits(n)) {
			t.Errorf("%q shows %v as %q", code, n, text)
		}
	})
}
