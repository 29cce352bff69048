package ident_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/ident"
)

// TestParse: what stands for an identifier is the identifier.
func TestParse(t *testing.T) {
	const u, k, r, c = ident.UserID, ident.Key, ident.RobotCode, ident.Conversation
	tests := []struct {
		kind       ident.Kind
		text, want string
	}{
		{u, "manager4220", "manager4220"},
		{u, "000123", "000123"},
		{u, "zhang.san", "zhang.san"},
		{u, "u@example.com", "u@example.com"},
		{u, "o'brien", "o'brien"},
		{u, "王伟", "王伟"},
		{u, "erased:1", "erased:1"},
		{u, "-x2", "-x2"},
		{u, "+8613800000001", "+8613800000001"},
		{u, "@u3", "@u3"},
		{u, "", ""},
		{u, " \u00a0\u3000u1\t\r\n", "u1"},
		{u, "\u200eu1", "u1"},
		{u, "u2\u200b", "u2"},
		{u, "\u202du3\u202c", "u3"},
		{u, "\ufeffu4", "u4"},
		{u, "u5\u00ad", "u5"},
		{u, "\u2060u6\ufe0f", "u6"},
		{u, "\u200b", ""},
		// Guards.
		{u, "'000123", "000123"},
		{u, `="000123"`, "000123"},
		{u, `'="000123"`, "000123"},
		{u, `=""`, ""},
		{u, "'", ""},
		{u, "'+8613800000001", "+8613800000001"},
		{u, "'=x", "=x"},
		{u, "=x", "=x"},
		{k, "'+na0123=", "+na0123="},
		// Like a number, a date or a word, and none.
		{u, "12E5", "12E5"},
		{u, "1e5f", "1e5f"},
		{u, "20261127", "20261127"},
		{u, "2026-01", "2026-01"},
		{u, "2026-0001", "2026-0001"},
		{u, "01-02-03", "01-02-03"},
		{u, "11-27", "11-27"},
		{u, "1.2.3.4", "1.2.3.4"},
		{u, "v1.0", "v1.0"},
		{u, "mar", "mar"},
		{u, "maya-01", "maya-01"},
		{u, "na", "na"},
		{u, "nullah", "nullah"},
		{u, "allan", "allan"},
		{u, "工人", "工人"},
		{u, "300a", "300a"},
		{k, "all", "all"},
		{u, "truesdale", "truesdale"},
		{u, "a=b", "a=b"},
		// What the API gives out.
		{k, "pdJznx1ghavbumkQKwDzgfxZLapw55G7x0Q=", "pdJznx1ghavbumkQKwDzgfxZLapw55G7x0Q="},
		{k, "KnaB+V1cXlfR7fGlIhBKnnKKgtPaiy3rqtsxfs0ZAhIw", "KnaB+V1cXlfR7fGlIhBKnnKKgtPaiy3rqtsxfs0ZAhIw"},
		{k, "O/+T==", "O/+T=="},
		{k, " Kna0123= ", "Kna0123="},
		{k, "k-1_2", "k-1_2"},
		{k, "Kna05=\u200b", "Kna05="},
		{r, "dingnoticebot", "dingnoticebot"},
		{c, "cid6KeBBLoEeiodoA==", "cid6KeBBLoEeiodoA=="},
		{u, strings.Repeat("a", job.MaxID), strings.Repeat("a", job.MaxID)},
	}
	for _, tt := range tests {
		got, err := tt.kind.Parse(tt.text)
		if err != nil || got != tt.want {
			t.Errorf("%s %q is %q, %v; want %q", tt.kind, tt.text, got, err, tt.want)
		}
	}
}

