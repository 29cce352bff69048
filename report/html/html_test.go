package html

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/sheets"
	"notifyaudit/report/words"
)

func build(t *testing.T, in report.Input) *report.Workbook {
	t.Helper()
	wb, err := sheets.Build(in, sheets.Options{Sheets: Sheets()})
	if err != nil {
		t.Fatal(err)
	}
	return wb
}

func render(t *testing.T, wb *report.Workbook, maxRows int) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, wb, maxRows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// numberIn is the number of a cell of the page.
func numberIn(t *testing.T, cell *element) (float64, bool) {
	t.Helper()
	text, exact := cell.attrs["data-v"]
	if !exact {
		text = strings.ReplaceAll(strings.TrimSpace(cell.text), ",", "")
	}
	if text == "" || text == "–" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n, true
}

func TestFiguresAreTheWorkbooks(t *testing.T) {
	for _, lang := range []report.Language{report.English, report.Chinese} {
		wb := build(t, sample.Input(lang))
		page := parse(t, render(t, wb, MaxRows))
		for _, s := range wb.Sheets {
			sameAsSheet(t, page, s)
		}
		words := strings.Join(strings.Fields(page.byID("main").text), " ")
		for _, f := range wb.Summary.Figures {
			if said := wb.Display(f.Value, f.Type); !strings.Contains(words, said) || !strings.Contains(words, f.Label) && f.Key != "change" {
				t.Errorf("%s: the page doesn't say %s %s", lang, f.Label, said)
			}
		}
		if !strings.Contains(words, wb.Summary.Verdict) {
			t.Errorf("%s: the page doesn't say %s", lang, wb.Summary.Verdict)
		}
		for _, said := range wb.Summary.Sentences {
			if !strings.Contains(words, said) {
				t.Errorf("%s: the page doesn't say %s", lang, said)
			}
		}
	}
}

// sameAsSheet compares every number and every text of the list's columns with
// the sheet's.
func sameAsSheet(t *testing.T, page *element, s *report.Sheet) {
	t.Helper()
	section := page.byID(string(s.Key))
	if section == nil {
		t.Fatalf("the page has no %s", s.Key)
	}
	if s.Count == 0 {
		if !strings.Contains(section.text, s.Empty) {
			t.Errorf("%s doesn't say %q", s.Key, s.Empty)
		}
		return
	}
	places := make(map[string]int)
	for i, th := range section.all("th") {
		places[th.text] = i
	}
	compared, n := 0, 0
	for cells, err := range s.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		row := page.byID(fmt.Sprintf("%s-%d", s.Key, n))
		if row == nil {
			t.Fatalf("%s has no row %d", s.Key, n)
		}
		n++
		for i, c := range cells {
			at, shown := places[s.Columns[i].Label]
			if !shown {
				continue
			}
			compared++
			td := row.all("td")[at]
			want, isNumber := c.Number()
			if text, isText := c.Text(); isText {
				if !strings.Contains(td.text, text) {
					t.Errorf("%s, row %d, %s: %q, want %q", s.Key, n, s.Columns[i].Key, td.text, text)
				}
				continue
			}
			if got, has := numberOrNot(t, td, s.Columns[i].Type); has != isNumber || got != want {
				t.Errorf("%s, row %d, %s: %v, want %v", s.Key, n, s.Columns[i].Key, got, want)
			}
		}
	}
	if n != s.Count || compared < 2*n {
		t.Errorf("%s: compared %d cells in %d of %d rows", s.Key, compared, n, s.Count)
	}
}

func numberOrNot(t *testing.T, td *element, as report.Type) (float64, bool) {
	t.Helper()
	switch as {
	case report.TypeInteger, report.TypeRate, report.TypeChange:
		return numberIn(t, td)
	default:
		return 0, false
	}
}

// hostile are texts that want to be more than text.
func hostile() []string {
	return []string{
		`</script><script>alert(1)</script>`, `</style><style>*{display:none}`, `"><img src=x onerror=alert(1)>`,
		`' onmouseover='alert(1)`, `<!-- `, `]]>`, `{{.Title}}`, `&lt;b&gt;`, `javascript:alert(1)`,
		`<svg/onload=alert(1)>`, `<a href="https://example.com">x</a>`, "a\u202eb", `\3c /style>`,
	}
}

