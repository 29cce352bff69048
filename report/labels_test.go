package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"notifyaudit/job"
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
	if len(said) < 50 {
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
	for kind := troubleRejected; kind <= troubleRecalled; kind++ {
		for _, prefix := range []string{"problem.", "do."} {
			if _, found := texts[prefix+kind.String()]; !found {
				t.Errorf("there is no text %q", prefix+kind.String())
			}
		}
	}
	for _, key := range SheetKeys() {
		for _, prefix := range []string{"sheet.", "about.", "empty."} {
			if _, found := texts[prefix+string(key)]; !found && key != SheetSummary {
				t.Errorf("there is no text %q", prefix+string(key))
			}
		}
	}
}

// saidKeys are the literal keys of the calls that say something.
func saidKeys(t *testing.T) map[string]bool {
	t.Helper()
	prefixes := map[string]string{
		"say": "", "column": "column.", "integer": "column.", "rate": "column.", "time": "column.",
		"wrapped": "column.", "figure": "figure.", "chart": "", "count": "",
	}
	keys := make(map[string]bool)
	files, err := parser.ParseDir(token.NewFileSet(), ".", nil, 0) //nolint:staticcheck // build tags don't matter here
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(files["report"], func(n ast.Node) bool {
		call, isCall := n.(*ast.CallExpr)
		if !isCall || len(call.Args) == 0 {
			return true
		}
		selector, isMethod := call.Fun.(*ast.SelectorExpr)
		literal, isLiteral := call.Args[0].(*ast.BasicLit)
		if !isMethod || !isLiteral || literal.Kind != token.STRING {
			return true
		}
		prefix, says := prefixes[selector.Sel.Name]
		key, err := strconv.Unquote(literal.Value)
		if says && err == nil && !strings.HasSuffix(key, ".") {
			keys[prefix+key] = true
		}
		return true
	})
	return keys
}

func TestWords(t *testing.T) {
	en, zh := newWords(English, nil), newWords(Chinese, nil)
	part := job.Counts{Read: 97, Unread: 3, Unknown: 733}
	for _, tt := range []struct{ got, want string }{
		{en.percent(0), "0 %"},
		{en.percent(1), "100 %"},
		{en.percent(0.001), "<1 %"},
		{en.percent(0.999), ">99 %"},
		{en.percent(1.5), "150 %"},
		{zh.percent(0.5), "50%"},
		{en.known(part), "97 % of the 12 % known"},
		{zh.known(part), "97%（仅统计已知的 12%）"},
		{en.known(job.Counts{Read: 1}), ""},
		{en.known(job.Counts{Unknown: 1}), "nothing is known yet"},
		{en.number(-1234567), "-1,234,567"},
		{en.number(-123), "-123"},
		{en.number(999), "999"},
		{en.count("n.messages", 1), "1 message"},
		{en.count("n.messages", 1200), "1,200 messages"},
		{zh.count("n.messages", 1), "1 条消息"},
		{ColumnLabel("read_rate", Chinese), "已读率"},
		{ColumnLabel("nonsense", Chinese), "nonsense"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