// TestExponents: an exponent with a sign, or behind a decimal point, is what programs
// write; without either the text is an identifier, in whatever column.
func TestExponents(t *testing.T) {
	for _, kind := range []ident.Kind{ident.UserID, ident.Key, ident.RobotCode, ident.Conversation} {
		for _, text := range []string{"1E5", "1e5", "12E17", "0E0", "007e12", "1E5F", "E5", "1E"} {
			if got, err := kind.Parse(text); err != nil || got != text {
				t.Errorf("%s %q is %q, %v", kind, text, got, err)
			}
			// What else may stand in the cell leads to the rules that a plain text needs not.
			if got, err := kind.Parse("'" + text + " "); err != nil || got != text {
				t.Errorf("%s %q with a guard is %q, %v", kind, text, got, err)
			}
		}
		for _, text := range []string{"1E+05", "1e-7", "+1E+5", "1.0E5", "1.E5", "1,5e5", "-1.5E+05", "1.23457E17"} {
			var refused *ident.Error
			if _, err := kind.Parse(text); !errors.As(err, &refused) || refused.Reason != ident.DigitsLost {
				t.Errorf("%s %q: %v", kind, text, err)
			}
		}
	}
}

// TestRefused: what tools make of an identifier is refused, with what to write.
func TestRefused(t *testing.T) {
	const u, k, r, c = ident.UserID, ident.Key, ident.RobotCode, ident.Conversation
	tests := []struct {
		kind   ident.Kind
		reason ident.Reason
		says   string
		texts  []string
	}{
		{u, ident.DigitsLost, "format the column as text", []string{"1.23457E+17", "3.01E+05", "1E+17", "1,23457E+17", "1.23457e17", "-1.5E-7", "'1.23457E+17"}},
		{k, ident.DigitsLost, "format the column as text", []string{"1.23457E+17"}},
		{u, ident.NotWhole, "write 1001", []string{"1001.0", "1001.", "1001.00", "1,001", "1,001.0", "+1001.0"}},
		{u, ident.NotWhole, "as text", []string{"0.5", "1001.5", "-1", "-1001.0", ".5"}},
		{u, ident.Date, "as text", []string{
			"2026-11-27", "2026/11/27", "2026.11.27", "27.11.2026", "11/27/2026", "11/27/26", "27.11.26", "1/2", "2026年11月27日", "3月1日", "2026年3月",
			"1-Mar", "Mar-01", "OCT-01", "1-Mar-26", "27-November-2026", "2026-11-27 00:00:00", "2026-11-27T09:00:00+08:00", "11/27/2026 9:30", "9:30", "09:30:00",
		}},
		{u, ident.Boolean, "as text", []string{"true", "FALSE", "True", "WAHR", "是"}},
		{u, ident.ErrorValue, "mend the formula", []string{"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#NV", "#WERT!", "########", "Err:502"}},
		{u, ident.Missing, "write the value", []string{"NULL", "null", "nan", "NaN", "None", "nil", "N/A", "n/a", "NA", "NaT", "<NA>", "(null)", `\N`, "undefined", "-", "--", "/", "???", "无", "inf"}},
		{u, ident.Crowd, "audience block", []string{"@all", "ALL", "everyone", "所有人", "@所有人", "全员", "全体员工"}},
		{u, ident.Crowd, "write 300", []string{"300人", "约300人", "共300人", "~300", "≈300", "300名", "共300"}},
		{u, ident.Formula, "write the value that it gives", []string{"=A1", `=TEXT(A1,"000000")`, `="a"&"b"`, `="000123`, "=B12", "=+B12", "=Sheet1!B2", "=$B$2"}},
		{u, ident.Placeholder, "without brackets", []string{"{{userId}}", "${id}", "<user_id>", "[u1]"}},
		{u, ident.Labelled, `write only "000123"`, []string{"userId: 000123", "user_id=000123", "工号：000123", "ID:000123", "UID: '000123'"}},
		{u, ident.Labelled, `write only "a@example.com"`, []string{"mailto:a@example.com", "MAILTO:a@example.com"}},
		{u, ident.Labelled, "write only the value", []string{"https://example.com/u1"}},
		{u, ident.Encoded, `write "zhang+san"`, []string{"zhang%2Bsan"}},
		{u, ident.Encoded, `write "a&b"`, []string{"a&amp;b"}},
		{u, ident.Encoded, "copy it again", []string{`zhang\u6881`}},
		{u, ident.Placeholder, "write the whole value", []string{"138****0001", "zhang…"}},
		{u, ident.Foreign, "0 to 9", []string{"١٢٣", "u१", "zhang۴"}},
		{u, ident.Foreign, "write -", []string{"zhang–san", "k—1", "−1"}},
		{u, ident.Foreign, "percent", []string{"50%"}},
		{u, ident.Quoted, "without them", []string{`"u1"`, "'u1'", "''000123", "“u1”", "‘000123", "`u1`"}},
		{u, ident.Several, "one identifier", []string{"u1;u2", "u1；u2", "u1,u2", "u1，u2", "u1、u2", "u1|u2", "u1\nu2"}},
		{u, ident.Blank, "without blanks", []string{"Zhang San", "u1 u2", "u1\u00a0u2", "u1\u3000u2"}},
		{u, ident.Invisible, `write "u1"`, []string{"u\u200b1", "u\u00ad1", "u\ufeff1", "u\u20601", "u\x001", "u\u00851", "u\u034f1", "u\u3164\u115f1", "u\U000e00311", "u\ufe0f1"}},
		{u, ident.FullWidth, `write "000123"`, []string{"０００１２３", "000１23"}},
		{u, ident.NotUnicode, "copy it again", []string{"u\xff1", "u\ufffd1", "u\ue0011"}},
		{u, ident.TooLong, "256 bytes", []string{strings.Repeat("a", job.MaxID+1), strings.Repeat("a", job.MaxID+1) + "-"}},

		{k, ident.Labelled, `write only "Kna01="`, []string{"processQueryKey: Kna01=", "processQueryKey=Kna01=", `"processQueryKey":"Kna01="`, "key：Kna01=", "消息id: Kna01="}},
		{k, ident.Encoded, `write "Kna02+="`, []string{"Kna02%2B%3D"}},
		{k, ident.Encoded, "copy it again", []string{`Kna01\u003d`}},
		{k, ident.Encoded, "without escapes", []string{`Kna01\=`}},
		{k, ident.Quoted, "without them", []string{`"Kna03="`, "'Kna03='", "“Kna03=”", "Kna'03"}},
		{k, ident.Blank, "without blanks", []string{"Kna 04=", "Kna\u00a004="}},
		{k, ident.Several, "one identifier", []string{"Kna01=Kna02=", "Kna01=.", "Kna01=,Kna02=", "Kna01=;", "Kna01=\nKna02="}},
		{k, ident.Placeholder, "write the whole value", []string{"Kna******pdJ=", "Kna01…", "Kna01..."}},
		{k, ident.FullWidth, `write "Kna01="`, []string{"Ｋna01="}},
		{k, ident.Foreign, "copy it again", []string{"Kna01é=", "键"}},
		{k, ident.Missing, "write the value", []string{"null", "-", "==="}},
		{k, ident.Labelled, "", []string{"https://example.com/Kna01="}},
		{c, ident.Labelled, `write only "cid6=="`, []string{"openConversationId: cid6=="}},
		{k, ident.Placeholder, "without brackets", []string{"(Kna01=)", "<Kna01=>"}},
		{r, ident.Blank, "without blanks", []string{"ding abc"}},
		{r, ident.ErrorValue, "mend the formula", []string{"#N/A"}},
	}
	for _, tt := range tests {
		for _, text := range tt.texts {
			id, err := tt.kind.Parse(text)
			wrong, ok := errors.AsType[*ident.Error](err)
			if !ok {
				t.Errorf("%s %q is taken for %q", tt.kind, text, id)
				continue
			}
			if wrong.Reason != tt.reason || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s %q: got %s: %v; want %s with %q", tt.kind, text, wrong.Reason, err, tt.reason, tt.says)
			}
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%s %q: the message %q holds what can't be seen", tt.kind, text, err)
			}
		}
	}
}

