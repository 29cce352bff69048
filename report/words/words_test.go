package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"notifyaudit/job"
	"notifyaudit/report"
)

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[sd]`)

// arguments are the numbers of the arguments that a text's verbs take.
func arguments(text string) []string {
	var all []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(text, -1) {
		n := m[1]
		if n == "" {
			n = strconv.Itoa(next)
		}
		next++
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

func TestEveryTextIsInBothLanguages(t *testing.T) {
	for key, p := range phrases() {
		if p.en == "" || p.zh == "" && key != "separator.sentence" {
			t.Errorf("%s is %q in English and %q in Chinese", key, p.en, p.zh)
		}
		if en, zh := arguments(p.en), arguments(p.zh); !slices.Equal(en, zh) {
			t.Errorf("%s takes the arguments %v in English and %v in Chinese", key, en, zh)
		}
		if strings.ContainsFunc(p.en, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s has Chinese in its English: %q", key, p.en)
		}
		if prefix := key + ".one"; strings.Contains(p.en, "messages") && strings.HasPrefix(key, "n.") && phrases()[prefix].en == "" {
			t.Errorf("%s has no %s", key, prefix)
		}
	}
}

// The source is searched for keys, since one that is missing shows itself only
// where its text is said.
func TestEveryKeyHasAText(t *testing.T) {
	texts := phrases()
	said := saidKeys(t)
	if len(said) < 100 {
		t.Fatalf("found %d keys in the source; the search is broken", len(said))
	}
	for key := range said {
		if _, found := texts[key]; !found {
			t.Errorf("there is no text %q", key)
		}
	}
	for _, s := range job.Statuses() {
		for _, prefix := range []string{"status.", "explain."} {
			if _, found := texts[prefix+string(s)]; !found {
				t.Errorf("there is no text %q", prefix+string(s))
			}
		}
	}
	for _, key := range report.SheetKeys() {
		for _, prefix := range []string{"sheet.", "about.", "empty."} {
			if _, found := texts[prefix+string(key)]; !found && key != report.SheetSummary {
				t.Errorf("there is no text %q", prefix+string(key))
			}
		}
	}
}

// saidKeys are the literal keys of the calls that say something, and those of the
// page's template.
func saidKeys(t *testing.T) map[string]bool {
	t.Helper()
	keys := make(map[string]bool)
	for _, folder := range []string{"../sheets", "../problems", "../privacy", "../csv", "../markdown", "../html", "../excel", "../../job/cli/finding"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if key, says := saidKey(n); says {
					keys[key] = true
				}
				return true
			})
		}
	}
	page, err := os.ReadFile("../html/page.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\.Say "([\w.]+)"`).FindAllStringSubmatch(string(page), -1) {
		keys[m[1]] = true
	}
	return keys
}

// saidKey is the key of a call that says something.
func saidKey(n ast.Node) (key string, says bool) {
	prefixes := map[string]string{
		"Say": "", "column": "column.", "integer": "column.", "rate": "column.", "time": "column.",
		"wrapped": "column.", "figure": "figure.", "chart": "", "Count": "",
	}
	call, isCall := n.(*ast.CallExpr)
	if !isCall || len(call.Args) == 0 {
		return "", false
	}
	selector, isMethod := call.Fun.(*ast.SelectorExpr)
	literal, isLiteral := call.Args[0].(*ast.BasicLit)
	if !isMethod || !isLiteral || literal.Kind != token.STRING {
		return "", false
	}
	prefix, says := prefixes[selector.Sel.Name]
	key, err := strconv.Unquote(literal.Value)
	return prefix + key, says && err == nil && !strings.HasSuffix(key, ".")
}

func TestWords(t *testing.T) {
	en, zh := New(report.English, nil), New(report.Chinese, nil)
	part := job.Counts{Read: 97, Unread: 3, Unknown: 733}
	for _, tt := range []struct{ got, want string }{
		{en.Percent(0), "0 %"},
		{en.Percent(1), "100 %"},
		{en.Percent(0.001), "0.1 %"},
		{en.Percent(0.999), "99.9 %"},
		{en.Percent(1.5), "150 %"},
		{zh.Percent(0.5), "50%"},
		{en.Known(part), "based on 12 % of recipients"},
		{zh.Known(part), "基于已有数据的 12% 人员"},
		{en.Known(job.Counts{Read: 1}), ""},
		{en.Known(job.Counts{Unknown: 1}), "no data yet"},
		{en.Number(-1234567), "-1,234,567"},
		{en.Number(-123), "-123"},
		{en.Number(999), "999"},
		{en.Count("n.messages", 1), "1 message"},
		{en.Count("n.messages", 1200), "1,200 messages"},
		{zh.Count("n.messages", 1), "1 条消息"},
		{zh.Column("read_rate"), "已读率"},
		{zh.Column("nonsense"), "nonsense"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

// A reader of Chinese text in an HR department knows none of these words, or knows a
// better one: what is queried is no 读取, a message has 发送对象 and an audience has no 群体.
func TestChineseUsesTheWordsOfHR(t *testing.T) {
	retired := regexp.MustCompile(`读取|受众|活动|未知|(?:^|[^花])名册|[^应用]凭证|^凭证|群体|冻结|被拒绝的消息|待生成|矩阵`)
	for key, p := range phrases() {
		if found := retired.FindString(p.zh); found != "" {
			t.Errorf("%s says %q: %q", key, found, p.zh)
		}
	}
}

// Beside a Chinese character a mark of punctuation is as wide as the character.
func TestChinesePunctuationIsFullWidth(t *testing.T) {
	narrow := regexp.MustCompile(`\p{Han}[,;:!?()]|[,;!?()]\p{Han}|\p{Han}\.(?:$|\p{Han})`)
	for key, p := range phrases() {
		if found := narrow.FindString(p.zh); found != "" {
			t.Errorf("%s has %q: %q", key, found, p.zh)
		}
	}
}