func TestHostileTextsStayText(t *testing.T) {
	texts := hostile()
	var people []job.Person
	var ids []string
	for i, text := range texts {
		id := fmt.Sprintf("u%02d%s", i, text)
		ids = append(ids, id)
		people = append(people, job.Person{
			UserID: id, Name: text, Department: text, Manager: text, Email: text, Location: text,
		})
	}
	in := sample.Input(report.English)
	in.Title = strings.Join(texts, " ")
	in.Directory = job.NewDirectory(job.NewRoster("staff", "staff.csv", people))
	at := sample.Now().Add(-time.Hour)
	var results []*job.Result
	for _, text := range texts {
		reading := &job.Reading{StartedAt: at, FinishedAt: at, SendStatus: job.SendSuccess}
		results = append(results, sample.Message(job.Message{
			ID:      job.MessageID{Provider: text, Kind: job.Group, ProcessQueryKey: text},
			Address: "message." + text, Campaign: text, Title: text, Tags: map[string]string{text: text}, Target: 0.5,
		}, job.StatusCurrent, job.Listed("staff", ids), reading, ids[0]))
	}
	in.Results = sample.Stream(results)
	wb := build(t, in)
	for _, s := range wb.Sheets { // a label may be a column of somebody's roster
		for i := range s.Columns {
			s.Columns[i].Label += texts[i%len(texts)]
		}
	}
	out := render(t, wb, MaxRows)
	page := parse(t, out)
	loadsNothing(t, out, page)
	for i, text := range texts {
		row := page.byID("messages-" + strconv.Itoa(i))
		if row == nil || !strings.Contains(row.text, report.CleanText(text)) {
			t.Errorf("the message %q isn't on the page as it is", text)
		}
	}
	if label := `"\3c \2f style\3e \3c style\3e \2a \7b display\3a none\7d "`; quoteCSS(texts[1]) != label {
		t.Errorf("the label %q is quoted as %s", texts[1], quoteCSS(texts[1]))
	}
}

// loadsNothing checks that only the page's own code runs, and that no attribute
// leads anywhere else.
func loadsNothing(t *testing.T, out string, page *element) {
	t.Helper()
	for _, e := range page.all("") {
		if slices.Contains([]string{"img", "link", "iframe", "object", "embed", "form", "base", "image", "use", "video", "audio"}, e.name) {
			t.Errorf("the page has a %s", e.name)
		}
		for name, value := range e.attrs {
			if strings.HasPrefix(name, "on") || name == "src" || name == "style" || name == "srcset" {
				t.Errorf("%s has %s=%q", e.name, name, value)
			}
			if strings.HasSuffix(name, "href") && (!strings.HasPrefix(value, "#") || page.byID(value[1:]) == nil) {
				t.Errorf("%s leads to %q", e.name, value)
			}
		}
	}
	css := contents(t, out, "style", 1)[0]
	scripts := contents(t, out, "script", 2)
	if strings.Contains(css, "@import") || strings.Count(css, "url(") != strings.Count(css, "url(#hatch)") {
		t.Error("the style loads something")
	}
	policy := ""
	for _, meta := range page.all("meta") {
		if meta.attrs["http-equiv"] == "Content-Security-Policy" {
			policy = meta.attrs["content"]
		}
	}
	want := "default-src 'none'; style-src '" + hashOf(css) + "'; script-src '" + hashOf(scripts[0]) +
		"' '" + hashOf(scripts[1]) + "'; base-uri 'none'; form-action 'none'"
	if policy != want {
		t.Errorf("the policy is %s, want %s", policy, want)
	}
}

func TestLoadsNothing(t *testing.T) {
	out := render(t, build(t, sample.Input(report.Chinese)), MaxRows)
	page := parse(t, out)
	loadsNothing(t, out, page)
	if lang := page.all("html")[0].attrs["lang"]; lang != "zh-CN" {
		t.Errorf("the page's language is %q", lang)
	}
}

// Beside a Chinese character a mark of punctuation is as wide as the character.
func TestChineseNotesStandInFullWidth(t *testing.T) {
	out := render(t, build(t, sample.Input(report.Chinese)), 10)
	if strings.Contains(out, "<span>(") || !strings.Contains(out, "<span>（") {
		t.Error("a note beside a figure stands in parentheses of half width")
	}
}

func TestTheVerdictLooksLikeItsTrust(t *testing.T) {
	for _, trust := range []report.Trust{report.TrustFull, report.TrustMost, report.TrustLittle} {
		wb := build(t, sample.Input(report.English))
		wb.Summary.Trust = trust
		if out := render(t, wb, MaxRows); !strings.Contains(out, `<p class="verdict `+string(trust)+`">`) {
			t.Errorf("the verdict doesn't look %s", trust)
		}
	}
}

