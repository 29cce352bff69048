package markdown_test

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/markdown"
	"notifyaudit/report/sheets"
)

func build(t *testing.T, in report.Input) *report.Workbook {
	t.Helper()
	wb, err := sheets.Build(in, sheets.Options{Sheets: markdown.Sheets()})
	if err != nil {
		t.Fatal(err)
	}
	return wb
}

func render(t *testing.T, wb *report.Workbook) string {
	t.Helper()
	var b bytes.Buffer
	if err := markdown.Write(&b, wb); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// plain is a Markdown text as it is drawn, so far as it is punctuation.
func plain(s string) string {
	return strings.NewReplacer(`\`, "", "\u200b", "").Replace(s)
}

func TestFiguresAreTheWorkbooks(t *testing.T) {
	for lang, line := range map[report.Language]string{report.English: "- %s: **%s**", report.Chinese: "- %s：**%s**"} {
		wb := build(t, sample.Input(lang))
		text := plain(render(t, wb))
		if !strings.Contains(text, wb.Summary.Verdict) {
			t.Errorf("%s: the text doesn't say %s", lang, wb.Summary.Verdict)
		}
		said := 0
		for _, f := range wb.Summary.Figures {
			if strings.Contains(text, fmt.Sprintf(line, f.Label, wb.Display(f.Value, f.Type))) {
				said++
			}
		}
		if said < 8 {
			t.Errorf("%s: the text says %d of the figures:\n%s", lang, said, text)
		}
		// Beside a Chinese character a mark of punctuation is as wide as the character.
		if found := regexp.MustCompile(`\p{Han}(?:\*\*)? ?[(:]|[:)] ?(?:\*\*)?\p{Han}`).FindString(text); found != "" && lang == report.Chinese {
			t.Errorf("the Chinese text has %q", found)
		}
	}
}

// messages are an audit with messages of so many readers among ten people.
func messages(titles []string, readers []int) report.Input {
	in := sample.Input(report.English)
	var results []*job.Result
	for i, title := range titles {
		at := sample.Now().Add(-time.Hour)
		reading := &job.Reading{StartedAt: at, FinishedAt: at, SendStatus: job.SendSuccess}
		var ids []string
		for n := range readers[i] {
			ids = append(ids, fmt.Sprintf("u%d", n))
		}
		results = append(results, sample.Message(job.Message{
			Address: fmt.Sprintf("message.m%d", i), Campaign: "one", Title: title,
		}, job.StatusCurrent, job.Sized(10), reading, ids...))
	}
	in.Results = sample.Stream(results)
	return in
}

// The lists are those of the summary, row by row.
func TestTheListsAreTheSummarys(t *testing.T) {
	for _, in := range []report.Input{
		sample.Input(report.English), sample.Input(report.Chinese),
		messages([]string{"a", "b", "c", "d", "e", "f", "g"}, []int{8, 3, 10, 1, 1, 9, 10}), messages(nil, nil),
	} {
		wb := build(t, in)
		text := plain(render(t, wb))
		for _, list := range wb.Summary.Attention {
			_, rest, found := strings.Cut(text, "\n## "+list.Title+"\n\n")
			if !found {
				t.Fatalf("there is no list %q:\n%s", list.Title, text)
			}
			lines := strings.Split(rest, "\n")
			if len(list.Rows) == 0 && lines[0] != list.Empty {
				t.Errorf("%s says %q, want %q", list.Title, lines[0], list.Empty)
			}
			for i, row := range list.Rows {
				name, rate := wb.Display(row[0], report.TypeText), wb.Display(row[1], report.TypeRate)
				if want := fmt.Sprintf("%d. **%s** · %s", i+1, name, rate); !strings.HasPrefix(lines[i], want) {
					t.Errorf("%s has %q, want %q", list.Title, lines[i], want)
				}
			}
			if len(list.Rows) > 0 && lines[len(list.Rows)] != "" {
				t.Errorf("%s goes on with %q", list.Title, lines[len(list.Rows)])
			}
		}
	}
}

func TestTitlesStayText(t *testing.T) {
	titles := []string{
		"@octocat please", "#12 and GH-12", "[x](https://example.com)", "![x](http://example.com/x.png)", "<script>alert(1)</script>",
		"**bold** `code` ~~gone~~", "line\n\n# heading\n- item", "www.example.com a@example.com", ":tada: 10:30", `\`, "a | b", "$x$ &lt;",
	}
	for _, title := range titles {
		text := render(t, build(t, messages([]string{title}, []int{1})))
		line := ""
		for l := range strings.Lines(text) {
			if strings.HasPrefix(l, "1. ") && line == "" {
				line = l
			}
		}
		want := "1. **" + strings.Join(strings.Fields(strings.ReplaceAll(title, `\`, "")), " ") + "** · 10.0%"
		if !strings.HasPrefix(plain(line), want) {
			t.Errorf("%q is drawn as %q, want %q", title, plain(line), want)
		}
		for _, live := range []string{"@o", "@e", "#1", "GH-1", "://", "www.", ":tada:", " [x", "![", " <s", " **b", " `c", "~~g", " |", " &l", "# h"} {
			if strings.Contains(line, live) {
				t.Errorf("%q is written as %q, with a live %q", title, line, live)
			}
		}
	}
}

func TestEqualTitlesAreToldApart(t *testing.T) {
	text := plain(render(t, build(t, messages([]string{"Payslip", "Payslip", "Menu"}, []int{1, 2, 3}))))
	for _, want := range []string{"1. **Payslip (message.m0)** · 10.0%", "2. **Payslip (message.m1)** · 20.0%", "3. **Menu** · 30.0%"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

func TestProblems(t *testing.T) {
	text := plain(render(t, build(t, messages([]string{"crowd"}, []int{12}))))
	if want := "\n## Problems: 1\n\n- warning: **Messages that cannot be right: more readers than recipients, or no recipient; they are in no total** (1) · They are in no total: too few recipients are given."; !strings.Contains(text, want) {
		t.Errorf("the text lacks %q:\n%s", want, text)
	}
	text = plain(render(t, build(t, sample.Input(report.English))))
	if _, list, _ := strings.Cut(text, "## Problems"); strings.Count(list, "\n- ") != 6 || !strings.Contains(list, "\n- and ") {
		t.Errorf("not five problems and how many more:\n%s", list)
	}
	if text := render(t, build(t, messages([]string{"fine"}, []int{10}))); strings.Contains(text, "Problems") {
		t.Errorf("there are problems:\n%s", text)
	}
}

func TestErrors(t *testing.T) {
	broken := errors.New("broken")
	wb := build(t, sample.Input(report.English))
	if err := markdown.Write(failing{broken}, wb); !errors.Is(err, broken) {
		t.Errorf("got %v, want the writer's error", err)
	}
	wb.Sheets[0].Rows = func() iter.Seq2[[]report.Cell, error] {
		return func(yield func([]report.Cell, error) bool) { yield(nil, broken) }
	}
	if err := markdown.Write(new(bytes.Buffer), wb); !errors.Is(err, broken) {
		t.Errorf("got %v, want the rows' error", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