// TestParseNumber: a number that a spreadsheet stores has 15 digits at most.
func TestParseNumber(t *testing.T) {
	for text, want := range map[string]string{"123456789012345": "123456789012345", "1001": "1001", "000123": "000123"} {
		if got, err := ident.UserID.ParseNumber(text); err != nil || got != want {
			t.Errorf("%s is %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"1234567890123456", "-1234567890123456"} {
		if _, err := ident.UserID.ParseNumber(text); err == nil || !strings.Contains(err.Error(), "more than 15 digits") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestUserIDs(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, " ; ;": nil, "u1": {"u1"}, "u1;": {"u1"}, "u1；u2": {"u1", "u2"}, "u1,u2": {"u1", "u2"}, "u1， u2": {"u1", "u2"}, "u1、u2": {"u1", "u2"},
		"u1|u2｜u3": {"u1", "u2", "u3"}, "u1\nu2\r\nu3": {"u1", "u2", "u3"}, `["u1", "u2"]`: {"u1", "u2"}, "[1001, 000]": nil, "[]": nil, `["u1", null, ""]`: {"u1"},
		`["u1", 12345678901234567890]`: {"u1", "12345678901234567890"}, "'000123;000124": {"000123", "000124"}, `="u1;u2"`: {"u1", "u2"},
		"12,3456": {"12", "3456"}, "\ufeffu1\u200b;\u200bu2": {"u1", "u2"},
	} {
		got, err := ident.UserIDs(text)
		if text == "[1001, 000]" {
			if err == nil {
				t.Errorf("%q is %q", text, got)
			}
			continue
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: error %v (-want +got):\n%s", text, err, diff)
		}
	}
	for text, says := range map[string]string{
		"u1 u2": "blank", "['u1']": `["u1", "u2"]`, `["u1"`: "JSON list", `["u1"] x`: "JSON list", "[true]": "JSON list", `[["u1"]]`: "JSON list",
		"u1;1.2E+17": "scientific", "1,234": "write 1234 for the number", "[1.5]": "whole", `["u1;u2"]`: "separator", "u1;NULL": "isn't there", "a&amp;b;c": "encoded for HTML", "u1;'u2'": "quotation marks",
	} {
		if got, err := ident.UserIDs(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q is %q, %v; want an error with %q", text, got, err, says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"000123", "'000123", `="1"`, "1.5E+3", "2026-11-27", "#N/A", "u\u200b1", "processQueryKey: Kna01=", "a%2Bb", "Kna01==", "1=", "1E5=", "ａ", "\xff", `["u1",2]`, "1,234"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []ident.Kind{ident.UserID, ident.Key, ident.RobotCode, ident.Conversation} {
			id, err := kind.Parse(text)
			if err != nil {
				if _, ok := errors.AsType[*ident.Error](err); !ok || id != "" || len(err.Error()) > 2000 || !utf8.ValidString(err.Error()) {
					t.Errorf("%s %q: %q and error %T %v", kind, text, id, err, err)
				}
				continue
			}
			if id == "" {
				continue
			}
			if err := job.CheckID(id); err != nil {
				t.Errorf("%s %q is %q, which the state can't keep: %v", kind, text, id, err)
			}
			if strings.TrimSpace(id) != id || strings.ContainsFunc(id, func(r rune) bool { return unicode.In(r, unicode.Cf) }) {
				t.Errorf("%s %q is %q", kind, text, id)
			}
			if again, err := kind.Parse(id); err != nil || again != id {
				t.Errorf("%s %q is %q, and that %q, %v", kind, text, id, again, err)
			}
		}
		ids, err := ident.UserIDs(text)
		for _, id := range ids {
			if err != nil || job.CheckID(id) != nil {
				t.Errorf("%q lists %q, %v", text, id, err)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{"digits": "0123456789012345", "dotted": "zhang.san", "guarded": "'000123"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := ident.UserID.Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