func TestWhatIsCutIsSaid(t *testing.T) {
	wb := build(t, sample.Input(report.English))
	i := slices.IndexFunc(wb.Sheets, func(s *report.Sheet) bool { return s.Key == report.SheetUnread })
	count := wb.Sheets[i].Count
	out := render(t, wb, 2)
	page := parse(t, out)
	unread := page.byID("unread")
	if rows := len(unread.all("tr")); rows != 1+2 {
		t.Errorf("the list has %d rows with its header, want 3", rows)
	}
	said := fmt.Sprintf("Only the first 2 of %d rows are on this page; %d were left out.", count, count-2)
	if count <= 2 || !strings.Contains(unread.text, said) {
		t.Errorf("the list doesn't say %q: %s", said, unread.text[:200])
	}
	loadsNothing(t, out, page) // no link leads to a row that was cut
}

// TestPaper: a list that nobody works through on paper is printed in part, and says so.
func TestPaper(t *testing.T) {
	for printed, rule := range map[int]string{0: "", 2: "@media print{#messages:not(.narrowed) tbody tr:nth-child(n+3){display:none}}"} {
		wb := build(t, sample.Input(report.English))
		for _, s := range wb.Sheets {
			if s.PrintRows = 0; s.Key == report.SheetMessages {
				s.PrintRows = printed
			}
		}
		out := render(t, wb, 100)
		if said := strings.Contains(out, "On paper: the first 2 of "); said != (printed > 0) || !strings.Contains(out, rule) {
			t.Errorf("%d rows are printed; the page says so: %t, and has %q: %t", printed, said, rule, strings.Contains(out, rule))
		}
	}
}

// endless is a sheet of more rows than anybody can look at.
func endless(pulled *int) *report.Sheet {
	return &report.Sheet{
		Key: report.SheetUnread, Title: "Unread", Count: 1 << 40,
		Columns: []report.Column{{Key: "name", Label: "Name"}, {Key: "email", Label: "Email"}},
		Rows: func() iter.Seq2[[]report.Cell, error] {
			return func(yield func([]report.Cell, error) bool) {
				for yield([]report.Cell{report.Text("Anna"), {}}, nil) {
					*pulled++
				}
			}
		},
	}
}

func TestNoMoreRowsAreReadThanShown(t *testing.T) {
	pulled := 0
	wb := &report.Workbook{Title: "Endless", Sheets: []*report.Sheet{endless(&pulled)}}
	out := render(t, wb, 500)
	if pulled > 500 {
		t.Errorf("%d rows were read for 500", pulled)
	}
	if strings.Contains(out, "Email") {
		t.Error("a column without anything in it is on the page")
	}
}

func TestNothingToShow(t *testing.T) {
	for _, lang := range []report.Language{report.English, report.Chinese} {
		in := sample.Input(lang)
		in.Results = sample.Stream(nil)
		wb := build(t, in)
		out := render(t, wb, MaxRows)
		page := parse(t, out)
		loadsNothing(t, out, page)
		for _, s := range wb.Sheets {
			sameAsSheet(t, page, s)
		}
		if big := page.byID("summary").text; !strings.Contains(big, words.New(lang, nil).Say("page.nothing")) {
			t.Errorf("%s: a rate of nothing is shown: %s", lang, big)
		}
	}
}

func TestWithoutListsOfPeople(t *testing.T) {
	wb, err := sheets.Build(sample.Input(report.English), sheets.Options{
		Sheets: []report.SheetKey{report.SheetSummary, report.SheetCampaigns},
	})
	if err != nil {
		t.Fatal(err)
	}
	out := render(t, wb, MaxRows)
	page := parse(t, out)
	if page.byID("unread") != nil || strings.Contains(out, "Anna Berg") {
		t.Error("people are on a page of a workbook without them")
	}
	loadsNothing(t, out, page)
}

func TestErrorsOfRowsAndWriter(t *testing.T) {
	broken := errors.New("broken")
	for _, good := range []int{0, 1} { // rows before the error
		wb := build(t, sample.Input(report.English))
		wb.Stream = nil
		all := wb.Sheets[1].Rows
		wb.Sheets[1].Rows = func() iter.Seq2[[]report.Cell, error] {
			return func(yield func([]report.Cell, error) bool) {
				n := 0
				for row, err := range all() {
					if n == good {
						row, err = nil, broken
					}
					if !yield(row, err) || err != nil {
						return
					}
					n++
				}
			}
		}
		if err := Write(io.Discard, wb); !errors.Is(err, broken) {
			t.Errorf("after %d rows: %v, want the rows' error", good, err)
		}
	}
	if err := Write(failing{broken}, build(t, sample.Input(report.English))); !errors.Is(err, broken) {
		t.Errorf("got %v, want the writer's error", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestSameBytesTwice(t *testing.T) {
	once := render(t, build(t, sample.Input(report.English)), MaxRows)
	if again := render(t, build(t, sample.Input(report.English)), MaxRows); again != once {
		t.Error("the same audit gave two different pages")
	}
}
