package mail_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/mail"
	"notifyaudit/report/sheets"
)

func write(t *testing.T, in report.Input, lead ...string) (*report.Workbook, mail.Body) {
	t.Helper()
	wb, err := sheets.Build(in, sheets.Options{Sheets: mail.Sheets()})
	if err != nil {
		t.Fatal(err)
	}
	body, err := mail.Write(wb, lead...)
	if err != nil {
		t.Fatal(err)
	}
	return wb, body
}

// TestBothSayTheSummary: text and HTML have the verdict, every figure with its note, and
// every row of the lists, in both languages.
func TestBothSayTheSummary(t *testing.T) {
	for _, lang := range []report.Language{report.English, report.Chinese} {
		wb, body := write(t, sample.Input(lang), "the lead")
		want := []string{"the lead", wb.Title, wb.Summary.Verdict}
		want = append(want, wb.Summary.Sentences...)
		for _, f := range wb.Summary.Figures {
			if !f.Value.Empty() {
				want = append(want, f.Label, wb.Display(f.Value, f.Type), f.Note)
			}
		}
		for _, l := range wb.Summary.Attention {
			for _, row := range l.Rows {
				want = append(want, wb.Display(row[0], l.Columns[0].Type), wb.Display(row[1], l.Columns[1].Type))
			}
		}
		if len(want) < 30 {
			t.Fatalf("%s: only %d texts", lang, len(want))
		}
		page := html.UnescapeString(body.HTML)
		for _, text := range want {
			if !strings.Contains(body.Text, text) {
				t.Errorf("%s: the text lacks %q", lang, text)
			}
			if !strings.Contains(page, text) {
				t.Errorf("%s: the HTML lacks %q", lang, text)
			}
		}
	}
}

// TestChinesePunctuation: beside a Chinese character a mark is as wide as the character.
func TestChinesePunctuation(t *testing.T) {
	_, body := write(t, sample.Input(report.Chinese))
	if found := regexp.MustCompile(`\p{Han} ?[(:]|[:)] ?\p{Han}`).FindString(body.Text); found != "" {
		t.Errorf("the text has %q:\n%s", found, body.Text)
	}
}

// TestAggregateNamesNobody: the body of a guarded report has no one of the roster.
func TestAggregateNamesNobody(t *testing.T) {
	in := sample.Input(report.English)
	in.Privacy = report.Privacy{People: report.PeopleAggregate, MinimumGroupSize: 5}
	_, body := write(t, in)
	for _, name := range []string{"王芳", "Anna Berg", "u01", "anna@example.com"} {
		if strings.Contains(body.Text+body.HTML, name) {
			t.Errorf("%s is named", name)
		}
	}
	if !strings.Contains(body.Text, "fewer than 5") {
		t.Error("nothing says how much of people is shown")
	}
}

// TestNoMarkup: what the audit says stays text.
func TestNoMarkup(t *testing.T) {
	in := sample.Input(report.English)
	in.Title = `<img src=x onerror="alert(1)">`
	_, body := write(t, in, "<b>lead</b>")
	if strings.Contains(body.HTML, "<img") || strings.Contains(body.HTML, "<b>lead") {
		t.Error("the title became markup")
	}
}
